"""A window as a program of its own, to be killed: it works without a pause, over a line that loses and doubles.

    python -m tests.faults.window_process FOLDER NODE PLACE URL RECEIPTS SEED

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

from clerk_app.composition.office import open_office
from clerk_app.composition.registry import all_rules
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.calls import MoveTicket
from clerk_app.ledger.door import system_clock
from clerk_app.ledger.replication.messages import (
    CallRequest,
    FetchRequest,
    NodeRequest,
    PullRequest,
    PushRequest,
    Response,
)
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.http_transport import HttpTransport
from tests.clock import Clock
from tests.office import SampleOffice, clerk_of_window
from tests.sample_data import WINDOWS
from tests.sync.city import DOCUMENT_TYPES

RequestT = TypeVar("RequestT", bound=NodeRequest)


class LossyTransport:
    """A wire on which some messages are lost, some answers too, and some messages arrive twice."""

    def __init__(self, wire: HttpTransport, chance: random.Random) -> None:
        self._wire = wire
        self._rng = chance

    def push(self, message: PushRequest) -> Response:
        return self._exchange(message, self._wire.push)

    def call(self, message: CallRequest) -> Response:
        return self._exchange(message, self._wire.call)

    def pull(self, message: PullRequest) -> Response:
        return self._exchange(message, self._wire.pull)

    def fetch(self, message: FetchRequest) -> Response:
        return self._exchange(message, self._wire.fetch)

    def _exchange(self, message: RequestT, way: Callable[[RequestT], Response]) -> Response:
        drawn = self._rng.random()
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
    wire = LossyTransport(HttpTransport(url, node, f"key-of-{node}"), random.Random(int(seed)))
    line = CenterClient(office.store, all_rules(), DOCUMENT_TYPES, wire, clock=system_clock)
    office.door.authority = line
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


def _accept(sample: SampleOffice, line: CenterClient, place: str) -> str:
    with suppress(OutOfReach):
        line.ensure_numbers()
    with sample.store.read() as look:
        left = look.query_one("hall.visit_at_window", window=place)
    if left is not None:  # killed in the middle of serving somebody
        sample.door.perform(MoveTicket(visit=left["id"], act="finish"), clerk_of_window(place))
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
