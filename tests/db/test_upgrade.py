"""A store of every released version is upgraded completely; a failed upgrade leaves it unchanged."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import psycopg
import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import create_engine

from clerk_app.composition.registry import all_rules
from clerk_app.ledger import audit
from db import migrations
from db.engines import SCHEMA_VERSION, Store
from db.errors import StoreError, StoreUnreadable
from db.upgrade import upgrade
from tests.engines import PostgresServer, postgresql_only

RELEASED = sorted((Path(__file__).parent / "released").glob("*.db.gz"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.name.partition(".")[0])
def released_store(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Store of a released version: an office with two cases, one of them in progress."""
    path = tmp_path / "store.db"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return path


def count_rows(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
    connection.close()
    return found


def test_there_is_a_store_of_every_earlier_version() -> None:
    assert [path.name.partition(".")[0] for path in RELEASED] == [f"{n:04d}" for n in range(1, int(SCHEMA_VERSION))]


def test_an_older_store_is_not_opened_before_it_is_upgraded(released_store: Path) -> None:
    with pytest.raises(StoreUnreadable, match="older version"):
        Store(released_store)


def test_an_upgraded_store_has_every_row_and_its_log_verifies(released_store: Path, tmp_path: Path) -> None:
    before = count_rows(released_store)
    assert upgrade(released_store) == min(path.name.partition(".")[0] for path in RELEASED)
    after = count_rows(released_store)
    feed_tables = {"feed", "scopes"}  # written again
    assert {name: after[name] for name in before.keys() - feed_tables} == {
        name: before[name] for name in before.keys() - feed_tables
    }
    store = Store(released_store)
    count, breaks = audit.verify_log(store)
    assert (count, breaks) == (before["ledger_entries"], [])
    copy = audit.rebuild_store(store, all_rules(), tmp_path / "copy.db")
    assert audit.list_different_tables(store, copy) == []
    assert store.check_integrity() == []
    store.close()
    copy.close()


def test_an_upgrade_that_fails_leaves_the_old_store_as_it_was(released_store: Path) -> None:
    connection = sqlite3.connect(released_store)
    connection.execute("CREATE TABLE objections (in_the_way TEXT)")
    connection.commit()
    connection.close()
    before = count_rows(released_store)
    with pytest.raises(StoreError):
        upgrade(released_store)
    assert count_rows(released_store) == before
    with pytest.raises(StoreUnreadable, match="older version"):
        Store(released_store)


@postgresql_only
def test_a_store_on_a_server_is_upgraded(
    engine: str, postgres: PostgresServer, released_store: Path, tmp_path: Path
) -> None:
    assert engine == "postgresql"
    where = postgres.url(postgres.copy_database("template0"))
    _create_released_store(where, released_store)
    assert upgrade(where) == "0001"
    store = Store(where)
    count, breaks = audit.verify_log(store)
    assert (count, breaks) == (count_rows(released_store)["ledger_entries"], [])
    copy = audit.rebuild_store(store, all_rules(), tmp_path / "copy.db")
    assert audit.list_different_tables(store, copy) == []
    store.close()
    copy.close()


def _create_released_store(where: str, released_store: Path) -> None:
    """Create the tables of the first version on a server, with the rows of a released store."""
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(where))
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"fn": lambda revision, _: scripts._upgrade_revs("0001", revision)}
        )
        with Operations.context(context):
            context.run_migrations()
    engine.dispose()
    rows = sqlite3.connect(released_store)
    rows.row_factory = sqlite3.Row
    with psycopg.connect(where) as server:
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
