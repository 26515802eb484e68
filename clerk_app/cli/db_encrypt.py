"""`clerk db encrypt|decrypt`: convert the closed store of an office."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.composition.settings import Settings, read_settings
from clerk_app.errors import BadData
from clerk_app.locales import _


def describe_encryption(parser: Parser) -> None:
    """Add `clerk db encrypt` and `clerk db decrypt`."""
    parser.add_command("encrypt", encrypt_store, _("Encrypt the store; all programs of the office are closed."))
    parser.add_command("decrypt", decrypt_store, _("Make the store a plain file again."))


def encrypt_store(args: Namespace) -> int:
    """Convert the store to SQLCipher with the key of its source; a passphrase's key is created."""
    from clerk_app.composition.store_key import load_store_key, use_key, wrapped_key_path
    from db.engines import sqlite_library
    from db.engines.store_encryption import convert_store

    settings, path = _read_store(args.office)
    if sqlite_library.is_encrypted(path):
        raise BadData("The store {path} is encrypted already.", path=path)
    if settings.store_key == "passphrase" and not wrapped_key_path(args.office).exists():
        use_key(_create_key(args.office))
    else:
        use_key(load_store_key(args.office, settings))
    convert_store(path, encrypt=True)
    print_line(_("The store {path} is encrypted. Next: clerk keys escrow").format(path=path))
    return 0


def decrypt_store(args: Namespace) -> int:
    """Convert the store to a plain file."""
    from clerk_app.composition.store_key import load_store_key, use_key
    from db.engines import sqlite_library
    from db.engines.store_encryption import check_key, convert_store

    settings, path = _read_store(args.office)
    if not sqlite_library.is_encrypted(path):
        raise BadData("The store {path} is not encrypted.", path=path)
    use_key(load_store_key(args.office, settings))
    check_key(path)
    convert_store(path, encrypt=False)
    print_line(_("The store {path} is a plain file. Remove store_key from office.toml.").format(path=path))
    return 0


def _read_store(folder: Path) -> tuple[Settings, Path]:
    from clerk_app.composition.office import STORE_FILE

    settings, path = read_settings(folder), folder / STORE_FILE
    if settings.store or not path.exists():
        raise BadData("There is no SQLite store in {folder}.", folder=folder)
    if not settings.store_key:
        raise BadData('Set store_key in office.toml first: "credential" or "passphrase".')
    return settings, path


def _create_key(folder: Path) -> str:
    from clerk_app.composition.store_key import (
        PASSPHRASE_VARIABLE,
        generate_store_key,
        read_passphrase,
        wrap_key,
        write_wrapped_key,
    )

    passphrase = read_passphrase(_("New passphrase of the store: "))
    if not os.environ.get(PASSPHRASE_VARIABLE) and read_passphrase(_("Once more: ")) != passphrase:
        raise BadData("The two passphrases differ. Nothing was changed.")
    key = generate_store_key()
    write_wrapped_key(folder, wrap_key(key, passphrase))
    return key
