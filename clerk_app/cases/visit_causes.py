"""Visits of a case and their causes. At most one visit is the city's promise, so a further one has a recorded cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clerk_app.locales import mark
from db.engines import Transaction

VisitCause = Literal["acceptance", "supplement", "hand_over", "part_hand_over", "withdrawal", "correction", "question"]
PROMISED_VISITS = 1  # a case needs at most so many visits; more have a cause
CAUSE_NAMES: dict[str, str] = {
    "acceptance": mark("application"),
    "supplement": mark("papers brought later"),
    "hand_over": mark("results collected"),
    "part_hand_over": mark("finished results collected early"),
    "withdrawal": mark("withdrawal"),
    "correction": mark("correction"),
    "question": mark("question"),
}
"""Names of the causes by stored id, the one that describes a visit with several causes first."""


@dataclass(frozen=True)
class CaseVisit:
    """A visit for a case. `at` is the time of its first act on the case, microseconds UTC."""

    visit: str
    cause: str
    at: int


def record_visit_case(tx: Transaction, visit: str, number: str, cause: VisitCause, at: int) -> None:
    """Tie a visit to a case. Nothing is recorded of a visit that an earlier version started: it has no `end_state`."""
    row = tx.get("visits", id=visit) if visit else None
    if row is not None and row["end_state"]:
        key = ("visit", "case_number", "cause")
        tx.upsert("visit_cases", key, visit=visit, case_number=number, cause=cause, at=at)


def list_case_visits(tx: Transaction, number: str) -> list[CaseVisit]:
    """Return the visits of a case in the order of time, each with its main cause."""
    order = list(CAUSE_NAMES)
    visits: dict[str, CaseVisit] = {}
    for row in tx.select("visit_cases", order=("at", "visit", "cause"), case_number=number):
        known = visits.get(row["visit"])
        if known is None:
            visits[row["visit"]] = CaseVisit(row["visit"], row["cause"], row["at"])
        elif order.index(row["cause"]) < order.index(known.cause):
            visits[row["visit"]] = CaseVisit(row["visit"], row["cause"], known.at)
    return list(visits.values())
