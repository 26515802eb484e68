"""A window as a process, to be killed: it works without a pause, over a transport that loses and doubles messages.

    python -m tests.faults.window_process FOLDER NODE PLACE URL RECEIPTS SEED

At a window (PLACE "w1") it accepts cases and writes each number to RECEIPTS, durably, before the next one; at a
department (PLACE an organ) it claims and decides tasks.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from clerk_app.composition.office import open_office
from clerk_app.composition.registry import all_rules
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.door import system_clock
from clerk_app.ledger.replication.messages import (
    CallRequest,
    FetchRequest,
    NodeRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    SignInResponse,
)
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.http_transport import HttpTransport
from tests.clock import Clock
from tests.office import SampleOffice, clerk_of_window
from tests.sample_data import WINDOWS
from tests.sync.city import DOCUMENT_TYPES, bearer_signer

RequestT = TypeVar("RequestT", bound=NodeRequest)


class LossyTransport:
    """A transport that loses some requests, loses some responses, and sends some requests twice."""

    def __init__(self, wire: HttpTransport, rng: random.Random) -> None:
        self._wire = wire
        self._rng = rng

    def sign_in(self, message: SignInRequest) -> SignInResponse:
        del message
        raise OutOfReach("Nobody signs in here.")

    def push(self, message: PushRequest) -> Response:
        return self._exchange(message, self._wire.push)

    def call(self, message: CallRequest, timeout: float | None = None) -> Response:
        return self._exchange(message, partial(self._wire.call, timeout=timeout))

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
    """Work until the process is killed."""
    folder, node, place, url, receipts, seed = sys.argv[1:]
    office = open_office(Path(folder))
    transport = LossyTransport(HttpTransport(url, bearer_signer(node)), random.Random(int(seed)))
    client = CenterClient(office.store, all_rules(), DOCUMENT_TYPES, transport, clock=system_clock)
    office.door.authority = client
    sample = SampleOffice(office, Clock())
    with Path(receipts).open("a", encoding="ascii") as file:
        while True:
            number = _accept(sample, client, place) if place in WINDOWS else _decide(sample, place)
            if number:
                file.write(number + "\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(OutOfReach):
                client.step()
            time.sleep(0.02)


def _accept(sample: SampleOffice, client: CenterClient, place: str) -> str:
    with suppress(OutOfReach):
        client.ensure_numbers()
    with suppress(OutOfReach):  # opens the window, or renews its lease
        sample.door.perform(SetWindowState(window=place, state="open"), clerk_of_window(place))
    with sample.store.read() as tx:
        visit = tx.query_one("hall.visit_at_window", window=place)
    if visit is not None:  # the process was killed during a visit
        sample.door.perform(MoveTicket(visit=visit["id"], act="finish"), clerk_of_window(place))
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
