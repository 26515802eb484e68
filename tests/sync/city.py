"""A center and its windows in one process, over a wire that tests can cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import msgspec

from clerk_app import cases, catalogue, hall, people
from clerk_app.catalogue import documents as catalogue_documents
from clerk_app.center.authority import Authority, key_digest
from clerk_app.desks.office import STORE, Office, all_rules, make_office, open_office
from clerk_app.errors import BadData, OutOfReach
from clerk_app.ledger.documents import Kinds, Reader, digest
from clerk_app.ledger.founding import FoundWindow
from clerk_app.ledger.messages import Answer, Ask, Pull, Push, Told, Want
from clerk_app.ledger.nodes import AdmitNode, InviteNode
from clerk_app.ledger.numbers import BLOCKS
from clerk_app.ledger.provisional import Provisional
from clerk_app.people import SYSTEM
from clerk_app.sync.line import Line
from db.engines import Row
from tests.furnishing import CENTRE, HALL, SETTINGS
from tests.office import SampleOffice

KINDS = Kinds((*catalogue_documents.KINDS, *people.KINDS, *hall.KINDS, *cases.KINDS, BLOCKS))
M = TypeVar("M", bound=Told)
assert catalogue


@dataclass
class TestWire:
    """Carries messages as bytes, as a network would; `down` cuts it, `loses` lets the answer get lost,
    `garbles` the message be cut."""

    __test__ = False

    authority: Authority
    node: str
    key: str
    down: bool = False
    loses: int = 0
    garbles: int = 0  # so many of the next messages come as half of what they were
    unread: str = ""  # a kind of which the center, an older program, can read no command
    carried: list[str] = field(default_factory=list)

    def push(self, message: Push) -> Answer:
        return self._carry(message, self.authority.push)

    def ask(self, message: Ask) -> Answer:
        return self._carry(message, self.authority.ask)

    def pull(self, message: Pull) -> Answer:
        return self._carry(message, self.authority.pull)

    def want(self, message: Want) -> Answer:
        return self._carry(message, self.authority.want)

    def _carry(self, message: M, way: Callable[[Row, M], Answer]) -> Answer:
        if self.down:
            raise OutOfReach("The line is cut.")
        node = self.authority.admit(self.node, self.key)
        self.carried.append(type(message).__name__)
        body = msgspec.json.encode(message)
        if self.garbles:
            self.garbles -= 1
            body = body[: len(body) // 2]
        try:
            heard = msgspec.json.decode(body, type=type(message))
        except (msgspec.DecodeError, RecursionError) as error:
            raise BadData("The message could not be read.") from error
        entries = heard.entries if isinstance(heard, Push) else ()
        if any(one.kind == self.unread and bytes(one.plain) != b"null" for one in entries):
            raise BadData("The message could not be read.")
        answer = msgspec.json.encode(way(node, heard))
        if self.loses:
            self.loses -= 1
            raise OutOfReach("The answer was lost.")
        return msgspec.json.decode(answer, type=Answer)


@dataclass
class City:
    """A center, and windows that join it."""

    center: SampleOffice
    authority: Authority
    folder: Path
    windows: dict[str, SampleWindow] = field(default_factory=dict)

    @classmethod
    def around(cls, center: SampleOffice, folder: Path) -> City:
        authority = Authority(center.door, KINDS)
        authority.open_feed()
        return cls(center, authority, folder)

    def join(self, node: str, *, window: str = "", organs: tuple[str, ...] = (CENTRE,)) -> SampleWindow:
        """A new window with this name, standing there, with numbers and everything it may see."""
        code = key_digest(f"code of {node}")
        invite = InviteNode(
            digest=code, name=node, node_kind="window", hall=HALL, window=window, organs=organs, seconds=60
        )
        self.center.door.perform(invite, SYSTEM)
        admit = AdmitNode(node=node, invitation=code, key_digest=key_digest(f"key-of-{node}"))
        made = self.center.door.perform(admit, SYSTEM)
        skew = [0]
        office = make_office(
            self.folder / node, SETTINGS.replace('"w1"', f'"{window}"'), clock=lambda: self.center.clock() + skew[0]
        )
        office.door.center = Provisional(office.store, KINDS)
        found = FoundWindow(
            node=node,
            name=made.name,
            node_kind="window",
            hall=HALL,
            window=window,
            organs=organs,
            center="center-1",
            url="test",
        )
        office.door.perform(found, SYSTEM)
        wire = TestWire(self.authority, node, f"key-of-{node}")
        joined = SampleWindow(office, self.center.clock, wire, skew)
        joined.connect()
        self.windows[node] = joined
        joined.line.flush()
        joined.line.ensure_numbers()
        return joined

    def put_back(self, backup: Path) -> None:
        """The center's machine is another one, with the store of a backup."""
        folder = self.center.office.folder
        self.center.close()
        for file in folder.glob(f"{STORE}*"):
            file.unlink()
        (folder / STORE).write_bytes(backup.read_bytes())
        self.center = SampleOffice(open_office(folder, clock=self.center.clock), self.center.clock)
        self.authority = Authority(self.center.door, KINDS)
        for window in self.windows.values():
            window.wire.authority = self.authority

    def quiet(self) -> None:
        """Everybody exchanges until nothing is new for anybody."""
        for _round in range(3):
            for window in self.windows.values():
                window.line.flush()

    def differences(self) -> list[str]:
        """The documents that a window has otherwise than the center would give them to it."""
        return [f"{node}: {name}" for node, window in self.windows.items() for name in window.differs_from(self)]


@dataclass
class SampleWindow(SampleOffice):
    """An open window with its line."""

    wire: TestWire = None  # type: ignore[assignment]
    skew: list[int] = field(default_factory=lambda: [0])  # microseconds that its clock is ahead of the center's
    line: Line = None  # type: ignore[assignment]

    def connect(self) -> None:
        self.line = Line(
            self.store,
            all_rules(),
            KINDS,
            self.wire,
            clock=self.office.door.clock,
            monotonic=lambda: self.clock.now / 1_000_000,
        )
        self.office.door.center = self.line

    def differs_from(self, city: City) -> list[str]:
        with city.center.store.read() as there, self.store.read() as here:
            node = there.row("nodes", id=self.wire.node)
            assert node is not None
            reader = Reader.of(node)
            names = {
                f"{kind.name}/{key}"
                for kind in KINDS
                if not kind.keeps
                for look in (there, here)
                for _scope, key in kind.everything(look)
            }
            return sorted(
                name for name in names if digest(KINDS.seen(there, name, reader)) != digest(KINDS.rows(here, name))
            )

    def reopened(self) -> SampleWindow:
        """The same store opened anew, as after a restart."""
        self.close()
        from clerk_app.desks.office import open_office

        office: Office = open_office(self.office.folder, clock=lambda: self.clock() + self.skew[0])
        again = replace(self, office=office)
        again.connect()
        return again


__all__ = ["KINDS", "STORE", "City", "SampleWindow", "TestWire"]
