"""After a crash the file is looked at once; after an orderly end it is not."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path

import pytest

from db.engines import Store
from db.engines.crash_marker import CrashMarker
from db.errors import StoreUnreadable
from tests.empty_store import create_empty_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return create_empty_store(tmp_path / "store.db")


def crash_program(path: Path) -> None:
    """A program that uses the store dies."""
    child = os.fork()
    if child == 0:
        Store(path)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def is_checked_on_open(path: Path) -> bool:
    """Whether opening looks the file over."""
    statements: list[str] = []
    use = CrashMarker(path)
    was = use.unclean_shutdown
    use.release(clean=not was)
    store = Store(path, on_statement=statements.append)
    assert any("quick_check" in sql for sql in statements) == was
    store.close()
    return was


def test_only_the_first_that_comes_after_a_crash_looks(path: Path) -> None:
    assert not is_checked_on_open(path)
    assert not is_checked_on_open(path)
    crash_program(path)
    assert is_checked_on_open(path)
    assert not is_checked_on_open(path)


def test_who_leaves_while_others_stay_says_nothing_for_them(path: Path) -> None:
    here = Store(path)
    there = Store(path)
    here.close()
    assert Path(f"{path}-use").stat().st_size > 0
    there.close()
    assert Path(f"{path}-use").stat().st_size == 0


def damage(path: Path) -> None:
    """Half a page of a table is not what it was."""
    with sqlite3.connect(path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'nodes'").fetchone()
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    data = bytearray(path.read_bytes())
    data[4096 * (page - 1) : 4096 * (page - 1) + 200] = bytes(range(200))
    path.write_bytes(data)


def test_damage_after_a_crash_is_said_until_it_is_mended(path: Path) -> None:
    crash_program(path)
    damage(path)
    for _again in range(2):
        with pytest.raises(StoreUnreadable, match="Restore it from the last backup"):
            Store(path)
