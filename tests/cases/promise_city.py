"""Acts on promises in the sample office: sheets that are printed and signed, and acceptances with promises."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.promises.follow_ups import ReportPromise
from clerk_app.cases.promises.offers import GivenPromise
from clerk_app.cases.promises.signed_promise import PROMISE_ROLE, build_promise_form
from clerk_app.cases.tasks.broken_promises import AnswerReport, PromiseAnswered
from clerk_app.catalogue.plan import make_plan
from clerk_app.licences.co_signatures import CoSignOnPaper, RecordSheet, SignedForm
from db.engines import Row
from tests.office import SampleOffice, paper_materials
from tests.sample_data import CLERKS, PERSONS, sample_city

RESIDENCE = {
    "applicant_name": "王芳",
    "applicant_id_number": PERSONS["mother"].id_number,
    "housing_kind": "rented",
    "residence_address": "示范路1号",
    "holds_residence_permit": "no",
    "residence_reason": "work",
    "contact_phone": "13800000000",
}
GAP = ("gap", "lease")


def sign(office: SampleOffice, command: AcceptCase, *pairs: tuple[str, str], clerk: str = CLERKS[0]) -> AcceptCase:
    """Print and sign the sheet for these promises; return the acceptance with them."""
    assert command.personal is not None
    plan = make_plan(sample_city(), command.one_thing, None, command.personal.values)
    form = build_promise_form(sample_city(), plan, command.personal.values, command.personal.parties, pairs)
    place = {"visit": command.visit, "purpose": command.one_thing, "role": PROMISE_ROLE}
    sheet = office.door.perform(RecordSheet(**place, personal=SignedForm(form=form)), clerk).sheet
    office.door.perform(CoSignOnPaper(**place, sheet=sheet), clerk)
    (row,) = office.select("co_signatures", visit=command.visit, role=PROMISE_ROLE)
    signed = [GivenPromise(kind=kind, subject=name, sheet=sheet, signed_at=row["signed_at"]) for kind, name in pairs]
    return structs.replace(command, promises=(*command.promises, *signed))


def prepare_residence(office: SampleOffice, *papers: str, **changed: str) -> AcceptCase:
    """Prepare a residence permit for an applicant who rents a home, with these papers."""
    visit, values = office.serve("mother"), RESIDENCE | changed
    party = PartyDetails(
        role="applicant",
        kind="person",
        name="王芳",
        number=PERSONS["mother"].id_number,
        subject="mother",
        known_by="code",
    )
    city = sample_city()
    return AcceptCase(
        draft=office.draft(visit, "residence-permit", values),
        visit=visit,
        window="w1",
        one_thing="residence-permit",
        catalogue=city.id,
        catalogue_version=city.version,
        chosen=None,
        materials=(
            *paper_materials("applicant-id", "applicant-photo"),
            *paper_materials(*papers, valid_to="2027-01-01"),
        ),
        personal=CaseDetails(parties=(party,), values=values),
    )


def prepare_low_risk(office: SampleOffice) -> AcceptCase:
    """Prepare a road excavation of low risk, whose three matters are handled by commitment, without the promises."""
    return office.prepare_road(excavation_depth="shallow", risk_class="low")


ROAD_MATTERS = ("excavation-planning", "excavation-road", "excavation-traffic")


def accept_low_risk(office: SampleOffice) -> str:
    """Accept a road excavation of low risk by commitment; return the case number."""
    command = prepare_low_risk(office)
    return office.accept(sign(office, command, *(("matter", matter) for matter in ROAD_MATTERS)))


def promises_of(office: SampleOffice, number: str) -> list[Row]:
    """Return the promises of a case, in the order of their ids."""
    return sorted(office.select("promises", case_number=number), key=lambda row: row["id"])


def find_promise(office: SampleOffice, number: str, matter: str) -> Row:
    """Return the promise of a case on which a matter relies."""
    return next(row for row in promises_of(office, number) if f'"{matter}"' in row["matters"])


def prove_false(office: SampleOffice, promise: Row, officers: Sequence[str] = ()) -> PromiseAnswered:
    """Report a promise as false, and confirm it by a second officer of the organ."""
    first, second = officers or (f"{promise['organ']}-1", f"{promise['organ']}-2")
    report = ReportPromise(promise=promise["id"], reason="the road is deeper than stated", evidence="measured on site")
    office.door.perform(report, first)
    return office.door.perform(AnswerReport(promise=promise["id"], confirmed=True), second)


def promised(command: AcceptCase, material: str = "kinship-commitment") -> AcceptCase:
    """Return an acceptance whose paper is the signed commitment itself."""
    given = tuple(
        structs.replace(paper, grade="D", valid_to="") if paper.material == material else paper
        for paper in command.materials
    )
    promise = GivenPromise(kind="material", subject=material)
    return structs.replace(command, materials=given, promises=(*command.promises, promise))
