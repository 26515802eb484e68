"""A store of every version that was ever given out goes forward, whole; one that cannot stays as it was."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest

from clerk_app.desks.office import all_rules
from clerk_app.ledger import proof
from db.engines import SCHEMA, Store
from db.errors import StoreError, StoreUnreadable
from db.migrations import upgrade

RELEASED = sorted((Path(__file__).parent / "released").glob("*.db.gz"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.name.partition(".")[0])
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A store as that version left it: an office with two cases, one of them under way."""
    path = tmp_path / "store.db"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    return path


def rows_in(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
    connection.close()
    return found


def test_every_version_before_this_one_is_kept_here() -> None:
    assert [path.name.partition(".")[0] for path in RELEASED] == [f"{n:04d}" for n in range(1, int(SCHEMA))]


def test_an_older_store_is_not_opened_before_it_is_upgraded(released: Path) -> None:
    with pytest.raises(StoreUnreadable, match="older version"):
        Store(released)


def test_an_upgraded_store_has_every_row_and_its_history_holds(released: Path, tmp_path: Path) -> None:
    before = rows_in(released)
    assert upgrade(released) == min(path.name.partition(".")[0] for path in RELEASED)
    after = rows_in(released)
    positions = {"feed", "scopes"}  # told anew
    assert {name: after[name] for name in before.keys() - positions} == {
        name: before[name] for name in before.keys() - positions
    }
    store = Store(released)
    count, breaks = proof.verify(store)
    assert (count, breaks) == (before["ledger_entries"], [])
    copy = proof.rebuild(store, all_rules(), tmp_path / "copy.db")
    assert proof.differences(store, copy) == []
    assert store.sound() == []
    store.close()
    copy.close()


def test_an_upgrade_that_fails_leaves_the_old_store_as_it_was(released: Path) -> None:
    connection = sqlite3.connect(released)
    connection.execute("CREATE TABLE objections (in_the_way TEXT)")
    connection.commit()
    connection.close()
    before = rows_in(released)
    with pytest.raises(StoreError):
        upgrade(released)
    assert rows_in(released) == before
    with pytest.raises(StoreUnreadable, match="older version"):
        Store(released)
