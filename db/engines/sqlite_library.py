"""The SQLite library: the only module of the product that imports one.

It is Python's own; in a process with a store key it is SQLCipher, for every file: two libraries in one process do not
see each other's locks on a file.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from sqlite3 import Connection, Cursor
from typing import Any
from urllib.parse import quote

__all__ = [
    "Connection",
    "Cursor",
    "connect",
    "forget_file",
    "is_encrypted",
    "is_error",
    "key_pragma",
    "store_key",
    "use_store_key",
    "uses_key",
]

_PLAIN_HEADER = b"SQLite format 3\0"
_KEY_CHARACTERS = 64  # 32 bytes in hex

_errors: tuple[type[BaseException], ...] = (sqlite3.Error,)
_driver: Any = sqlite3
_key = ""
_keyed_files: dict[str, bool] = {}  # by path: whether connections to it use the key


def use_store_key(key: str) -> None:
    """Use SQLCipher from now on in this process, with this key (64 hex digits) for files that are not plain.

    Called before the first connection. Raises ImportError without the package `sqlcipher3`, ValueError.
    """
    global _driver, _key, _errors
    if len(key) != _KEY_CHARACTERS or not all(character in "0123456789abcdef" for character in key):
        raise ValueError("a store key has 64 hex digits")
    import sqlcipher3.dbapi2

    _driver, _key = sqlcipher3.dbapi2, key
    _errors = (sqlite3.Error, sqlcipher3.dbapi2.Error)  # the second is no subclass of the first


def store_key() -> str:
    """Return the key of this process; "" without one."""
    return _key


def key_pragma(key: str) -> str:
    """Return the statement that sets a raw key, which costs no derivation."""
    return f"PRAGMA key = \"x'{key}'\""


def is_encrypted(path: str | os.PathLike[str]) -> bool:
    """Return whether a file that is not open in this process has content and is no plain SQLite file.

    Closing an open file drops the locks that SQLite holds on it in this process (POSIX advisory locks).
    """
    try:
        with Path(path).open("rb") as file:
            header = file.read(len(_PLAIN_HEADER))
    except FileNotFoundError:
        return False
    return bool(header) and header != _PLAIN_HEADER


def uses_key(path: str | os.PathLike[str]) -> bool:
    """Return whether connections to a file use the key of this process: a new or an encrypted file, not a plain one.

    The file is looked at once, before the first connection to it.
    """
    if not _key:
        return False
    name = os.path.abspath(path)
    if name not in _keyed_files:
        _keyed_files[name] = is_encrypted(path) or not Path(path).exists() or Path(path).stat().st_size == 0
    return _keyed_files[name]


def forget_file(path: str | os.PathLike[str]) -> None:
    """Look at a closed file again, because it was replaced."""
    _keyed_files.pop(os.path.abspath(path), None)


def is_error(error: BaseException) -> bool:
    """Return whether an error is one of the library in use."""
    return isinstance(error, _errors)


def connect(path: str | os.PathLike[str], *, query: str = "", **options: Any) -> Connection:
    """Open a file; a new file is encrypted if this process has a key. `query` has parameters such as `mode=rw`."""
    has_key = uses_key(path)
    location = f"file:{quote(str(path))}?{query}" if query else str(path)
    connection: Connection = _driver.connect(location, uri=bool(query), **options)
    if has_key:
        connection.execute("PRAGMA cipher_log_level = NONE")  # otherwise a wrong key is reported over the screen
        connection.execute(key_pragma(_key))
    return connection
