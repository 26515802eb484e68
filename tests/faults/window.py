"""A window as a program of its own, to be killed: it works without a pause, over a line that loses and doubles.

    python -m tests.faults.window FOLDER NODE PLACE URL RECEIPTS SEED

At a window (PLACE "w1") it accepts cases and writes each number into RECEIPTS, on disk, before the next one; elsewhere
(PLACE an organ) it claims and decides, and writes the task.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from clerk_app.desks.office import all_rules, open_office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.calling import MoveTicket
from clerk_app.ledger.door import system_clock
from clerk_app.ledger.messages import Answer, Ask, Pull, Push, Told, Want
from clerk_app.sync.http import HttpWire
from clerk_app.sync.line import Line
from tests.clock import Clock
from tests.furnishing import WINDOWS
from tests.office import SampleOffice, clerk_at
from tests.sync.city import KINDS

M = TypeVar("M", bound=Told)


class BadDay:
    """A wire on which some messages are lost, some answers too, and some messages arrive twice."""

    def __init__(self, wire: HttpWire, chance: random.Random) -> None:
        self._wire = wire
        self._chance = chance

    def push(self, message: Push) -> Answer:
        return self._carry(message, self._wire.push)

    def ask(self, message: Ask) -> Answer:
        return self._carry(message, self._wire.ask)

    def pull(self, message: Pull) -> Answer:
        return self._carry(message, self._wire.pull)

    def want(self, message: Want) -> Answer:
        return self._carry(message, self._wire.want)

    def _carry(self, message: M, way: Callable[[M], Answer]) -> Answer:
        drawn = self._chance.random()
        if drawn < 0.05:
            raise OutOfReach("The request was lost.")
        answer = way(message)
        if drawn < 0.10:
            raise OutOfReach("The answer was lost.")
        if drawn < 0.20:
            answer = way(message)
        return answer


def main() -> None:
    """Works until it is killed."""
    folder, node, place, url, receipts, seed = sys.argv[1:]
    office = open_office(Path(folder))
    wire = BadDay(HttpWire(url, node, f"key-of-{node}"), random.Random(int(seed)))
    line = Line(office.store, all_rules(), KINDS, wire, clock=system_clock)
    office.door.center = line
    sample = SampleOffice(office, Clock())
    with Path(receipts).open("a", encoding="ascii") as file:
        while True:
            done = _accept(sample, line, place) if place in WINDOWS else _decide(sample, place)
            if done:
                file.write(done + "\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(OutOfReach):
                line.step()
            time.sleep(0.02)


def _accept(sample: SampleOffice, line: Line, place: str) -> str:
    with suppress(OutOfReach):
        line.ensure_numbers()
    with sample.store.read() as look:
        left = look.one("hall.visit_at_window", window=place)
    if left is not None:  # killed in the middle of serving somebody
        sample.door.perform(MoveTicket(visit=left["id"], act="finish"), clerk_at(place))
    return sample.accept_road(place)


def _decide(sample: SampleOffice, organ: str) -> str:
    try:
        claimed = sample.claim(organ)
    except (OutOfReach, Refused):
        return ""
    with suppress(Refused):
        sample.decide(claimed, "approved")
    return ""


if __name__ == "__main__":
    main()
