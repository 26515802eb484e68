"""Consent that is declined, or withdrawn before the acceptance: recorded, shown, and a paper instead."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.case import IntakeView, MaterialRow
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.test_identity_of_a_visit import intake, serve
from tests.roles.workflows import BIRTH_ANSWERS, agree, sign_in_officer

Code = Callable[[str], str]


def row_of(view: IntakeView, material: str) -> MaterialRow:
    return next(row for row in view.materials if row.id == material)


def begin_birth(counter: CounterService, code: Code) -> IntakeView:
    serve(counter, code("mother"))
    return intake(counter.begin_draft("birth"))


def test_a_declined_consent_is_recorded_and_asks_for_the_paper(
    counter: CounterService, code: Code, office: Office
) -> None:
    begin_birth(counter, code)
    view = intake(counter.decline_consent(["mother-id"]))
    row = row_of(view, "mother-id")
    assert (row.state, row.state_name, row.consent) == ("missing", "declined", "declined")
    assert "take the paper in" in row.reason
    assert f"Ask for: {row.name}" in view.gaps
    with office.store.read() as tx:
        answered = [consent["how"] for consent in tx.select("consents", how="declined")]
    assert answered == ["declined"]


@pytest.mark.wide
def test_what_was_declined_is_named_on_the_case_whose_paper_was_taken_in(
    counter: CounterService, code: Code, office: Office
) -> None:
    view = begin_birth(counter, code)
    counter.decline_consent(["mother-id"])
    counter.toggle_paper("mother-id")
    agree(counter, [row.id for row in view.materials if row.consent == "asked" and row.id != "mother-id"])
    for field, value in {**BIRTH_ANSWERS, "mother_insured": "no"}.items():
        counter.fill_field(field, value)
    accepted = counter.accept_case()
    assert accepted.receipt is not None
    text = " ".join(" ".join(accepted.receipt.lines).split())
    assert "Not taken from the records (declined or withdrawn)" in text
    assert "identity card: consent declined" in text
    case = counter.open_case(accepted.receipt.id[:12]).case
    assert case is not None
    row = next(row for row in case.materials if row.id == "mother-id")
    assert row.state == "paper"
    assert re.fullmatch(r"consent declined, so the paper was taken on \d{4}-\d\d-\d\d", row.reason)
    accepted_line = next(line.action for line in case.history if line.action.startswith("accepted"))
    assert f"{row.name}: consent declined" in accepted_line
    with office.store.read() as tx:  # of the rows that the departments get
        (paper,) = tx.select("materials", case_number=case.number, material="mother-id")
    assert paper["paper_code"] == "declined"


@pytest.mark.wide
def test_a_declined_consent_can_be_given_later(counter: CounterService, code: Code) -> None:
    begin_birth(counter, code)
    counter.decline_consent(["mother-id"])
    assert row_of(intake(counter.record_consent(["mother-id"])), "mother-id").consent == "given"
    with pytest.raises(Refused, match="a consent is withdrawn"):
        counter.decline_consent(["mother-id"])


def test_a_withdrawn_consent_takes_what_it_filled_in_out_of_the_form(counter: CounterService, code: Code) -> None:
    begin_birth(counter, code)
    view = intake(agree(counter, ["birth-certificate"]))
    filled = {row.id for row in view.fields if row.id.startswith("child_") and row.value}
    assert filled
    view = intake(counter.withdraw_consent(["birth-certificate"]))
    assert {row.id for row in view.fields if row.id in filled and row.value} == set()
    assert row_of(view, "birth-certificate").state_name == "declined"
    with pytest.raises(Refused, match="not agreed"):
        counter.open_material("birth-certificate")


@pytest.mark.wide
def test_a_consent_to_a_licence_that_does_not_count_any_more_can_be_withdrawn(
    counter: CounterService, code: Code
) -> None:
    begin_birth(counter, code)
    agree(counter, ["father-id"])
    assert row_of(intake(counter.fill_field("father_name", "王五")), "father-id").can_withdraw
    counter.withdraw_consent(["father-id"])
    row = row_of(intake(counter.read_view()), "father-id")
    assert (row.can_withdraw, row.consent) == (False, "not_needed")


@pytest.mark.wide
def test_a_list_that_names_more_than_is_agreed_to_is_printed_again(counter: CounterService, code: Code) -> None:
    begin_birth(counter, code)
    agree(counter, ["birth-certificate", "mother-id"])
    assert intake(counter.print_consent_list()).consent_lists[0].number
    assert intake(counter.withdraw_consent(["mother-id"])).consent_lists[0].number == ""


@pytest.mark.wide
def test_the_officer_reads_that_the_consent_was_declined(
    counter: CounterService, code: Code, workstation: Workstation
) -> None:
    view = begin_birth(counter, code)
    counter.decline_consent(["mother-id"])
    counter.toggle_paper("mother-id")
    agree(counter, [row.id for row in view.materials if row.consent == "asked" and row.id != "mother-id"])
    for field, value in {**BIRTH_ANSWERS, "mother_insured": "no"}.items():
        counter.fill_field(field, value)
    counter.accept_case()
    task = sign_in_officer(workstation, "2001").claim_next().task
    assert task is not None
    assert "consent declined, so the paper was taken" in row_in(task.materials, "mother-id").reason


def row_in(materials: tuple[MaterialRow, ...], material: str) -> MaterialRow:
    return next(row for row in materials if row.id == material)
