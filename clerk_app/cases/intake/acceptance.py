"""Accepting: one command turns a draft into a case whose parallel tasks stand in their organs' queues at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from clerk_app.cases.dates import compute_due_timestamp, compute_task_due_date, end_of_day, to_local_time
from clerk_app.cases.intake.completeness import GivenMaterial, check_materials, find_gaps
from clerk_app.cases.intake.drafts import get_own_draft
from clerk_app.cases.objections import find_objections
from clerk_app.cases.states import next_case_state
from clerk_app.cases.tasks.queue import add_tasks
from clerk_app.catalogue import publication
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan, PlannedMatter, make_plan
from clerk_app.catalogue.routing import find_ready
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.ledger.numbers import format_case_number, mark_serial_used, next_serial
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class PartyDetails(MessagePart, frozen=True, kw_only=True):
    """A party of the case."""

    role: str
    kind: str  # person | organisation
    name: str
    number: str
    subject: str = ""
    known_by: str = ""


class CaseDetails(MessagePart, frozen=True, kw_only=True):
    """What a case knows about people."""

    parties: tuple[PartyDetails, ...]
    values: dict[str, str]
    claims: dict[str, str] = {}  # material id: what its licence says, as JSON


class NewTask(MessagePart, frozen=True, kw_only=True):
    """A task as it begins. A waiting one has no dates yet."""

    id: str
    matter: str
    organ: str
    promised_days: int
    statutory_days: int
    started: bool
    rank: int
    due_at: int | None = None
    statutory_at: int | None = None
    expected: bool = False


class ChosenMatter(MessagePart, frozen=True, kw_only=True):
    """A matter of the case, and why it was dropped if it was."""

    matter: str
    variant: int = -1
    dropped: str = ""


class Accepted(CommandDecision, frozen=True, kw_only=True):
    """The case, every choice made."""

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


class AcceptCase(Command[Accepted], frozen=True, kw_only=True):
    """The clerk accepts a draft, whole. `sources` says for each value where it is from."""

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
    personal: CaseDetails | None = None


class RefuseAcceptance(Command[Accepted], frozen=True, kw_only=True):
    """The clerk does not accept (不予受理), in writing, with the reason; the draft becomes a case that ends there."""

    stored_name: ClassVar[str] = "NotAccept"
    draft: str
    visit: str
    window: str
    one_thing: str
    catalogue: str
    catalogue_version: int
    reason: str
    personal: CaseDetails | None = None


def _decide_accept(tx: Transaction, command: AcceptCase, moment: Moment) -> Accepted:
    get_own_draft(tx, command.draft, moment)
    _require_identity_and_consent(tx, command)
    catalogue = publication.load_version(tx, command.catalogue, command.catalogue_version)
    check_materials(command.materials, catalogue.materials)
    details = _require_details(command.personal)
    chosen = None if command.chosen is None else frozenset(command.chosen)
    made = make_plan(catalogue, command.one_thing, chosen, details.values)
    today = to_local_time(moment.corrected_at, catalogue.time_zone).date()
    missing = find_gaps(made, details.values, command.materials, today)
    if missing:
        first = missing[0]
        raise Refused("incomplete", "Something is still missing: {what}. Nothing was accepted.", what=first.id)
    return _build_decision(tx, catalogue, made, details, moment, command.window, act="accept")


def _require_identity_and_consent(tx: Transaction, command: AcceptCase) -> None:
    """A code shown was compared with the face, and every shared licence was agreed to for this one thing."""
    visit = tx.get("visits", id=command.visit)
    if visit is not None and visit["check_result"] and not visit["confirmed"]:
        raise Refused("unconfirmed", "Compare the person with the photo and confirm first.")
    for one in command.materials:
        if one.how == "licence":
            consent = tx.get("consents", visit=command.visit, licence=one.licence, purpose=command.one_thing)
            if consent is None or consent["given_at"] is None:
                raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")


def _decide_refuse_acceptance(tx: Transaction, command: RefuseAcceptance, moment: Moment) -> Accepted:
    get_own_draft(tx, command.draft, moment)
    if not command.reason.strip():
        raise Refused("reason", "A reason is needed: the citizen gets it in writing.")
    catalogue = publication.load_version(tx, command.catalogue, command.catalogue_version)
    details = _require_details(command.personal)
    made = make_plan(catalogue, command.one_thing, None, details.values)
    return _build_decision(tx, catalogue, made, details, moment, command.window, act="not_accept")


def _require_details(personal: CaseDetails | None) -> CaseDetails:
    if personal is None:
        raise BadData("A case without its applicant cannot be accepted.")
    return personal


def _build_decision(
    tx: Transaction,
    catalogue: Catalogue,
    plan_made: Plan,
    details: CaseDetails,
    moment: Moment,
    window_id: str,
    *,
    act: str,
) -> Accepted:
    role = plan_made.one_thing.applicant_role()
    applicant = next((party for party in details.parties if party.role == role.id), None)
    if applicant is None or not applicant.name:
        raise Refused("no_applicant", "Nobody has shown a code yet: the applicant is not known.")
    year = to_local_time(moment.corrected_at, catalogue.time_zone).year
    serial = next_serial(tx, moment, lambda one: tx.get("cases", number=format_case_number(year, one)) is not None)
    number = format_case_number(year, serial)
    begun = moment.corrected_at
    promised = compute_task_due_date(catalogue, begun, plan_made.promised_days)
    zone = catalogue.time_zone
    accepted = act == "accept"
    window = tx.get("windows", id=window_id)
    return Accepted(
        number=number,
        serial=serial,
        state=next_case_state(next_case_state("draft", "receive"), act),
        handling=plan_made.one_thing.handling,
        applicant=applicant.subject or f"{number}/{role.id}",
        applicant_kind=applicant.kind,
        matters=tuple(_chosen_matter(planned) for planned in plan_made.matters),
        tasks=_build_tasks(catalogue, plan_made, number, begun) if accepted else (),
        promised_at=end_of_day(promised.date, zone) if promised and accepted else None,
        statutory_at=compute_due_timestamp(catalogue, begun, plan_made.statutory_days) if accepted else None,
        expected=bool(promised and promised.expected),
        notice=f"{number}-{'receipt' if accepted else 'not_accepted'}",
        site=window["organ"] if window else "",
    )


def _chosen_matter(planned: PlannedMatter) -> ChosenMatter:
    variant = planned.matter.variants.index(planned.variant) if planned.variant else -1
    return ChosenMatter(
        matter=planned.id,
        variant=variant,
        dropped=planned.inapplicable_reason.zh if planned.inapplicable_reason else "",
    )


def _build_tasks(catalogue: Catalogue, made: Plan, number: str, started_at: int) -> tuple[NewTask, ...]:
    now = find_ready(made, {})
    return tuple(
        build_task(catalogue, planned, f"{number}{place:02d}", started_at if planned.id in now else None)
        for place, planned in enumerate(made.active_matters, 1)
    )


def build_task(catalogue: Catalogue, planned: PlannedMatter, task_id: str, started: int | None) -> NewTask:
    """A task of a matter; with its dates when it starts at a moment, without while it waits."""
    days, statutory = planned.promised_days, planned.matter.statutory_days
    due = compute_task_due_date(catalogue, started, days) if started is not None else None
    ends = end_of_day(due.date, catalogue.time_zone) if due else None
    return NewTask(
        id=task_id,
        matter=planned.id,
        organ=planned.matter.organ,
        promised_days=days,
        statutory_days=statutory,
        started=started is not None,
        rank=ends or 0,
        due_at=ends,
        statutory_at=compute_due_timestamp(catalogue, started, statutory) if started is not None else None,
        expected=bool(due and due.expected),
    )


def _case_or_draft_stream(command: AcceptCase | RefuseAcceptance, decision: Accepted | None) -> str:
    return f"case/{decision.number}" if decision else f"draft/{command.draft}"


def _write(tx: Transaction, entry: Entry[AcceptCase, Accepted] | Entry[RefuseAcceptance, Accepted]) -> None:
    command, made = entry.command, entry.decision
    details: CaseDetails | None = command.personal
    applicant = next((p for p in details.parties if _is_applicant(p, made)), None) if details else None
    tx.delete("drafts", id=command.draft)
    mark_serial_used(tx, entry.moment, made.serial)
    tx.insert(
        "cases",
        number=made.number,
        one_thing=command.one_thing,
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        state=made.state,
        handling=made.handling,
        applicant=made.applicant,
        applicant_kind=made.applicant_kind,
        applicant_name=applicant and applicant.name,
        applicant_number=applicant and applicant.number,
        visit=command.visit,
        window_id=command.window,
        clerk=entry.moment.actor.id,
        pending=len(made.tasks),
        accepted_at=entry.moment.corrected_at,
        promised_at=made.promised_at,
        statutory_at=made.statutory_at,
        expected=made.expected,
        ended_reason=getattr(command, "reason", ""),
        centre=made.site,
    )
    tx.insert_many(
        "matters",
        [
            {
                "case_number": made.number,
                "matter": matter.matter,
                "position": place,
                "variant": matter.variant,
                "dropped": matter.dropped,
            }
            for place, matter in enumerate(made.matters)
        ],
    )
    insert_tasks(tx, made.number, made.tasks, entry.moment.corrected_at)
    _insert_parties_and_values(tx, made.number, details, getattr(command, "sources", {}))
    given: tuple[GivenMaterial, ...] = getattr(command, "materials", ())
    insert_materials(tx, made.number, given, [1] * len(given), entry, details.claims if details else {})
    tx.insert(
        "notices",
        id=made.notice,
        case_number=made.number,
        kind=made.notice.partition("-")[2],
        window_id=command.window,
        state="pending",
        prints=0,
        made_at=entry.decided_at,
    )
    if made.site:  # the organs of its tasks have been told with them
        tx.mark_changed(f"organ/{made.site}", f"case/{made.number}")


@RULES.register(
    AcceptCase,
    Accepted,
    permission="case.accept",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Acceptance of a case"),
    decide=_decide_accept,
    stream=_case_or_draft_stream,
    documents=("case",),
    objections=find_objections,
)
def _apply_accept_case(tx: Transaction, entry: Entry[AcceptCase, Accepted]) -> None:
    _write(tx, entry)


@RULES.register(
    RefuseAcceptance,
    Accepted,
    permission="case.not_accept",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Not accepting a case"),
    decide=_decide_refuse_acceptance,
    stream=_case_or_draft_stream,
    documents=("case",),
    objections=find_objections,
)
def _apply_not_accept(tx: Transaction, entry: Entry[RefuseAcceptance, Accepted]) -> None:
    _write(tx, entry)


def _is_applicant(party: PartyDetails, made: Accepted) -> bool:
    return made.applicant in (party.subject, f"{made.number}/{party.role}")


def insert_tasks(
    tx: Transaction, number: str, tasks: Sequence[NewTask], started_at: int, recheck_of: str | None = None
) -> None:
    """Writes new tasks and tells their organs' queues."""
    add_tasks(
        tx,
        [
            {
                "id": task.id,
                "case_number": number,
                "matter": task.matter,
                "organ": task.organ,
                "recheck_of": recheck_of,
                "state": "pooled" if task.started else "waiting",
                "rank": task.rank,
                "promised_days": task.promised_days,
                "statutory_days": task.statutory_days,
                "started_at": started_at if task.started else None,
                "due_at": task.due_at,
                "statutory_at": task.statutory_at,
                "expected": task.expected,
                "fence": 0,
            }
            for task in tasks
        ],
    )


