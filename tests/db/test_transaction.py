"""Writing: durable, one writer at a time, all or nothing, and every failure a sentence."""

from __future__ import annotations

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engines import Store, Transaction
from db.errors import StoreBusy, StoreError, StoreUnwritable, WriteNotAllowed
from tests.conftest import StoreFactory
from tests.empty_store import create_empty_store
from tests.engines import sqlite_only


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return create_empty_store(tmp_path / "store.db")


@pytest.fixture
def store(blank: StoreFactory) -> Iterator[Store]:
    opened = Store(blank(), busy_seconds=0.2)
    yield opened
    opened.close()


def read_scopes(store: Store) -> list[str]:
    with store.read() as look:
        return [row["scope"] for row in look.select("scopes", order=("scope",))]


def insert_scope(store: Store, scope: str) -> None:
    with store.write() as tx:
        tx.insert("scopes", scope=scope, version=1)


@sqlite_only
def test_a_store_is_durable_before_it_answers(store: Store) -> None:
    with store.write() as tx:
        settings = {
            name: tx._connection.execute(f"PRAGMA {name}").fetchone()[name]
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def test_what_was_asked_ahead_is_asked_again_once_something_was_written(store: Store) -> None:
    asked = {"scope": "hall", "version": 0, "many": 9}
    with store.write() as tx:
        tx.prefetch("ledger.feed_after", **asked)
        assert tx.query_all("ledger.feed_after", **asked) == []
        tx.prefetch("ledger.feed_after", **asked)
        tx.insert("feed", scope="hall", document="case/1", version=1)
        assert tx.query_all("ledger.feed_after", **asked) == [{"version": 1, "document": "case/1"}]
        tx.prefetch("ledger.feed_after", **asked)
        assert tx.query_all("ledger.feed_after", **{**asked, "version": 1}) == []  # something else


def test_a_failure_inside_a_transaction_leaves_nothing(store: Store) -> None:
    def spoil() -> None:
        with store.write() as tx:
            tx.insert("scopes", scope="hall", version=1)
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        spoil()
    assert read_scopes(store) == []
    insert_scope(store, "after")
    assert read_scopes(store) == ["after"]


def test_while_a_choice_is_made_nothing_can_be_written(store: Store) -> None:
    with store.write() as tx:
        with tx.read_only():
            assert tx.select("scopes") == []
            with pytest.raises(WriteNotAllowed):
                tx.insert("scopes", scope="too early", version=1)
        tx.insert("scopes", scope="kept", version=1)
    assert read_scopes(store) == ["kept"]


def test_a_look_sees_one_moment_and_blocks_nobody(store: Store) -> None:
    with store.read() as look:
        assert look.select("scopes") == []
        insert_scope(store, "later")
        assert look.select("scopes") == []
        with store.read() as inner:
            assert inner.select("scopes") == []
    assert read_scopes(store) == ["later"]


@sqlite_only
def test_a_writer_waits_for_another_program_but_not_for_ever(store: Store) -> None:
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    begun = time.monotonic()
    with pytest.raises(StoreBusy, match="in use by another program"):
        insert_scope(store, "hall")
    assert time.monotonic() - begun < 2
    assert read_scopes(store) == []  # reading goes on
    other.execute("ROLLBACK")
    other.close()
    insert_scope(store, "hall")
    assert read_scopes(store) == ["hall"]


def test_a_writer_gets_its_turn_when_the_other_program_is_done(path: Path) -> None:
    waiting = threading.Event()
    patient = Store(path, busy_seconds=20, on_statement=lambda sql: waiting.set() if "BEGIN" in sql else None)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    thread = threading.Thread(target=insert_scope, args=(patient, "hall"))
    thread.start()
    assert waiting.wait(10)
    other.execute("COMMIT")
    thread.join(20)
    assert read_scopes(patient) == ["hall"]
    other.close()
    patient.close()


def insert_much(tx: Transaction) -> None:
    for number in range(4_000):
        tx.insert("scopes", scope=f"{number:05d}" * 40, version=1)


def limit_growth(store: Store, more_pages: int) -> None:
    """From now on the store may grow by so many pages and no more: what a full disk is to SQLite."""
    with store.write() as tx:
        count = tx._connection.execute("PRAGMA page_count").fetchone()["page_count"]
        tx._connection.execute(f"PRAGMA max_page_count = {count + more_pages}").fetchone()


@sqlite_only
def test_a_full_disk_is_a_sentence_and_changes_nothing(store: Store) -> None:
    insert_scope(store, "before")
    limit_growth(store, 2)
    with pytest.raises(StoreUnwritable, match="disk is full"), store.write() as tx:
        insert_much(tx)
    assert read_scopes(store) == ["before"]
    assert store.check_integrity() == []


@sqlite_only
def test_a_disk_that_refuses_to_write_is_a_sentence_and_changes_nothing(store: Store) -> None:
    insert_scope(store, "before")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (store.path.stat().st_size, limits[1]))
    try:
        with pytest.raises(StoreError, match="Nothing was changed"), store.write() as tx:
            insert_much(tx)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert read_scopes(store) == ["before"]
    assert store.check_integrity() == []


def test_sessions_read_objects(store: Store) -> None:
    from sqlmodel import select

    from db.tables import FeedScope

    insert_scope(store, "hall")
    with store.session() as session:
        assert [(one.scope, one.version) for one in session.exec(select(FeedScope))] == [("hall", 1)]
