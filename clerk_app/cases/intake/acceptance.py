"""Acceptance of a case (受理), or the refusal to accept it (不予受理).

One command turns a draft into a case; the tasks that need not wait for another matter enter the queues of their organs
at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import msgspec

from clerk_app.cases.applications.answers import end_by_case
from clerk_app.cases.applications.terms import find_deemed_start
from clerk_app.cases.case_dates import CaseDates, project_case_dates
from clerk_app.cases.checks import require_stock_reasons
from clerk_app.cases.co_signatures import (
    CaseCoSignature,
    insert_co_signatures,
    name_signatures,
    read_signatures,
    require_co_signatures,
)
from clerk_app.cases.completeness import GivenMaterial, check_materials, find_gaps
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.duplicates import find_duplicates, find_named_applicant, identify_party, require_duplicate_reason
from clerk_app.cases.earlier_use import require_usable_materials
from clerk_app.cases.field_differences import list_known_values_of, require_explained
from clerk_app.cases.identifiers import format_task_id
from clerk_app.cases.intake.drafts import decode_draft, get_own_draft
from clerk_app.cases.intake.identity import require_consents, require_served_applicant
from clerk_app.cases.intake.parties import CaseDetails, find_applicant, insert_parties_and_values
from clerk_app.cases.licence_holders import require_own_licences
from clerk_app.cases.materials import insert_materials
from clerk_app.cases.notices import insert_notice
from clerk_app.cases.objections import DUPLICATE, find_objections, insert_objection, is_awaited, settle_objection
from clerk_app.cases.paper_readings import list_paper_values
from clerk_app.cases.paper_reasons import require_paper_reasons
from clerk_app.cases.rejections import keep_rejected
from clerk_app.cases.representations import (
    CaseRepresentation,
    insert_representation,
    name_representations,
    require_representations,
)
from clerk_app.cases.states import next_case_state
from clerk_app.cases.tasks.new_tasks import NewTask, build_task, insert_tasks, task_columns
from clerk_app.cases.visit_causes import record_visit_case
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import Plan, PlannedMatter, make_plan
from clerk_app.catalogue.routing import find_ready
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.ledger.numbers import format_case_number, mark_serial_used, next_serial
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import encode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar
    from clerk_app.catalogue.model import Catalogue

RULES = RuleSet()


class ChosenMatter(MessagePart, frozen=True, kw_only=True):
    """A matter of the case; `dropped` is the reason why it does not apply, in Chinese."""

    matter: str
    variant: int = -1  # index in the catalogue; -1 if there is none
    dropped: str = ""
    co_signature: str = ""  # how the further party signed: scan or signed; empty if nobody has to


class Accepted(CommandDecision, frozen=True, kw_only=True):
    """A new case, accepted or not. Dates are microseconds UTC.

    `promised_at` to `calendar` are the fields of `CaseDates`. `consents` gives for each material that is a licence how
    the citizen's consent was confirmed: scan, signed or stated; for a material that the city holds and may not use,
    that consent was declined or withdrawn. `is_dated_by_acceptance`: materials and notice have the time of the
    acceptance; false in entries of schema 0026 and before, which gave them the time of the decision. `deemed_from` is
    the time from which it counts as accepted and its terms run: the receipt of an application not answered in time.
    """

    stored_name: ClassVar[str] = "Accepted"
    number: str
    serial: int
    state: str
    handling: str
    applicant: str
    applicant_kind: str
    matters: tuple[ChosenMatter, ...]
    tasks: tuple[NewTask, ...]
    promised_at: int | None
    statutory_at: int | None
    expected: bool
    notice: str
    site: str = msgspec.field(name="centre", default="")
    statutory_expected: bool = False
    calendar: str = ""
    consents: dict[str, str] = {}
    is_dated_by_acceptance: bool = False
    representation: CaseRepresentation | None = None
    other_representations: tuple[CaseRepresentation, ...] = ()
    co_signatures: tuple[CaseCoSignature, ...] = ()
    deemed_from: int = 0


class AcceptCase(Command[Accepted], frozen=True, kw_only=True):
    """Accepts a complete draft. `sources` gives the origin of each value; a value without an entry was typed.

    `duplicates` are other cases of the applicant that the clerk was shown, `duplicate_code` the reason to accept
    this one too (see `duplicates`). `refused_licences` are licences to whose use nobody agrees, by the material that is
    on paper instead, or missing; `application` is the number of the application from outside that it answers.
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
    personal: CaseDetails | None = None


