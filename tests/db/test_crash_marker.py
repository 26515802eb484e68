"""The file is checked once after a crash, and not after a clean shutdown."""

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
    """Kill a program that has the store open."""
    child = os.fork()
    if child == 0:
        Store(path)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def is_checked_on_open(path: Path) -> bool:
    """Return whether opening the store checks the file."""
    statements: list[str] = []
    marker = CrashMarker(path)
    unclean = marker.unclean_shutdown
    marker.release(clean=not unclean)
    store = Store(path, on_statement=statements.append)
    assert any("quick_check" in sql for sql in statements) == unclean
    store.close()
    return unclean


def test_only_the_first_program_after_a_crash_checks(path: Path) -> None:
    assert not is_checked_on_open(path)
    assert not is_checked_on_open(path)
    crash_program(path)
    assert is_checked_on_open(path)
    assert not is_checked_on_open(path)


def test_the_marker_is_cleared_by_the_last_program(path: Path) -> None:
    first = Store(path)
    second = Store(path)
    first.close()
    assert Path(f"{path}-use").stat().st_size > 0
    second.close()
    assert Path(f"{path}-use").stat().st_size == 0


def damage(path: Path) -> None:
    """Overwrite a part of a table's page."""
    with sqlite3.connect(path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'nodes'").fetchone()
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    data = bytearray(path.read_bytes())
    data[4096 * (page - 1) : 4096 * (page - 1) + 200] = bytes(range(200))
    path.write_bytes(data)


def test_damage_after_a_crash_is_reported_at_every_start(path: Path) -> None:
    crash_program(path)
    damage(path)
    for _again in range(2):
        with pytest.raises(StoreUnreadable, match="Restore it from the last backup"):
            Store(path)
