"""The programs of a simulated city. Each has a machine, a store and a door (command processor); a node has a client."""

from __future__ import annotations

import shutil
import sqlite3
import tomllib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from clerk_app import people
from clerk_app.center.authority import Authority
from clerk_app.composition.office import STORE_FILE, Office, begin_incarnation
from clerk_app.composition.settings import convert_settings
from clerk_app.composition.taken_files import LIST_FILE
from clerk_app.demo.city_data import read_settings_text
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.commands import Command, CommandDecision, Placement, Rules
from clerk_app.ledger.door import Door
from clerk_app.ledger.receipts import ReceiptKey
from clerk_app.sync.attachments import UPLOADED_FILE
from clerk_app.sync.center_client import CenterClient
from db.backup import ATTACHMENT_FOLDER
from db.engines import Row, Store
from db.errors import StoreUnwritable
from tests.simulation.city_files import DOCUMENT_TYPES, RULES, make_signer
from tests.simulation.crashing_store import CrashingSqlite, SimulatedMachine
from tests.simulation.ground_truth import GroundTruth
from tests.simulation.network import MachineClock, SimulatedTime, SimulatedTransport
from tests.simulation.newer_version import NEWER_RULES
from tests.simulation.scenario import SECOND, NodeSpec
from tests.simulation.sign_ins import CENTER, CENTER_KEY, SignIns

D = TypeVar("D", bound=CommandDecision)
RECEIPT_KEY = ReceiptKey(bytes(32))
_SETTINGS = convert_settings(tomllib.loads(read_settings_text()))
MAX_SYNC_STEPS = 6  # steps of the client in one synchronisation


@dataclass
class SimulatedProgram:
    """A program with a store in a folder. `open` starts it; `restart` starts it again after a power cut."""

    name: str
    folder: Path
    clock: MachineClock
    rules: Rules = RULES
    machine: SimulatedMachine = field(default_factory=SimulatedMachine)

    store: Store = field(init=False)
    door: Door = field(init=False)

    def open(self) -> None:
        """Open the store; a copied store begins a new incarnation first."""
        self.machine = SimulatedMachine()
        self.store = Store(CrashingSqlite(self.folder / STORE_FILE, self.machine))
        self.door = Door(self.store, self.rules, people.authorise, clock=self.clock)
        self.connect()
        if self.store.is_unsettled_copy():
            begin_incarnation(Office(self.folder, _SETTINGS, self.store, self.door))

    def connect(self) -> None:
        """Create and connect the parts that need the door; called by `open`."""

    def restart(self) -> None:
        """Start the program again after its machine stopped; uncommitted data is lost."""
        self.machine.close_connections()
        self.open()

    def back_up(self) -> None:
        """Back up the store."""
        target = self.backup_path
        target.unlink(missing_ok=True)
        self.store.backend.copy_to(target)

    @property
    def backup_path(self) -> Path:
        """Path of the last backup; the file may not exist."""
        return self.folder / "backup.db"

    def restore_backup(self) -> None:
        """Replace the machine by a new one with the store of the last backup."""
        self.machine.close_connections()
        for suffix in ("", "-wal", "-shm"):
            (self.folder / f"{STORE_FILE}{suffix}").unlink(missing_ok=True)
        (self.folder / STORE_FILE).write_bytes(self.backup_path.read_bytes())
        self.open()

    def rows(self, table: str, *, order: tuple[str, ...] = (), **key: object) -> list[Row]:
        """Return the current rows of a table."""
        with self.store.read() as tx:
            return tx.select(table, order=order, **key)

    def disk_bytes(self) -> bytes:
        """Return the bytes of the store and its write-ahead log."""
        files = [self.folder / f"{STORE_FILE}{suffix}" for suffix in ("", "-wal")]
        return b"".join(file.read_bytes() for file in files if file.exists())

    def close(self) -> None:
        """Close the store."""
        self.machine.close_connections()


@dataclass
class SimulatedCenter(SimulatedProgram):
    """The program of the center."""

    authority: Authority = field(init=False)

    def connect(self) -> None:
        self.authority = Authority(self.door, DOCUMENT_TYPES, receipt_key=RECEIPT_KEY, center_key=CENTER_KEY)

    @classmethod
    def open_in(cls, folder: Path, time: SimulatedTime, diary: GroundTruth) -> SimulatedCenter:
        """Open the center in `folder`."""
        center = cls(CENTER, folder / CENTER, MachineClock(time, CENTER, diary))
        center.open()
        return center


