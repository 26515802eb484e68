"""Ratings of a visit (我要评): a score from 1 to 5 with reasons of the catalogue, for the holder of a ticket or case.

A visit has at most one rating, which may be changed for a while. It names nobody unless the citizen agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from clerk_app.cases.status_query import SecondFactor, count_wrong_factor, get_verified_case
from clerk_app.catalogue.feedback import FeedbackRules
from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.feedback.limits import count_feedback, require_feedback_limit
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.tickets import require_own_hall
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.tries import MICROSECONDS_PER_MINUTE
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

MAX_REASONS = 5
_HOUR = 60 * MICROSECONDS_PER_MINUTE
_SERVED = ("serving", "held", "finished", "unserved")

RULES = RuleSet()


class RatingGiven(CommandDecision, frozen=True, kw_only=True):
    """Id of the rating, the visit that it is for, and where that was; `counts_until` is in microseconds UTC."""

    stored_name: ClassVar[str] = "RatingGiven"
    rating: str
    visit: str  # id of the visit; case/NUMBER if the case has none
    ticket: str = ""
    case: str = ""
    window: str = ""
    is_change: bool = False
    counts_until: int


class GiveRating(Command[RatingGiven], frozen=True, kw_only=True):
    """Rates the visit of a ticket of the hall, or the last visit of a case.

    `ticket` is the number on the slip, of the open service day or the one before. A case needs the second factor.
    """

    stored_name: ClassVar[str] = "GiveRating"
    hall: str
    score: int
    reasons: tuple[str, ...] = ()
    ticket: str = ""
    case: str = ""
    personal: SecondFactor | None = None


def _decide(tx: Transaction, command: GiveRating, moment: Moment) -> RatingGiven:
    require_own_hall(tx, command.hall, moment)
    rules = read_policy(tx).feedback
    _require_known_reasons(rules, command.score, command.reasons)
    counts_until = require_feedback_limit(tx, moment)
    if bool(command.ticket) == bool(command.case):
        raise Refused("subject", "A rating is for a ticket or for a case.")
    found = _find_ticket_visit(tx, command) if command.ticket else _find_case_visit(tx, command, moment)
    earlier = tx.get_for_update("ratings", visit=found["visit"])
    if earlier is not None and moment.decided_at >= earlier["given_at"] + rules.rating_hours * _HOUR:
        raise Refused(
            "rated",
            "This visit was rated before. A rating can be changed for {hours} hours.",
            hours=rules.rating_hours,
        )
    return RatingGiven(
        rating=earlier["id"] if earlier is not None else moment.key,
        is_change=earlier is not None,
        counts_until=counts_until,
        **found,
    )


def _require_known_reasons(rules: FeedbackRules, score: int, reasons: Sequence[str]) -> None:
    if not 1 <= score <= 5:
        raise Refused("score", "A rating has one to five stars.")
    known = {reason.id for reason in rules.rating_reasons if score in reason.scores}
    if len(set(reasons)) != len(reasons) or len(reasons) > MAX_REASONS or not known.issuperset(reasons):
        raise Refused("reasons", "The reasons of a rating are chosen from the list of its stars.")


def _find_ticket_visit(tx: Transaction, command: GiveRating) -> dict[str, Any]:
    """Return the fields of the decision for a ticket. Raises Refused if it was not served."""
    hall, number = command.hall, command.ticket
    days = (find_open_day(tx, hall), tx.query_one("hall.last_closed_day", hall=hall))
    rows = (tx.get("tickets", hall=hall, day=day["day"], number=number) for day in days if day is not None)
    ticket = next((row for row in rows if row is not None), None)
    if ticket is None:
        raise Refused("ticket", "There is no ticket {number} of this hall. Please compare your slip.", number=number)
    visit = tx.query_one("hall.last_visit_of_ticket", ticket=ticket["id"])
    if visit is None or ticket["state"] not in _SERVED:
        raise Refused("not_served", "Ticket {number} was not served yet. Please rate after your visit.", number=number)
    return _describe(visit, ticket["id"], "")


def _find_case_visit(tx: Transaction, command: GiveRating, moment: Moment) -> dict[str, Any]:
    """Return the fields of the decision for the last visit of a case. Raises Refused without its second factor."""
    get_verified_case(tx, command.case, command.personal, moment)
    visits = tx.select("visit_cases", order=("at", "visit"), case_number=command.case)
    visit = tx.get("visits", id=visits[-1]["visit"]) if visits else None
    if visit is None:
        return {"visit": f"case/{command.case}", "case": command.case}
    return _describe(visit, visit["ticket"] or "", command.case)


def _describe(visit: Row, ticket: str, case: str) -> dict[str, Any]:
    return {"visit": visit["id"], "ticket": ticket, "case": case, "window": visit["window_id"]}


def _name_stream(command: GiveRating, decision: RatingGiven | None) -> str:
    if decision is not None:
        return f"rating/{decision.rating}"
    return f"case/{command.case}" if command.case else f"ratings/{command.hall}"


@RULES.register(
    GiveRating,
    RatingGiven,
    permission="feedback.rate",
    roles=(Role.KIOSK, Role.SUPERVISOR),
    machines=(MachineKind.KIOSK,),
    label=mark("Rating of a visit"),
    decide=_decide,
    stream=_name_stream,
    placement=Placement.REMOTE,
    apply_refusal=count_wrong_factor,
    max_bytes=4000,
    keep_call=False,
)
def _apply(tx: Transaction, entry: Entry[GiveRating, RatingGiven]) -> None:
    command, decision = entry.command, entry.decision
    count_feedback(tx, entry.moment, decision.counts_until)
    values = {
        "score": command.score,
        "reasons": encode_json_list(command.reasons),
        "changed_at": entry.decided_at,
        "node": node_of_chain(entry.moment.node),
    }
    if decision.is_change:
        tx.update("ratings", {"id": decision.rating}, **values)
        return
    tx.insert(
        "ratings",
        id=decision.rating,
        visit=decision.visit,
        hall=command.hall,
        ticket=decision.ticket,
        case_number=decision.case,
        window_id=decision.window,
        given_at=entry.decided_at,
        person=None,
        **values,
    )
