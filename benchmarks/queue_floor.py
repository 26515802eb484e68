"""The floor of `queue`: one statement that claims a task in one narrow table.

One worker makes one transaction per claim, as durable as ours, without permissions, log, fence or feed.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg.conninfo import make_conninfo

TASKS = """
CREATE TABLE task(
  id INTEGER PRIMARY KEY, case_id TEXT NOT NULL, dept INTEGER NOT NULL,
  status INTEGER NOT NULL DEFAULT 0, priority INTEGER NOT NULL,
  due_at INTEGER NOT NULL, owner TEXT, lease_until INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0);
CREATE INDEX task_ready ON task(dept, priority, due_at, id) WHERE status = 0;
CREATE INDEX task_lease ON task(lease_until) WHERE status = 1;
"""
PG_TASKS = (
    TASKS.replace("id INTEGER PRIMARY KEY", "id BIGSERIAL PRIMARY KEY")
    .replace("due_at INTEGER", "due_at BIGINT")
    .replace("lease_until INTEGER", "lease_until BIGINT")
)
CLAIM = """UPDATE task SET status=1, owner=?, lease_until=?, attempts=attempts+1
 WHERE id=(SELECT id FROM task WHERE dept=? AND status=0
           ORDER BY priority, due_at, id LIMIT 1) RETURNING id, case_id"""
PG_CLAIM = """UPDATE task SET status=1, owner=%s, lease_until=%s, attempts=attempts+1
 WHERE id=(SELECT id FROM task WHERE dept=%s AND status=0
           ORDER BY priority, due_at, id FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING id, case_id"""
# Of five tasks, one has priority 0, three have 5, one has 9; due times are scattered. Both engines run this.
FILL = """INSERT INTO task(case_id, dept, priority, due_at)
WITH RECURSIVE n(i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {last})
SELECT 'C' || i, 0, CASE i % 5 WHEN 0 THEN 0 WHEN 4 THEN 9 ELSE 5 END,
       1800000000000 + (i * CAST(2654435761 AS BIGINT)) % 1000000000 FROM n"""
_CLAIM_PARAMETERS = ("officer0", 1_800_000_900_000, 0)


class ClaimFloor(Protocol):
    """A table of tasks, and one worker that claims tasks from it."""

    def fill(self, many: int) -> None:
        """Add `many` open tasks."""
        ...

    def claim(self) -> bool:
        """Claim one task durably; return False if none is open."""
        ...

    def close(self) -> None: ...


class TaskFilling:
    """Makes the statements that add tasks, and counts the tasks added so far."""

    def __init__(self, text: str, rows: int) -> None:
        self._text, self._rows = text, rows
        self._last = 0

    def next_statement(self, many: int) -> str:
        """Return the statement that adds `many` tasks."""
        first, self._last = self._last + 1, self._last + many
        return self._text.format(first=first, last=self._last, rows=self._rows)


class SqliteFloor:
    """The floor in an SQLite file."""

    def __init__(self, path: Path, rows: int) -> None:
        self._filling = TaskFilling(FILL, rows)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.executescript(TASKS)

    def fill(self, many: int) -> None:
        """Add `many` open tasks."""
        self._connection.execute(self._filling.next_statement(many))

    def claim(self) -> bool:
        """Claim one task durably; return False if none is open."""
        return bool(self._connection.execute(CLAIM, _CLAIM_PARAMETERS).fetchall())

    def close(self) -> None:
        """Close the connection; the table stays."""
        self._connection.close()


class PostgresFloor:
    """The floor in a PostgreSQL database."""

    def __init__(self, url: str, rows: int) -> None:
        self._filling = TaskFilling(FILL, rows)
        self._connection: psycopg.Connection[Any] = psycopg.connect(make_conninfo(url), autocommit=True)
        self._connection.execute(PG_TASKS.encode())
        self._connection.prepare_threshold = 0
        self._cursor = self._connection.cursor()
        self._analysed = False

    def fill(self, many: int) -> None:
        """Add `many` open tasks."""
        self._connection.execute(self._filling.next_statement(many).encode())
        if not self._analysed:
            self._connection.execute("VACUUM ANALYZE task")
            self._analysed = True

    def claim(self) -> bool:
        """Claim one task durably; return False if none is open."""
        return self._cursor.execute(PG_CLAIM, _CLAIM_PARAMETERS).fetchone() is not None

    def close(self) -> None:
        """Close the connection; the table stays."""
        self._connection.close()


def measure_floor_claims(floor: ClaimFloor, many: int, seconds: float, flush: float) -> tuple[int, float]:
    """Claim tasks for `seconds`, at most `many`, sleeping `flush` seconds after each claim.

    Returns the number of claims and the claims per second.
    """
    started = time.perf_counter()
    done = 0
    while done < many and time.perf_counter() - started < seconds:
        floor.claim()
        if flush:
            time.sleep(flush)
        done += 1
    return done, done / (time.perf_counter() - started)
