"""`clerk keys`: generate the key of a store, escrow all keys of a machine, bring them back."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import IO

import msgspec

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.composition.settings import read_settings
from clerk_app.errors import BadData
from clerk_app.locales import _
from db.files import create_file, create_folder, replace_file


class EscrowedKeys(msgspec.Struct, frozen=True):
    """The key files of an office by name, and the key of its store."""

    files: dict[str, bytes]
    store_key: str = ""


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk keys`."""
    generate = parser.add_command("generate", generate_key, _("Write a new store key, for systemd-creds encrypt."))
    generate.add_argument("file", type=Path, metavar=_("FILE"), help=_("a new file, to be deleted afterwards"))
    escrow = parser.add_command("escrow", escrow_keys, _("Encrypt all keys of this machine to recipients."))
    escrow.add_argument("file", type=Path, metavar=_("FILE"), help=_("the encrypted file, to be kept elsewhere"))
    escrow.add_argument(
        "--recipient", action="append", metavar="age1...", default=[], help=_("an age recipient; at least two")
    )
    recover = parser.add_command("recover", recover_keys, _("Bring escrowed keys back to an office."))
    recover.add_argument("file", type=Path, metavar=_("FILE"), help=_("the encrypted file"))
    recover.option(
        "--identity", _("a file with the age identity of a recipient"), value=_("FILE"), type=Path, required=True
    )


def generate_key(args: Namespace) -> int:
    """Write a random key to a new file of mode 0600."""
    from clerk_app.composition.store_key import CREDENTIAL_NAME, generate_store_key

    try:
        create_file(args.file, generate_store_key().encode("ascii"))
    except FileExistsError:
        raise BadData("{path} exists already.", path=args.file) from None
    print_line(
        _("The key is in {path}. Next: systemd-creds encrypt").format(path=args.file) + f" --name={CREDENTIAL_NAME}"
    )
    return 0


def escrow_keys(args: Namespace) -> int:
    """Encrypt the files in `keys/` and the key of an encrypted store."""
    from clerk_app.composition.age_files import encrypt_to_file, parse_recipients
    from clerk_app.composition.office import KEYS_FOLDER
    from clerk_app.composition.store_key import load_store_key

    recipients = parse_recipients(args.recipient)
    settings, folder = read_settings(args.office), args.office / KEYS_FOLDER
    paths = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
    store_key = load_store_key(args.office, settings) if settings.store_key else ""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    if not files and not store_key:
        raise BadData("This office has no keys yet.")
    content = msgspec.json.encode(EscrowedKeys(files, store_key))
    encrypt_to_file(args.file, recipients, lambda out: _write_all(out, content))
    print_line(
        _("{path} holds {count} key files. Keep it apart from the backups.").format(path=args.file, count=len(files))
    )
    return 0


def recover_keys(args: Namespace) -> int:
    """Write escrowed key files that the office does not have, and the store key where its source expects it."""
    from clerk_app.composition.age_files import decrypt_file, read_identities
    from clerk_app.composition.office import KEYS_FOLDER

    contents: list[bytes] = []
    decrypt_file(args.file, read_identities(args.identity), lambda source: contents.append(source.read()))
    try:
        keys = msgspec.json.decode(contents[0], type=EscrowedKeys)
    except (ValueError, RecursionError) as error:
        raise BadData("{path} holds no keys.", path=args.file) from error
    folder, written = args.office / KEYS_FOLDER, 0
    for name, content in keys.files.items():
        path = folder / name
        if ".." in Path(name).parts or Path(name).is_absolute() or path.exists():
            continue
        create_folder(path.parent)
        replace_file(path, content)
        written += 1
    print_line(_("{count} key files were brought back to {folder}.").format(count=written, folder=folder))
    if keys.store_key:
        _recover_store_key(args.office, keys)
    return 0


def _recover_store_key(office: Path, keys: EscrowedKeys) -> None:
    """Keep the store key under a new passphrase, or where its source is not a passphrase, in a file.

    Before a restore there are no settings: the escrowed files show the source.
    """
    from clerk_app.composition.office import KEYS_FOLDER
    from clerk_app.composition.store_key import WRAPPED_KEY_FILE, read_passphrase, wrap_key, write_wrapped_key

    has_settings = (office / "office.toml").exists()
    if read_settings(office).store_key == "passphrase" if has_settings else WRAPPED_KEY_FILE in keys.files:
        write_wrapped_key(office, wrap_key(keys.store_key, read_passphrase(_("New passphrase of the store: "))))
        print_line(_("The store opens with the new passphrase."))
        return
    path = office / KEYS_FOLDER / "store-key.hex"
    replace_file(path, keys.store_key.encode("ascii"))
    print_line(_("The store key is in {path}. Encrypt it for systemd, then delete the file.").format(path=path))


def _write_all(out: IO[bytes], content: bytes) -> None:
    out.write(content)
