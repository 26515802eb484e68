"""The store of the benchmark of calls: a hall with waiting tickets and idle windows, a door, and the floor.

Tickets are inserted and windows opened as raw rows, without entries in the log. Each call of a round is made at a
window of its own, so that a round measures calls alone; between two rounds the visits end by a raw statement.

Each call is signed beforehand with the key of the clerk's session. Before the call, its statement is built from what
was received and its signature verified, as a center does (`EntryVerifier`). The signatures of HTTP requests and of
responses are not included: there is no HTTP here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.bursts import Answer, Burst, run_burst
from benchmarks.queue_floor import ClaimFloor, PostgresFloor, SqliteFloor, TaskFilling, measure_floor_claims
from benchmarks.queue_store import FlushDelay, SlowPostgresql, SlowSqlite, create_database
from clerk_app import people
from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.composition.registry import all_rules
from clerk_app.errors import BadData
from clerk_app.hall.calls import CallNext
from clerk_app.hall.windows import RegisterWindow
from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.commands import Command
from clerk_app.ledger.door import Door, system_clock
from clerk_app.ledger.entries import seal
from clerk_app.ledger.entry_signatures import build_facts, encode_facts
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.nodes import EnrolNode
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff
from db.engines import Store
from db.upgrade import upgrade

HALL, SITE, DAY = "hall", "site", "2026-05-06"
_FLOOR_ROWS = 1000
# A ticket is taken every 20 seconds, in three categories. Of ten, three have a head start of ten minutes.
_FILL_TICKETS = """INSERT INTO tickets (id, hall, day, category, number, priority, state, rank, issued_at, calls,
                     requeued, serial, waiting_since, called_categories, target_window, target_staff, return_to,
                     next_categories, estimated_low, estimated_high)
