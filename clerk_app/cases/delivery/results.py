"""Results of a case: issued together (统一发证) when every organ has decided, and handed over against a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_site
from clerk_app.cases.notices import find_notice_time, insert_notice
from clerk_app.cases.objections import (
    UNCONFIRMED_RECEIVER,
    insert_objection,
    next_objection_number,
    require_undoubted_results,
)
from clerk_app.cases.states import next_case_state
from clerk_app.cases.visit_causes import record_visit_case
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import PlannedMatter

RULES = RuleSet()

DELEGATE = "delegate"  # somebody who is no party of the case and has a written delegation (授权委托书)
RECEIVER_KNOWN_BY = {
    "code": mark("code shown in this visit"),
    "document": mark("identity document"),
    "delegation": mark("delegation and identity document"),
}

RECEIVER_FAULTS = {
    "no_party": mark("The receiver is no party of this case: a delegation is needed."),
    "no_code": mark("This party has not shown a code in this visit: check an identity document."),
}
"""Why a receiver is not confirmed, by code."""

_OBJECTIONS = {
    "no_party": mark("The results were handed over to somebody who is no party of this case at the center."),
    "no_code": mark(
        "The results were handed over to a party known by a code, which the center cannot find in that visit."
    ),
}
"""Sentences of objections to a hand-over that took place, by code of RECEIVER_FAULTS."""


class IssuedResult(MessagePart, frozen=True, kw_only=True):
    """Result of one matter: `produces` has the names of its products, or "refusal" if it was refused."""

    matter: str
    produces: str
    number: str


class ResultsIssued(CommandDecision, frozen=True, kw_only=True):
    """The results of every decided matter of the case."""

    stored_name: ClassVar[str] = "SetIssued"
    results: tuple[IssuedResult, ...] = msgspec.field(name="issues")


class IssueResults(Command[ResultsIssued], frozen=True, kw_only=True):
    """Issues the results of a closed case together (统一发证)."""

    stored_name: ClassVar[str] = "IssueSet"
    case: str


class ResultsHandedOver(CommandDecision, frozen=True, kw_only=True):
    """The citizen has received the results.

    `receiver_fault` is why the center could not confirm the receiver, a key of RECEIVER_FAULTS, and `objection` the
    number of the objection that reports it; empty and 0 if there is none. `made_at` is the time of the hand-over list;
    None in entries of schema 0026 and before, which gave it the time of the decision.
    """

    stored_name: ClassVar[str] = "HandedOver"
    receiver_fault: str = ""
    objection: int = 0
    made_at: int | None = None


class Signature(MessagePart, frozen=True, kw_only=True):
    """Name of the receiver of the results, and of the person who signed for it if it is an organisation."""

    name: str
    signer: str = ""


class HandOverResults(Command[ResultsHandedOver], frozen=True, kw_only=True):
    """Hands the results over against a signature (送达回证).

    `role` is the receiver's role in the case, or DELEGATE; `known_by` is a value of RECEIVER_KNOWN_BY: how the clerk
    knew the receiver. Both are empty in entries of versions that did not record them.
    """

    stored_name: ClassVar[str] = "HandOver"
    case: str
    window: str
    role: str = ""
    known_by: str = ""
    visit: str = ""
    personal: Signature | None = None


def _decide_issue(tx: Transaction, command: IssueResults, moment: Moment) -> ResultsIssued:
    case = read_case(tx, command.case)
    require_site(tx, moment, case.row)
    next_case_state(case.row["state"], "issue")
    if not moment.is_remote:  # a machine that was cut off did not know of the doubt, which stays open
        require_undoubted_results(tx, command.case)
    return ResultsIssued(results=tuple(_build_results(case)))


def _build_results(case: CaseRecord) -> list[IssuedResult]:
    """Build the results of decided matters. A lapsed matter has no decision, so it has no result."""
    states = case.matter_progress()
    return [
        IssuedResult(
            matter=planned.id,
            produces=_result_name(planned, approved=states[planned.id].state == "approved"),
            number=f"{case.number}-{position:02d}",
        )
        for position, planned in enumerate(case.plan.active_matters, 1)
        if states[planned.id].state in ("approved", "refused")
    ]


def _result_name(planned: PlannedMatter, *, approved: bool) -> str:
    return ", ".join(product.name.zh for product in planned.matter.produces) if approved else "refusal"


def _case_stream(command: IssueResults | HandOverResults, _: object) -> str:
    return f"case/{command.case}"


@RULES.register(
    IssueResults,
    ResultsIssued,
    permission="case.hand_over",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Putting the results together"),
    decide=_decide_issue,
    stream=_case_stream,
    documents=("case",),
)
def _apply_issue(tx: Transaction, entry: Entry[IssueResults, ResultsIssued]) -> None:
    number = entry.command.case
    for result in entry.decision.results:
        tx.upsert(
            "issuances",
            ("case_number", "matter"),
            case_number=number,
            matter=result.matter,
            produces=result.produces,
            number=result.number,
            issued_at=entry.moment.corrected_at,
        )
    tx.update("cases", {"number": number}, state="issued")
    mark_case_changed(tx, number)


def _decide_hand_over(tx: Transaction, command: HandOverResults, moment: Moment) -> ResultsHandedOver:
    case = read_case(tx, command.case)
    require_site(tx, moment, case.row)
    next_case_state(case.row["state"], "deliver")
    if not moment.is_remote:
        require_undoubted_results(tx, command.case)
    if command.personal is None or not command.personal.name.strip():
        raise Refused("signature", "The set is handed over against a signature: who signs?")
    party = tx.get("parties", case_number=command.case, role=command.role) if command.role else None
    needs_signer = party is not None and party["kind"] == "organisation" and not command.personal.signer.strip()
    if needs_signer and not moment.is_remote:  # versions before did not record who signed
        raise Refused("signature", "An organisation receives it by a person: who signs for it?")
    fault = _find_receiver_fault(tx, command, command.personal.name) if command.role else ""
    made_at = find_notice_time(tx, command.case, moment)
    if not fault:
        return ResultsHandedOver(made_at=made_at)
    if not moment.is_remote:
        raise Refused("receiver", RECEIVER_FAULTS[fault])
    number = next_objection_number(tx, command.case)
    return ResultsHandedOver(receiver_fault=fault, objection=number, made_at=made_at)


def _find_receiver_fault(tx: Transaction, command: HandOverResults, name: str) -> str:
    """Return why the receiver is not confirmed as a party of the case, a key of RECEIVER_FAULTS; empty if they are.

    Raise Refused if the command does not state how a party (code, document) or a delegate (delegation) is known.
    """
    allowed = ("delegation",) if command.role == DELEGATE else ("code", "document")
    if command.known_by not in allowed:
        raise Refused("receiver", "Record how the receiver is known: by a code, a document, or a delegation.")
    if command.role == DELEGATE:
        return ""
    party = tx.get("parties", case_number=command.case, role=command.role)
    if party is None or party["name"] != name:
        return "no_party"
    visit = tx.get("visits", id=command.visit) if command.known_by == "code" else None
    is_shown = visit is not None and visit["confirmed"] and visit["shown_number"] == party["number"]
    return "no_code" if command.known_by == "code" and not (is_shown and party["number"]) else ""


@RULES.register(
    HandOverResults,
    ResultsHandedOver,
    permission="case.hand_over",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Handing over"),
    decide=_decide_hand_over,
    stream=_case_stream,
    documents=("case",),
)
def _apply_hand_over(tx: Transaction, entry: Entry[HandOverResults, ResultsHandedOver]) -> None:
    command = entry.command
    tx.insert(
        "deliveries",
        case_number=command.case,
        at=entry.moment.corrected_at,
        clerk=entry.moment.actor.id,
        window_id=command.window,
        signature=command.personal and (command.personal.signer or command.personal.name),
        role=command.role,
        known_by=command.known_by,
    )
    if entry.decision.objection:
        insert_objection(
            tx,
            command.case,
            entry.decision.objection,
            UNCONFIRMED_RECEIVER,
            facts={"role": command.role, "known_by": command.known_by},
            raised_at=entry.decided_at,
            sentence=_OBJECTIONS[entry.decision.receiver_fault],
        )
    made_at = entry.decision.made_at or entry.decided_at
    insert_notice(tx, f"{command.case}-hand_over", command.case, "hand_over", command.window, made_at)
    tx.update("cases", {"number": command.case}, state="delivered", delivered_at=entry.moment.corrected_at)
    record_visit_case(tx, command.visit, command.case, "hand_over", entry.moment.corrected_at)
    mark_case_changed(tx, command.case)
