"""Drafts, parties and documents at the counter screen, driven by keys."""

from __future__ import annotations

import re

import pytest

from clerk_app.views.case import PartyRow
from clerk_app.views.differences import DifferenceRow
from screens.counter.menu import MENU
from screens.counter.receipt_panels import ReceiptPanel
from screens.counter.screen import CounterScreen
from screens.sign_in import StaffApp
from screens.widgets.field_line import FieldLine
from screens.widgets.pick_many import PickManyDialog
from tests.screens.sample_counter import PARTY_CODE
from tests.screens.sample_data import CASE, CASE_PAPERS, CODE, FORGED_CODE
from tests.screens.stage import press, scan, screen_text
from tests.screens.test_counter import signed_in_clerk, start_birth_case


async def test_f3_lists_the_drafts_with_masked_applicant_and_age_before_one_is_opened() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f3")
        assert "Wang *  18 min" in screen_text(app)
        assert not any(asked.startswith("reopen_draft") for asked in service.asked)
        await press(pilot, "enter")
        assert service.asked[-1] == "reopen_draft d1"


@pytest.mark.wide
async def test_a_draft_that_cannot_be_displayed_is_listed_and_can_only_be_discarded() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.unreadable_draft = True
        await press(pilot, "f3", "2")
        assert "cannot be displayed" in screen_text(app)
        await press(pilot, "enter")
        assert "Discard it?" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1].startswith("discard_draft d2")


@pytest.mark.wide
async def test_another_partys_code_asks_whose_it_is() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f7", PARTY_CODE, "enter")
        assert "Whose code is this? Li *" in screen_text(app)
        await press(pilot, "down", "enter")
        assert service.asked[-1] == "assign_party child"


@pytest.mark.wide
async def test_going_back_from_the_question_whose_code_it_is_drops_the_code() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f7", PARTY_CODE, "enter", "escape")
        assert service.asked[-1] == "assign_party"


@pytest.mark.wide
async def test_a_party_is_identified_by_a_document_with_typed_name_and_number() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f8", "document", "enter")
        assert "Child: which name does the document show?" in screen_text(app)
        await press(pilot, "backspace", "An", "enter", "690102199403120267", "enter")
        assert service.asked[-1] == "identify_by_document child An 690102199403120267"


@pytest.mark.wide
async def test_the_document_of_an_organisation_is_a_licence_and_the_person_its_agent() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.enterprise = PartyRow(
            "employer", "Employer", "Sun Ltd", "91310000MA1FL0000X", "typed", identified=False, is_organisation=True
        )
        await start_birth_case(pilot)
        await press(pilot, "f8", "document", "enter")
        text = " ".join(screen_text(app).split())
    assert "Does the licence show Sun Ltd" in text
    assert "may the person at the window act for it?" in text


def menu_numbers(app: StaffApp) -> dict[str, int]:
    """Return the number before each row of the open menu."""
    rows = (re.search(r"^[\s┃]+(\d+)\s+(\S.*?)([\s┃]{2}|$)", line) for line in screen_text(app).split("\n"))
    return {row.group(2): int(row.group(1)) for row in rows if row is not None}


@pytest.mark.wide
async def test_an_act_of_the_f8_menu_has_the_same_number_in_every_situation() -> None:
    seen: dict[str, set[int]] = {}
    draft = (CODE, "enter", "enter", "enter", "f5", "1", "enter", "escape")
    for situations in (((), ("f2",), (CASE, "enter")), (("f2", *draft),)):
        async with signed_in_clerk() as (app, pilot, _service):
            for keys in situations:
                await press(pilot, *keys, "f8")
                for name, number in menu_numbers(app).items():
                    seen.setdefault(name, set()).add(number)
                await press(pilot, "escape")
    assert len(seen) >= 8
    assert all(len(numbers) == 1 for numbers in seen.values())
    assert len({number for numbers in seen.values() for number in numbers}) == len(seen)
    assert [item.number for item in MENU] == sorted({item.number for item in MENU})


