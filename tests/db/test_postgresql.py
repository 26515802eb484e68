"""What only a server can do to a store: be away, hang up, be read-only, hold other programs' tables and locks."""

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
from db.migrations import upgrade
from tests.conftest import StoreFactory
from tests.db.test_open_store import OPEN_AND_INSERT

UNREACHABLE_URL = "postgresql://somebody:secret@127.0.0.1:1/clerk"


@pytest.fixture
def engine() -> str:
    return "postgresql"


@pytest.fixture
def url(blank: StoreFactory) -> str:
    return str(blank())


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url, busy_seconds=0.2)
    yield opened
    opened.close()


def execute_as_other(url: str, *statements: str) -> None:
    """Statements of somebody else."""
    with psycopg.connect(url, autocommit=True) as other:
        for statement in statements:
            other.execute(statement.encode())


def insert_scope(store: Store, scope: str) -> None:
    with store.write() as tx:
        tx.insert("scopes", scope=scope, version=1)


def read_scopes(store: Store) -> list[str]:
    with store.read() as look:
        return [row["scope"] for row in look.select("scopes", order=("scope",))]


@pytest.mark.parametrize("attempt", [Store, upgrade])
def test_a_server_that_is_away_is_one_sentence_without_the_password(attempt: type[Store]) -> None:
    with pytest.raises(StoreUnreadable, match="cannot be reached") as away:
        attempt(UNREACHABLE_URL)
    assert "127.0.0.1/clerk" in str(away.value)
    assert "secret" not in str(away.value)


def test_a_server_that_hung_up_is_called_again(store: Store, url: str) -> None:
    insert_scope(store, "before")
    assert read_scopes(store) == ["before"]
    hang_up = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
    execute_as_other(url, f"{hang_up} AND pid <> pg_backend_pid()")
    insert_scope(store, "after")
    assert read_scopes(store) == ["after", "before"]


def test_a_server_that_hangs_up_in_the_middle_undoes_it_and_says_so(store: Store, url: str) -> None:
    hang_up = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"

    def interrupted() -> None:
        with store.write() as tx:
            tx.insert("scopes", scope="lost", version=1)
            execute_as_other(url, f"{hang_up} AND pid <> pg_backend_pid()")
            tx.insert("scopes", scope="lost too", version=1)

    with pytest.raises(StoreUnreadable, match="cannot be reached"):
        interrupted()
    insert_scope(store, "after")
    assert read_scopes(store) == ["after"]


def test_a_server_that_is_away_for_a_while_is_called_until_it_is_back(store: Store, url: str) -> None:
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


def test_a_look_that_a_server_cut_short_does_not_keep_its_thread_from_looking_again(store: Store, url: str) -> None:
    hang_up = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"

    def interrupted() -> None:
        with store.read() as look:
            look.select("scopes")
            execute_as_other(url, f"{hang_up} AND pid <> pg_backend_pid()")
            look.select("scopes")

    insert_scope(store, "hall")
    for _again in range(2):
        with pytest.raises(StoreUnreadable, match="cannot be reached"):
            interrupted()
    assert read_scopes(store) == ["hall"]


def test_what_another_program_holds_is_waited_for_but_not_for_ever(store: Store, url: str) -> None:
    insert_scope(store, "hall")
    with psycopg.connect(url) as other:
        other.execute("SELECT * FROM scopes FOR UPDATE")
        begun = time.monotonic()
        with pytest.raises(StoreBusy, match="in use by another program"), store.write() as tx:
            tx.get_for_update("scopes", scope="hall")
        assert time.monotonic() - begun < 2
        assert read_scopes(store) == ["hall"]
    insert_scope(store, "after")


def test_a_read_only_server_says_so(url: str) -> None:
    only = "options=-c%20default_transaction_read_only%3Don"  # for this one's connections, not for all tests
    store = Store(f"{url}{'&' if '?' in url else '?'}{only}")
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
    there = f"{url}&options=-csearch_path%3Dsongs"
    for attempt in (Store, upgrade):
        with pytest.raises(StoreUnreadable, match="holds no store of this program"):
            attempt(there)
    execute_as_other(url, "DROP SCHEMA songs CASCADE")


def test_several_programs_starting_at_once_make_one_store(url: str) -> None:
    execute_as_other(url, "CREATE SCHEMA fresh")
    there = f"{url}&options=-csearch_path%3Dfresh"
    programs = [
        subprocess.Popen([sys.executable, "-c", OPEN_AND_INSERT, there, f"program {n}"], stdin=subprocess.PIPE)
        for n in range(2)
    ]
    for program in programs:
        program.communicate(b"go\n", timeout=60)
    assert [program.returncode for program in programs] == [0] * 2
    store = Store(there)
    assert len(read_scopes(store)) == 2
    assert store.check_integrity() == []
    store.close()
    execute_as_other(url, "DROP SCHEMA fresh CASCADE")


def test_what_was_new_to_a_transaction_that_failed_is_no_trouble_afterwards(store: Store, url: str) -> None:
    def interrupted() -> None:
        with store.write() as tx:
            tx.insert("scopes", scope="hall", version=1)
            tx.insert("scopes", scope="hall", version=1)  # fails, and with it all that is sent before it is known
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


def test_a_server_is_spoken_with_however_many_connections_a_program_holds(url: str) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 1200:
        pytest.skip("this machine lets a program open no more than a thousand files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]  # select() knows none beyond 1023
    try:
        store = Store(url)
        insert_scope(store, "late")
        assert read_scopes(store) == ["late"]
        store.close()
    finally:
        for one in held:
            os.close(one)


def test_a_store_is_durable_before_it_answers(store: Store) -> None:
    with store.write() as tx:
        settings = tx._connection.execute("SHOW synchronous_commit").fetchone()
    assert settings == {"synchronous_commit": "on"}
