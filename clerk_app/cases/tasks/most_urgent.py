"""The task that an officer gets who takes the next one of an organ."""

from __future__ import annotations

from clerk_app.cases.case_record import read_task
from clerk_app.cases.promises.waiting import find_promised_paper
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Moment
from db.engines import Row, Transaction


def read_most_urgent(tx: Transaction, organ: str, moment: Moment) -> Row:
    """Return the most urgent task of an organ; its row is locked. Raises Refused for an empty queue.

    A task that was taken before and waits for a promised paper comes after those that can be decided.
    """
    candidates = tx.query_all("cases.most_urgent", organ=organ, now=moment.decided_at)
    if not candidates:
        raise Refused("empty", "The queue is empty: nothing to claim.")
    found = min(candidates, key=lambda task: (task["rank"], task["id"]))
    if found["fence"] and find_promised_paper(tx, read_task(tx, found["id"])) is not None:
        ready = [row for row in candidates if row["id"] != found["id"] and row["state"] == "claimed"]
        ready += tx.query_all("cases.most_urgent_without_promise", organ=organ)
        found = min(ready, key=lambda task: (task["rank"], task["id"]), default=found)
    return found
