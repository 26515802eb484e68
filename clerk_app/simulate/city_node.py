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
from clerk_app.desks.office import STORE, Office, begin_anew
from clerk_app.desks.settings import Settings
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.commands import Command, Decided, Reach, Rules
from clerk_app.ledger.door import Door
from clerk_app.simulate.city_data import settings_text
from clerk_app.simulate.city_diary import Diary
from clerk_app.simulate.city_founding import CENTER, KINDS, RULES
from clerk_app.simulate.city_newer import NEWER_RULES
from clerk_app.simulate.city_plan import SECOND, Place
from clerk_app.simulate.city_store import FrailStore, Machine
from clerk_app.simulate.city_wire import CityWire, TrueTime, WallClock
from clerk_app.sync.line import Line
from db.engines import Row, Store
from db.errors import StoreUnwritable

D = TypeVar("D", bound=Decided)
_SETTINGS = Settings.model_validate(tomllib.loads(settings_text()))
MOST_STEPS = 6  # of one exchange, until there is something else to do


@dataclass
class Program:
    """A program on a store in a folder. `opened` begins it; `restart` is what follows a power cut."""

    name: str
    folder: Path
    clock: WallClock
    rules: Rules = RULES
    machine: Machine = field(default_factory=Machine)

    store: Store = field(init=False)
    door: Door = field(init=False)

    def open(self) -> None:
        """Opens the store; a copy begins a new incarnation first."""
        self.machine = Machine()
        self.store = Store(FrailStore(self.folder / STORE, self.machine))
        self.door = Door(self.store, self.rules, people.authorise, clock=self.clock)
        self.connect()
        if self.store.moved():
            begin_anew(Office(self.folder, _SETTINGS, self.store, self.door))

    def connect(self) -> None:
        """What else hangs on the door."""

    def restart(self) -> None:
        """The machine is on again; what was not durable is gone."""
        self.machine.buried()
        self.open()

    def copy(self) -> None:
        """Backs the store up."""
        target = self.backup
        target.unlink(missing_ok=True)
        self.store.backend.copy_to(target)

    @property
    def backup(self) -> Path:
        """Where its last backup is, if there is one."""
        return self.folder / "backup.db"

    def put_back(self) -> None:
        """The machine is another one, with the store of the last backup."""
        self.machine.buried()
        for suffix in ("", "-wal", "-shm"):
            (self.folder / f"{STORE}{suffix}").unlink(missing_ok=True)
        (self.folder / STORE).write_bytes(self.backup.read_bytes())
        self.open()

    def rows(self, table: str, *, order: tuple[str, ...] = (), **key: object) -> list[Row]:
        """Rows as they are now."""
        with self.store.read() as look:
            return look.rows(table, order=order, **key)

    def bytes(self) -> bytes:
        """Everything that lies on its disk."""
        files = [self.folder / f"{STORE}{suffix}" for suffix in ("", "-wal")]
        return b"".join(file.read_bytes() for file in files if file.exists())

    def close(self) -> None:
        """Ends it in an orderly way."""
        self.machine.buried()


@dataclass
class Center(Program):
    """The city's side."""

    authority: Authority = field(init=False)

    def connect(self) -> None:
        self.authority = Authority(self.door, KINDS)

    @classmethod
    def at(cls, folder: Path, true: TrueTime, diary: Diary) -> Center:
        """The center in `folder`, open."""
        made = cls(CENTER, folder / CENTER, WallClock(true, CENTER, diary))
        made.open()
        return made


@dataclass
class Node(Program):
    """A window, a department or a kiosk; a clone of one has its place too, and another name."""

    place: Place = field(kw_only=True)
    wire: CityWire = field(kw_only=True)
    asked: Counter[str] = field(kw_only=True)
    line: Line = field(init=False)

    def connect(self) -> None:
        (known,) = self.rows("center_lines")
        self.clock.unsure = abs(known["clock_offset"] + self.clock.ahead) > SECOND
        self.line = self.another_line()
        self.door.center = self.line

    def another_line(self) -> Line:
        """A line of this store: two programs may have it open."""
        true = self.clock.true
        return Line(self.store, self.rules, KINDS, self.wire, clock=self.clock, monotonic=lambda: true.now / 1_000_000)

    def do(self, command: Command[D], actor: str) -> D:
        """Performs a command at this program's door."""
        asks = self.rules[command.stored_name].reach is Reach.ASKED
        self.asked[self.place.node] += asks
        try:
            return self.door.perform(command, actor)
        except (Refused, BadData):
            self.asked[self.place.node] -= asks
            raise

    def exchange(self, most: int = MOST_STEPS) -> bool:
        """Some steps of its line; whether it is quiet now. Raises Refused where the center does not listen."""
        try:
            for _step in range(most):
                more = self.line.step()
                self.clock.unsure = False
                if not more:
                    return True
        except OutOfReach:
            with suppress(StoreUnwritable):
                self.line.lost()
        except StoreUnwritable:  # its disk is full
            pass
        return False

    def borrow(self) -> None:
        """Sees to it that there are case numbers."""
        with suppress(OutOfReach, StoreUnwritable, Refused, BadData):
            self.line.ensure_numbers()

    def newer(self) -> None:
        """The program is updated before the center's is."""
        self.rules = NEWER_RULES
        self.wire.newer = True
        self.restart()

    def image(self, name: str) -> Node:
        """The same machine a second time, as copying its disk makes it: nothing tells it so."""
        folder = self.folder.with_name(name)
        folder.mkdir()
        target = sqlite3.connect(folder / STORE)
        source = sqlite3.connect(self.folder / STORE)
        source.backup(target)
        target.execute("PRAGMA user_version = 0")
        target.commit()
        source.close()
        target.close()
        clock = WallClock(self.clock.true, self.place.node, self.clock.diary, self.clock.ahead)
        wire = CityWire(self.place.node, self.clock.true, self.wire.center)
        twin = Node(name, folder, clock, self.rules, place=self.place, wire=wire, asked=self.asked)
        twin.open()
        return twin


def last_entry(node: Program, stream: str) -> Row:
    """The newest entry of a history there."""
    with node.store.read() as look:
        found: list[Row] = look.all("ledger.of_stream", stream=stream)
    return found[-1]


__all__ = ["Center", "Node", "Program", "last_entry"]


def of_actor(rows: list[Row], actors: set[Any]) -> list[Row]:
    """Those that one of these people holds."""
    return [row for row in rows if row["owner"] in actors]
