"""Encrypted backups of `clerk db backup --recipient` and `clerk db restore --identity`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from clerk_app.cli.console import print_line, show_progress
from clerk_app.errors import BadData
from clerk_app.locales import _
from db.files import create_folder, replace_file


def back_up_sealed(args: Namespace) -> tuple[Path, list[str]]:
    """Write a backup as one file encrypted to the recipients; return its path and the digests of lost pictures.

    The plain form is built in the folder of the office, which has the same protection as the store.
    """
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.age_files import parse_recipients
    from clerk_app.composition.sealed_backup import SUFFIX, seal_backup
    from clerk_app.ledger.machine_keys import read_own_key
    from db.backup import create_backup
    from db.engines import sqlite_library

    recipients = parse_recipients(args.recipient)
    create_folder(args.folder.absolute())
    with (
        opened_office(args.office, read_only=True) as office,
        TemporaryDirectory(prefix=".backup-", dir=office.folder) as place,
    ):
        settings = office.folder / "office.toml"
        path, lost = create_backup(office.store, settings, office.attachments, Path(place), office.utc, show_progress)
        target = args.folder.absolute() / f"{path.stem}{SUFFIX}"
        seal_backup(Path(place), target, recipients, read_own_key(office.folder), sqlite_library.store_key())
    sentence = _("The backup is in {path}: {size} bytes, for {count} recipients.")
    print_line(sentence.format(path=target, size=target.stat().st_size, count=len(recipients)))
    return target, lost


def prune_sealed(folder: Path, keep: int) -> list[Path]:
    """Delete all encrypted backups but the newest `keep`; return the deleted ones."""
    from clerk_app.composition.sealed_backup import SUFFIX

    old = sorted(folder.glob(f"clerk-*{SUFFIX}"))[:-keep]
    for path in old:
        path.unlink()
    return old


@contextmanager
def unpacked_backup(args: Namespace) -> Iterator[Path]:
    """Yield the database file of a backup; one that is encrypted is unpacked in the office's folder meanwhile.

    The key of an encrypted store is used in this process. Raises BadData.
    """
    from clerk_app.composition.age_files import read_identities
    from clerk_app.composition.sealed_backup import SUFFIX, open_backup
    from clerk_app.composition.store_key import use_key
    from db.engines import sqlite_library

    if args.file.suffix != SUFFIX:
        if sqlite_library.is_encrypted(args.file) and not sqlite_library.store_key():
            copy_settings(args.file, args.office.absolute())
            _use_key_of_settings(args)
        yield args.file
        return
    if args.identity is None:
        raise BadData(
            "{path} is encrypted: name the file with an identity of a recipient (--identity).", path=args.file
        )
    create_folder(args.office.absolute())
    with TemporaryDirectory(prefix=".backup-", dir=args.office.absolute()) as place:
        manifest, signer = open_backup(args.file, read_identities(args.identity), Path(place))
        if args.signed_by and signer != args.signed_by:
            raise BadData(
                "{path} was not signed by the key {key}. Nothing was restored.", path=args.file, key=args.signed_by
            )
        if manifest.store_key:
            use_key(manifest.store_key)
        databases = list(Path(place).glob("clerk-*.db"))
        if len(databases) != 1:
            raise BadData("{path} holds no backup.", path=args.file)
        yield databases[0]
        if signer:
            print_line(_("The backup is signed by the key {key}.").format(key=signer))
        if manifest.store_key:
            print_line(_("The store is encrypted: bring its key back too (clerk keys recover)."))


def copy_settings(file: Path, folder: Path) -> None:
    """Copy the settings of the backup into the folder of the office, unless the folder has settings.

    Raises BadData if neither has settings.
    """
    settings = folder / "office.toml"
    if settings.exists():
        return
    kept = file.with_suffix(".toml")
    if not kept.exists():
        raise BadData("There is no office in {folder}, and the backup has no settings file.", folder=folder)
    for name in ("spool", "trust", "content"):
        create_folder(folder / name)
    replace_file(settings, kept.read_bytes())


def _use_key_of_settings(args: Namespace) -> None:
    """Use the key of the office that is restored into, for a backup of an encrypted store."""
    from clerk_app.composition.settings import read_settings
    from clerk_app.composition.store_key import load_store_key, use_key

    settings = read_settings(args.office)
    if not settings.store_key:
        raise BadData(
            "{path} is damaged, or a backup of an encrypted store: set store_key in office.toml.", path=args.file
        )
    use_key(load_store_key(args.office, settings))
