"""The decision on a new case, accepted or not: its number, matters, tasks and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec

from clerk_app.cases.case_dates import CaseDates, project_case_dates
from clerk_app.cases.case_objects import IdentifiedObject, list_objects
from clerk_app.cases.co_signatures import (
    CaseCoSignature,
)
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.identifiers import format_task_id
from clerk_app.cases.intake.parties import CaseDetails, find_applicant
from clerk_app.cases.promises.offers import MadePromise
from clerk_app.cases.representations import (
    CaseRepresentation,
)
from clerk_app.cases.states import next_case_state
from clerk_app.cases.tasks.new_tasks import NewTask, build_task, task_columns
from clerk_app.cases.text_index import list_compared
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import Plan, PlannedMatter
from clerk_app.catalogue.routing import find_ready
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.ledger.commands import CommandDecision, MessagePart, Moment
from clerk_app.ledger.numbers import format_case_number, next_serial
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar
    from clerk_app.catalogue.model import Catalogue


NOTICE_OF_ACT = {"accept": "receipt", "not_accept": "not_accepted", "receive": "one_time"}
"""Kind of the notice that each act on a draft makes."""


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
    compared_texts: tuple[str, ...] = ()  # fields whose text is compared with those of earlier cases
    promises: tuple[MadePromise, ...] = ()
    objects: tuple[IdentifiedObject, ...] = ()  # of its matters, by the fields that identify them


def build_decision(
    tx: Transaction,
    catalogue: Catalogue,
    plan: Plan,
    details: CaseDetails,
    moment: Moment,
    site: str,
    *,
    act: str,
    serial: int | None = None,
    year: int | None = None,
    deemed_from: int = 0,
) -> Accepted:
    """Build the decision at `site`, the organ of a service centre.

    `year` and `serial` are those of a number to keep, otherwise the next one is taken. `act` is accept, not_accept or
    receive. Only a received case may lack an applicant.
    """
    applicant, role = find_applicant(plan, details), plan.one_thing.applicant_role()
    if act != "receive" and (applicant is None or not applicant.name):
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
    received = next_case_state("draft", "receive")
    return Accepted(
        number=number,
        serial=serial,
        state=received if act == "receive" else next_case_state(received, act),
        handling=plan.one_thing.handling,
        applicant=(applicant.subject if applicant is not None else "") or f"{number}/{role.id}",
        applicant_kind=applicant.kind if applicant is not None else role.kind,
        matters=tuple(choose_matter(planned) for planned in plan.matters),
        tasks=tasks,
        **msgspec.structs.asdict(dates),
        notice=f"{number}-{NOTICE_OF_ACT[act]}",
        site=site,
        is_dated_by_acceptance=True,
        deemed_from=deemed_from,
        compared_texts=list_compared(catalogue.fields, details.values) if accepted else (),
        objects=list_objects(plan.matters, details.values) if act != "not_accept" else (),
    )


def choose_matter(planned: PlannedMatter) -> ChosenMatter:
    """Return the stored form of a planned matter."""
    variant = planned.matter.variants.index(planned.variant) if planned.variant else -1
    reason = planned.inapplicable_reason
    return ChosenMatter(matter=planned.id, variant=variant, dropped=reason.zh if reason else "")


def _build_tasks(calendar: LegalCalendar, plan: Plan, number: str, started_at: int) -> tuple[NewTask, ...]:
    for planned in plan.active_matters:
        if not planned.decided_by:
            raise Refused(
                "place", "The form does not state yet who decides {matter}.", matter=join_names([planned.matter.name])
            )
    ready = find_ready(plan, {})
    return tuple(
        build_task(calendar, planned, format_task_id(number, position), started_at if planned.id in ready else None)
        for position, planned in enumerate(plan.active_matters, 1)
    )