def _insert_parties_and_values(
    tx: Transaction, number: str, details: CaseDetails | None, sources: Mapping[str, str]
) -> None:
    if details is None:
        return
    tx.insert_many(
        "parties",
        [
            {
                "case_number": number,
                "role": party.role,
                "kind": party.kind,
                "subject": party.subject or None,
                "name": party.name,
                "number": party.number,
                "known_by": party.known_by,
            }
            for party in details.parties
        ],
    )
    tx.insert_many(
        "field_values",
        [
            {"case_number": number, "field": field, "value": value, "source": sources.get(field, "typed")}
            for field, value in details.values.items()
        ],
    )


def insert_materials(
    tx: Transaction,
    number: str,
    given: Sequence[GivenMaterial],
    versions: Sequence[int],
    entry: Entry[Any, Any],
    claims: Mapping[str, str],
) -> None:
    """Writes materials that the case was given; `claims` is what their licences say, by material."""
    tx.insert_many(
        "materials",
        [
            {
                "case_number": number,
                "material": one.material,
                "version": version,
                "how": one.how,
                "licence": one.licence or None,
                "issuer": one.issuer,
                "valid_to": one.valid_to,
                "grade": one.grade,
                "claims": claims[one.material].encode() if claims.get(one.material) else None,
                "content": one.content or None,
                "taken_at": entry.decided_at,
                "taken_by": entry.moment.actor.id,
            }
            for one, version in zip(given, versions, strict=True)
        ],
    )
