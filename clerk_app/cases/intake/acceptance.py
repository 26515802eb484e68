"""Acceptance of a case (受理).

One command turns a draft into a case; the tasks that need not wait for another matter enter the queues of their organs
at once.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.accepting_site import find_site_of_window, require_accepting_site
from clerk_app.cases.applications.terms import find_deemed_start
from clerk_app.cases.co_signatures import name_signatures, read_signatures, require_co_signatures
from clerk_app.cases.completeness import GivenMaterial, check_materials, find_gaps
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.duplicate_objection import DUPLICATE
from clerk_app.cases.duplicates import (
    find_duplicates,
    identify_application,
    list_matter_ids,
    require_duplicate_reason,
)
from clerk_app.cases.earlier_use import require_usable_materials
from clerk_app.cases.enterprise_names import keep_names, require_usable_names
from clerk_app.cases.field_differences import list_known_values_of, require_explained
from clerk_app.cases.intake.accepted_case import Accepted, build_decision
from clerk_app.cases.intake.drafts import DraftContent, decode_draft, get_own_draft
from clerk_app.cases.intake.further_persons import require_empty_list, require_further_person
from clerk_app.cases.intake.identity import require_consents, require_served_applicant
from clerk_app.cases.intake.new_case import case_or_draft_stream, insert_case, require_details, time_of_papers
from clerk_app.cases.intake.parties import CaseDetails, find_applicant
from clerk_app.cases.intake.received_opening import KeptNumber, require_continued
from clerk_app.cases.licence_holders import require_own_licences
from clerk_app.cases.materials import insert_materials
from clerk_app.cases.objections import find_objections, insert_objection, is_awaited, settle_objection
from clerk_app.cases.paper_readings import list_paper_values
from clerk_app.cases.paper_reasons import require_paper_reasons
from clerk_app.cases.promises.acceptance import list_later, require_promises
from clerk_app.cases.promises.offers import GivenPromise
from clerk_app.cases.promises.rows import insert_promises
from clerk_app.cases.received_records import find_late_start
from clerk_app.cases.rejections import keep_rejected
from clerk_app.cases.representations import name_representations, require_representations
from clerk_app.cases.text_index import index_texts
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class AcceptCase(Command[Accepted], frozen=True, kw_only=True):
    """Accepts a complete draft. `sources` gives the origin of each value; a value without an entry was typed.

    `duplicates` are other cases of the applicant that the clerk was shown, `duplicate_code` the reason to accept
    this one too (see `duplicates`). `refused_licences` are licences to whose use nobody agrees, by the material that
    is on paper instead, or missing. `application` is the number of the application from outside that it answers,
    `received` that of the received case that it continues.
    `promises` are commitments, and papers to be brought later. `person` is the further person of the draft's list whom
    it concerns in an acceptance in bulk; the draft stays.
    """

    stored_name: ClassVar[str] = "AcceptCase"
    draft: str
    visit: str
    window: str
    one_thing: str
    catalogue: str
    catalogue_version: int
    chosen: tuple[str, ...] | None
    materials: tuple[GivenMaterial, ...]
    sources: dict[str, str] = {}
    duplicates: tuple[str, ...] = ()
    duplicate_code: str = ""
    refused_licences: dict[str, str] = {}
    application: str = ""
    promises: tuple[GivenPromise, ...] = ()
    received: str = ""
    person: str = ""
    personal: CaseDetails | None = None


def _decide_accept(tx: Transaction, command: AcceptCase, moment: Moment) -> Accepted:
    draft = decode_draft(get_own_draft(tx, command.draft, moment))
    kept_number = require_continued(tx, draft, command.received, moment)
    return decide_acceptance(tx, command, draft, moment, find_site_of_window(tx, command.window), kept_number)


def decide_acceptance(
    tx: Transaction,
    command: AcceptCase,
    draft: DraftContent,
    moment: Moment,
    site: str,
    kept_number: KeptNumber,
) -> Accepted:
    """Check an application and return the decision that accepts it at `site`, an organ; empty: no site is known.

    `kept_number` has year and serial of a number that is known already; without them the next one of the node is taken.
    Raises Refused, BadData.
    """
    consents = require_consents(tx, command.visit, command.one_thing, command.materials, command.refused_licences)
    catalogue = publication.load_part(tx, command.catalogue, command.catalogue_version, command.one_thing)
    check_materials(command.materials, catalogue.materials)
    details = require_details(command.personal)
    chosen = None if command.chosen is None else frozenset(command.chosen)
    plan = make_plan(catalogue, command.one_thing, chosen, details.values)
    if command.person:
        require_further_person(draft.further, command.person, plan, command.materials)
    else:
        require_empty_list(draft.further)
    require_accepting_site(catalogue, plan.matters, site)
    require_served_applicant(tx, command.visit, plan, details)
    acting = require_representations(tx, command.visit, plan, details.parties)
    given = (command.one_thing, command.materials, details.parties)
    require_own_licences(tx, catalogue, command.visit, *given, details.values)
    require_usable_materials(tx, command.visit, catalogue, *given)
    today = to_local_time(moment.corrected_at, catalogue.time_zone).date()
    gaps = find_gaps(plan, details.values, command.materials, today, list_later(command.promises))
    if gaps:
        raise Refused(
            "incomplete",
            "Something is still missing: {name}. Nothing was accepted.",
            name=gaps[0].name,
            what=gaps[0].id,
        )
    papers = list_paper_values(plan, draft.readings, command.materials)
    require_explained(plan, details.values, list_known_values_of(details), details.differences, papers)
    require_usable_names(draft.names, plan, details.values, moment.corrected_at)
    require_paper_reasons(tx, command.visit, catalogue, plan, command.materials, details.parties, details.values, today)
    own = find_applicant(plan, details)
    promises = require_promises(tx, catalogue, plan, command, own, moment.corrected_at)
    applicant = identify_application(own, catalogue.fields, plan.matters, details.values)
    names = list_matter_ids(plan.matters)
    found = find_duplicates(tx, command.one_thing, applicant, matters=names, excluded=command.received)
    require_duplicate_reason(found, command.duplicates, command.duplicate_code)
    start = find_deemed_start(tx, command.application, moment.corrected_at)
    start = start or find_late_start(tx, command.received, moment.corrected_at)
    decision = build_decision(
        tx, catalogue, plan, details, moment, site, act="accept", deemed_from=start, **kept_number
    )
    found_signatures = read_signatures(tx, command.visit, command.one_thing, plan, details.values, details.parties)
    signed = name_signatures(decision.matters, plan, require_co_signatures(plan, found_signatures))
    stated = name_representations(plan, acting)
    return msgspec.structs.replace(decision, consents=consents, promises=promises, **stated, **signed)


@RULES.register(
    AcceptCase,
    Accepted,
    permission="case.accept",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Acceptance of a case"),
    decide=_decide_accept,
    stream=case_or_draft_stream,
    documents=("case", "application", "promise", "received"),
    objections=find_objections,
    is_awaited=is_awaited,
    max_bytes=0,
    apply_refusal=keep_rejected,
)
def apply_accept(tx: Transaction, entry: Entry[AcceptCase, Accepted]) -> None:
    command, decision, details = entry.command, entry.decision, entry.command.personal
    insert_case(tx, entry, command.sources, reason="", received=command.received, person=command.person)
    keep_names(tx, command.draft, decision.number, details.values if details else {})
    if entry.moment.is_authority and details is not None:
        index_texts(tx, decision.number, command.one_thing, decision.compared_texts, details.values)
    claims = details.claims if details else {}
    versions = [1] * len(command.materials)
    insert_materials(tx, decision.number, command.materials, versions, entry, claims, time_of_papers(entry))
    case = tx.get("cases", number=decision.number)
    if case is not None and decision.promises:
        insert_promises(tx, case, decision.promises, entry)
    for number, other in enumerate(command.duplicates, 1):
        facts = {"other": other, "code": command.duplicate_code}
        insert_objection(tx, decision.number, number, DUPLICATE, facts=facts, raised_at=entry.decided_at)
        settle_objection(tx, decision.number, number, entry, note=command.duplicate_code)
