"""The programs of a simulated city: each with a machine, a file, a door, and (but for the center) a line."""

from __future__ import annotations

import sqlite3
import tomllib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from clerk_app import people
from clerk_app.center.authority import Authority
from clerk_app.composition.office import STORE_FILE, Office, begin_incarnation
from clerk_app.composition.settings import Settings
from clerk_app.demo.city_data import read_settings_text
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.commands import Command, CommandDecision, Placement, Rules
from clerk_app.ledger.door import Door
from clerk_app.sync.center_client import CenterClient
from db.engines import Row, Store
from db.errors import StoreUnwritable
from tests.simulation.city_files import CENTER, DOCUMENT_TYPES, RULES
from tests.simulation.crashing_store import CrashingSqlite, SimulatedMachine
from tests.simulation.ground_truth import GroundTruth
from tests.simulation.network import MachineClock, SimulatedTime, SimulatedTransport
from tests.simulation.newer_version import NEWER_RULES
from tests.simulation.scenario import SECOND, NodeSpec

D = TypeVar("D", bound=CommandDecision)
_SETTINGS = Settings.model_validate(tomllib.loads(read_settings_text()))
MAX_SYNC_STEPS = 6  # of one exchange, until there is something else to do


@dataclass
class SimulatedProgram:
    """A program on a store in a folder. `opened` begins it; `restart` is what follows a power cut."""

    name: str
    folder: Path
    clock: MachineClock
    rules: Rules = RULES
    machine: SimulatedMachine = field(default_factory=SimulatedMachine)

    store: Store = field(init=False)
    door: Door = field(init=False)

    def open(self) -> None:
        """Opens the store; a copy begins a new incarnation first."""
        self.machine = SimulatedMachine()
        self.store = Store(CrashingSqlite(self.folder / STORE_FILE, self.machine))
        self.door = Door(self.store, self.rules, people.authorise, clock=self.clock)
        self.connect()
        if self.store.is_unsettled_copy():
            begin_incarnation(Office(self.folder, _SETTINGS, self.store, self.door))

    def connect(self) -> None:
        """What else hangs on the door."""

    def restart(self) -> None:
        """The machine is on again; what was not durable is gone."""
        self.machine.close_connections()
        self.open()

    def back_up(self) -> None:
        """Backs the store up."""
        target = self.backup_path
        target.unlink(missing_ok=True)
        self.store.backend.copy_to(target)

    @property
    def backup_path(self) -> Path:
        """Where its last backup is, if there is one."""
        return self.folder / "backup.db"

    def restore_backup(self) -> None:
        """The machine is another one, with the store of the last backup."""
        self.machine.close_connections()
        for suffix in ("", "-wal", "-shm"):
            (self.folder / f"{STORE_FILE}{suffix}").unlink(missing_ok=True)
        (self.folder / STORE_FILE).write_bytes(self.backup_path.read_bytes())
        self.open()

    def rows(self, table: str, *, order: tuple[str, ...] = (), **key: object) -> list[Row]:
        """Rows as they are now."""
        with self.store.read() as look:
            return look.select(table, order=order, **key)

    def disk_bytes(self) -> bytes:
        """Everything that lies on its disk."""
        files = [self.folder / f"{STORE_FILE}{suffix}" for suffix in ("", "-wal")]
        return b"".join(file.read_bytes() for file in files if file.exists())

    def close(self) -> None:
        """Ends it in an orderly way."""
        self.machine.close_connections()


@dataclass
class SimulatedCenter(SimulatedProgram):
    """The city's side."""

    authority: Authority = field(init=False)

    def connect(self) -> None:
        self.authority = Authority(self.door, DOCUMENT_TYPES)

    @classmethod
    def open_in(cls, folder: Path, true: SimulatedTime, diary: GroundTruth) -> SimulatedCenter:
        """The center in `folder`, open."""
        made = cls(CENTER, folder / CENTER, MachineClock(true, CENTER, diary))
        made.open()
        return made


@dataclass
class SimulatedNode(SimulatedProgram):
    """A window, a department or a kiosk; a clone of one has its place too, and another name."""

    spec: NodeSpec = field(kw_only=True)
    transport: SimulatedTransport = field(kw_only=True)
    question_counts: Counter[str] = field(kw_only=True)
    client: CenterClient = field(init=False)

    def connect(self) -> None:
        (known,) = self.rows("center_lines")
        self.clock.is_unsure = abs(known["clock_offset"] + self.clock.offset) > SECOND
        self.client = self.make_client()
        self.door.authority = self.client

    def make_client(self) -> CenterClient:
        """A line of this store: two programs may have it open."""
        true = self.clock.time
        return CenterClient(
            self.store,
            self.rules,
            DOCUMENT_TYPES,
            self.transport,
            clock=self.clock,
            monotonic=lambda: true.now / 1_000_000,
        )

    def perform(self, command: Command[D], actor: str) -> D:
        """Performs a command at this program's door."""
        asks = self.rules[command.stored_name].reach is Placement.REMOTE
        self.question_counts[self.spec.node] += asks
        try:
            return self.door.perform(command, actor)
        except (Refused, BadData):
            self.question_counts[self.spec.node] -= asks
            raise

    def sync(self, most: int = MAX_SYNC_STEPS) -> bool:
        """Some steps of its line; whether it is quiet now. Raises Refused where the center does not listen."""
        try:
            for _step in range(most):
                more = self.client.step()
                self.clock.is_unsure = False
                if not more:
                    return True
        except OutOfReach:
            with suppress(StoreUnwritable):
                self.client.record_connection_lost()
        except StoreUnwritable:  # its disk is full
            pass
        return False

    def borrow_numbers(self) -> None:
        """Sees to it that there are case numbers."""
        with suppress(OutOfReach, StoreUnwritable, Refused, BadData):
            self.client.ensure_numbers()

    def upgrade(self) -> None:
        """The program is updated before the center's is."""
        self.rules = NEWER_RULES
        self.transport.adds_fields = True
        self.restart()

    def clone(self, name: str) -> SimulatedNode:
        """The same machine a second time, as copying its disk makes it: nothing tells it so."""
        folder = self.folder.with_name(name)
        folder.mkdir()
        target = sqlite3.connect(folder / STORE_FILE)
        source = sqlite3.connect(self.folder / STORE_FILE)
        source.backup(target)
        target.execute("PRAGMA user_version = 0")
        target.commit()
        source.close()
        target.close()
        clock = MachineClock(self.clock.time, self.spec.node, self.clock.truth, self.clock.offset)
        wire = SimulatedTransport(self.spec.node, self.clock.time, self.transport.center)
        twin = SimulatedNode(
            name, folder, clock, self.rules, spec=self.spec, transport=wire, question_counts=self.question_counts
        )
        twin.open()
        return twin


def last_entry(node: SimulatedProgram, stream: str) -> Row:
    """The newest entry of a history there."""
    with node.store.read() as look:
        found: list[Row] = look.query_all("ledger.entries_of_stream", stream=stream)
    return found[-1]


__all__ = ["SimulatedCenter", "SimulatedNode", "SimulatedProgram", "last_entry"]


def of_actor(rows: list[Row], actors: set[Any]) -> list[Row]:
    """Those that one of these people holds."""
    return [row for row in rows if row["owner"] in actors]
