"""One-time notices in the hands of citizens whose cases were accepted by law: printed in time, or too late."""

from __future__ import annotations

import msgspec

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.objections import insert_objection, next_objection_number
from clerk_app.catalogue import publication
from clerk_app.ledger.commands import MessagePart, Moment
from clerk_app.locales import mark
from db.engines import Transaction

LATE_PRINT = "late_print"
"""Reason of the objection."""
_SENTENCE = mark(
    "The notice of what is missing was printed on {printed}, in the period until {due}. The center did not have it on "
    "{accepted}, when the case counted as accepted by law. Both stand in the history: decide what applies, and inform "
    "the applicant."
)

_SENTENCE_WITHOUT_EFFECT = mark(
    "The notice of what is missing was printed on {printed}, after the period until {due}. The case counted as "
    "accepted by law on {accepted}, so the notice has no effect: inform the applicant."
)


class LatePrint(MessagePart, frozen=True, kw_only=True):
    """End of the period for the answer, and when the case was accepted by law (microseconds UTC).

    `is_in_time`: the notice was printed in the period.
    """

    due_at: int
    accepted_at: int
    is_in_time: bool = True


class _Deemed(msgspec.Struct):
    answer_due_at: int = 0


def find_late_print(tx: Transaction, number: str, moment: Moment) -> LatePrint | None:
    """Return the acceptance by law of a case whose notice was printed at another machine; None for every other case.

    A second print of the notice is no second objection. The first entries of this kind have no end of the period: their
    own time counts as it.
    """
    if not moment.is_remote or tx.select("objections", case_number=number, reason=LATE_PRINT):
        return None
    stream = f"case/{number}"
    for row in tx.select("ledger_entries", stream=stream, kind="DeemAccepted", outcome="done"):
        due_at = msgspec.json.decode(row["decision"], type=_Deemed).answer_due_at or row["decided_at"]
        return LatePrint(due_at=due_at, accepted_at=row["decided_at"], is_in_time=moment.corrected_at <= due_at)
    return None


def raise_late_print(tx: Transaction, number: str, late: LatePrint, printed_at: int, raised_at: int) -> None:
    """Insert the objection with the three times as local ones; `printed_at` and `raised_at` in microseconds UTC."""
    case = tx.get("cases", number=number)
    if case is None:
        return
    catalogue = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"])
    printed, due, accepted = (
        to_local_time(at, catalogue.time_zone).strftime("%Y-%m-%d %H:%M")
        for at in (printed_at, late.due_at, late.accepted_at)
    )
    facts = {"printed": printed, "due": due, "accepted": accepted}
    ordinal = next_objection_number(tx, number)
    sentence = _SENTENCE if late.is_in_time else _SENTENCE_WITHOUT_EFFECT
    insert_objection(tx, number, ordinal, LATE_PRINT, facts=facts, raised_at=raised_at, sentence=sentence)
