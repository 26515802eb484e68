"""Forty windows of one hall call at a real center over HTTP, each with the signatures of its clerk and machine.

`CLERK_CALL_SECONDS=60` runs a whole minute.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from benchmarks.sync_center import start_center
from benchmarks.sync_city import BenchmarkSeat, catalogue, make_counter_seats, set_up_center
from benchmarks.sync_node import BenchmarkNode, HttpConnection, make_sent_entry
from benchmarks.sync_stores import SqliteStores, open_store
from clerk_app import people
from clerk_app.composition.registry import all_rules
from clerk_app.hall.calls import CallNext, VisitStarted
from clerk_app.hall.service_days import OpenServiceDay
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from clerk_app.hall.window_settings import SetWindowCategories
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.door import Door
from clerk_app.ledger.entries import seal
from clerk_app.people import SYSTEM
from clerk_app.people.permissions import SCHEDULE
from db.engines import Row, Store

SECONDS = float(os.environ.get("CLERK_CALL_SECONDS", "4"))
WINDOWS = 40
TICKETS_PER_SECOND = 25
SERVICE_SECONDS = 1.5
CLASSES = ("ordinary", "ordinary", "ordinary", "elderly")
SERVED = (("A",), ("A", "B"), ("B", "C"), ("C",))  # by window in turn


@dataclass(frozen=True)
class Call:
    """A call that a center answered: the window, and what was decided."""

    window: str
    started: VisitStarted


@dataclass(frozen=True)
class Minute:
    """What the windows were answered, and the tickets and visits in the store afterwards, in the order of the calls."""

    calls: Sequence[Call]
    tickets: dict[str, Row]
    visits: Sequence[Row]


def _set_up(store: Store, seats: Sequence[BenchmarkSeat], tickets: int) -> None:
    set_up_center(store, seats)
    perform = Door(store, all_rules(), people.authorise).perform
    hall = seats[0].hall
    perform(OpenServiceDay(hall=hall), SCHEDULE)
    for number, seat in enumerate(seats):
        perform(SetWindowState(window=seat.window, state="open"), seat.staff)
        perform(SetWindowCategories(window=seat.window, categories=SERVED[number % len(SERVED)]), seat.staff)
    for number in range(tickets):
        ticket = PrepareTicket(hall=hall, category="ABC"[number % 3], priority=CLASSES[number % len(CLASSES)])
        perform(RecordSlipPrint(ticket=perform(ticket, SYSTEM).ticket, printed=True), SYSTEM)


async def _work(node: BenchmarkNode, end: float, calls: list[Call]) -> None:
    """Call, serve and finish until the end; without waiting tickets, ask again as often."""
    decoder = msgspec.json.Decoder(VisitStarted)
    while time.monotonic() < end:
        response = await node.ask(CallNext(hall=node.seat.hall, window=node.seat.window))
        if response.refused:
            assert {refusal.reason for refusal in response.refused.values()} == {"nobody"}
            await asyncio.sleep(SERVICE_SECONDS)
            continue
        started = decoder.decode(response.result)
        calls.append(Call(node.seat.window, started))
        await asyncio.sleep(SERVICE_SECONDS)
        finish = make_sent_entry(seal(MoveTicket(visit=started.visit, act="finish")), node.seat)
        await node.push(node.sign([finish]))


async def _work_everywhere(port: int, seats: Sequence[BenchmarkSeat]) -> list[Call]:
    nodes = [BenchmarkNode(seat, HttpConnection(port, seat.node, seat.key)) for seat in seats]
    calls: list[Call] = []
    end = time.monotonic() + SECONDS
    await asyncio.gather(*(_work(node, end, calls) for node in nodes))
    for node in nodes:
        node.connection.close()
    return calls


@pytest.fixture(scope="module")
def minute(tmp_path_factory: pytest.TempPathFactory) -> Minute:
    """Let the windows call for SECONDS; return what came of it."""
    folder: Path = tmp_path_factory.mktemp("windows")
    location = SqliteStores.in_new_folder(folder).create()
    seats = make_counter_seats(WINDOWS, WINDOWS)
    with open_store(location) as store:
        _set_up(store, seats, int(SECONDS * TICKETS_PER_SECOND))
    center = start_center(location, 4.1, folder)
    try:
        calls = asyncio.run(_work_everywhere(center.port, seats))
    finally:
        center.stop()
    with open_store(location) as store, store.read() as tx:
        visits = sorted(tx.select("visits"), key=lambda row: row["started_at"])
        return Minute(calls, {row["id"]: row for row in tx.select("tickets")}, visits)


@pytest.mark.wide
def test_every_window_has_called(minute: Minute) -> None:
    assert len({call.window for call in minute.calls}) == WINDOWS


@pytest.mark.wide
def test_no_ticket_is_called_twice(minute: Minute) -> None:
    answered = Counter(call.started.ticket for call in minute.calls)
    stored = Counter(visit["ticket"] for visit in minute.visits)
    assert [ticket for ticket, many in (answered + stored).items() if many != 2] == []


@pytest.mark.wide
def test_no_call_is_lost(minute: Minute) -> None:
    answered = {(call.started.visit, call.started.ticket, call.window) for call in minute.calls}
    assert answered == {(visit["id"], visit["ticket"], visit["window_id"]) for visit in minute.visits}


@pytest.mark.wide
def test_every_ticket_waits_or_is_finished(minute: Minute) -> None:
    called = {visit["ticket"] for visit in minute.visits}
    assert {ticket: row["state"] for ticket, row in minute.tickets.items()} == {
        ticket: "finished" if ticket in called else "waiting" for ticket in minute.tickets
    }


@pytest.mark.wide
def test_no_ticket_is_overtaken_more_often_than_the_hall_allows(minute: Minute) -> None:
    hall = catalogue().hall
    assert hall is not None
    served = {call.window: call.started.categories for call in minute.calls}
    overtaken = Counter[str]()
    waiting = dict(minute.tickets)
    for visit in minute.visits:
        called = waiting.pop(visit["ticket"])
        overtaken.update(
            ticket
            for ticket, row in waiting.items()
            if row["serial"] < called["serial"] and row["category"] in served[visit["window_id"]]
        )
    assert 0 < max(overtaken.values()) <= hall.overtaken_at_most
