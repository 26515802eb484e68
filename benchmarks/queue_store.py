"""Where claims are measured: a store with so many open tasks at one organ, its door, and the floor beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from sqlalchemy import text

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
from db.migrations import upgrade

ORGAN = "organ"
# Cases come in for thirty days, each promised within 5, 10 or 20: due by the day, as in a city.
_FILL = """INSERT INTO tasks (id, case_number, matter, organ, state, rank, promised_days, statutory_days, started_at,
                   due_at, statutory_at, expected, fence)
WITH RECURSIVE n(i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {last})
SELECT substr(CAST(1000000000000 + i AS TEXT), 2) || '01', substr(CAST(1000000000000 + i AS TEXT), 2), 'matter',
       'organ', 'pooled', 1800000000000000
       + 86400000000 * (i * 30 / {rows} + CASE i % 3 WHEN 0 THEN 5 WHEN 1 THEN 10 ELSE 20 END), 5, 10, 1, 1, 1, false, 0
FROM n"""
# two live claims of one task; two answers that name the same claim
_COUNT_DOUBLED = """
SELECT (SELECT count(*) FROM (SELECT task FROM claims WHERE how <> 'expired'
                              GROUP BY task HAVING count(*) > 1) AS twice)
     + (SELECT count(*) FROM (SELECT task FROM answered GROUP BY task, fence HAVING count(*) > 1) AS same)"""
# an answer without its claim, its task held so, or its entry in the history
_COUNT_LOST = """
SELECT count(*) FROM answered WHERE NOT EXISTS (
  SELECT 1 FROM claims
  JOIN tasks ON tasks.id = claims.task AND tasks.owner = claims.staff AND tasks.fence = claims.fence
  JOIN ledger_entries entry ON entry.stream = 'case/' || tasks.case_number AND entry.actor = claims.staff
   AND entry.kind = 'ClaimTask' AND entry.outcome = 'done'
  WHERE claims.task = answered.task AND claims.staff = answered.officer AND claims.fence = answered.fence)"""


class FlushDelay:
    """How long a flush takes besides what the disk needs, in seconds; the same for both sides."""

    seconds = 0.0


class SlowSqlite(SqliteBackend):
    def __init__(self, path: Path, flush: FlushDelay) -> None:
        super().__init__(path, BUSY_SECONDS, None)
        self._flush = flush

    def commit(self, connection: DriverConnection) -> None:
        super().commit(connection)
        if self._flush.seconds:
            time.sleep(self._flush.seconds)


class SlowPostgresql(PostgresqlBackend):
    def __init__(self, url: str, flush: FlushDelay) -> None:
        super().__init__(url, BUSY_SECONDS, None)
        self._flush = flush

    def commit(self, connection: DriverConnection) -> None:
        super().commit(connection)
        if self._flush.seconds:
            time.sleep(self._flush.seconds)


@dataclass
class ClaimBatch:
    """What the workers did in a while: claims a second, how long each took in seconds, and what they were answered."""

    per_second: float
    latencies: list[float]
    answers: list[dict[str, object]]


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
        """On SQLite, in a new folder."""
        folder.mkdir(parents=True)
        flush = FlushDelay()
        upgrade(folder / "store.db")
        store = Store(SlowSqlite(folder / "store.db", flush))
        return cls._create(rows, store, SqliteFloor(folder / "floor.db", rows), flush, workers)

    @classmethod
    def create_on_server(cls, url: Callable[[str], str], rows: int, workers: int, *, kept_on_disk: bool) -> QueueStore:
        """On PostgreSQL, in new databases of the server that `url` leads to; not durable unless `kept_on_disk`."""
        flush = FlushDelay()
        names = _database_names(rows)
        for name in names:
            create_database(url, name, kept_on_disk=kept_on_disk)
        upgrade(url(names[0]))
        store = Store(SlowPostgresql(url(names[0]), flush))
        return cls._create(rows, store, PostgresFloor(url(names[1]), rows), flush, workers)

    @classmethod
    def _create(cls, rows: int, store: Store, floor: ClaimFloor, flush: FlushDelay, workers: int) -> QueueStore:
        made = cls(rows, store, Door(store, all_rules(), people.authorise), floor, flush, TaskFilling(_FILL, rows))
        perform = made.door.perform
        perform(EnrolNode(node="bench", name="bench", node_kind="center", here=True), SYSTEM)
        perform(RegisterOrgan(id=ORGAN, name_zh="部门", name_en="Department", level="city", parent=None), SYSTEM)
        for one in range(workers):
            staff = RegisterStaff(
                id=f"officer-{one}", number=str(one), name="officer", role="officer", pin_hash="", organ=ORGAN
            )
            perform(staff, SYSTEM)
        made._claimed = [rows, rows]
        made.top_up()
        return made

    def top_up(self) -> None:
        """As many open tasks as at the beginning again, in store and floor: raw rows, without a history."""
        ours, floors = self._claimed
        if ours:
            with self.store.session() as session:
                session.connection().execute(text(self.filling.next_statement(ours)))
                session.commit()
                if ours == self.rows and self.store.backend.name == "postgresql":
                    connection = session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
                    connection.execute(text("VACUUM ANALYZE tasks"))
        if floors:
            self.floor.fill(floors)
        self._claimed = [0, 0]

    def run_floor_claims(self, seconds: float) -> float:
        """Claims a second on the floor, by one worker."""
        done, rate = measure_floor_claims(self.floor, self._max_claims(), seconds, self.flush.seconds)
        self._claimed[1] += done
        return rate

    def run_claims(self, workers: int, seconds: float) -> ClaimBatch:
        """Claims through the door by so many threads at once, each an officer of its own."""
        ready = threading.Barrier(workers + 1)
        ends: list[float] = []
        waits: list[float] = []
        answered: list[dict[str, object]] = []

        def work(officer: str) -> None:
            took: list[float] = []
            got: list[dict[str, object]] = []
            ready.wait()
            last = time.perf_counter() + seconds
            for _ in range(self._max_claims() // workers):
                begun = time.perf_counter()
                made = self.door.perform(ClaimTask(organ=ORGAN), officer)
                now = time.perf_counter()
                took.append(now - begun)
                got.append({"task": made.task, "officer": officer, "fence": made.fence})
                if now > last:
                    break
            ends.append(time.perf_counter())
            waits.extend(took)
            answered.extend(got)

        threads = [threading.Thread(target=work, args=(f"officer-{one}",)) for one in range(workers)]
        for thread in threads:
            thread.start()
        ready.wait()
        begun = time.perf_counter()
        for thread in threads:
            thread.join()
        self._claimed[0] += len(answered)
        return ClaimBatch(len(answered) / (max(ends) - begun), waits, answered)

    def count_faults(self, answered: list[dict[str, object]]) -> tuple[int, int]:
        """How many tasks were given twice, and how many answers are not in the store: by SQL, over what it holds."""
        with self.store.session() as session:
            connection = session.connection()
            connection.execute(text("CREATE TEMPORARY TABLE answered (task TEXT, officer TEXT, fence BIGINT)"))
            connection.execute(text("INSERT INTO answered VALUES (:task, :officer, :fence)"), answered)
            doubled, lost = (int(connection.execute(text(one)).scalar_one()) for one in (_COUNT_DOUBLED, _COUNT_LOST))
            connection.execute(text("DROP TABLE answered"))
            session.rollback()
        return doubled, lost

    def close(self) -> None:
        """Store and floor stay where they are."""
        self.store.close()
        self.floor.close()

    def _max_claims(self) -> int:
        return max(1, self.rows * 9 // 10)


def create_database(url: Callable[[str], str], name: str, *, kept_on_disk: bool) -> None:
    """A new empty database, in the place of one of the same name."""
    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        database = sql.Identifier(name)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        if not kept_on_disk:
            connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(database))


def drop_databases(url: Callable[[str], str], rows: Sequence[int]) -> None:
    """Removes what `at_server` has made for these lengths of the queue."""
    with psycopg.connect(url("postgres"), autocommit=True) as connection:
        for name in (name for many in rows for name in _database_names(many)):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _database_names(rows: int) -> tuple[str, str]:
    return f"clerk_bench_{rows}", f"clerk_bench_{rows}_floor"


def database_urls(url: str) -> Callable[[str], str]:
    """From the URL of one database to those of others on the same server."""
    parts = urlsplit(url)
    asked = f"?{parts.query}" if parts.query else ""
    return lambda name: f"{parts.scheme}://{parts.netloc}/{name}{asked}"  # a socket's URL has no netloc: "//" stays
