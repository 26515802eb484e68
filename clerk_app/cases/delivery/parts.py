"""Finished results handed over early at the applicant's request (提前领取), while other matters are under way.

The set is complete only when the rest is handed over too (`results.HandOverResults`). The authority decides, because
it alone knows whether a decision is being checked again.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason, require_site
from clerk_app.cases.delivery.receivers import (
    RECEIVER_FAULTS,
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
    list_uncollected,
    mark_handed_over,
    read_results,
)
from clerk_app.cases.notices import find_notice_time, insert_notice
from clerk_app.cases.objections import require_undoubted_results
from clerk_app.cases.states import next_case_state
from clerk_app.cases.visit_causes import record_visit_case
from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class PartHandedOver(CommandDecision, frozen=True, kw_only=True):
    """The results of this part, its number from 1, and the time of its hand-over list in microseconds UTC.

    `certificates` are the notices that are printed and handed over with the list.
    """

    stored_name: ClassVar[str] = "PartHandedOver"
    part: int
    results: tuple[IssuedResult, ...]
    made_at: int
    certificates: tuple[str, ...] = ()


class HandOverPart(Command[PartHandedOver], frozen=True, kw_only=True):
    """Makes out the results of finished matters and hands them over, before the others are decided.

    `cause` is why the applicant needs them now: it explains the further visit. `role`, `known_by` and `agent` are those
    of `receivers.Receiver`.
    """

    stored_name: ClassVar[str] = "HandOverPart"
    case: str
    matters: tuple[str, ...]
    cause: str
    window: str
    role: str
    known_by: str
    visit: str = ""
    agent: str = ""
    personal: Signature | None = None


def require_part(tx: Transaction, case: CaseRecord) -> tuple[str, ...]:
    """Return the matters whose results can be handed over early. Raise Refused if there are none, or no more parts."""
    next_case_state(case.row["state"], "deliver_part")
    limit = read_policy(tx).early_hand_overs
    if len(tx.select("deliveries", case_number=case.number)) >= limit:
        raise Refused("parts", "No more results are handed over early: the rest is handed over together.")
    matters = list_uncollected(case, read_results(tx, case.number))
    if not matters:
        raise Refused("nothing", "No matter is finished whose result was not handed over.")
    return matters


def hand_over_notice(case: str, part: int) -> str:
    """Return the id of the hand-over list of a part of a case; part 0 is the last one."""
    return f"{case}-hand_over-{part}" if part else f"{case}-hand_over"


def part_of_notice(notice_id: str) -> int:
    """Return the part of the case whose hand-over list a notice is."""
    part = notice_id.rpartition("-")[2]
    return int(part) if part.isdecimal() else 0


def _decide(tx: Transaction, command: HandOverPart, moment: Moment) -> PartHandedOver:
    case = read_case(tx, command.case)
    require_site(tx, moment, case.row)
    require_undoubted_results(tx, command.case)
    finished = require_part(tx, case)
    if not command.matters or not set(command.matters) <= set(finished):
        raise Refused("matter", "One of these results is not finished, or was handed over before. Look at the case.")
    require_reason(command.cause)
    signed = require_signature(tx, command.case, command.role, command.personal, moment)
    receiver = Receiver(
        role=command.role,
        known_by=command.known_by,
        visit=command.visit,
        agent=command.agent,
        clerk=moment.actor.id,
    )
    fault = find_receiver_fault(tx, command.case, receiver, signed)
    if fault:
        raise Refused("receiver", RECEIVER_FAULTS[fault])
    results = build_results(case, read_results(tx, case.number), command.matters)
    return PartHandedOver(
        part=1 + len(tx.select("deliveries", case_number=command.case)),
        results=results,
        made_at=find_notice_time(tx, command.case, moment),
        certificates=list_certificates(case, ((each.matter, each.produces, each.number) for each in results)),
    )


@RULES.register(
    HandOverPart,
    PartHandedOver,
    permission="case.hand_over",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Handing over a part"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[HandOverPart, PartHandedOver]) -> None:
    command, decision, at = entry.command, entry.decision, entry.moment.corrected_at
    insert_results(tx, command.case, decision.results, at)
    mark_handed_over(tx, command.case, decision.part, at)
    tx.insert(
        "deliveries",
        case_number=command.case,
        part=decision.part,
        at=at,
        clerk=entry.moment.actor.id,
        window_id=command.window,
        signature=command.personal and (command.personal.signer or command.personal.name),
        role=command.role,
        known_by=command.known_by,
        agent=command.agent,
        cause=command.cause,
    )
    notice = hand_over_notice(command.case, decision.part)
    insert_notice(tx, notice, command.case, "hand_over", command.window, decision.made_at)
    for after, certificate in enumerate(decision.certificates, 1):
        insert_notice(tx, certificate, command.case, CERTIFICATE, command.window, decision.made_at + after)
    record_visit_case(tx, command.visit, command.case, "part_hand_over", at)
    mark_case_changed(tx, command.case)
