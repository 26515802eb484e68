"""The store of the queue benchmark: open tasks at one organ, a door (command processor), and the floor."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from sqlalchemy import text

from benchmarks.bursts import Answer, Burst, run_burst
from benchmarks.queue_floor import ClaimFloor, PostgresFloor, SqliteFloor, TaskFilling, measure_floor_claims
from clerk_app import people
from clerk_app.cases.tasks.claims import ClaimTask
from clerk_app.composition.registry import all_rules
from clerk_app.ledger.door import Door
from clerk_app.ledger.nodes import EnrolNode
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff
from db.engines import BUSY_SECONDS, Store
from db.engines.backend import DriverConnection
from db.engines.postgresql import PostgresqlBackend
from db.engines.sqlite import SqliteBackend
from db.upgrade import upgrade

ORGAN = "organ"
# Cases of thirty days, each promised within 5, 10 or 20 days; due times are ends of days, as in a city.
_FILL = """INSERT INTO tasks (id, case_number, matter, organ, state, rank, promised_days, statutory_days, started_at,
                   due_at, statutory_at, expected, fence)
WITH RECURSIVE n(i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {last})
SELECT substr(CAST(1000000000000 + i AS TEXT), 2) || '01', substr(CAST(1000000000000 + i AS TEXT), 2), 'matter',
       'organ', 'pooled', 1800000000000000
       + 86400000000 * (i * 30 / {rows} + CASE i % 3 WHEN 0 THEN 5 WHEN 1 THEN 10 ELSE 20 END), 5, 10, 1, 1, 1, false, 0
