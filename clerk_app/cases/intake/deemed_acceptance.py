"""Deemed acceptance: a received case that nobody answered in writing within five working days counts as accepted.

逾期不告知的，自收到申请材料之日起即为受理 (行政许可法 art. 32). Its tasks start with dates from the day of receipt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from clerk_app.cases.case_record import read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.duplicate_objection import DUPLICATE, describe_duplicate
from clerk_app.cases.duplicates import (
    DuplicateCase,
    find_duplicates,
    find_named_applicant,
    identify_application,
    list_matter_ids,
)
from clerk_app.cases.intake.accepted_case import Accepted, build_decision
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.late_prints import LatePrint, raise_late_print
from clerk_app.cases.notices import insert_notice
from clerk_app.cases.objections import insert_objection, next_objection_number
from clerk_app.cases.prints import OPEN_OUTCOMES
from clerk_app.cases.received_records import ONE_TIME, get_received, remove_record
from clerk_app.cases.tasks.new_tasks import insert_tasks
from clerk_app.catalogue.publication import is_readable_version
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Entry, Moment, RuleSet
from clerk_app.ledger.numbers import split_case_number
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()
_LONGEST_SILENCE = 3 * 86_400_000_000  # microseconds: a machine out of reach may have printed the notice in time


class DeemedAcceptance(Accepted, frozen=True, kw_only=True):
    """A case accepted by law. `duplicate` is the newest other case of the person under way: nobody was shown it.

    `answer_due_at` is the end of the period for the answer, `printed_at` when a notice was printed after it, 0 for
    none; both microseconds UTC.
    """

    stored_name: ClassVar[str] = "DeemedAcceptance"
    duplicate: DuplicateCase | None = None
    answer_due_at: int = 0
    printed_at: int = 0


class DeemAccepted(Command[DeemedAcceptance], frozen=True, kw_only=True):
    """Accepts a received case whose period has ended without an answer, from the day of receipt."""

    stored_name: ClassVar[str] = "DeemAccepted"
    case: str


def find_obstacle(tx: Transaction, case: Row) -> str:
    """Return what needs a person before a case is accepted: applicant, matters, place or print; empty: none."""
    if not case["applicant_name"]:
        return "applicant"
    if any(row["outcome"] in OPEN_OUTCOMES for row in tx.select("prints", case_number=case["number"], kind=ONE_TIME)):
        return "print"
    active = read_case(tx, case["number"]).plan.active_matters
    if not all(planned.decided_by for planned in active):
        return "place"
    return "" if active else "matters"


def list_due_acceptances(tx: Transaction, now: int, key: str) -> Iterator[DeemAccepted]:
    """Yield commands for the received cases after `key` whose period has ended, in the order of their numbers.

    A machine that received a case and was out of reach since may have printed the notice: it is awaited for three days.
    """
    contacts = {row["node"]: row["seen_at"] for row in tx.select("node_contacts")}
    own = {row["id"] for row in tx.select("nodes", here=True)}
    for record in tx.query_all("received.unanswered_before", before=now, key=key):
        case = tx.get("cases", number=record["case_number"])
        heard = contacts.get(record["received_node"], 0)
        is_awaited = record["received_node"] not in own and heard <= record["answer_due_at"]
        if case is None or (is_awaited and record["answer_due_at"] > now - _LONGEST_SILENCE):
            continue
        is_readable = is_readable_version(tx, case["catalogue"], case["catalogue_version"], case["one_thing"])
        if is_readable and not find_obstacle(tx, case):
            yield DeemAccepted(case=case["number"])


def _decide(tx: Transaction, command: DeemAccepted, moment: Moment) -> DeemedAcceptance:
    case, record = get_received(tx, command.case, moment)
    if record["notified_at"] is not None:
        raise Refused("notified", "What is missing was stated in writing: the period stands still.")
    if moment.corrected_at <= record["answer_due_at"]:
        raise Refused("too_early", "The period for the answer has not ended.")
    if find_obstacle(tx, case):
        raise Refused("obstacle", "Case {number} needs a person: it cannot be accepted by itself.", number=command.case)
    found = read_case(tx, command.case)
    parties = tuple(
        PartyDetails(
            role=row["role"],
            kind=row["kind"],
            name=row["name"] or "",
            number=row["number"] or "",
            subject=row["subject"] or "",
            known_by=row["known_by"],
        )
        for row in tx.select("parties", order=("role",), case_number=command.case)
    )
    values = {row["field"]: row["value"] or "" for row in tx.select("field_values", case_number=command.case)}
    details = CaseDetails(parties=parties, values={})
    year, serial = split_case_number(command.case)
    accepted = build_decision(
        tx,
        found.catalogue,
        found.plan,
        details,
        moment,
        case["centre"],
        act="accept",
        serial=serial,
        year=year,
        deemed_from=record["received_at"],
    )
    accepted = msgspec.structs.replace(accepted, consents=msgspec.json.decode(record["consents"], type=dict[str, str]))
    own = find_named_applicant(parties, accepted.applicant, command.case)
    applicant = identify_application(own, found.catalogue.fields, found.plan.matters, values)
    names = list_matter_ids(found.plan.matters)
    others = find_duplicates(tx, case["one_thing"], applicant, matters=names, excluded=command.case)
    duplicate = next((other for other in others if not other.name_only), None)
    printed = [row["printed_at"] for row in tx.select("notices", case_number=command.case, kind=ONE_TIME)]
    return DeemedAcceptance(
        **msgspec.structs.asdict(accepted),
        duplicate=duplicate,
        answer_due_at=record["answer_due_at"],
        printed_at=max((at for at in printed if at), default=0),
    )


@RULES.register(
    DeemAccepted,
    DeemedAcceptance,
    permission="case.deem_accepted",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Acceptance by law: not answered within five working days"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "received"),
)
def _apply(tx: Transaction, entry: Entry[DeemAccepted, DeemedAcceptance]) -> None:
    decision, number = entry.decision, entry.command.case
    remove_record(tx, number)
    tx.update(
        "cases",
        {"number": number},
        state=decision.state,
        pending=len(decision.tasks),
        accepted_at=decision.deemed_from,
        promised_at=decision.promised_at,
        statutory_at=decision.statutory_at,
        expected=decision.expected,
        statutory_expected=decision.statutory_expected,
        calendar=decision.calendar,
        first_promised_at=decision.promised_at,
    )
    insert_tasks(tx, number, decision.tasks, decision.deemed_from)
    case = tx.get("cases", number=number)
    if case is not None:  # always: `decide` has read it
        insert_notice(tx, decision.notice, number, "receipt", case["window_id"], entry.moment.corrected_at)
    if decision.duplicate is not None:
        facts, at = describe_duplicate(decision.duplicate).text_facts, entry.decided_at
        insert_objection(tx, number, next_objection_number(tx, number), DUPLICATE, facts=facts, raised_at=at)
    if decision.printed_at:
        late = LatePrint(due_at=decision.answer_due_at, accepted_at=entry.decided_at, is_in_time=False)
        raise_late_print(tx, number, late, decision.printed_at, entry.decided_at)
    mark_case_changed(tx, number)
