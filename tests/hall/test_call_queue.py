"""The choice of the next ticket from the rows of a store is that of the whole fair order.

The model reads all tickets for each call. The program reads a part of them, once for the calls of a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clerk_app.hall.calling_order import DEFAULT_OVERTAKEN_AT_MOST, choose_next, record_call
from clerk_app.hall.fair_order import CalledTicket, CallingWindow, FairnessLimits, FairQueue, WaitingTicket
from db.engines import Row, Store, Transaction
from db.engines.sqlite import SqliteBackend
from db.json_lists import decode_json_list, encode_json_list
from tests.empty_store import create_empty_store

HALL, DAY, MINUTE = "h", "2026-05-06", 60_000_000
WINDOWS = [{"id": f"w{at}", "staff": f"s{at}", "categories": text} for at, text in enumerate(("A", "AB", "BC", "C"))]
WAYS = ("waiting",) * 5 + ("requeued", "old requeued", "transferred", "called", "called", "priority")

tickets = st.tuples(st.sampled_from("AAABBC"), st.sampled_from((0, 0, 0, 0, 10, 20, 240)), st.sampled_from(WAYS))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with an open service day and no catalogue."""
    opened = Store(SqliteBackend(create_empty_store(tmp_path_factory.mktemp("queue") / "store.db"), 5.0, None))
    with opened.write() as tx:
        day = {"opened_at": 0, "opened_by": "", "ends_at": 0, "closed_by": ""}
        tx.insert("service_days", id=f"{HALL}/{DAY}", hall=HALL, day=DAY, state="open", **day)
    yield opened
    opened.close()


def _ticket(serial: int, last: int, category: str, head_start: int, way: str) -> dict[str, Any]:
    """Return the row of a ticket; one is taken each minute, `last` is the last of the day."""
    issued = serial * MINUTE
    rank = issued - head_start * MINUTE
    row: dict[str, Any] = {"state": "waiting", "rank": rank, "waiting_since": 0, "called_at": None}
    again = (last + serial) * MINUTE
    if way == "requeued":  # after a no-show: at the end of the queue
        row |= {"rank": again, "waiting_since": again, "called_at": issued + 1}
    elif way == "old requeued":  # by an entry of an earlier version
        row |= {"rank": again, "called_at": issued + 1}
    elif way == "transferred":
        row |= {"waiting_since": again, "called_at": issued + 1}
    elif way == "called":
        row |= {"state": "finished", "called_at": issued + 1}
    elif way == "priority":
        row["rank"] -= 10**15
    fixed = {"priority": "ordinary", "calls": 0, "requeued": 0, "hall": HALL, "day": DAY, "number": str(serial)}
    called = encode_json_list("AB") if row["called_at"] else "[]"
    times = {"issued_at": issued, "first_called_at": row["called_at"], "called_categories": called}
    return {"id": f"{HALL}/{DAY}/{serial}", "serial": serial, "category": category, **fixed, **row, **times}


def _expected(tx: Transaction, window: Row) -> str | None:
    rows = tx.select("tickets")
    waiting = [
        WaitingTicket(
            row["id"], row["category"], row["rank"], row["serial"], row["issued_at"],
            max(row["issued_at"], row["waiting_since"]),
        )
        for row in rows
        if row["state"] == "waiting"
    ]  # fmt: skip
    called = [
        CalledTicket(row["serial"], row["issued_at"], frozenset(decode_json_list(row["called_categories"])))
        for row in sorted(rows, key=lambda row: (row["first_called_at"] or 0, row["serial"]))
        if row["first_called_at"]
    ]
    queue = FairQueue(waiting, called, FairnessLimits(DEFAULT_OVERTAKEN_AT_MOST))
    choice = queue.choose(CallingWindow(window["id"], window["staff"], frozenset(window["categories"])))
    return choice.ticket.id if choice is not None else None


@settings(max_examples=25, deadline=None)
@given(taken=st.lists(tickets, max_size=60), windows=st.lists(st.sampled_from(WINDOWS), min_size=1, max_size=20))
def test_calls_of_one_transaction_follow_the_whole_order(
    store: Store, taken: list[tuple[str, int, str]], windows: list[Row]
) -> None:
    with store.write() as tx:
        tx.delete("tickets", hall=HALL)
        tx.insert_many("tickets", [_ticket(at, len(taken), *ticket) for at, ticket in enumerate(taken, 1)])
        now = 10**6 * MINUTE
        for window in windows:
            now += 1
            expected = _expected(tx, window)
            chosen = choose_next(tx, HALL, window, now)
            assert (chosen["id"] if chosen is not None else None) == expected
            if chosen is None:
                continue
            row = tx.get("tickets", id=chosen["id"])
            assert row is not None
            record_call(tx, row, window["id"], now, window["categories"])
            tx.mark_changed(f"hall/{HALL}", f"ticket/{chosen['id']}")
