"""Accepting: one command turns a draft into a case whose parallel tasks stand in their organs' queues at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from clerk_app.cases.dates import due_at, due_on, end_of_day, local
from clerk_app.cases.drafts import own_draft
from clerk_app.cases.intake import GivenMaterial, check_given, gaps
from clerk_app.cases.life import case_after
from clerk_app.cases.objections import objections
from clerk_app.cases.queue import add_tasks
from clerk_app.catalogue import published
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan, PlannedMatter, plan
from clerk_app.catalogue.routing import ready
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Part, RuleSet
from clerk_app.ledger.numbers import case_number, next_serial, use_serial
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class PartyDetails(Part, frozen=True, kw_only=True):
    """A party of the case."""

    role: str
    kind: str  # person | organisation
    name: str
    number: str
    subject: str = ""
    known_by: str = ""


class CaseDetails(Part, frozen=True, kw_only=True):
    """What a case knows about people."""

    parties: tuple[PartyDetails, ...]
    values: dict[str, str]
    claims: dict[str, str] = {}  # material id: what its licence says, as JSON


class NewTask(Part, frozen=True, kw_only=True):
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


class ChosenMatter(Part, frozen=True, kw_only=True):
    """A matter of the case, and why it was dropped if it was."""

    matter: str
    variant: int = -1
    dropped: str = ""


class Accepted(Decided, frozen=True, kw_only=True):
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
    centre: str = ""


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


class NotAccept(Command[Accepted], frozen=True, kw_only=True):
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
    own_draft(tx, command.draft, moment)
    _shown_and_agreed(tx, command)
    catalogue = published.load(tx, command.catalogue, command.catalogue_version)
    check_given(command.materials, catalogue.materials)
    details = _details(command.personal)
    chosen = None if command.chosen is None else frozenset(command.chosen)
    made = plan(catalogue, command.one_thing, chosen, details.values)
    today = local(moment.corrected_at, catalogue.time_zone).date()
    missing = gaps(made, details.values, command.materials, today)
    if missing:
        first = missing[0]
        raise Refused("incomplete", "Something is still missing: {what}. Nothing was accepted.", what=first.id)
    return _accepted(tx, catalogue, made, details, moment, command.window, act="accept")


def _shown_and_agreed(tx: Transaction, command: AcceptCase) -> None:
    """A code shown was compared with the face, and every shared licence was agreed to for this one thing."""
    visit = tx.row("visits", id=command.visit)
    if visit is not None and visit["check_result"] and not visit["confirmed"]:
        raise Refused("unconfirmed", "Compare the person with the photo and confirm first.")
    for one in command.materials:
        if one.how == "licence":
            consent = tx.row("consents", visit=command.visit, licence=one.licence, purpose=command.one_thing)
            if consent is None or consent["given_at"] is None:
                raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")


def _decide_not(tx: Transaction, command: NotAccept, moment: Moment) -> Accepted:
    own_draft(tx, command.draft, moment)
    if not command.reason.strip():
        raise Refused("reason", "A reason is needed: the citizen gets it in writing.")
    catalogue = published.load(tx, command.catalogue, command.catalogue_version)
    details = _details(command.personal)
    made = plan(catalogue, command.one_thing, None, details.values)
    return _accepted(tx, catalogue, made, details, moment, command.window, act="not_accept")


def _details(personal: CaseDetails | None) -> CaseDetails:
    if personal is None:
        raise BadData("A case without its applicant cannot be accepted.")
    return personal


def _accepted(
    tx: Transaction, catalogue: Catalogue, made: Plan, details: CaseDetails, moment: Moment, at: str, *, act: str
) -> Accepted:
    role = made.one_thing.applicant()
    applicant = next((party for party in details.parties if party.role == role.id), None)
    if applicant is None or not applicant.name:
        raise Refused("no_applicant", "Nobody has shown a code yet: the applicant is not known.")
    year = local(moment.corrected_at, catalogue.time_zone).year
    serial = next_serial(tx, moment, lambda one: tx.row("cases", number=case_number(year, one)) is not None)
    number = case_number(year, serial)
    begun = moment.corrected_at
    promised = due_on(catalogue, begun, made.promised_days)
    zone = catalogue.time_zone
    accepted = act == "accept"
    window = tx.row("windows", id=at)
    return Accepted(
        number=number,
        serial=serial,
        state=case_after(case_after("draft", "receive"), act),
        handling=made.one_thing.handling,
        applicant=applicant.subject or f"{number}/{role.id}",
        applicant_kind=applicant.kind,
        matters=tuple(_chosen(planned) for planned in made.matters),
        tasks=_tasks(catalogue, made, number, begun) if accepted else (),
        promised_at=end_of_day(promised.date, zone) if promised and accepted else None,
        statutory_at=due_at(catalogue, begun, made.statutory_days) if accepted else None,
        expected=bool(promised and promised.expected),
        notice=f"{number}-{'receipt' if accepted else 'not_accepted'}",
        centre=window["organ"] if window else "",
    )


def _chosen(planned: PlannedMatter) -> ChosenMatter:
    variant = planned.matter.variants.index(planned.variant) if planned.variant else -1
    return ChosenMatter(matter=planned.id, variant=variant, dropped=planned.dropped.zh if planned.dropped else "")


def _tasks(catalogue: Catalogue, made: Plan, number: str, begun: int) -> tuple[NewTask, ...]:
    now = ready(made, {})
    return tuple(
        new_task(catalogue, planned, f"{number}{place:02d}", begun if planned.id in now else None)
        for place, planned in enumerate(made.active, 1)
    )


def new_task(catalogue: Catalogue, planned: PlannedMatter, task: str, started: int | None) -> NewTask:
    """A task of a matter; with its dates when it starts at a moment, without while it waits."""
    days, statutory = planned.promised_days, planned.matter.statutory_days
    due = due_on(catalogue, started, days) if started is not None else None
    ends = end_of_day(due.date, catalogue.time_zone) if due else None
    return NewTask(
        id=task,
        matter=planned.id,
        organ=planned.matter.organ,
        promised_days=days,
        statutory_days=statutory,
        started=started is not None,
        rank=ends or 0,
        due_at=ends,
        statutory_at=due_at(catalogue, started, statutory) if started is not None else None,
        expected=bool(due and due.expected),
    )


def _stream(command: AcceptCase | NotAccept, decision: Accepted | None) -> str:
    return f"case/{decision.number}" if decision else f"draft/{command.draft}"


def _write(tx: Transaction, entry: Entry[AcceptCase, Accepted] | Entry[NotAccept, Accepted]) -> None:
    command, made = entry.command, entry.decision
    details: CaseDetails | None = command.personal
    applicant = next((p for p in details.parties if _is_applicant(p, made)), None) if details else None
    tx.remove("drafts", id=command.draft)
    use_serial(tx, entry.moment, made.serial)
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
        centre=made.centre,
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
    _insert_people(tx, made.number, details, getattr(command, "sources", {}))
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
        made_at=entry.at,
    )
    if made.centre:  # the organs of its tasks have been told with them
        tx.touch(f"organ/{made.centre}", f"case/{made.number}")


@RULES.register(
    AcceptCase,
    Accepted,
    permission="case.accept",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Acceptance of a case"),
    decide=_decide_accept,
    stream=_stream,
    documents=("case",),
    objections=objections,
)
def _apply_accept_case(tx: Transaction, entry: Entry[AcceptCase, Accepted]) -> None:
    _write(tx, entry)


@RULES.register(
    NotAccept,
    Accepted,
    permission="case.not_accept",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Not accepting a case"),
    decide=_decide_not,
    stream=_stream,
    documents=("case",),
    objections=objections,
)
def _apply_not_accept(tx: Transaction, entry: Entry[NotAccept, Accepted]) -> None:
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


def _insert_people(tx: Transaction, number: str, details: CaseDetails | None, sources: Mapping[str, str]) -> None:
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
                "taken_at": entry.at,
                "taken_by": entry.moment.actor.id,
            }
            for one, version in zip(given, versions, strict=True)
        ],
    )
