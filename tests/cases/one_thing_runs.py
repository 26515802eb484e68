"""Headless runs: any one thing of the sample city, accepted with sensible answers, decided, issued and handed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import structs

from clerk_app.cases.case_record import read_case
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.delivery.results import HandOverResults
from clerk_app.cases.intake.parties import PartyDetails
from clerk_app.cases.measured.figures import OneThingMeasured
from clerk_app.cases.measured.report import report_reductions
from clerk_app.cases.signed_form import build_signed_form
from clerk_app.cases.tasks.similar_cases import FindSimilar
from clerk_app.cases.tasks.similar_searches import read_compared_texts
from clerk_app.catalogue.form_fields import Field
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.model import Catalogue, MaterialDefinition, PartyRole
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.licences.co_signatures import CoSignOnPaper, RecordSheet, SignedForm
from tests.clock import local_date
from tests.office import SampleOffice, paper_materials
from tests.sample_data import CLERKS, CREDIT_CODE, FATHER_NUMBER, MOTHER_NUMBER, PERSONS, STRANGER_NUMBER

_BY_KIND = {
    "text": "示范路1号",
    "date": "2026-06-01",
    "birth_date": "2026-04-20",
    "number": "12",
    "money": "5000.00",
    "yes_no": "no",
    "id_number": MOTHER_NUMBER,
    "credit_code": CREDIT_CODE,
    "phone": "13800138000",
    "bank_account": "6222020200112233445",
    "document_kind": "",
}
_FURTHER = (("father", FATHER_NUMBER), ("stranger", STRANGER_NUMBER))


class OneThingRun(NamedTuple):
    """A row of the table: a one thing, the matters asked for (None: those proposed) and answers that are not usual."""

    one_thing: str
    answers: Mapping[str, str] = {}
    chosen: frozenset[str] | None = None


def answer_form(
    catalogue: Catalogue, run: OneThingRun, parties: tuple[PartyDetails, ...]
) -> tuple[Plan, dict[str, str]]:
    """Answer every required field of the form; the answers of a run may add fields, which are answered too."""
    known = {f"party:{party.role}.name": party.name for party in parties}
    known |= {f"party:{party.role}.{fact}": party.number for party in parties for fact in ("id_number", "credit_code")}
    values = dict(run.answers)
    while True:
        plan = make_plan(catalogue, run.one_thing, run.chosen, values)
        missing = [planned.field for planned in plan.fields if planned.field.id not in values]
        if not missing:
            return plan, {name: value for name, value in values.items() if value}
        for field in missing:
            typed = _usual_answer(field, known)
            values[field.id] = normalize_form_value(plan, field, typed, values) if typed else ""


def _usual_answer(field: Field, known: Mapping[str, str]) -> str:
    stated = next((known[source] for source in field.prefill if known.get(source)), "")
    if stated or field.kind == "document_number":
        return stated or MOTHER_NUMBER
    if field.kind == "choice":
        return field.choices[0].id
    return _BY_KIND[field.kind]


def make_parties(catalogue: Catalogue, one_thing: str) -> tuple[PartyDetails, ...]:
    """Return the required parties: the applicant is the mother or the enterprise, the others are further people."""
    further = iter(_FURTHER)
    return tuple(_make_party(role, further) for role in catalogue.one_thing(one_thing).parties if role.required)


def _make_party(role: PartyRole, further: Iterator[tuple[str, str]]) -> PartyDetails:
    if role.kind == "organisation":
        return PartyDetails(
            role=role.id,
            kind="organisation",
            name="示范建设公司",
            number=CREDIT_CODE,
            subject="enterprise",
            known_by="code",
        )
    subject, number = ("mother", MOTHER_NUMBER) if role.applicant else next(further)
    return PartyDetails(
        role=role.id, kind="person", name=PERSONS[subject].name, number=number, subject=subject, known_by="code"
    )


def accept_run(office: SampleOffice, run: OneThingRun) -> tuple[Plan, str]:
    """Accept an application for a one thing with all its papers; return its plan and number."""
    catalogue = office.office.catalogue()
    parties = make_parties(catalogue, run.one_thing)
    plan, values = answer_form(catalogue, run, parties)
    applicant = plan.one_thing.applicant_role()
    visit = office.serve("enterprise" if applicant.kind == "organisation" else "mother")
    for role in {planned.matter.co_signature for planned in plan.active_matters}:
        if role is not None:
            _co_sign(office, visit, plan, values, parties, role)
    given = tuple(_give(planned.material) for planned in plan.materials)
    command = office.prepare_case(run.one_thing, visit, "w1", values, given, parties)
    if run.chosen is not None:
        command = structs.replace(command, chosen=tuple(sorted(run.chosen)))
    return plan, office.accept(command)


def _give(material: MaterialDefinition) -> GivenMaterial:
    """Return a material brought on paper, with the validity that the clerk types of it."""
    dates = {"valid_to": "2030-01-01"} if material.expires else {}
    dates |= {"issued_on": "2026-04-01"} if material.valid_days else {}
    (given,) = paper_materials(material.id, **dates)
    return given


def _co_sign(
    office: SampleOffice, visit: str, plan: Plan, values: dict[str, str], parties: tuple[PartyDetails, ...], role: str
) -> None:
    form = SignedForm(form=build_signed_form(plan, values, parties, role))
    sheet = RecordSheet(visit=visit, purpose=plan.one_thing.id, role=role, personal=form)
    number = office.door.perform(sheet, CLERKS[0]).sheet
    office.door.perform(CoSignOnPaper(visit=visit, purpose=plan.one_thing.id, role=role, sheet=number), CLERKS[0])


def finish_run(office: SampleOffice, number: str) -> None:
    """Approve all tasks of a case, issue its results, and hand them over to the applicant.

    Where a text is compared, similar applications are searched before.
    """
    while pooled := [task for task in office.tasks(number) if task["state"] == "pooled"]:
        claimed = office.claim(pooled[0]["organ"], pooled[0]["id"])
        with office.store.read() as tx:
            is_compared = bool(read_compared_texts(tx, read_case(tx, number), pooled[0]["matter"]))
        if is_compared:
            office.door.perform(FindSimilar(task=claimed.task), claimed.staff)
        office.decide(claimed, "approved")
    office.issue(number)
    office.hand_over(number, str(office.case(number)["applicant_name"]))


def finish_in_time(office: SampleOffice, number: str) -> None:
    """Decide each task on its promised day, and hand over the results in a second visit on the promised day."""
    while open_tasks := [task for task in office.tasks(number) if task["state"] == "pooled"]:
        task = min(open_tasks, key=lambda row: (row["due_at"], row["id"]))
        _go_to(office, task["due_at"])
        office.decide(office.claim(task["organ"], task["id"]), "approved")
    case = office.case(number)
    _go_to(office, case["promised_at"])
    office.issue(number)
    visit = office.serve()
    name = str(case["applicant_name"])
    office.door.perform(
        HandOverResults(case=number, window="w1", visit=visit, personal=Signature(name=name)), CLERKS[0]
    )


def _go_to(office: SampleOffice, end_of_day: int) -> None:
    """Set the clock to the afternoon of a day that ends then, if it is not later already."""
    office.clock.now = max(office.clock.now, end_of_day - 8 * 3_600_000_000)


def measure_run(office: SampleOffice, plan: Plan, number: str) -> OneThingMeasured:
    """Return the measured reductions of the one thing of a finished run."""
    case = office.case(number)
    with office.store.read() as tx:
        report = report_reductions(tx, local_date(case["accepted_at"]), local_date(case["delivered_at"]))
    (measured,) = [each for each in report.one_things if each.one_thing == plan.one_thing.id]
    return measured


def describe_run(office: SampleOffice, plan: Plan, number: str) -> str:
    """Return critical path, promised day, and the four reductions promised and measured of a finished run."""
    case, measured, after = office.case(number), measure_run(office, plan, number), plan.reductions.after
    figures = [
        f"{name} {getattr(plan.reductions.published, name)} > {getattr(after, name)} > {getattr(measured, name).median}"
        for name in ("days", "steps", "papers", "visits")
    ]
    further = ", ".join(f"{each.cause} {each.visits}" for each in measured.further)
    path = " > ".join(plan.critical_path)
    promised = local_date(case["first_promised_at"])
    return f"{plan.one_thing.id}: {path}; promised {promised}; {'; '.join(figures)}; further visits: {further}"
