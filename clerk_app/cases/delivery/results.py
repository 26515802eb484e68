"""Results of a case: issued together (统一发证) when every organ has decided, and handed over against a signature."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.case_record import read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_site
from clerk_app.cases.delivery.receivers import (
    RECEIVER_FAULTS,
    RECEIVER_OBJECTIONS,
    Receiver,
    Signature,
    find_receiver_fault,
    require_signature,
)
from clerk_app.cases.delivery.result_set import (
    CERTIFICATE,
    IssuedResult,
    build_results,
    insert_results,
    list_certificates,
    mark_handed_over,
    read_results,
    tasks_in_force,
)
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
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class ResultsIssued(CommandDecision, frozen=True, kw_only=True):
    """The results of the decided matters of the case that were not made out before, for a hand-over in parts."""

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
    None in entries of schema 0026 and before, which gave it the time of the decision. `certificates` are the notices
    that are printed and handed over with the list.
    """

    stored_name: ClassVar[str] = "HandedOver"
    receiver_fault: str = ""
    objection: int = 0
    made_at: int | None = None
    certificates: tuple[str, ...] = ()


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
    agent: str = ""
    personal: Signature | None = None


def _decide_issue(tx: Transaction, command: IssueResults, moment: Moment) -> ResultsIssued:
    case = read_case(tx, command.case)
    require_site(tx, moment, case.row)
    next_case_state(case.row["state"], "issue")
    if not moment.is_remote:  # a machine that was cut off did not know of the doubt, which stays open
        require_undoubted_results(tx, command.case)
    matters = frozenset(tasks_in_force(case))
    return ResultsIssued(results=build_results(case, read_results(tx, case.number), matters))


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
    insert_results(tx, number, entry.decision.results, entry.moment.corrected_at)
    tx.update("cases", {"number": number}, state="issued")
    mark_case_changed(tx, number)


def _decide_hand_over(tx: Transaction, command: HandOverResults, moment: Moment) -> ResultsHandedOver:
    case = read_case(tx, command.case)
    require_site(tx, moment, case.row)
    next_case_state(case.row["state"], "deliver")
    if not moment.is_remote:
        require_undoubted_results(tx, command.case)
    signed = require_signature(tx, command.case, command.role, command.personal, moment)
    receiver = Receiver(
        role=command.role,
        known_by=command.known_by,
        visit=command.visit,
        agent=command.agent,
        clerk=moment.actor.id,
    )
    fault = find_receiver_fault(tx, command.case, receiver, signed) if command.role else ""
    made_at = find_notice_time(tx, command.case, moment)
    rows = tx.select("issuances", case_number=command.case, order=("number",))
    certificates = list_certificates(
        case, ((row["matter"], row["produces"], row["number"]) for row in rows if row["delivered_at"] is None)
    )
    if not fault:
        return ResultsHandedOver(made_at=made_at, certificates=certificates)
    if not moment.is_remote:
        raise Refused("receiver", RECEIVER_FAULTS[fault])
    number = next_objection_number(tx, command.case)
    return ResultsHandedOver(receiver_fault=fault, objection=number, made_at=made_at, certificates=certificates)


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
        agent=command.agent,
    )
    mark_handed_over(tx, command.case, 0, entry.moment.corrected_at)
    if entry.decision.objection:
        insert_objection(
            tx,
            command.case,
            entry.decision.objection,
            UNCONFIRMED_RECEIVER,
            facts={"role": command.role, "known_by": command.known_by},
            raised_at=entry.decided_at,
            sentence=RECEIVER_OBJECTIONS[entry.decision.receiver_fault],
        )
    made_at = entry.decision.made_at or entry.decided_at
    insert_notice(tx, f"{command.case}-hand_over", command.case, "hand_over", command.window, made_at)
    for after, notice in enumerate(entry.decision.certificates, 1):
        insert_notice(tx, notice, command.case, CERTIFICATE, command.window, made_at + after)
    tx.update("cases", {"number": command.case}, state="delivered", delivered_at=entry.moment.corrected_at)
    record_visit_case(tx, command.visit, command.case, "hand_over", entry.moment.corrected_at)
    mark_case_changed(tx, command.case)
