"""The SQLite library: the only module of the product that imports one, so that another build can take its place."""

from __future__ import annotations

from sqlite3 import Connection, Cursor, Error, connect

__all__ = ["Connection", "Cursor", "Error", "connect"]
