"""Transactions: durable, atomic, one writer at a time; every failure has a sentence."""

from __future__ import annotations

import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.engines import Store, Transaction
from db.errors import StoreBusy, StoreError, StoreUnreadable, StoreUnwritable, WriteNotAllowed
from tests.conftest import StoreFactory
from tests.empty_store import create_empty_store
from tests.engines import ObservedSqlite, raw_connection, sqlite_only


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return create_empty_store(tmp_path / "store.db")


@pytest.fixture
def store(make_store: StoreFactory) -> Iterator[Store]:
    opened = Store(make_store(), busy_seconds=0.2)
    yield opened
    opened.close()


def read_scopes(store: Store) -> list[str]:
    with store.read() as tx:
        return [row["scope"] for row in tx.select("scopes", order=("scope",))]


def insert_scope(store: Store, scope: str) -> None:
    with store.write() as tx:
        tx.insert("scopes", scope=scope, version=1)


@sqlite_only
def test_commits_are_durable(store: Store) -> None:
    with raw_connection(store) as connection:
        settings = {
            name: connection.execute(f"PRAGMA {name}").fetchone()[name]
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


def test_a_prefetched_result_is_dropped_when_something_was_written(store: Store) -> None:
    values = {"scope": "hall", "version": 0, "many": 9}
    with store.write() as tx:
        tx.prefetch("ledger.feed_after", **values)
        assert tx.query_all("ledger.feed_after", **values) == []
        tx.prefetch("ledger.feed_after", **values)
        tx.insert("feed", scope="hall", document="case/1", version=1)
        assert tx.query_all("ledger.feed_after", **values) == [{"version": 1, "document": "case/1"}]
        tx.prefetch("ledger.feed_after", **values)
        assert tx.query_all("ledger.feed_after", **{**values, "version": 1}) == []  # other values


def test_several_statements_may_be_prefetched(store: Store) -> None:
    values = {"scope": "hall", "version": 0, "many": 9}
    with store.write() as tx:
        tx.insert("feed", scope="hall", document="case/1", version=1)
        tx.prefetch("catalogue.newest_version")
        tx.prefetch("ledger.feed_after", **values)
        assert tx.query_one("catalogue.newest_version") is None
        assert tx.query_all("ledger.feed_after", **values) == [{"version": 1, "document": "case/1"}]


def test_a_failed_transaction_is_rolled_back(store: Store) -> None:
    def fail() -> None:
        with store.write() as tx:
            tx.insert("scopes", scope="hall", version=1)
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        fail()
    assert read_scopes(store) == []
    insert_scope(store, "after")
    assert read_scopes(store) == ["after"]


def test_a_read_transaction_does_not_write_even_after_a_read_only_block(store: Store) -> None:
    with store.read() as tx:
        with tx.read_only():
            assert tx.select("scopes") == []
        with pytest.raises(WriteNotAllowed):
            tx.insert("scopes", scope="hall", version=1)
    assert read_scopes(store) == []


def insert_and_fail(tx: Transaction) -> None:
    with tx.savepoint(ignore=(ZeroDivisionError,)):
        tx.insert("scopes", scope="raised", version=1)
        raise ValueError("not ignored")


def test_a_savepoint_rolls_back_and_ignores_the_named_errors_only(store: Store) -> None:
    with store.write() as tx:
        tx.insert("scopes", scope="before", version=1)
        with tx.savepoint(ignore=(ZeroDivisionError,)):
            tx.insert("scopes", scope="ignored", version=1)
            tx.mark_changed("hall", "case/1")
            raise ZeroDivisionError
        with pytest.raises(ValueError, match="not ignored"):
            insert_and_fail(tx)
        assert tx.changed_documents == []
        tx.insert("scopes", scope="after", version=1)
    assert read_scopes(store) == ["after", "before"]


def test_a_read_only_transaction_runs_no_named_statement_that_writes(store: Store) -> None:
    with store.write() as tx, tx.read_only():
        for run in (tx.query_one, tx.query_all, tx.prefetch, tx.start_query, tx.execute):
            with pytest.raises(WriteNotAllowed):
                run("cases.decrease_pending", number="260000000009", many=1)
    with store.read() as tx, pytest.raises(WriteNotAllowed):
        tx.query_one("cases.decrease_pending", number="260000000009", many=1)


def insert_much_in_savepoint(tx: Transaction) -> None:
    tx.insert("scopes", scope="before", version=1)
    with tx.savepoint(ignore=(Exception,)):
        insert_much(tx)


def test_a_full_disk_in_a_savepoint_is_not_ignored(path: Path) -> None:
    backend = ObservedSqlite(path)
    store = Store(backend)
    backend.limit_growth(2)
    with pytest.raises(StoreUnwritable, match="disk is full"), store.write() as tx:
        insert_much_in_savepoint(tx)
    assert read_scopes(store) == []
    store.close()


def test_a_savepoint_keeps_the_error_that_it_ignored(store: Store) -> None:
    with store.write() as tx:
        with tx.savepoint(ignore=(ZeroDivisionError,)) as failed:
            raise ZeroDivisionError
        with tx.savepoint(ignore=(ZeroDivisionError,)) as succeeded:
            tx.insert("scopes", scope="hall", version=1)
    assert isinstance(failed.error, ZeroDivisionError)
    assert succeeded.error is None


@sqlite_only
@pytest.mark.parametrize("column", ["locked_until", "busy", "readonly", "is_full", "corrupt", "unable to open"])
def test_a_sqlite_error_is_recognised_by_its_code_and_not_by_the_words_in_it(store: Store, column: str) -> None:
    with raw_connection(store) as connection:
        connection.execute(f'CREATE TABLE sample (id INTEGER, "{column}" INTEGER NOT NULL)')
    with pytest.raises(StoreError, match=f"refused: NOT NULL.*{column}") as refused, store.write() as tx:
        tx.insert("sample", id=1)
    assert type(refused.value) is StoreError


@sqlite_only
def test_a_locked_table_is_reported_as_in_use(store: Store) -> None:
    with raw_connection(store) as connection:
        connection.execute("INSERT INTO scopes VALUES ('a', 1)")
        rows = connection.execute("SELECT scope FROM scopes")
        with pytest.raises(sqlite3.OperationalError) as locked:
            connection.execute("DROP TABLE scopes")  # SQLITE_LOCKED: a statement of this connection reads it
        rows.fetchall()
    assert isinstance(store.backend.translate_error(locked.value), StoreBusy)


def test_nothing_is_written_in_a_read_only_block(store: Store) -> None:
    with store.write() as tx:
        with tx.read_only():
            assert tx.select("scopes") == []
            with pytest.raises(WriteNotAllowed):
                tx.insert("scopes", scope="too early", version=1)
        tx.insert("scopes", scope="kept", version=1)
    assert read_scopes(store) == ["kept"]


def test_a_read_transaction_is_a_snapshot_and_blocks_nobody(store: Store) -> None:
    with store.read() as tx:
        assert tx.select("scopes") == []
        insert_scope(store, "later")
        assert tx.select("scopes") == []
        with store.read() as inner:
            assert inner.select("scopes") == []
    assert read_scopes(store) == ["later"]


@sqlite_only
def test_a_writer_waits_for_another_program_with_a_timeout(store: Store) -> None:
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(StoreBusy, match="in use by another program"):
        insert_scope(store, "hall")
    assert time.monotonic() - started < 2
    assert read_scopes(store) == []  # readers are not blocked
    other.execute("ROLLBACK")
    other.close()
    insert_scope(store, "hall")
    assert read_scopes(store) == ["hall"]


def test_a_writer_continues_when_the_other_program_is_done(path: Path) -> None:
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


def test_a_full_disk_is_reported_and_changes_nothing(path: Path) -> None:
    backend = ObservedSqlite(path)
    store = Store(backend)
    insert_scope(store, "before")
    backend.limit_growth(2)
    with pytest.raises(StoreUnwritable, match="disk is full"), store.write() as tx:
        insert_much(tx)
    assert read_scopes(store) == ["before"]
    assert store.check_integrity() == []
    store.close()


@sqlite_only
def test_a_failing_disk_is_reported_and_changes_nothing(store: Store) -> None:
    insert_scope(store, "before")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)  # the write-ahead log would grow to 1 MB
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, limits[1]))
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
        assert [(scope.scope, scope.version) for scope in session.exec(select(FeedScope))] == [("hall", 1)]


def test_a_transaction_of_another_thread_ends_before_its_connection_is_closed(store: Store) -> None:
    insert_scope(store, "hall")
    begun, closed = threading.Event(), threading.Event()
    found: list[str] = []

    def read() -> None:
        with store.read() as tx:
            begun.set()
            closed.wait(10)
            found.extend(row["scope"] for row in tx.select("scopes"))

    reader = threading.Thread(target=read)
    reader.start()
    assert begun.wait(10)
    store.close()
    closed.set()
    reader.join()
    assert found == ["hall"]
    with pytest.raises(StoreUnreadable, match="was closed"), store.read():
        pass
