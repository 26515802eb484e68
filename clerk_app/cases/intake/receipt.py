"""Receipt of an application that is not complete (收件), with everything that it lacks for one notice (一次性告知).

The draft becomes a shared record in the state *received*. The five working days begin (行政许可法 art. 32); the first
print of the notice stops them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from clerk_app.cases.accepting_site import find_site_of_window, require_accepting_site
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.completeness import GivenMaterial, check_materials
from clerk_app.cases.dates import compute_papers_deadline, to_local_time
from clerk_app.cases.earlier_use import require_usable_materials
from clerk_app.cases.intake.accepted_case import Accepted, build_decision
from clerk_app.cases.intake.drafts import DraftContent, decode_draft, get_own_draft
from clerk_app.cases.intake.identity import require_consents
from clerk_app.cases.intake.missing import MissingItem, encode_missing, list_missing
from clerk_app.cases.intake.new_case import insert_case, require_details
from clerk_app.cases.intake.parties import CaseDetails
from clerk_app.cases.intake.receipt_check import find_receipt_objections
from clerk_app.cases.intake.received_content import encode_content
from clerk_app.cases.licence_holders import require_own_licences
from clerk_app.cases.materials import insert_materials
from clerk_app.cases.received_records import TABLE, mark_received_changed
from clerk_app.cases.rejections import keep_rejected
from clerk_app.cases.representations import name_representations, require_representations
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.plan import Plan

RULES = RuleSet()


class ReceivedDetails(CaseDetails, frozen=True, kw_only=True):
    """Personal part of a received case: that of a case, and the draft as it is continued later."""

    content: DraftContent | None = None


class CaseReceived(CommandDecision, frozen=True, kw_only=True):
    """A received case, and everything that it lacks. `answer_due_at` is in microseconds UTC."""

    stored_name: ClassVar[str] = "CaseReceived"
    case: Accepted
    missing: tuple[MissingItem, ...]
    answer_due_at: int
    answer_expected: bool = False

    @property
    def number(self) -> str:
        """The case number."""
        return self.case.number

    @property
    def notice(self) -> str:
        """Id of the notice to be printed."""
        return self.case.notice


class ReceiveCase(Command[CaseReceived], frozen=True, kw_only=True):
    """Receives a draft that is not complete. `held` are materials that the city holds and that are not used yet.

    The other fields are those of `AcceptCase`; `application` is always empty.
    """

    stored_name: ClassVar[str] = "ReceiveCase"
    draft: str
    visit: str
    window: str
    one_thing: str
    catalogue: str
    catalogue_version: int
    chosen: tuple[str, ...] | None
    materials: tuple[GivenMaterial, ...]
    held: tuple[str, ...] = ()
    sources: dict[str, str] = {}
    refused_licences: dict[str, str] = {}
    application: str = ""
    personal: ReceivedDetails | None = None


def _decide(tx: Transaction, command: ReceiveCase, moment: Moment) -> CaseReceived:
    draft = decode_draft(get_own_draft(tx, command.draft, moment))
    if draft.received:
        raise Refused("received", "Case {number} was received before.", number=draft.received)
    if draft.application is not None or command.application:
        raise Refused("application", "An application from outside is answered (F8 52): its own period runs.")
    consents = require_consents(tx, command.visit, command.one_thing, command.materials, command.refused_licences)
    catalogue = publication.load_part(tx, command.catalogue, command.catalogue_version, command.one_thing)
    check_materials(command.materials, catalogue.materials)
    details = require_details(command.personal)
    chosen = None if command.chosen is None else frozenset(command.chosen)
    plan = make_plan(catalogue, command.one_thing, chosen, details.values)
    site = find_site_of_window(tx, command.window)
    require_accepting_site(catalogue, plan.matters, site)
    acting = require_representations(tx, command.visit, plan, details.parties)
    given = (command.one_thing, command.materials, details.parties)
    require_own_licences(tx, catalogue, command.visit, *given, details.values)
    require_usable_materials(tx, command.visit, catalogue, *given)
    case = build_decision(tx, catalogue, plan, details, moment, site, act="receive")
    case = msgspec.structs.replace(case, consents=consents, **name_representations(plan, acting))
    received = build_receipt(tx, command, catalogue, plan, case, moment)
    if not received.missing:
        raise Refused("complete", "Nothing is missing: the case can be accepted.")
    return received


def build_receipt(
    tx: Transaction, command: ReceiveCase, catalogue: Catalogue, plan: Plan, case: Accepted, moment: Moment
) -> CaseReceived:
    """Build the decision on a receipt: what the draft lacks, and the end of the period for an answer."""
    details = require_details(command.personal)
    content = command.personal.content if command.personal is not None else None
    today = to_local_time(moment.corrected_at, catalogue.time_zone).date()
    readings = content.readings if content is not None else {}
    missing = list_missing(tx, command.visit, plan, details, command.materials, readings, command.held, today)
    organs = (case.site,) if case.site else ()
    days = publication.read_policy(tx).application_answer_days
    calendar = publication.read_calendar(tx, catalogue)
    due_at, expected = compute_papers_deadline(calendar, organs, moment.corrected_at, days)
    return CaseReceived(case=case, missing=missing, answer_due_at=due_at, answer_expected=expected)


@RULES.register(
    ReceiveCase,
    CaseReceived,
    permission="case.receive",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Receipt of an application that is not complete"),
    decide=_decide,
    stream=lambda command, decision: f"case/{decision.number}" if decision else f"draft/{command.draft}",
    documents=("case", "received"),
    objections=find_receipt_objections,
    max_bytes=0,
    apply_refusal=keep_rejected,
)
def apply_receipt(tx: Transaction, entry: Entry[ReceiveCase, CaseReceived]) -> None:
    command, decision, details = entry.command, entry.decision, entry.command.personal
    number, site = decision.number, decision.case.site
    if tx.get("cases", number=number) is not None:  # after a restore its acceptance came first
        mark_case_changed(tx, number)  # its history
        return
    insert_case(tx, Entry(entry.moment, command, decision.case), command.sources, reason="")
    claims = details.claims if details else {}
    received_at = entry.moment.corrected_at
    insert_materials(tx, number, command.materials, [1] * len(command.materials), entry, claims, received_at)
    tx.insert(
        TABLE,
        case_number=number,
        site=site,
        received_node=node_of_chain(entry.moment.node),
        received_at=received_at,
        answer_due_at=decision.answer_due_at,
        answer_expected=decision.answer_expected,
        missing=encode_missing(decision.missing),
        content=encode_content(details.content if details else None),
        consents=msgspec.json.encode(decision.case.consents).decode(),
        bring_expected=False,
        extended_reason="",
        notices=1,
        opened_node="",
        opened_by="",
        opened_window="",
    )
    mark_received_changed(tx, number, site)
