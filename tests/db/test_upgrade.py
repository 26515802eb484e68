"""A store of every released version is upgraded completely; a failed upgrade leaves it unchanged."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from clerk_app.composition.registry import all_rules
from clerk_app.ledger import audit
from db.engines import SCHEMA_VERSION, Store
from db.errors import StoreError, StoreUnreadable
from db.json_lists import encode_json_list
from db.tables import JSON_LISTS
from db.upgrade import upgrade
from tests.engines import PostgresServer, postgresql_only
from tests.released_stores import copy_to_server, read_version, unpack_store

RELEASED = sorted((Path(__file__).parent / "released").glob("*.db.gz"))

EDGES = (RELEASED[0], RELEASED[1], RELEASED[-1])  # every step upwards, a center, the newest step alone


@pytest.fixture(
    params=[
        pytest.param(path, id=path.name.partition(".")[0], marks=[] if path in EDGES else [pytest.mark.wide])
        for path in RELEASED
    ]
)
def released_store(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Store of a released version: an office with two cases (0001, 0003, 0005), the center of a city (0002)."""
    return unpack_store(request.param, tmp_path / "store.db")


def count_rows(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
    connection.close()
    return found


def add_a_paused_task(path: Path) -> None:
    """Add a request for two materials as stores before 0003 joined them; none of the released ones has a request."""
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO supplements (id, task, case_number, notice, materials, reason, asked_by, asked_at)"
        " VALUES ('s', 't', 'c', 'n', 'birth-certificate,\"photo\"', '', '', 0)"
    )
    connection.commit()
    connection.close()


def read_lists(store: Store) -> dict[str, list[str]]:
    """Return the texts of all columns with lists, by "table.column"."""
    with store.read() as tx:
        return {f"{table}.{column}": [row[column] for row in tx.select(table)] for table, column in JSON_LISTS}


def test_there_is_a_store_of_every_earlier_version(tmp_path: Path) -> None:
    versions = [f"{number:04d}" for number in range(1, int(SCHEMA_VERSION))]
    assert [path.name.partition(".")[0] for path in RELEASED] == versions
    assert [read_version(unpack_store(path, tmp_path / path.stem)) for path in RELEASED] == versions


def test_an_older_store_is_not_opened_before_it_is_upgraded(released_store: Path) -> None:
    with pytest.raises(StoreUnreadable, match="older version"):
        Store(released_store)


@pytest.mark.many_cases
def test_an_upgraded_store_has_every_row_and_its_log_verifies(released_store: Path, tmp_path: Path) -> None:
    before, version = count_rows(released_store), read_version(released_store)
    assert upgrade(released_store) == version
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


@pytest.mark.many_cases
def test_an_upgraded_store_has_its_lists_as_json(released_store: Path) -> None:
    joins_lists = read_version(released_store) < "0003"
    if joins_lists:
        add_a_paused_task(released_store)
    upgrade(released_store)
    store = Store(released_store)
    lists = read_lists(store)
    store.close()
    for texts in lists.values():
        assert [encode_json_list(msgspec.json.decode(text, type=list[str])) for text in texts if text] == [
            *filter(None, texts)
        ]
    assert set(lists["windows.categories"]) == {'["A","B"]'}
    materials = r'["birth-certificate","\"photo\""]' if joins_lists else '["safety-plan"]'
    assert materials in lists["supplements.materials"]


def test_an_upgrade_that_fails_leaves_the_old_store_as_it_was(released_store: Path) -> None:
    connection = sqlite3.connect(released_store)
    connection.execute(
        "CREATE TRIGGER in_the_way BEFORE UPDATE ON alembic_version BEGIN SELECT RAISE(ABORT, 'in the way'); END"
    )
    connection.commit()
    before = list(connection.iterdump())
    connection.close()
    with pytest.raises(StoreError):
        upgrade(released_store)
    connection = sqlite3.connect(released_store)
    assert list(connection.iterdump()) == before
    connection.execute("DROP TRIGGER in_the_way")
    connection.close()
    with pytest.raises(StoreUnreadable, match="older version"):
        Store(released_store)


@postgresql_only
@pytest.mark.wide
def test_a_store_on_a_server_is_upgraded(
    engine: str, postgres: PostgresServer, released_store: Path, tmp_path: Path
) -> None:
    assert engine == "postgresql"
    url = postgres.url(postgres.copy_database("template0"))
    copy_to_server(released_store, url)
    assert upgrade(url) == read_version(released_store)
    upgrade(released_store)
    store, same_on_sqlite = Store(url), Store(released_store)
    count, breaks = audit.verify_log(store)
    assert (count, breaks) == (count_rows(released_store)["ledger_entries"], [])
    copy = audit.rebuild_store(store, all_rules(), tmp_path / "copy.db")
    for other in (copy, same_on_sqlite):
        assert audit.list_different_tables(store, other) == []
        other.close()
    store.close()
