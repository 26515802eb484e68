"""Failures of a database server: unreachable, closed connections, read-only, foreign tables and locks."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator

import psycopg
import pytest

from db.engines import SCHEMA_VERSION, Store
from db.errors import StoreBusy, StoreConflict, StoreUnreadable, StoreUnwritable
from db.upgrade import upgrade
from tests.conftest import StoreFactory
from tests.db.test_open_store import OPEN_AND_INSERT
from tests.engines import raw_connection

UNREACHABLE_URL = "postgresql://somebody:secret@127.0.0.1:1/clerk"


@pytest.fixture
def engine() -> str:
    return "postgresql"


@pytest.fixture
def url(make_store: StoreFactory) -> str:
    return str(make_store())


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url, busy_seconds=0.2)
    yield opened
    opened.close()


def execute_as_other(url: str, *statements: str) -> None:
    """Execute statements on another connection."""
    with psycopg.connect(url, autocommit=True) as other:
        for statement in statements:
            other.execute(statement.encode())


def insert_scope(store: Store, scope: str) -> None:
    with store.write() as tx:
        tx.insert("scopes", scope=scope, version=1)


def read_scopes(store: Store) -> list[str]:
    with store.read() as tx:
        return [row["scope"] for row in tx.select("scopes", order=("scope",))]


@pytest.mark.parametrize("attempt", [Store, upgrade])
def test_an_unreachable_server_is_reported_without_the_password(attempt: type[Store]) -> None:
    with pytest.raises(StoreUnreadable, match="cannot be reached") as error:
        attempt(UNREACHABLE_URL)
    assert "127.0.0.1/clerk" in str(error.value)
    assert "secret" not in str(error.value)


def test_a_connection_closed_by_the_server_is_replaced(store: Store, url: str) -> None:
    insert_scope(store, "before")
    assert read_scopes(store) == ["before"]
    disconnect = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
    execute_as_other(url, f"{disconnect} AND pid <> pg_backend_pid()")
    insert_scope(store, "after")
    assert read_scopes(store) == ["after", "before"]


def test_a_connection_closed_in_a_transaction_rolls_it_back(store: Store, url: str) -> None:
    disconnect = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"

    def interrupted() -> None:
        with store.write() as tx:
            tx.insert("scopes", scope="lost", version=1)
            execute_as_other(url, f"{disconnect} AND pid <> pg_backend_pid()")
            tx.insert("scopes", scope="lost too", version=1)

    with pytest.raises(StoreUnreadable, match="cannot be reached"):
        interrupted()
    insert_scope(store, "after")
    assert read_scopes(store) == ["after"]


def test_a_store_reconnects_when_its_server_is_back(store: Store, url: str) -> None:
    insert_scope(store, "before")
    assert read_scopes(store) == ["before"]
    name = str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])
    elsewhere = psycopg.conninfo.make_conninfo(url, dbname="postgres")
    execute_as_other(elsewhere, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    execute_as_other(
        elsewhere, f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
    )
    for _again in range(3):
        with pytest.raises(StoreUnreadable, match="cannot be reached"):
            insert_scope(store, "meanwhile")
        with pytest.raises(StoreUnreadable, match="cannot be reached"):
            read_scopes(store)
    execute_as_other(elsewhere, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    insert_scope(store, "after")
    assert read_scopes(store) == ["after", "before"]


def test_a_thread_reads_again_after_its_connection_was_closed(store: Store, url: str) -> None:
    disconnect = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"

    def interrupted() -> None:
        with store.read() as tx:
            tx.select("scopes")
            execute_as_other(url, f"{disconnect} AND pid <> pg_backend_pid()")
            tx.select("scopes")

    insert_scope(store, "hall")
    for _again in range(2):
        with pytest.raises(StoreUnreadable, match="cannot be reached"):
            interrupted()
    assert read_scopes(store) == ["hall"]


def test_a_lock_of_another_program_is_waited_for_with_a_timeout(store: Store, url: str) -> None:
    insert_scope(store, "hall")
    with psycopg.connect(url) as other:
        other.execute("SELECT * FROM scopes FOR UPDATE")
        started = time.monotonic()
        with pytest.raises(StoreBusy, match="in use by another program"), store.write() as tx:
            tx.get_for_update("scopes", scope="hall")
        assert time.monotonic() - started < 2
        assert read_scopes(store) == ["hall"]
    insert_scope(store, "after")


def test_a_read_only_server_is_reported(url: str) -> None:
    option = "options=-c%20default_transaction_read_only%3Don"  # for this store's connections only
    store = Store(f"{url}{'&' if '?' in url else '?'}{option}")
    with pytest.raises(StoreUnwritable, match="read-only"):
        insert_scope(store, "hall")
    assert read_scopes(store) == []
    store.close()


def test_a_store_of_another_version_is_refused_with_the_way_out(url: str) -> None:
    execute_as_other(url, "UPDATE alembic_version SET version_num = '9999'")
    for attempt in (Store, upgrade):
        with pytest.raises(
            StoreUnreadable, match=rf"newer version \(9999\) than this program knows \({SCHEMA_VERSION}\)"
        ):
            attempt(url)
    execute_as_other(url, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(StoreUnreadable, match="run: clerk db upgrade"):
        Store(url)


def test_the_database_of_another_program_is_refused_and_not_touched(url: str) -> None:
    execute_as_other(url, "CREATE SCHEMA songs", "CREATE TABLE songs.titles (title TEXT)")
    other_url = f"{url}&options=-csearch_path%3Dsongs"
    for attempt in (Store, upgrade):
        with pytest.raises(StoreUnreadable, match="holds no store of this program"):
            attempt(other_url)
    execute_as_other(url, "DROP SCHEMA songs CASCADE")


@pytest.mark.wide
def test_several_programs_that_start_together_create_one_store(url: str) -> None:
    execute_as_other(url, "CREATE SCHEMA fresh")
    other_url = f"{url}&options=-csearch_path%3Dfresh"
    programs = [
        subprocess.Popen([sys.executable, "-c", OPEN_AND_INSERT, other_url, f"program {n}"], stdin=subprocess.PIPE)
        for n in range(2)
    ]
    for program in programs:
        program.communicate(b"go\n", timeout=60)
    assert [program.returncode for program in programs] == [0] * 2
    store = Store(other_url)
    assert len(read_scopes(store)) == 2
    assert store.check_integrity() == []
    store.close()
    execute_as_other(url, "DROP SCHEMA fresh CASCADE")


def test_statements_first_prepared_in_a_failed_transaction_work_later(store: Store, url: str) -> None:
    def interrupted() -> None:
        with store.write() as tx:
            tx.insert("scopes", scope="hall", version=1)
            tx.insert("scopes", scope="hall", version=1)  # fails, and so does everything sent before the error is read
            tx.delete("cursors", scope="hall")
            tx.insert("cursors", scope="hall", version=1)

    for _again in range(3):
        with pytest.raises(StoreConflict):
            interrupted()
    with store.write() as tx:
        tx.delete("cursors", scope="hall")
        tx.insert("cursors", scope="hall", version=1)
        assert tx.get("cursors", scope="hall") == {"scope": "hall", "version": 1}
    insert_scope(store, "after")
    assert read_scopes(store) == ["after"]


def test_a_connection_may_have_a_file_descriptor_beyond_1023(url: str) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 1200:
        pytest.skip("the limit of open files is too low")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]  # select() supports none beyond 1023
    try:
        store = Store(url)
        insert_scope(store, "late")
        assert read_scopes(store) == ["late"]
        store.close()
    finally:
        for descriptor in held:
            os.close(descriptor)


def test_commits_are_durable(store: Store) -> None:
    with raw_connection(store) as connection:
        settings = connection.execute("SHOW synchronous_commit").fetchone()
    assert settings == {"synchronous_commit": "on"}
