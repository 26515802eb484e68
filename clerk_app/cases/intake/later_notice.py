"""A second list of missing items for a received case. Items visible at the first notice need a recorded reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import msgspec

from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.completeness import GivenMaterial, check_materials
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.intake.accepted_case import ChosenMatter, choose_matter
from clerk_app.cases.intake.drafts import decode_draft, get_own_draft
from clerk_app.cases.intake.identity import require_consents
from clerk_app.cases.intake.missing import (
    EXPIRED,
    MissingItem,
    decode_missing,
    encode_missing,
    list_missing,
    list_new_items,
)
from clerk_app.cases.intake.new_case import insert_matters, require_details
from clerk_app.cases.intake.parties import insert_parties_and_values
from clerk_app.cases.intake.receipt import ReceivedDetails
from clerk_app.cases.intake.receipt_check import find_later_objections
from clerk_app.cases.intake.received_content import decode_content, encode_content
from clerk_app.cases.materials import insert_materials
from clerk_app.cases.notices import insert_notice
from clerk_app.cases.paper_facts import has_expired
from clerk_app.cases.received_records import ONE_TIME, TABLE, get_received, mark_received_changed
from clerk_app.cases.visit_causes import record_visit_case
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

RULES = RuleSet()
LATE = "late_notice"
"""Reason of the refusal of a list with something that was visible before."""


class NotifiedAgain(CommandDecision, frozen=True, kw_only=True):
    """The new list, the notice that states it, and the items that were visible at the earlier one."""

    stored_name: ClassVar[str] = "NotifiedAgain"
    site: str
    notice: str
    node: str
    missing: tuple[MissingItem, ...]
    matters: tuple[ChosenMatter, ...]
    consents: dict[str, str] = {}
    late: tuple[MissingItem, ...] = ()


class NotifyAgain(Command[NotifiedAgain], frozen=True, kw_only=True):
    """Puts a continued draft back into its received case, with the list of what it lacks now.

    `reason` states why something is asked that was visible at an earlier notice; empty if nothing is.
    """

    stored_name: ClassVar[str] = "NotifyAgain"
    case: str
    draft: str
    visit: str
    window: str
    chosen: tuple[str, ...] | None
    materials: tuple[GivenMaterial, ...]
    held: tuple[str, ...] = ()
    sources: dict[str, str] = {}
    refused_licences: dict[str, str] = {}
    reason: str = ""
    personal: ReceivedDetails | None = None


def _decide(tx: Transaction, command: NotifyAgain, moment: Moment) -> NotifiedAgain:
    case, record = get_received(tx, command.case, moment)
    draft = decode_draft(get_own_draft(tx, command.draft, moment))
    if draft.received != command.case:
        raise Refused("other_draft", "This draft continues another case.")
    consents = require_consents(tx, command.visit, case["one_thing"], command.materials, command.refused_licences)
    catalogue = publication.load_part(tx, case["catalogue"], case["catalogue_version"], case["one_thing"])
    check_materials(command.materials, catalogue.materials)
    details = require_details(command.personal)
    chosen = None if command.chosen is None else frozenset(command.chosen)
    plan = make_plan(catalogue, case["one_thing"], chosen, details.values)
    today = to_local_time(moment.corrected_at, catalogue.time_zone).date()
    missing = list_missing(tx, command.visit, plan, details, command.materials, draft.readings, command.held, today)
    if not missing:
        raise Refused("complete", "Nothing is missing: the case can be accepted.")
    late = list_late(tx, catalogue, case, record, draft.values, missing)
    if late and not command.reason.strip():
        raise Refused(
            LATE,
            "{count} things were visible at the first notice and are not on it. To ask for them, give a reason.",
            count=len(late),
            what=late[0].key,
        )
    return NotifiedAgain(
        site=record["site"],
        notice=f"{command.case}-{ONE_TIME}-{record['notices'] + 1}",
        node=node_of_chain(moment.node),
        missing=missing,
        matters=tuple(choose_matter(planned) for planned in plan.matters),
        consents=consents,
        late=late,
    )


def list_late(
    tx: Transaction,
    catalogue: Catalogue,
    case: Row,
    record: Row,
    values: Mapping[str, str],
    missing: tuple[MissingItem, ...],
) -> tuple[MissingItem, ...]:
    """Return the items that were visible at the earlier list and not on it; `values` are those of the draft now."""
    before = decode_content(record)
    chosen = None if before.chosen is None else frozenset(before.chosen)
    plan = make_plan(catalogue, case["one_thing"], chosen, before.values)
    changed = {name for name in {*before.values, *values} if before.values.get(name, "") != values.get(name, "")}
    noticed_on = to_local_time(record["notified_at"] or record["received_at"], catalogue.time_zone).date()
    expired = {item.id for item in missing if item.kind == EXPIRED}
    for row in tx.select("materials", case_number=case["number"]):
        has_ended = row["material"] in expired and not has_expired(row["valid_to"], noticed_on)
        if has_ended or row["how"] != "paper":  # a licence was revoked since, or its consent was for the other visit
            changed.add(row["material"])
    return list_new_items(decode_missing(record["missing"]), missing, plan, changed)


@RULES.register(
    NotifyAgain,
    NotifiedAgain,
    permission="case.receive",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Later notice of what is missing"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "received"),
    objections=find_later_objections,
    max_bytes=0,
)
def _apply(tx: Transaction, entry: Entry[NotifyAgain, NotifiedAgain]) -> None:
    command, decision = entry.command, entry.decision
    record = tx.get(TABLE, case_number=command.case)
    tx.delete("drafts", id=command.draft)
    if record is None:  # it was accepted meanwhile
        return
    details = command.personal
    replace_details(tx, entry, command.case, decision.matters)
    tx.update(
        TABLE,
        {"case_number": command.case},
        missing=encode_missing(decision.missing),
        content=encode_content(details.content) if details is not None else None,
        consents=msgspec.json.encode(decision.consents).decode(),
        received_node=decision.node,
        notices=record["notices"] + 1,
        opened_node="",
        opened_by="",
        opened_window="",
        lease_until=None,
    )
    insert_notice(tx, decision.notice, command.case, ONE_TIME, command.window, entry.moment.corrected_at)
    record_visit_case(tx, command.visit, command.case, "supplement", entry.moment.corrected_at)
    mark_case_changed(tx, command.case)
    mark_received_changed(tx, command.case, decision.site)


def replace_details(
    tx: Transaction, entry: Entry[NotifyAgain, NotifiedAgain], number: str, matters: tuple[ChosenMatter, ...]
) -> None:
    """Replace the matters, parties, values and materials of a received case by those of the continued draft."""
    command, details = entry.command, entry.command.personal
    for table in ("matters", "parties", "field_values", "field_differences", "materials"):
        tx.delete(table, case_number=number)
    insert_matters(tx, number, matters)
    insert_parties_and_values(tx, number, details, command.sources)
    claims, versions = details.claims if details else {}, [1] * len(command.materials)
    insert_materials(tx, number, command.materials, versions, entry, claims, entry.moment.corrected_at)
