"""Opening a store: any other file is rejected with a sentence and stays unchanged."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from psycopg import sql

from db.engines import SCHEMA_VERSION, Store
from db.errors import StoreUnreadable, StoreUnwritable
from db.upgrade import upgrade
from tests.empty_store import create_empty_store
from tests.engines import PostgresServer


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return create_empty_store(tmp_path / "store.db")


def alter(path: Path, sql: str) -> bytes:
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()
    return path.read_bytes()


def test_a_store_of_a_newer_version_is_refused_and_not_touched(path: Path) -> None:
    before = alter(path, "UPDATE alembic_version SET version_num = '9999'")
    for attempt in (Store, upgrade):
        with pytest.raises(
            StoreUnreadable, match=rf"newer version \(9999\) than this program knows \({SCHEMA_VERSION}\)"
        ):
            attempt(path)
    assert path.read_bytes() == before


def test_a_store_of_an_older_version_is_refused_with_the_way_out(path: Path) -> None:
    before = alter(path, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(StoreUnreadable, match="run: clerk db upgrade"):
        Store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("CREATE TRIGGER pay AFTER INSERT ON ledger_entries BEGIN DELETE FROM staff; END", "trigger pay"),
        ("CREATE VIEW pay AS SELECT * FROM staff", "view pay"),
        ("CREATE VIRTUAL TABLE pay USING fts5(a)", "table pay"),
    ],
)
def test_a_store_in_which_something_could_act_is_not_opened(path: Path, sql: str, named: str) -> None:
    before = alter(path, sql)
    for attempt in (Store, upgrade):
        with pytest.raises(StoreUnreadable, match=named):
            attempt(path)
    assert path.read_bytes() == before


@pytest.mark.wide
def test_a_database_in_which_something_could_act_is_not_opened(postgres: PostgresServer) -> None:
    name = postgres.copy_database(postgres.empty_database())
    place = postgres.url(name)
    act = "CREATE FUNCTION act() RETURNS {} LANGUAGE plpgsql AS 'BEGIN RETURN {}; END'; "
    for create, named, drop in (
        (
            act.format("trigger", "NEW") + "CREATE TRIGGER pay BEFORE INSERT ON staff EXECUTE FUNCTION act()",
            "trigger pay",
            "DROP FUNCTION act CASCADE",
        ),
        ("CREATE RULE pay AS ON INSERT TO staff DO ALSO DELETE FROM cases", "rule pay", "DROP RULE pay ON staff"),
        ("CREATE VIEW pay AS SELECT * FROM staff", "view pay", "DROP VIEW pay"),
        ("CREATE POLICY pay ON staff USING (role = 'clerk')", "policy pay", "DROP POLICY pay ON staff"),
        ("CREATE TABLE pay () INHERITS (staff)", "table pay", "DROP TABLE pay"),
        (
            act.format("text", "NULL") + "ALTER TABLE staff ALTER COLUMN name SET DEFAULT act()",
            "function act",
            "DROP FUNCTION act CASCADE",
        ),
        (
            act.format("boolean", "true") + "ALTER TABLE staff ADD CONSTRAINT pay CHECK (act())",
            "function act",
            "DROP FUNCTION act CASCADE",
        ),
    ):
        postgres.execute(sql.SQL(create), name)
        for attempt in (Store, upgrade):
            with pytest.raises(StoreUnreadable, match=named):
                attempt(place)
        postgres.execute(sql.SQL(drop), name)
    Store(place).close()


def test_a_file_that_is_no_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_text("A letter, and rather a long one. " * 400, "utf-8")
    before = path.read_bytes()
    for attempt in (Store, upgrade):
        with pytest.raises(StoreUnreadable, match="not a sound store"):
            attempt(path)
    assert path.read_bytes() == before


def test_the_database_of_another_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    before = alter(path, "CREATE TABLE songs (title TEXT)")
    for attempt in (Store, upgrade):
        with pytest.raises(StoreUnreadable, match="holds no store of this program"):
            attempt(path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["store.db"]


def test_a_database_of_another_program_with_migrations_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    alter(path, "CREATE TABLE alembic_version (version_num TEXT)")
    before = alter(path, "INSERT INTO alembic_version VALUES ('0001')")
    for attempt in (Store, upgrade):
        with pytest.raises(StoreUnreadable, match="holds no store of this program"):
            attempt(path)
    assert path.read_bytes() == before


def test_an_empty_or_missing_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    with pytest.raises(StoreUnreadable, match="holds no store"):
        Store(tmp_path / "empty.db")
    with pytest.raises(StoreUnreadable, match="cannot be opened"):
        Store(tmp_path / "missing.db")
    assert not (tmp_path / "missing.db").exists()


def test_a_damaged_store_fails_the_integrity_check(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 3 + 200] = bytes(range(200))
    path.write_bytes(data)
    store = Store(path)
    with pytest.raises(StoreUnreadable, match="not a sound store"):
        store.check_integrity()
    store.close()


@contextmanager
def as_unprivileged_user() -> Iterator[None]:
    """Run as a user without privileges: for root no file is read-only."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def insert_scope(path: Path) -> None:
    store = Store(path)
    try:
        with store.write() as tx:
            tx.insert("scopes", scope="hall", version=1)
    finally:
        store.close()


@pytest.mark.parametrize(("folder_mode", "reasons"), [(0o777, ("read-only",)), (0o555, ("read-only", "be written"))])
def test_a_read_only_store_is_reported_and_not_changed(folder_mode: int, reasons: tuple[str, ...]) -> None:
    with TemporaryDirectory() as name:
        path = create_empty_store(Path(name) / "store.db")
        path.chmod(0o444)
        Path(name).chmod(folder_mode)
        before = path.read_bytes()
        with as_unprivileged_user(), pytest.raises((StoreUnwritable, StoreUnreadable)) as refused:
            insert_scope(path)
        assert any(reason in str(refused.value) for reason in reasons)
        assert path.read_bytes() == before
        Path(name).chmod(0o777)


OPEN_AND_INSERT = """
import sys
from db.engines import Store
from db.upgrade import upgrade
path = sys.argv[1]
sys.stdin.readline()
upgrade(path)
store = Store(path)
with store.write() as tx:
    tx.insert("scopes", scope=sys.argv[2], version=1)
store.close()
"""


@pytest.mark.wide
def test_several_programs_that_start_together_create_one_store(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "store.db"
    programs = [
        subprocess.Popen([sys.executable, "-c", OPEN_AND_INSERT, str(path), f"program {n}"], stdin=subprocess.PIPE)
        for n in range(2)
    ]
    for program in programs:
        program.communicate(b"go\n", timeout=60)
    assert [program.returncode for program in programs] == [0] * 2
    store = Store(path)
    with store.read() as tx:
        assert len(tx.select("scopes")) == 2
    assert store.check_integrity() == []
    store.close()
