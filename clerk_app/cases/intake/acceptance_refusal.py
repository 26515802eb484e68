"""Refusal to accept a draft (不予受理): it becomes a case in the state `not_accepted`."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.accepting_site import find_site_of_window
from clerk_app.cases.checks import require_stock_reasons
from clerk_app.cases.intake.accepted_case import Accepted, build_decision
from clerk_app.cases.intake.drafts import decode_draft, get_own_draft
from clerk_app.cases.intake.identity import require_served_applicant
from clerk_app.cases.intake.new_case import case_or_draft_stream, insert_case, require_details
from clerk_app.cases.intake.parties import CaseDetails
from clerk_app.cases.intake.received_opening import require_continued
from clerk_app.cases.objections import find_objections, is_awaited
from clerk_app.cases.rejections import keep_rejected
from clerk_app.cases.representations import name_representations, require_representations
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class RefuseAcceptance(Command[Accepted], frozen=True, kw_only=True):
    """Refuses to accept a draft (不予受理), in writing and with a reason.

    The draft becomes a case in the state `not_accepted`. `reason_codes` are ids of stock reasons of the catalogue,
    `reason` is in the clerk's own words; `received` is the number of the received case that it ends.
    """

    stored_name: ClassVar[str] = "NotAccept"
    draft: str
    visit: str
    window: str
    one_thing: str
    catalogue: str
    catalogue_version: int
    reason: str
    reason_codes: tuple[str, ...] = ()
    application: str = ""
    received: str = ""
    personal: CaseDetails | None = None


def _decide_refuse_acceptance(tx: Transaction, command: RefuseAcceptance, moment: Moment) -> Accepted:
    draft = decode_draft(get_own_draft(tx, command.draft, moment))
    kept_number = require_continued(tx, draft, command.received, moment)
    if not (command.reason.strip() or command.reason_codes):
        raise Refused("reason", "A reason is needed: the citizen gets it in writing.")
    catalogue = publication.load_part(tx, command.catalogue, command.catalogue_version, command.one_thing)
    require_stock_reasons(catalogue, command.reason_codes)
    details = require_details(command.personal)
    plan = make_plan(catalogue, command.one_thing, None, details.values)
    require_served_applicant(tx, command.visit, plan, details)
    acting = require_representations(tx, command.visit, plan, details.parties)
    site = find_site_of_window(tx, command.window)
    decision = build_decision(tx, catalogue, plan, details, moment, site, act="not_accept", **kept_number)
    return msgspec.structs.replace(decision, **name_representations(plan, acting))


@RULES.register(
    RefuseAcceptance,
    Accepted,
    permission="case.not_accept",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Not accepting a case"),
    decide=_decide_refuse_acceptance,
    stream=case_or_draft_stream,
    documents=("case", "application", "received"),
    objections=find_objections,
    is_awaited=is_awaited,
    max_bytes=0,
    apply_refusal=keep_rejected,
)
def apply_refuse_acceptance(tx: Transaction, entry: Entry[RefuseAcceptance, Accepted]) -> None:
    command = entry.command
    insert_case(tx, entry, {}, reason=command.reason, reason_codes=command.reason_codes, received=command.received)