WITH RECURSIVE n(i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {last})
SELECT 'hall/2026-05-06/T' || i, 'hall', '2026-05-06', CASE i % 3 WHEN 0 THEN 'A' WHEN 1 THEN 'B' ELSE 'C' END,
       'T' || i, CASE WHEN i % 10 < 7 THEN 'ordinary' ELSE 'appointment' END, 'waiting',
       {now} + i * 20000000 - CASE WHEN i % 10 < 7 THEN 0 ELSE 600000000 END, {now} + i * 20000000, 0, 0,
       i, 0, '[]', '', '', '', '[]', 0, 0 FROM n"""
_OPEN_WINDOWS = """UPDATE windows SET state = 'open', since = :now, lease_until = :until,
staff = 'clerk-' || substr(id, 2)"""
_END_VISITS = "UPDATE visits SET ended_at = 1, end_state = 'finished' WHERE ended_at IS NULL"
_END_TICKETS = "UPDATE tickets SET state = 'finished', finished_at = 1 WHERE state = 'serving'"
_LEASE = 12 * 3_600_000_000  # microseconds


@dataclass
class CallStore:
    """A store with a hall in which `rows` tickets wait, and its floor."""

    rows: int
    store: Store
    door: Door
    floor: ClaimFloor
    flush: FlushDelay
    filling: TaskFilling
    calls_each: int
    keys: dict[str, SigningKey] = field(default_factory=dict)  # of the session at each window
    _called: list[int] = field(default_factory=lambda: [0, 0])

    @classmethod
    def create_in_folder(cls, folder: Path, rows: int, workers: int, calls_each: int) -> CallStore:
        """Create store and floor on SQLite, in a new folder."""
        folder.mkdir(parents=True)
        flush = FlushDelay()
        upgrade(folder / "store.db")
        store = Store(SlowSqlite(folder / "store.db", flush))
        return cls._create(rows, store, SqliteFloor(folder / "floor.db", _FLOOR_ROWS), flush, workers, calls_each)

    @classmethod
    def create_on_server(cls, url: Callable[[str], str], rows: int, workers: int, calls_each: int) -> CallStore:
        """Create store and floor on PostgreSQL, in new databases whose commits do not wait for the disk."""
        flush = FlushDelay()
        names = (f"clerk_bench_calls_{rows}", f"clerk_bench_calls_{rows}_floor")
        for name in names:
            create_database(url, name, kept_on_disk=False)
        upgrade(url(names[0]))
        store = Store(SlowPostgresql(url(names[0]), flush))
        return cls._create(rows, store, PostgresFloor(url(names[1]), _FLOOR_ROWS), flush, workers, calls_each)

    @classmethod
    def _create(
        cls, rows: int, store: Store, floor: ClaimFloor, flush: FlushDelay, workers: int, calls_each: int
    ) -> CallStore:
        filling = TaskFilling(_FILL_TICKETS.replace("{now}", str(system_clock())), rows)
        created = cls(rows, store, Door(store, all_rules(), people.authorise), floor, flush, filling, calls_each)
        city = load_folder(SAMPLE_CITY)
        commands: tuple[Command[Any], ...] = (
            EnrolNode(node="bench", name="bench", node_kind="center", here=True),
            RegisterOrgan(id=SITE, name_zh="中心", name_en="Centre", level="city", parent=None),
            PublishCatalogue(catalogue=city.id, version=city.version, content=city.to_bytes().decode()),
        )
        for command in commands:
            created.door.perform(command, SYSTEM)
        created._open_windows(workers * calls_each)
        floor.fill(_FLOOR_ROWS)
        created._called = [rows, 0]
        created.top_up()
        return created

    def _open_windows(self, many: int) -> None:
        """Open the hall's day and its windows, each under the name of its clerk."""
        now = system_clock()
        day = {"opened_at": now, "opened_by": "schedule", "ends_at": now + _LEASE, "closed_at": None, "closed_by": ""}
        with self.store.write() as tx:
            tx.insert("service_days", id=f"{HALL}/{DAY}", hall=HALL, day=DAY, state="open", **day)
        for number in range(many):
            clerk = RegisterStaff(
                id=f"clerk-{number}", number=str(number), name="clerk", role="clerk", pin_hash="", organ=SITE
            )
            window = RegisterWindow(id=f"w{number}", name=str(number), categories="ABC", hall=HALL, site=SITE)
            self.door.perform(clerk, SYSTEM)
            self.door.perform(window, SYSTEM)
        with self.store.session() as session:
            session.connection().execute(text(_OPEN_WINDOWS), {"now": now, "until": now + _LEASE})
            session.commit()

    def top_up(self) -> None:
        """End the visits by raw statements, and add raw tickets until as many wait as at the beginning."""
        called, claimed = self._called
        with self.store.session() as session:
            connection = session.connection()
            for statement in (_END_VISITS, _END_TICKETS):
                connection.execute(text(statement))
            if called:
                connection.execute(text(self.filling.next_statement(called)))
            session.commit()
        if claimed:
            self.floor.fill(claimed)
        self._called = [0, 0]

    def run_floor_claims(self, seconds: float) -> float:
        """Let one worker claim on the floor; return claims per second."""
        count, rate = measure_floor_claims(self.floor, _FLOOR_ROWS * 9 // 10, seconds, self.flush.seconds)
        self._called[1] += count
        return rate

    def run_calls(self, workers: int, seconds: float) -> Burst:
        """Call through the door with `workers` threads at once, each call at another window."""
        each = min(self.calls_each, self.rows * 9 // 10 // workers)
        signed = [self._sign(number) for number in range(workers * each)]

        def call(worker: int, at: int) -> Answer:
            number = worker * each + at
            window = f"w{number}"
            command = CallNext(hall=HALL, window=window)
            if not self.keys[window].public.verifies(signed[number], _statement(number, command)):
                raise BadData("The measure is wrong: {text}", text="a signature is not that of its call")
            called = self.door.perform(command, f"clerk-{number}")
            return {"ticket": called.ticket, "visit": called.visit, "window": window}

        burst = run_burst(workers, each, seconds, call)
        self._called[0] += len(burst.answers)
        return burst

    def _sign(self, number: int) -> bytes:
        """Return the signature of the call at a window, by the key of the session of its clerk."""
        window = f"w{number}"
        key = self.keys.setdefault(window, SigningKey.generate())
        return key.sign(_statement(number, CallNext(hall=HALL, window=window)))

    def count_faults(self, answers: list[dict[str, object]]) -> tuple[int, int]:
        """Return how many tickets were called twice, and how many answers are not in the store."""
        doubled = len(answers) - len({answer["ticket"] for answer in answers})
        with self.store.read() as tx:
            visits = {(row["ticket"], row["id"], row["window_id"]) for row in tx.select("visits")}
        lost = sum((answer["ticket"], answer["visit"], answer["window"]) not in visits for answer in answers)
        return doubled + len(visits) - len({ticket for ticket, _visit, _window in visits}), lost

    def close(self) -> None:
        """Close store and floor; their files stay."""
        self.store.close()
        self.floor.close()


def _statement(number: int, command: CallNext) -> bytes:
    """Return the statement of a call that its window signs, and that a center builds from what it received."""
    facts = build_facts(
        "bench",
        (f"w{number}{CALLS_SUFFIX}", 1, 1),
        seal(command),
        actor=f"clerk-{number}",
        session=f"session-{number}",
        said_at=1,
        clock_correction=0,
        final_decision=b"",
        depends_on=0,
    )
    return encode_facts(facts)
