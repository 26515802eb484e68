"""Results of other matters at the department and at the next visit: opened with their content, held, released."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.composition.result_licences import make_out_result_licences
from clerk_app.errors import Refused
from clerk_app.people.access_report import list_accesses
from clerk_app.views.case import MaterialRow, MaterialView
from clerk_app.views.counter import CounterService
from clerk_app.views.department import DepartmentService
from clerk_app.views.workstation import Workstation
from tests.roles.test_certificates import ANSWERS, OFFICERS, accept_permit
from tests.roles.workflows import accept_birth, approve_all, sign_in_officer

pytestmark = pytest.mark.usefixtures("english")

HEALTH, POLICE, HR = "2001", "2002", "2004"
PAGE = {"household_number": "H-0815", "child_id_number": "110101202604200031"}


def take(workstation: Workstation, officer: str) -> DepartmentService:
    """Return the service of an officer who holds the most urgent task."""
    department = sign_in_officer(workstation, officer)
    department.claim_next()
    return department


def row_of(department: DepartmentService, material: str) -> MaterialRow:
    """Return the row of a material of the open task."""
    task = department.read_view().task
    assert task is not None
    return next(row for row in task.materials if row.id == material)


def facts_of(view: MaterialView) -> dict[str, str]:
    return {fact.label: fact.value for fact in view.facts}


@pytest.fixture
def number(counter: CounterService, workstation: Workstation, code: Callable[[str], str], english: None) -> str:
    """Return the number of a birth whose certificate is approved."""
    number = accept_birth(counter, code("mother"))
    take(workstation, HEALTH).approve("", {"birth_certificate_number": "C-2026-0042"})
    return number


def test_the_next_organ_opens_the_result_with_issuer_number_dates_and_content(
    workstation: Workstation, office: Office, number: str
) -> None:
    police = take(workstation, POLICE)
    row = row_of(police, "birth-certificate-duplicate")
    assert (row.state, row.state_name, row.level, row.grade) == ("held", "result", "good", "A")
    facts = facts_of(police.open_material("birth-certificate-duplicate"))
    assert facts["Certificate number"] == "C-2026-0042"
    assert facts["Number"] == f"{number}-01"
    assert {"Name of the child", "Issuer", "Decided on", "Valid to"} <= facts.keys()
    with office.store.read() as tx:
        (result,) = tx.select("materials", case_number=number, material="birth-certificate-duplicate")
        licence = tx.get("licences", id=result["licence"])
        assert licence is not None
        assert "LookAt" in [access.kind for access in list_accesses(tx, licence["holder"])]


@pytest.mark.wide
def test_what_the_officer_fills_in_reaches_the_card(workstation: Workstation, number: str) -> None:
    police = take(workstation, POLICE)
    task = police.read_view().task
    assert task is not None
    assert [(row.id, row.required) for row in task.result_fields] == [
        ("household_number", False), ("child_id_number", False),
    ]  # fmt: skip
    wrong = police.check_results({"child_id_number": "110101202604200032"})
    assert [bool(row.error) for row in wrong] == [False, True]
    with pytest.raises(Refused):
        police.approve("", {"child_id_number": "110101202604200032"})
    police.approve("", PAGE)
    card = take(workstation, HR)
    facts = facts_of(card.open_material("child-household-page"))
    assert facts["Identity number"] == PAGE["child_id_number"]
    assert facts["Household number"] == PAGE["household_number"]
    assert row_of(card, "child-household-page").issuer


@pytest.mark.wide
def test_a_corrected_result_warns_the_officer_who_has_the_next_task_open(workstation: Workstation, number: str) -> None:
    take(workstation, POLICE).approve("", PAGE)
    card = take(workstation, HR)
    police = sign_in_officer(workstation, POLICE)
    police.reopen_decision(police.list_decided()[0].id, "a wrong digit")
    assert row_of(card, "child-household-page").state_name == "being checked again"
    reopened = police.read_view().task
    assert reopened is not None
    assert {row.id: row.value for row in reopened.result_fields} == PAGE
    police.approve("", PAGE | {"household_number": "H-0816"})
    task = card.read_view().task
    assert task is not None
    assert any("version 2: read it again" in line.value for line in task.fields)
    assert facts_of(card.open_material("child-household-page"))["Household number"] == "H-0816"


@pytest.mark.wide
def test_the_record_of_residence_has_the_page_of_its_certificate(
    counter: CounterService, workstation: Workstation, code: Callable[[str], str]
) -> None:
    accept_permit(counter, code("traveller"))
    take(workstation, OFFICERS[0]).approve("")
    view = take(workstation, OFFICERS[1]).open_material("residence-record")
    assert facts_of(view)["Address"] == ANSWERS["residence_address"]
    assert any("孙浩然" in line for line in view.page)


@pytest.mark.wide
def test_the_permit_is_held_at_the_next_visit_and_released_after_consent(
    counter: CounterService, workstation: Workstation, office: Office, code: Callable[[str], str]
) -> None:
    accept_permit(counter, code("traveller"))
    approve_all(workstation, OFFICERS)
    make_out_result_licences(office)
    counter.call_next("finish")
    counter.process_scan(code("traveller"))
    counter.confirm_person()
    counter.begin_draft("residence-permit")
    counter.fill_field("holds_residence_permit", "yes")
    view = counter.add_matter("residence-endorsement")
    assert view.intake is not None
    permit = next(row for row in view.intake.materials if row.id == "applicant-residence-permit")
    assert (permit.state, permit.consent) == ("held", "asked")
    counter.record_consent([permit.id])
    counter.release_materials("0008")  # the end of his telephone number
    facts = facts_of(counter.open_material("applicant-residence-permit"))
    assert facts["Address of residence"] == ANSWERS["residence_address"]
