"""Stores of released versions, kept as files, on either engine."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import psycopg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import create_engine

from db import migrations


def unpack_store(packed: Path, path: Path) -> Path:
    """Write a packed store to `path`; return it."""
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    return path


def read_version(path: Path) -> str:
    """Return the schema version of a store."""
    connection = sqlite3.connect(path)
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    connection.close()
    return str(version)


def copy_to_server(path: Path, url: str) -> None:
    """Create the tables of a store's own version in an empty database, with the store's rows."""
    version = read_version(path)
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"fn": lambda revision, _: scripts._upgrade_revs(version, revision)}
        )
        with Operations.context(context):
            context.run_migrations()
    engine.dispose()
    rows = sqlite3.connect(path)
    rows.row_factory = sqlite3.Row
    with psycopg.connect(url) as server:
        for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
            kinds: dict[str, str] = dict(server.execute(columns, (name,)).fetchall())
            for row in map(dict, rows.execute(f"SELECT * FROM {name}")) if name != "alembic_version" else ():
                values = [bool(value) if kinds[column] == "boolean" else value for column, value in row.items()]
                server.execute(
                    sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                        sql.Identifier(name),
                        sql.SQL(", ").join(map(sql.Identifier, row)),
                        sql.SQL(", ").join([sql.Placeholder()] * len(values)),
                    ),
                    values,
                )
    rows.close()
