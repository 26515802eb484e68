"""Conversion of a closed SQLite store between plain and encrypted (SQLCipher, raw key)."""

from __future__ import annotations

import os
from pathlib import Path

from db.engines import sqlite_library
from db.engines.crash_marker import hold_exclusively
from db.engines.sqlite import location_stamp
from db.errors import StoreBusy, StoreUnreadable
from db.files import open_private, part_path, publish_file

_CHUNK = bytes(1 << 20)


def convert_store(path: Path, *, encrypt: bool) -> None:
    """Replace the store by its encrypted or its plain form; the content of the old file is overwritten.

    The process has a store key (`sqlite_library.use_store_key`). Raises StoreBusy while a program uses the store,
    StoreUnreadable if the key does not open it, or the copy is not sound. A failed conversion leaves the old store.
    """
    with hold_exclusively(path) as is_held:
        if not is_held:
            raise StoreBusy("The store {path} is in use. Close all programs of this office first.", path=path)
        part = part_path(path)
        open_private(part, "wb").close()
        try:
            _export(path, part, encrypt=encrypt)
            with path.open("r+b") as old:
                publish_file(part, path)
                _overwrite(old.fileno())
            sqlite_library.forget_file(path)
        finally:
            part.unlink(missing_ok=True)
            for suffix in ("-wal", "-shm", "-journal"):
                part.with_name(part.name + suffix).unlink(missing_ok=True)


def check_key(path: Path) -> None:
    """Raise StoreUnreadable if the key of this process does not open an encrypted store."""
    connection = sqlite_library.connect(path, query="mode=ro")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except Exception as error:
        if not sqlite_library.is_error(error):
            raise
        raise StoreUnreadable("The store key does not open {path}, or the file is damaged.", path=path) from error
    finally:
        connection.close()


def _export(path: Path, part: Path, *, encrypt: bool) -> None:
    source = sqlite_library.connect(path, query="mode=rw", isolation_level=None)
    try:
        source.execute("PRAGMA journal_mode = DELETE")  # writes the log back to the file
        (stamp,) = source.execute("PRAGMA user_version").fetchone()
        key = f"x'{sqlite_library.store_key()}'" if encrypt else ""
        source.execute("ATTACH DATABASE ? AS target KEY ?", (str(part), key))
        source.execute("SELECT sqlcipher_export('target')")
        if stamp == location_stamp(path):  # not a copy: the new file is the store at this place
            stamp = location_stamp(part)
        source.execute(f"PRAGMA target.user_version = {int(stamp)}")
        source.execute("DETACH DATABASE target")
    finally:
        source.close()
    sqlite_library.forget_file(part)
    if sqlite_library.is_encrypted(part) != encrypt:
        raise StoreUnreadable("The copy of {path} is not sound. The store was not changed.", path=path)
    copy = sqlite_library.connect(part, query="mode=rw", isolation_level=None)
    try:
        findings = copy.execute("PRAGMA integrity_check(1)").fetchall()
    finally:
        copy.close()
    if findings != [("ok",)]:
        raise StoreUnreadable("The copy of {path} is not sound. The store was not changed.", path=path)


def _overwrite(descriptor: int) -> None:
    """Overwrite a file that has no name any more; a disk that remaps blocks may keep old ones."""
    left = os.fstat(descriptor).st_size
    os.lseek(descriptor, 0, os.SEEK_SET)
    while left > 0:
        left -= os.write(descriptor, _CHUNK[: min(left, len(_CHUNK))])
    os.fdatasync(descriptor)