@dataclass
class SimulatedNode(SimulatedProgram):
    """A window, a department workstation or a kiosk. A clone has the same spec and another name."""

    spec: NodeSpec = field(kw_only=True)
    transport: SimulatedTransport = field(kw_only=True)
    question_counts: Counter[str] = field(kw_only=True)
    client: CenterClient = field(init=False)
    sign_ins: SignIns = field(init=False)

    def __post_init__(self) -> None:
        self.sign_ins = SignIns(self.spec.node)

    def connect(self) -> None:
        (center_line,) = self.rows("center_lines")
        self.clock.is_unsure = abs(center_line["clock_offset"] + self.clock.offset) > SECOND
        self.sign_ins.end_program()
        self.client = self.make_client()
        self.door.authority = self.client
        self.door.signer = self.client.signer

    def make_client(self) -> CenterClient:
        """Make a client of the center for this store, which a second program may have open too."""
        time = self.clock.time
        client = CenterClient(
            self.store,
            self.rules,
            DOCUMENT_TYPES,
            self.transport,
            clock=self.clock,
            monotonic=lambda: time.now / 1_000_000,
        )
        client.signer = make_signer(self.store, self.spec, self.sign_ins.sessions)
        return client

    def perform(self, command: Command[D], actor: str) -> D:
        """Perform a command at this program's door, and count calls to the center that were not refused.

        The actor signs in first, unless this is a kiosk.
        """
        if self.spec.kind != MachineKind.KIOSK and self.spec.has_key:
            self.sign_ins.ensure_session(
                self.store,
                actor,
                self.clock() + self.client.clock_offset(),
                true_time=self.clock.time.now,
                is_online=not self.transport.is_down and self.clock.time.now >= self.transport.down_until,
            )
        is_call = self.rules[command.stored_name].placement is Placement.REMOTE
        self.question_counts[self.spec.node] += is_call
        try:
            return self.door.perform(command, actor)
        except (Refused, BadData):
            self.question_counts[self.spec.node] -= is_call
            raise

    def sync(self, most: int = MAX_SYNC_STEPS) -> bool:
        """Run at most `most` steps of the client; return whether nothing is left to do.

        Raises Refused if the center rejects the node.
        """
        try:
            for _step in range(most):
                more = self.client.step()
                self.clock.is_unsure = False
                if not more:
                    return True
        except OutOfReach:
            with suppress(StoreUnwritable):
                self.client.record_connection_lost()
        except StoreUnwritable:
            pass
        return False

    def borrow_numbers(self) -> None:
        """Borrow case numbers if too few are left and the center can be reached."""
        with suppress(OutOfReach, StoreUnwritable, Refused, BadData):
            self.client.ensure_numbers()

    def upgrade(self) -> None:
        """Upgrade the program to a newer version than the center's."""
        self.rules = NEWER_RULES
        self.transport.adds_fields = True
        self.restart()

    def clone(self, name: str) -> SimulatedNode:
        """Start a second program on an undetected copy of the disk, and return it."""
        folder = self.folder.with_name(name)
        folder.mkdir()
        target = sqlite3.connect(folder / STORE_FILE)
        source = sqlite3.connect(self.folder / STORE_FILE)
        source.backup(target)
        target.execute("PRAGMA user_version = 0")
        target.commit()
        source.close()
        target.close()
        for name_of_file in (ATTACHMENT_FOLDER, LIST_FILE, UPLOADED_FILE):
            copied = self.folder / name_of_file
            if copied.is_dir():
                shutil.copytree(copied, folder / name_of_file)
            elif copied.exists():
                shutil.copyfile(copied, folder / name_of_file)
        clock = MachineClock(self.clock.time, self.spec.node, self.clock.truth, self.clock.offset)
        transport = SimulatedTransport(self.spec.node, self.clock.time, self.transport.center, self.transport.captured)
        clone = SimulatedNode(
            name, folder, clock, self.rules, spec=self.spec, transport=transport, question_counts=self.question_counts
        )
        clone.open()
        return clone


def last_entry(node: SimulatedProgram, stream: str) -> Row:
    """Return the newest entry of a stream."""
    with node.store.read() as tx:
        entries: list[Row] = tx.query_all("ledger.entries_of_stream", stream=stream)
    return entries[-1]
