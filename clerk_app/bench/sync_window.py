"""A window of the bench: its own store, its real door, its real line over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from clerk_app import people
from clerk_app.bench.sync_center import slow
from clerk_app.bench.sync_city import Citizens, Seat
from clerk_app.cases.drafts import DraftContent, KeepDraft
from clerk_app.desks.office import all_kinds, all_rules
from clerk_app.ledger.door import Door, system_clock
from clerk_app.ledger.numbers import BLOCK, LendNumbers
from clerk_app.ledger.provisional import Provisional
from clerk_app.people import SYSTEM
from clerk_app.sync.http import HttpWire
from clerk_app.sync.line import Line
from db.engines import Store


class CountedWire(HttpWire):
    """The wire, with what goes over it counted."""

    def __init__(self, url: str, node: str, key: str) -> None:
        super().__init__(url, node, key)
        self.trips = 0
        self.waits: list[float] = []
        self.bytes_up = 0
        self.bytes_down = 0

    def _send(self, method: str, path: str, body: bytes = b"", *args: Any, **more: Any) -> httpx.Response:
        begun = time.perf_counter()
        answer = super()._send(method, path, body, *args, **more)
        self.waits.append(time.perf_counter() - begun)
        self.trips += 1
        self.bytes_up += len(body)
        self.bytes_down += answer.num_bytes_downloaded
        return answer


@dataclass
class Window:
    """An open window."""

    seat: Seat
    store: Store
    door: Door
    wire: CountedWire
    line: Line

    @classmethod
    def at(cls, seat: Seat, where: str, url: str, flush: float = 0.0) -> Window:
        """The window whose store lies there; a new one if that is empty."""
        store = slow(where, flush)
        door = Door(store, all_rules(), people.authorise)
        kinds = all_kinds()
        with store.read() as look:
            is_new = look.one("ledger.here") is None
        if is_new:
            door.center = Provisional(store, kinds)
            door.perform(seat.founding(url), SYSTEM)
        wire = CountedWire(url, seat.node, seat.key)
        line = Line(store, all_rules(), kinds, wire, clock=system_clock)
        door.center = line
        return cls(seat, store, door, wire, line)

    def join(self, numbers: int) -> None:
        """Takes over everything that it may see, and borrows so many case numbers."""
        self.line.flush()
        for _block in range(-(-numbers // BLOCK)):
            self.line.ask(LendNumbers(node=self.seat.node, incarnation=1), SYSTEM)

    def accept(self, wishes: Iterable[str], citizens: Citizens) -> None:
        """Accepts a case for each wish, without a word to the center."""
        for one_thing in wishes:
            come = citizens.come(one_thing, self.seat, "")
            assert come.personal is not None
            keep = KeepDraft(
                visit="visit",
                window=self.seat.window,
                one_thing=one_thing,
                catalogue=come.catalogue,
                catalogue_version=come.catalogue_version,
                personal=DraftContent(values=come.personal.values),
            )
            draft = self.door.perform(keep, self.seat.staff).draft
            self.door.perform(_with_draft(come, draft), self.seat.staff)

    def waiting(self) -> int:
        """How many entries have no answer."""
        with self.store.read() as look:
            row = look.one("ledger.unanswered")
        return int(row["many"]) if row else 0

    def close(self) -> None:
        """The store stays."""
        self.wire.close()
        self.store.close()


def _with_draft(command: Any, draft: str) -> Any:
    import msgspec

    return msgspec.structs.replace(command, draft=draft, visit=f"visit-{draft}")