@pytest.mark.wide
async def test_the_number_of_an_act_that_is_not_offered_runs_no_other_act() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f8", "1", "enter")  # 1 is not offered in the hall; 15 and 17 are
        assert "More" in screen_text(app)
        assert service.asked == []
        await press(pilot, "7", "enter")
        assert service.asked == ["serve_walk_in"]


@pytest.mark.wide
async def test_the_number_of_a_one_thing_is_typed_and_stays_the_same_while_filtering() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "enter", "enter", "f5", "jzz")
        assert menu_numbers(app) == {"Residence permit": 4}
        await press(pilot, "escape", "f5", "4", "enter")
        assert service.asked[-1] == "begin_draft permit"


@pytest.mark.wide
async def test_a_refused_code_does_not_ask_for_consent_again() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "enter", "enter", "f5", "1", "enter")
        assert isinstance(app.screen, PickManyDialog)
        await press(pilot, "escape")
        await scan(pilot, FORGED_CODE, "enter", "enter")
        assert service.asked[-1] == f"process_scan {FORGED_CODE}"
        assert isinstance(app.screen, CounterScreen)


async def test_no_consent_is_ticked_before_the_citizen_was_asked_and_held_is_not_counted_as_given() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "enter", "enter", "f5", "1", "enter")
        assert "[x]" not in screen_text(app)
        await press(pilot, "enter")
        assert "Nothing is ticked" in screen_text(app)
        await press(pilot, "escape")
        assert not any(asked.startswith("record_consent") for asked in service.asked)
        assert "Materials 0/6" in screen_text(app)
        await press(pilot, "f8", "2", "enter", "a", "enter")
        assert service.asked[-1].startswith("record_consent")
        assert "Materials 3/6" in screen_text(app)


@pytest.mark.wide
async def test_the_list_of_consents_is_printed_before_its_signature_is_recorded() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f8", "2", "1", "enter")
        assert service.asked[-1] == "print_consent_list"
        assert "CL-1" in screen_text(app)
        await press(pilot, "escape")
        assert service.asked[-1] == "print_consent_list"
        await press(pilot, "f7", "CL-1", "enter")
        assert "Has Mother Lin * signed list CL-1?" in screen_text(app)
        await press(pilot, "escape", "f8", "2", "1", "enter", "enter")
        assert service.asked[-1] == "confirm_consents"


@pytest.mark.wide
async def test_paper_chosen_from_the_menu_is_ticked_for_no_row_that_nobody_marked() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f8", "5", "enter")
        assert not any(asked.startswith("toggle_paper") for asked in service.asked)
        assert "Space toggles it" in screen_text(app)
        await press(pilot, "f8", "5", "enter")  # now the list has the focus, and the marked row is lit
        assert service.asked[-1].startswith("toggle_paper")


@pytest.mark.wide
async def test_the_list_of_fields_shows_the_names_of_answers() -> None:
    async with signed_in_clerk(language="zh_CN") as (app, pilot, _service):
        await start_birth_case(pilot)
        sex = next(line for line in app.screen.query(FieldLine) if line.row.options)
        sex.input.value = "male"
        await press(pilot, "ctrl+n")
        assert re.search(r"性别\s+男\s", screen_text(app))


@pytest.mark.wide
async def test_a_paper_that_was_closed_is_shown_when_it_is_printed_again() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CASE, "enter")
        for _times in range(2):
            await press(pilot, "f8", "10", "enter")
            assert service.asked[-1].startswith("reprint_paper")
            assert app.screen.query_one(ReceiptPanel).display
            await press(pilot, "escape")
            assert not app.screen.query_one(ReceiptPanel).display


@pytest.mark.wide
async def test_a_case_with_several_papers_asks_which_one_is_printed_again() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.papers = CASE_PAPERS
        await press(pilot, "f2", CASE, "enter", "f8", "10", "enter")
        assert re.search(r"2 +Hand-over list +2026-11-20 09:30 +not printed", screen_text(app))
        assert CASE in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "reprint_paper p2"
        await press(pilot, "f8", "10", "enter", "1", "enter")
        assert service.asked[-1] == "reprint_paper p1"