FROM n"""
# Counts tasks with two live claims, and pairs of answers for the same claim.
_COUNT_DOUBLED = """
SELECT (SELECT count(*) FROM (SELECT task FROM claims WHERE how <> 'expired'
                              GROUP BY task HAVING count(*) > 1) AS twice)
     + (SELECT count(*) FROM (SELECT task FROM answered GROUP BY task, fence HAVING count(*) > 1) AS same)"""
# Counts answers for which claim, owner of the task or entry in the history is missing in the store.
_COUNT_LOST = """
SELECT count(*) FROM answered WHERE NOT EXISTS (
  SELECT 1 FROM claims
  JOIN tasks ON tasks.id = claims.task AND tasks.owner = claims.staff AND tasks.fence = claims.fence
  JOIN ledger_entries entry ON entry.stream = 'case/' || tasks.case_number AND entry.actor = claims.staff
   AND entry.kind = 'ClaimTask' AND entry.outcome = 'done'
  WHERE claims.task = answered.task AND claims.staff = answered.officer AND claims.fence = answered.fence)"""


class FlushDelay:
    """Seconds added to each flush of the disk, the same for store and floor."""

    seconds = 0.0


class SlowSqlite(SqliteBackend):
    """SQLite whose commits take longer by a FlushDelay."""

    def __init__(self, path: Path, flush: FlushDelay) -> None:
        super().__init__(path, BUSY_SECONDS, None)
        self._flush = flush

    def commit(self, connection: DriverConnection) -> None:
        super().commit(connection)
        if self._flush.seconds:
            time.sleep(self._flush.seconds)


class SlowPostgresql(PostgresqlBackend):
    """PostgreSQL whose commits take longer by a FlushDelay."""

    def __init__(self, url: str, flush: FlushDelay) -> None:
        super().__init__(url, BUSY_SECONDS, None)
        self._flush = flush

    def commit(self, connection: DriverConnection) -> None:
        super().commit(connection)
        if self._flush.seconds:
            time.sleep(self._flush.seconds)


@dataclass
class QueueStore:
    """A store of `rows` open tasks, and its floor."""

    rows: int
    store: Store
    door: Door
    floor: ClaimFloor
    flush: FlushDelay
    filling: TaskFilling
    _claimed: list[int] = field(default_factory=lambda: [0, 0])

    @classmethod
    def create_in_folder(cls, folder: Path, rows: int, workers: int) -> QueueStore:
        """Create store and floor on SQLite, in a new folder."""
        folder.mkdir(parents=True)
        flush = FlushDelay()
        upgrade(folder / "store.db")
        store = Store(SlowSqlite(folder / "store.db", flush))
        return cls._create(rows, store, SqliteFloor(folder / "floor.db", rows), flush, workers)

    @classmethod
    def create_on_server(cls, url: Callable[[str], str], rows: int, workers: int, *, kept_on_disk: bool) -> QueueStore:
        """Create store and floor on PostgreSQL, in new databases; commits are durable only with `kept_on_disk`."""
        flush = FlushDelay()
        names = _database_names(rows)
        for name in names:
            create_database(url, name, kept_on_disk=kept_on_disk)
        upgrade(url(names[0]))
        store = Store(SlowPostgresql(url(names[0]), flush))
        return cls._create(rows, store, PostgresFloor(url(names[1]), rows), flush, workers)

    @classmethod
    def _create(cls, rows: int, store: Store, floor: ClaimFloor, flush: FlushDelay, workers: int) -> QueueStore:
        created = cls(rows, store, Door(store, all_rules(), people.authorise), floor, flush, TaskFilling(_FILL, rows))
        perform = created.door.perform
        perform(EnrolNode(node="bench", name="bench", node_kind="center", here=True), SYSTEM)
        perform(RegisterOrgan(id=ORGAN, name_zh="部门", name_en="Department", level="city", parent=None), SYSTEM)
        for officer in range(workers):
            staff = RegisterStaff(
                id=f"officer-{officer}", number=str(officer), name="officer", role="officer", pin_hash="", organ=ORGAN
            )
            perform(staff, SYSTEM)
        created._claimed = [rows, rows]
        created.top_up()
        return created

    def top_up(self) -> None:
        """Add raw rows until store and floor have as many open tasks as at the beginning."""
        claimed, floor_claimed = self._claimed
        if claimed:
            with self.store.session() as session:
                session.connection().execute(text(self.filling.next_statement(claimed)))
                session.commit()
                if claimed == self.rows and self.store.backend.name == "postgresql":
                    connection = session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
                    connection.execute(text("VACUUM ANALYZE tasks"))
        if floor_claimed:
            self.floor.fill(floor_claimed)
        self._claimed = [0, 0]

    def run_floor_claims(self, seconds: float) -> float:
        """Let one worker claim on the floor; return claims per second."""
        count, rate = measure_floor_claims(self.floor, self._max_claims(), seconds, self.flush.seconds)
        self._claimed[1] += count
        return rate

    def run_claims(self, workers: int, seconds: float) -> Burst:
        """Claim through the door with `workers` threads at once, each acting for a different officer."""

        def claim(worker: int, _: int) -> Answer:
            officer = f"officer-{worker}"
            claimed = self.door.perform(ClaimTask(organ=ORGAN), officer)
            return {"task": claimed.task, "officer": officer, "fence": claimed.fence}

        burst = run_burst(workers, self._max_claims() // workers, seconds, claim)
        self._claimed[0] += len(burst.answers)
        return burst

    def count_faults(self, answers: list[dict[str, object]]) -> tuple[int, int]:
        """Return the numbers of tasks claimed twice and of answers that are not in the store, counted in SQL."""
        with self.store.session() as session:
            connection = session.connection()
            connection.execute(text("CREATE TEMPORARY TABLE answered (task TEXT, officer TEXT, fence BIGINT)"))
            connection.execute(text("INSERT INTO answered VALUES (:task, :officer, :fence)"), answers)
            doubled, lost = (
                int(connection.execute(text(statement)).scalar_one()) for statement in (_COUNT_DOUBLED, _COUNT_LOST)
            )
            connection.execute(text("DROP TABLE answered"))
            session.rollback()
        return doubled, lost

    def close(self) -> None:
        """Close store and floor; their files stay."""
        self.store.close()
        self.floor.close()

    def _max_claims(self) -> int:
        return max(1, self.rows * 9 // 10)


def create_database(url: Callable[[str], str], name: str, *, kept_on_disk: bool) -> None:
    """Create an empty database; drop an existing one with the same name first."""
    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        database = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        if not kept_on_disk:
            connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(database))


def drop_databases(url: Callable[[str], str], rows: Sequence[int]) -> None:
    """Drop the databases that `create_on_server` made for these lengths of the queue."""
    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        for name in (name for length in rows for name in _database_names(length)):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _database_names(rows: int) -> tuple[str, str]:
    return f"clerk_bench_{rows}", f"clerk_bench_{rows}_floor"


def database_urls(url: str) -> Callable[[str], str]:
    """Return a function that takes the name of a database and returns its URL on the server of `url`."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return lambda name: f"{parts.scheme}://{parts.netloc}/{name}{query}"  # a socket has no netloc, but keeps "//"
