"""Invariant: no received case is lost, accepted by law after its notice was printed, or left past its period."""

from __future__ import annotations

from clerk_app.cases.prints import OPEN_OUTCOMES
from tests.simulation.city import SimulatedCity
from tests.simulation.ground_truth import InvariantViolation

NAME = "received cases are kept, and their clocks hold"
_AFTER = ("accepted", "closed", "issued", "delivered", "archived", "not_accepted", "withdrawn")


def check_received_cases(city: SimulatedCity) -> None:
    """Compare the received cases of the center with the notices in the hands of citizens, and with their clocks."""
    cases = {row["number"]: row["state"] for row in city.center.rows("cases")}
    rejected = {row["number"] for row in city.center.rows("rejected_acceptances")}
    lost = [
        number
        for number, node in city.truth.received.items()
        if number not in cases and number not in rejected and node not in city.truth.copied_nodes
    ]
    records = {row["case_number"]: row for row in city.center.rows("received_records")}
    apart = [number for number, state in cases.items() if (state == "received") != (number in records)]
    strange = [number for number, state in cases.items() if number in records and state in _AFTER]
    if lost or apart or strange:
        raise InvariantViolation(NAME, lost=lost, without_record=apart, strange=strange)
    _check_clocks(city, records)


def _check_clocks(city: SimulatedCity, records: dict[str, dict[str, object]]) -> None:
    """Check that no case was accepted by law after its notice without an objection, and that none waits too long."""
    known = {row["case_number"] for row in city.center.rows("objections", reason="late_print")}
    for entry in city.center.rows("ledger_entries", kind="DeemAccepted", outcome="done"):
        number = str(entry["stream"]).removeprefix("case/")
        notice = city.center.rows("notices", id=f"{number}-one_time")
        if number not in known and notice and notice[0]["printed_at"] and notice[0]["printed_at"] < entry["decided_at"]:
            raise InvariantViolation(NAME, deemed_after_notice=number)
    now = city.time.now
    unanswered = {row["paper"] for row in city.center.rows("prints") if row["outcome"] in OPEN_OUTCOMES}
    late = [
        number
        for number, row in records.items()
        if row["notified_at"] is None
        and int(str(row["answer_due_at"])) < now - 4 * 86_400_000_000
        and f"{number}-one_time" not in unanswered  # whether the notice came out is for a person to answer
    ]
    if late:
        raise InvariantViolation(NAME, forgotten=late)