@pytest.mark.wide
async def test_a_draft_is_not_accepted_from_the_menu_with_a_reason() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f8", "13", "enter", "not born here", "enter", "enter")
        assert service.asked[-1] == "decline_case not born here"


@pytest.mark.wide
async def test_results_are_handed_to_a_delegate_with_name_and_delegation() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CASE, "enter", "f9", "3", "enter", "Zhao Qi", "enter")
        assert "written delegation" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "hand_over_results agent delegation Zhao Qi"


@pytest.mark.wide
async def test_a_party_who_showed_a_code_in_this_visit_signs_without_another_document() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "enter", "enter", CASE, "enter", "f9", "1", "enter")
        assert "has shown a code in this visit" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "hand_over_results mother code"


@pytest.mark.wide
async def test_a_called_ticket_without_a_code_says_how_to_go_on() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, "f2")
        assert "continues without a code" in screen_text(app)
        assert "F5 Choose" in screen_text(app)


@pytest.mark.wide
async def test_a_document_number_that_arrives_fast_is_typed_and_a_receipt_is_not() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f8", "4", "enter", "An", "enter")
        await scan(pilot, CASE, "enter")  # a hand scanner without identifier
        assert "Which number does the document show?" in screen_text(app)
        assert CASE not in screen_text(app)
        await scan(pilot, "690102199403120267", "enter")  # a card reader, or keys that a slow line has bunched
        assert service.asked[-1] == "identify_by_document child -An 690102199403120267"
        await scan(pilot, "f8", "13", "enter")
        assert "Do not accept" in screen_text(app)


@pytest.mark.wide
async def test_name_and_number_of_a_document_stay_when_the_question_is_left() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f8", "4", "enter", "backspace", "An Yi", "escape")
        await press(pilot, "f8", "4", "enter")
        assert "An Yi" in screen_text(app)
        await press(pilot, "enter", "E1234", "escape", "f8", "4", "enter", "enter")
        assert "E1234" in screen_text(app)
        await press(pilot, "5", "enter")
        assert service.asked[-1] == "identify_by_document child An Yi E12345"
        await press(pilot, "f8", "4", "enter")
        assert "An Yi" not in screen_text(app)


@pytest.mark.wide
async def test_the_name_of_a_delegate_stays_when_the_hand_over_is_left() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, "f2", CASE, "enter", "f9", "3", "enter", "Zhao", "escape", "f9", "3", "enter")
        assert "Zhao" in screen_text(app)
        await press(pilot, " Qi", "enter", "escape", "f9", "3", "enter")
        assert "Zhao Qi" in screen_text(app)


@pytest.mark.wide
async def test_a_consent_is_marked_as_declined_by_a_key_and_asked_for_again() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "enter", "enter", "f5", "1", "enter", "d")
        assert "declined" in screen_text(app)
        await press(pilot, "down", "space", "enter")
        assert [asked.split()[0] for asked in service.asked if "_consent" in asked] == [
            "decline_consent",
            "record_consent",
        ]


async def test_the_reason_for_an_answer_that_differs_is_asked_with_what_its_source_has() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.differences = (DifferenceRow("child_name", "Name of the child", "Wang An (Birth certificate)"),)
        await start_birth_case(pilot)
        await press(pilot, "f8", "49", "enter")
        assert "Wang An (Birth certificate). Why does the form differ?" in screen_text(app)
        await press(pilot, "renamed", "enter", "enter")
        assert service.asked[-1] == "explain_difference child_name=renamed"


async def test_validity_that_the_catalogue_needs_is_asked_for_when_paper_is_marked_and_enter_opens_it_again() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        service.paper_lacks_validity = True
        await press(pilot, "f8", "5", "enter", "f8", "5", "enter")
        assert "Type what the paper states" in screen_text(app)
        await press(pilot, "B", "u", "r", "e", "a", "u", "enter", "enter", "20301231", "escape")
        assert service.asked[-1].startswith("toggle_paper")
        await press(pilot, "enter")
        assert "Bureau" in screen_text(app)
        await press(pilot, "f9")
        assert service.asked[-1].startswith("describe_paper")
        assert service.asked[-1].endswith("Bureau 20301231")
