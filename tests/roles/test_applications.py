"""Applications from outside at the counter: opened as a masked draft, accepted, answered; letters typed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from clerk_app.cases.applications.content import ApplicationContent, SentAttachment, StatedApplicant
from clerk_app.cases.applications.opening import ReturnApplication
from clerk_app.cases.applications.receipt import ReceiveApplication
from clerk_app.cases.applications.withdrawal import WithdrawApplication
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.people import SYSTEM
from clerk_app.views.applications import PostedApplication
from clerk_app.views.case import IntakeView
from clerk_app.views.counter import CounterService, CounterView
from db.engines import Row
from tests.cases.applications import PORTAL, VERIFIED, admit_portal
from tests.city_policy import publish_policy

Code = Callable[[str], str]
MOTHER = StatedApplicant(name="林晓雯", number="690102199403120267")
VALUES = {
    "child_name": "陈一诺",
    "child_sex": "female",
    "child_birth_date": "2026-04-20",
    "home_address": "示范路8号",
    "register_with": "mother",
    "mother_insured": "no",
    "bank_account": "6222020200112233445",
}


@pytest.fixture
def number(office: Office) -> str:
    """Number of an application of the mother."""
    admit_portal(office.door)
    return receive(office)


def receive(office: Office, **changed: object) -> str:
    catalogue = office.catalogue()
    application = ReceiveApplication(
        source="portal",
        portal=PORTAL,
        reference="P-1",
        one_thing="birth",
        catalogue=catalogue.id,
        catalogue_version=catalogue.version,
        attachments=(SentAttachment(material="birth-certificate", content="0" * 64, media_type="application/pdf"),),
        personal=ApplicationContent(applicant=MOTHER, values=VALUES, identity=VERIFIED),
    )
    return office.door.perform(replace(application, **changed), SYSTEM).number


def intake(view: CounterView) -> IntakeView:
    assert view.intake is not None
    return view.intake


def application(office: Office, number: str) -> Row:
    with office.store.read() as tx:
        (row,) = tx.select("applications", number=number)
    return row


def values_of(view: CounterView) -> dict[str, str]:
    return {row.id: row.value for row in intake(view).fields}


def test_a_scanned_application_is_a_masked_draft_until_its_applicant_is_identified(
    counter: CounterService, office: Office, number: str, code: Code
) -> None:
    view = counter.process_scan(number)
    origin = intake(view).application
    assert origin is not None
    assert (origin.number, origin.source, origin.identity) == (
        number,
        "portal",
        "One City Pass states: verified by face on 2026-05-06 08:12",
    )
    assert intake(view).is_masked
    assert "陈一诺" not in repr(intake(view).fields)
    with pytest.raises(Refused):
        counter.open_material("birth-certificate")
    counter.process_scan(code("mother"))
    view = counter.confirm_person()
    assert values_of(view)["child_name"] == "陈一诺"
    sources = {row.id: row.source for row in intake(view).fields}
    assert sources["child_name"].startswith("application of ")
    assert counter.process_scan(number).intake == intake(counter.read_view())
    assert application(office, number)["state"] == "opened"


@pytest.mark.wide
def test_a_scan_counts_as_a_material_once_the_original_was_seen(counter: CounterService, number: str) -> None:
    view = counter.open_application(number, "review")
    (row,) = (row for row in intake(view).materials if row.id == "birth-certificate")
    assert (row.state, row.grade) == ("scan", "C")
    assert "Compare the scan with the original: " + row.name in intake(view).gaps
    assert counter.open_material("birth-certificate").picture is None
    view = counter.toggle_paper("birth-certificate")
    (row,) = (row for row in intake(view).materials if row.id == "birth-certificate")
    assert (row.state, row.grade) == ("paper", "B")


def test_an_application_is_accepted_with_its_scan(
    counter: CounterService, office: Office, number: str, code: Code
) -> None:
    counter.process_scan(number)
    counter.process_scan(code("mother"))
    for row in intake(counter.confirm_person()).materials:
        if row.state in ("scan", "missing"):
            counter.toggle_paper(row.id)
    assert intake(counter.read_view()).gaps == ()
    assert counter.accept_case().receipt is not None
    assert "opened the application from outside  the applicant is at the window" in " ".join(counter.list_accesses())
    found = application(office, number)
    assert found["state"] == "accepted"
    with office.store.read() as tx:
        (material,) = tx.select("materials", case_number=found["case_number"], material="birth-certificate")
        fields = {found["field"]: found["source"] for found in tx.select("field_values")}
    assert (material["how"], material["grade"], material["content"]) == ("paper", "B", "0" * 64)
    assert fields["child_name"].startswith("application:")
    with pytest.raises(Refused, match="was accepted"):
        counter.process_scan(number)


def test_the_answer_of_what_is_missing_deletes_the_draft(counter: CounterService, office: Office, number: str) -> None:
    counter.open_application(number, "review")
    view = counter.answer_application("incomplete")
    assert view.intake is None
    assert number in view.message
    row = application(office, number)
    assert (row["state"], row["outcome"]) == ("answered", "incomplete")
    assert "material:birth-certificate" in row["missing"]


@pytest.mark.wide
def test_a_case_that_is_not_accepted_answers_the_application(
    counter: CounterService, office: Office, number: str
) -> None:
    counter.open_application(number, "review")
    counter.decline_case("not of this city")
    row = application(office, number)
    assert (row["state"], row["outcome"], row["reason"]) == ("answered", "refused", "not of this city")
    assert row["case_number"]


@pytest.mark.wide
def test_a_discarded_draft_gives_its_application_back(counter: CounterService, office: Office, number: str) -> None:
    counter.open_application(number, "review")
    assert application(office, number)["state"] == "opened"
    assert number in counter.discard_draft("for a colleague").message
    assert application(office, number)["state"] == "received"
    (row,) = counter.list_applications().rows
    assert (row.number, row.one_thing, row.state) == (number, "A child is born", "not opened")


@pytest.mark.wide
def test_a_letter_is_typed_in_and_accepted_without_a_visitor(counter: CounterService, office: Office) -> None:
    today = office.local_time().date().isoformat()
    view = counter.receive_by_post(PostedApplication("letter", today, "林晓雯", "birth"))
    assert values_of(view)["mother_name"] == "林晓雯"
    assert not intake(view).is_masked
    for field, value in {**VALUES, "mother_id_number": MOTHER.number}.items():
        counter.fill_field(field, value)
    for row in intake(counter.read_view()).materials:
        counter.toggle_paper(row.id)
    assert intake(counter.read_view()).gaps == ()
    counter.accept_case()
    with office.store.read() as tx:
        (found,) = tx.select("applications")
    assert (found["source"], found["state"]) == ("letter", "accepted")


@pytest.mark.many_cases
@pytest.mark.parametrize("allowed", [False, True])
def test_a_city_may_accept_verified_applicants_without_a_visit(
    counter: CounterService, office: Office, number: str, allowed: bool
) -> None:
    publish_policy(office, accept_verified_applications=allowed)
    steps = intake(counter.open_application(number, "review")).open_steps
    assert [step.kind for step in steps if step.kind == "party"] == ([] if allowed else ["party"])


@pytest.mark.wide
def test_an_application_withdrawn_in_the_portal_is_not_accepted_from_its_draft(
    counter: CounterService, office: Office, number: str
) -> None:
    counter.open_application(number, "review")
    office.door.perform(WithdrawApplication(application=number, portal=PORTAL), SYSTEM)
    with pytest.raises(Refused, match="was withdrawn by its applicant"):
        counter.decline_case("not of this city")
    with pytest.raises(Refused, match="was withdrawn by its applicant"):
        counter.open_application(number, "review")
    assert counter.discard_draft("withdrawn").message == f"Application {number} was withdrawn by its applicant."
    assert counter.list_applications().total == 0


@pytest.mark.wide
def test_a_clerk_records_that_the_applicant_withdraws(counter: CounterService, office: Office, number: str) -> None:
    counter.open_application(number, "review")
    with pytest.raises(Refused):
        counter.withdraw_application(" ")
    assert counter.withdraw_application("at the window").intake is None
    row = application(office, number)
    assert (row["state"], row["reason"]) == ("withdrawn", "at the window")


@pytest.mark.wide
def test_a_draft_whose_application_was_returned_opens_it_again(
    counter: CounterService, office: Office, number: str
) -> None:
    counter.open_application(number, "review")
    clerk = application(office, number)["opened_by"]
    office.door.perform(ReturnApplication(application=number), clerk)
    counter.decline_case("not of this city")
    assert application(office, number)["state"] == "answered"
