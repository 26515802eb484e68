"""The record that a case of the first visit produced is held at the second: at the services, and with keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.composition.result_licences import make_out_result_licences
from clerk_app.errors import Refused
from clerk_app.views.case import IntakeView, MaterialRow
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from screens.counter.screen import CounterScreen
from screens.sign_in import StaffApp
from tests.roles.test_certificates import ANSWERS, OFFICERS, accept_permit
from tests.roles.test_results_as_materials import facts_of, row_of, take
from tests.roles.workflows import approve_all
from tests.sample_data import CITY_PIN
from tests.screens.stage import press, screen_text

Code = Callable[[str], str]
RECORD = "residence-record"
LAST_DIGITS = "0008"  # of the traveller's telephone number

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def first(counter: CounterService, workstation: Workstation, office: Office, code: Code, english: None) -> str:
    """Return the number of a decided application for a residence permit, whose permit is made out."""
    number = accept_permit(counter, code("traveller"))
    approve_all(workstation, OFFICERS)
    make_out_result_licences(office)
    return number


@pytest.fixture
def intake(first: str, counter: CounterService, code: Code) -> IntakeView:
    """Return the draft of the second visit: the yearly endorsement, for which the record of residence is needed."""
    assert first
    counter.call_next("finish")
    counter.process_scan(code("traveller"))
    counter.confirm_person()
    counter.begin_draft("residence-permit")
    counter.fill_field("holds_residence_permit", "yes")
    counter.drop_matter("residence-registration")
    intake = counter.add_matter("residence-endorsement").intake
    assert intake is not None
    return intake


def record_of(intake: IntakeView | None) -> MaterialRow:
    assert intake is not None
    return next(row for row in intake.materials if row.id == RECORD)


def test_the_record_of_the_first_visit_is_held_at_the_second(
    first: str, intake: IntakeView, counter: CounterService
) -> None:
    record = record_of(intake)
    assert (record.state, record.consent, record.grade, record.earlier_case) == ("held", "asked", "A", first)
    assert (record.issuer, record.valid_to) == ("Community service centre", "no end")
    assert "learnt on" in record.freshness
    held = {row.used_as: row for row in counter.list_held_materials()}
    assert (held[RECORD].kind, held[RECORD].state_name) == ("result of an earlier case", "consent?")


@pytest.mark.wide
def test_no_paper_is_taken_for_it_without_a_reason(intake: IntakeView, counter: CounterService) -> None:
    assert record_of(intake).paper_needs_reason
    with pytest.raises(Refused, match="The city holds it"):
        counter.toggle_paper(RECORD)
    assert record_of(counter.toggle_paper(RECORD, "differs", "He has moved").intake).state == "paper"


@pytest.mark.wide
def test_its_content_fills_in_the_form_and_the_officer_opens_it(
    first: str, intake: IntakeView, counter: CounterService, workstation: Workstation
) -> None:
    counter.record_consent([row.id for row in intake.materials if row.consent == "asked"])
    view = counter.release_materials(LAST_DIGITS).intake
    assert view is not None
    address = next(row for row in view.fields if row.id == "residence_address")
    assert (address.value, address.source) == (ANSWERS["residence_address"], "Record of residence")
    assert facts_of(counter.open_material(RECORD))["Address"] == ANSWERS["residence_address"]
    found = counter.find_duplicates()
    receipt = counter.accept_case([case.id for case in found.cases], "other_subject" if found.cases else "").receipt
    assert receipt is not None
    police = take(workstation, "2002")
    assert (row_of(police, RECORD).state, row_of(police, RECORD).grade) == ("held", "A")
    assert first in row_of(police, RECORD).reason
    assert facts_of(police.open_material(RECORD))["Address"] == ANSWERS["residence_address"]


@pytest.mark.wide
async def test_the_clerk_sees_and_uses_it_with_keys(
    first: str, intake: IntakeView, counter: CounterService, workstation: Workstation, office: Office
) -> None:
    assert intake
    app = StaffApp(lambda: workstation, lambda opened, _session: CounterScreen(counter, opened.camera))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter")
        await press(pilot, "f8", "53", "enter")
        assert "Record of residence" in screen_text(app)
        await press(pilot, *["down"] * 6)  # to the end of the list
        assert "result of an earlier case" in screen_text(app)
        assert "Community service centre" in screen_text(app)
        await press(pilot, "enter", "a", "enter", LAST_DIGITS, "enter")
        assert ANSWERS["residence_address"] in screen_text(app)
        await press(pilot, "tab", "down", "down", "enter")
        assert f"Earlier case {first}" in " ".join(screen_text(app).split())
        await press(pilot, "enter", "f9", "2", "enter")
        assert "Written to the folder" in screen_text(app)
    with office.store.read() as tx:
        assert [row["origin"] for row in tx.select("materials", material=RECORD, how="earlier")] == [
            f"{first}/{RECORD}/1"
        ]
