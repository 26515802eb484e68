"""The end of an application: accepted as a case, not accepted, or answered without a case."""

from __future__ import annotations

from typing import Any, ClassVar

from clerk_app.cases.applications.content import (
    ACCEPTED,
    ANSWERED,
    INCOMPLETE,
    OPEN_STATES,
    OUTCOMES,
    RECEIVED,
    REFUSED,
    STATE_NAMES,
    get_open_application,
    has_ended,
    mark_application_changed,
    require_open,
)
from clerk_app.cases.applications.terms import is_overdue
from clerk_app.cases.checks import require_stock_reasons
from clerk_app.catalogue import publication
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import decode_json_list, encode_json_list

RULES = RuleSet()
ENDED = "application"
"""Reason of the objection to a case whose application had another end."""
_MAX_REASON = 2_000  # characters
_MAX_MISSING = 500
_OVERDUE = mark(
    "The period of application {number} has ended: by law it counts as accepted since {day}. State why it is answered "
    "and not accepted."
)
_KINDS = ("field", "wrong", "rule", "material", "expired", "exclusion", "matters")


class ApplicationAnswered(CommandDecision, frozen=True, kw_only=True):
    """The machine that held the content."""

    stored_name: ClassVar[str] = "ApplicationAnswered"
    node: str = ""


class AnswerApplication(Command[ApplicationAnswered], frozen=True, kw_only=True):
    """Answers an application without a case; the portal reads the answer.

    `outcome` is refused or incomplete. `reason` is in the clerk's own words, `reason_codes` are ids of stock reasons;
    `missing` is everything that an incomplete application lacks (一次性告知), as kind:id of `IntakeGap`.
    """

    stored_name: ClassVar[str] = "AnswerApplication"
    application: str
    outcome: str
    reason: str = ""
    reason_codes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def _decide(tx: Transaction, command: AnswerApplication, moment: Moment) -> ApplicationAnswered:
    row = get_open_application(tx, command.application)
    if command.outcome not in OUTCOMES:
        raise Refused("outcome", "An application is refused, or something is missing.")
    has_reason = bool(command.reason.strip() or command.reason_codes)
    if not has_reason and not (command.outcome == INCOMPLETE and command.missing):
        raise Refused("reason", "A reason is needed: the applicant reads it.")
    if not has_reason and is_overdue(row, moment.decided_at):
        raise Refused("overdue", _OVERDUE, number=command.application, day=row["received_on"])
    if len(command.reason) > _MAX_REASON or len(command.missing) > _MAX_MISSING:
        raise Refused("reason", "A reason has at most {limit} characters.", limit=_MAX_REASON)
    if any(item.partition(":")[0] not in _KINDS for item in command.missing):
        raise Refused("missing", "What is missing is a field, a material or a matter.")
    catalogue = publication.load_part(tx, row["catalogue"], row["catalogue_version"], row["one_thing"])
    require_stock_reasons(catalogue, command.reason_codes)
    return ApplicationAnswered(node=row["opened_node"])


@RULES.register(
    AnswerApplication,
    ApplicationAnswered,
    permission="application.answer",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Answer to an application"),
    decide=_decide,
    stream=lambda command, _: f"application/{command.application}",
    documents=("application",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[AnswerApplication, ApplicationAnswered]) -> None:
    command = entry.command
    if has_ended(tx, command.application):
        return
    tx.update(
        "applications",
        {"number": command.application},
        state=ANSWERED,
        ended_at=entry.decided_at,
        outcome=command.outcome,
        reason=command.reason,
        reason_codes=encode_json_list(command.reason_codes),
        missing=encode_json_list(command.missing),
    )
    mark_application_changed(tx, command.application, entry.decision.node)


def find_application_objection(tx: Transaction, command: Any) -> Refused | None:
    """Return the objection to an acceptance whose application had ended meanwhile; its portal has read another end."""
    if not command.application:
        return None
    row = tx.get("applications", number=command.application)
    if row is None:  # the center lost it in a restore; the portal sends it again
        row = find_end(tx, command.application)
    if row is None or row["state"] in OPEN_STATES:
        return None
    number, state = command.application, row["state"]
    return Refused(
        ENDED,
        "Application {number} had ended before this acceptance arrived ({state}). Inform the applicant.",
        number=number,
        state=STATE_NAMES[state],
        case=row["case_number"],
    )


def find_end(tx: Transaction, application: str) -> dict[str, Any] | None:
    """Return the columns that the first case of an application gives it as its end; None without a case."""
    cases = tx.select("cases", application=application, order=("number",))
    later = {
        row["case_number"]
        for case in cases
        for row in tx.select("objections", case_number=case["number"], reason=ENDED)
    }
    first = next((case for case in cases if case["number"] not in later), None)
    if first is None:
        return None
    is_accepted = first["state"] != "not_accepted"
    return {
        "state": ACCEPTED if is_accepted else ANSWERED,
        "case_number": first["number"],
        "outcome": "" if is_accepted else REFUSED,
        "reason": "" if is_accepted else first["ended_reason"],
        "reason_codes": encode_json_list(() if is_accepted else decode_json_list(first["reason_codes"])),
    }


def end_by_case(tx: Transaction, entry: Entry[Any, Any], reason: str, reason_codes: tuple[str, ...]) -> None:
    """End the application from which a case was made, accepted or not; one that has ended before stays as it is."""
    number, decision = entry.command.application, entry.decision
    row = tx.get("applications", number=number) if number else None
    if row is None or row["state"] not in OPEN_STATES:
        return
    is_accepted = decision.state == "accepted"
    tx.update(
        "applications",
        {"number": number},
        state=ACCEPTED if is_accepted else ANSWERED,
        case_number=decision.number,
        ended_at=entry.decided_at,
        outcome="" if is_accepted else REFUSED,
        reason=reason,
        reason_codes=encode_json_list(reason_codes),
    )
    mark_application_changed(tx, number, row["opened_node"])


def require_no_other_case(tx: Transaction, number: str) -> None:
    """Raise Refused if a case was made of an application already; `number` is empty without an application."""
    row = tx.get("applications", number=number) if number else None
    if row is not None and row["state"] == ACCEPTED:
        require_open(row)


def reopen(tx: Transaction, number: str) -> None:
    """Let an application wait again whose acceptance came to nothing; one that was answered or erased stays so."""
    row = tx.get("applications", number=number) if number else None
    if row is None or row["content"] is None or row["state"] not in (*OPEN_STATES, ACCEPTED):
        return
    tx.update(
        "applications",
        {"number": number},
        state=RECEIVED,
        case_number="",
        ended_at=None,
        opened_at=None,
        opened_node="",
        opened_by="",
    )
    mark_application_changed(tx, number, row["opened_node"])