class RefuseAcceptance(Command[Accepted], frozen=True, kw_only=True):
    """Refuses to accept a draft (不予受理), in writing and with a reason.

    The draft becomes a case in the state `not_accepted`. `reason_codes` are ids of stock reasons of the catalogue,
    `reason` is in the clerk's own words.
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
    personal: CaseDetails | None = None


def _decide_accept(tx: Transaction, command: AcceptCase, moment: Moment) -> Accepted:
    draft = decode_draft(get_own_draft(tx, command.draft, moment))
    consents = require_consents(tx, command.visit, command.one_thing, command.materials, command.refused_licences)
    catalogue = publication.load_version(tx, command.catalogue, command.catalogue_version)
    check_materials(command.materials, catalogue.materials)
    details = _require_details(command.personal)
    chosen = None if command.chosen is None else frozenset(command.chosen)
    plan = make_plan(catalogue, command.one_thing, chosen, details.values)
    require_served_applicant(tx, command.visit, plan, details)
    acting = require_representations(tx, command.visit, plan, details.parties)
    given = (command.one_thing, command.materials, details.parties)
    require_own_licences(tx, catalogue, command.visit, *given, details.values)
    require_usable_materials(tx, command.visit, catalogue, *given)
    today = to_local_time(moment.corrected_at, catalogue.time_zone).date()
    gaps = find_gaps(plan, details.values, command.materials, today)
    if gaps:
        raise Refused(
            "incomplete",
            "Something is still missing: {name}. Nothing was accepted.",
            name=gaps[0].name,
            what=gaps[0].id,
        )
    papers = list_paper_values(plan, draft.readings, command.materials)
    require_explained(plan, details.values, list_known_values_of(details), details.differences, papers)
    require_paper_reasons(tx, command.visit, catalogue, plan, command.materials, details.parties, details.values, today)
    applicant = identify_party(find_applicant(plan, details), catalogue.fields, details.values)
    found = find_duplicates(tx, command.one_thing, applicant)
    require_duplicate_reason(found, command.duplicates, command.duplicate_code)
    start = find_deemed_start(tx, command.application, moment.corrected_at)
    decision = build_decision(tx, catalogue, plan, details, moment, command.window, act="accept", deemed_from=start)
    found_signatures = read_signatures(tx, command.visit, command.one_thing, plan, details.values, details.parties)
    signed = name_signatures(decision.matters, plan, require_co_signatures(plan, found_signatures))
    return msgspec.structs.replace(decision, consents=consents, **name_representations(plan, acting), **signed)


def _decide_refuse_acceptance(tx: Transaction, command: RefuseAcceptance, moment: Moment) -> Accepted:
    get_own_draft(tx, command.draft, moment)
    if not (command.reason.strip() or command.reason_codes):
        raise Refused("reason", "A reason is needed: the citizen gets it in writing.")
    catalogue = publication.load_version(tx, command.catalogue, command.catalogue_version)
    require_stock_reasons(catalogue, command.reason_codes)
    details = _require_details(command.personal)
    plan = make_plan(catalogue, command.one_thing, None, details.values)
    require_served_applicant(tx, command.visit, plan, details)
    acting = require_representations(tx, command.visit, plan, details.parties)
    decision = build_decision(tx, catalogue, plan, details, moment, command.window, act="not_accept")
    return msgspec.structs.replace(decision, **name_representations(plan, acting))


def _require_details(personal: CaseDetails | None) -> CaseDetails:
    if personal is None:
        raise BadData("A case without its applicant cannot be accepted.")
    return personal


def build_decision(
    tx: Transaction,
    catalogue: Catalogue,
    plan: Plan,
    details: CaseDetails,
    moment: Moment,
    window_id: str,
    *,
    act: str,
    serial: int | None = None,
    year: int | None = None,
    deemed_from: int = 0,
) -> Accepted:
    """Build the decision; `year` and `serial` are those of a number to keep, otherwise the next one is taken."""
    applicant = find_applicant(plan, details)
    if applicant is None or not applicant.name:
        raise Refused("no_applicant", "Nobody has shown a code yet: the applicant is not known.")
    started_at, zone = deemed_from or moment.corrected_at, catalogue.time_zone
    new_year = to_local_time(moment.corrected_at, zone).year
    if serial is None or year is None:
        year = new_year
        serial = next_serial(
            tx, moment, lambda candidate: tx.get("cases", number=format_case_number(new_year, candidate)) is not None
        )
    number = format_case_number(year, serial)
    accepted = act == "accept"
    calendar = publication.read_calendar(tx, catalogue)
    tasks = _build_tasks(calendar, plan, number, started_at) if accepted else ()
    rows = [{**task_columns(task, number, started_at), "ended_at": None} for task in tasks]
    dates = CaseDates(promised_at=None, statutory_at=None)
    if accepted:
        dates = project_case_dates(calendar, plan, started_at, rows)
    window = tx.get("windows", id=window_id)
    return Accepted(
        number=number,
        serial=serial,
        state=next_case_state(next_case_state("draft", "receive"), act),
        handling=plan.one_thing.handling,
        applicant=applicant.subject or f"{number}/{applicant.role}",
        applicant_kind=applicant.kind,
        matters=tuple(_chosen_matter(planned) for planned in plan.matters),
        tasks=tasks,
        **msgspec.structs.asdict(dates),
        notice=f"{number}-{'receipt' if accepted else 'not_accepted'}",
        site=window["organ"] if window else "",
        is_dated_by_acceptance=True,
        deemed_from=deemed_from,
    )


def _chosen_matter(planned: PlannedMatter) -> ChosenMatter:
    variant = planned.matter.variants.index(planned.variant) if planned.variant else -1
    reason = planned.inapplicable_reason
    return ChosenMatter(matter=planned.id, variant=variant, dropped=reason.zh if reason else "")


def _build_tasks(calendar: LegalCalendar, plan: Plan, number: str, started_at: int) -> tuple[NewTask, ...]:
    ready = find_ready(plan, {})
    return tuple(
        build_task(calendar, planned, format_task_id(number, position), started_at if planned.id in ready else None)
        for position, planned in enumerate(plan.active_matters, 1)
    )


def _case_or_draft_stream(command: AcceptCase | RefuseAcceptance, decision: Accepted | None) -> str:
    return f"case/{decision.number}" if decision else f"draft/{command.draft}"


@RULES.register(
    AcceptCase,
    Accepted,
    permission="case.accept",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Acceptance of a case"),
    decide=_decide_accept,
    stream=_case_or_draft_stream,
    documents=("case", "application"),
    objections=find_objections,
    is_awaited=is_awaited,
    max_bytes=0,
    apply_refusal=keep_rejected,
)
def apply_accept(tx: Transaction, entry: Entry[AcceptCase, Accepted]) -> None:
    command, decision, details = entry.command, entry.decision, entry.command.personal
    _insert_case(tx, entry, command.sources, reason="")
    claims = details.claims if details else {}
    versions = [1] * len(command.materials)
    insert_materials(tx, decision.number, command.materials, versions, entry, claims, _time_of_papers(entry))
    for number, other in enumerate(command.duplicates, 1):
        facts = {"other": other, "code": command.duplicate_code}
        insert_objection(tx, decision.number, number, DUPLICATE, facts=facts, raised_at=entry.decided_at)
        settle_objection(tx, decision.number, number, entry, note=command.duplicate_code)


@RULES.register(
    RefuseAcceptance,
    Accepted,
    permission="case.not_accept",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Not accepting a case"),
    decide=_decide_refuse_acceptance,
    stream=_case_or_draft_stream,
    documents=("case", "application"),
    objections=find_objections,
    is_awaited=is_awaited,
    max_bytes=0,
    apply_refusal=keep_rejected,
)
def apply_refuse_acceptance(tx: Transaction, entry: Entry[RefuseAcceptance, Accepted]) -> None:
    _insert_case(tx, entry, {}, reason=entry.command.reason, reason_codes=entry.command.reason_codes)


def _insert_case(
    tx: Transaction,
    entry: Entry[AcceptCase, Accepted] | Entry[RefuseAcceptance, Accepted],
    sources: Mapping[str, str],
    *,
    reason: str,
    reason_codes: tuple[str, ...] = (),
) -> None:
    """Delete the draft; insert the case with its matters, tasks, parties, form values and its notice to be printed."""
    command, decision, moment = entry.command, entry.decision, entry.moment
    parties = command.personal.parties if command.personal else ()
    applicant = find_named_applicant(parties, decision.applicant, decision.number)
    tx.delete("drafts", id=command.draft)
    mark_serial_used(tx, moment, decision.serial)
    tx.insert(
        "cases",
        number=decision.number,
        one_thing=command.one_thing,
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        state=decision.state,
        handling=decision.handling,
        applicant=decision.applicant,
        applicant_kind=decision.applicant_kind,
        applicant_name=applicant and applicant.name,
        applicant_number=applicant and applicant.number,
        visit=command.visit,
        window_id=command.window,
        clerk=moment.actor.id,
        pending=len(decision.tasks),
        accepted_at=decision.deemed_from or moment.corrected_at,
        promised_at=decision.promised_at,
        statutory_at=decision.statutory_at,
        expected=decision.expected,
        statutory_expected=decision.statutory_expected,
        calendar=decision.calendar,
        first_promised_at=decision.promised_at,
        ended_reason=reason,
        reason_codes=encode_json_list(reason_codes),
        centre=decision.site,
        application=command.application,
    )
    tx.insert_many(
        "matters",
        [
            {
                "case_number": decision.number,
                "matter": matter.matter,
                "position": position,
                "variant": matter.variant,
                "dropped": matter.dropped,
                "co_signature": matter.co_signature,
            }
            for position, matter in enumerate(decision.matters)
        ],
    )
    insert_tasks(tx, decision.number, decision.tasks, decision.deemed_from or moment.corrected_at)
    insert_parties_and_values(tx, decision.number, command.personal, sources)
    agent = command.personal.representative if command.personal else None
    for found in (decision.representation, *decision.other_representations):
        insert_representation(tx, decision.number, found, agent)
    insert_co_signatures(tx, decision.number, decision.co_signatures)
    kind = decision.notice.partition("-")[2]
    insert_notice(tx, decision.notice, decision.number, kind, command.window, _time_of_papers(entry))
    end_by_case(tx, entry, reason, reason_codes)
    record_visit_case(tx, command.visit, decision.number, "acceptance", moment.corrected_at)
    if decision.site:  # `insert_tasks` marks the case as changed for the other organs
        tx.mark_changed(f"organ/{decision.site}", f"case/{decision.number}")


def _time_of_papers(entry: Entry[AcceptCase, Accepted] | Entry[RefuseAcceptance, Accepted]) -> int:
    """Return the time of the materials and of the notice of an acceptance, microseconds UTC."""
    return entry.moment.corrected_at if entry.decision.is_dated_by_acceptance else entry.decided_at
