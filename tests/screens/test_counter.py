"""The counter screen driven by keys: from the call to the receipt, the return visit, and errors on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.views.shared import CameraView, DetectedCode
from clerk_app.views.workstation import StaffSession, Workstation
from screens.counter.face_check import FaceCheckDialog
from screens.counter.screen import CounterScreen
from screens.role_screen import RoleScreen
from screens.sign_in import StaffApp
from screens.widgets.form import Form
from tests.screens.sample_camera import SampleCamera
from tests.screens.sample_data import CASE, CODE, FAR_CASE, FORGED_CODE, photo
from tests.screens.sample_workstation import SampleCounterService, SampleWorkstation
from tests.screens.stage import flowing_text, press, scan, screen_text, wait_until_idle


def make_screen(workstation: Workstation, session: StaffSession) -> RoleScreen | None:
    return CounterScreen(session.counter, workstation.camera) if session.counter else None


@asynccontextmanager
async def signed_in_clerk(
    *, lens: SampleCamera | None = None, size: tuple[int, int] = (80, 24), language: str = "en", kept: str = ""
) -> AsyncIterator[tuple[StaffApp, Pilot[None], SampleCounterService]]:
    """Run the counter screen with a clerk signed in; the service records what was called in `asked`."""
    set_language(language)
    workstation = SampleWorkstation(lens)
    workstation.counter.keep_papers_back(kept)
    app = StaffApp(lambda: workstation, make_screen)
    async with app.run_test(size=size) as pilot:
        await wait_until_idle(pilot)
        await press(pilot, "1001", "enter", "2468", "enter")
        yield app, pilot, workstation.counter


async def start_birth_case(pilot: Pilot[None]) -> None:
    await press(pilot, "f2", CODE, "enter", "enter", "enter", "f5", "cs", "enter", "a", "enter")


async def test_a_birth_is_accepted_by_keys_alone_in_at_most_25_keystrokes_plus_the_typed_values() -> None:
    seen = CameraView(photo(), (DetectedCode(CODE, "QR", ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7))),), "", "")
    keystrokes = ["f2", "f7", "enter", "enter", "f5", "c", "s", "enter", "a", "enter"]  # the camera finds the code
    values = [["Xiao An"], ["110101198805050010"], ["13800000000"]]
    moves = [["pagedown"], ["pagedown"], ["tab", "down", "down", "space", "f9"]]
    async with signed_in_clerk(lens=SampleCamera(seen)) as (app, pilot, service):
        await press(pilot, *keystrokes[:2])
        while "Compare face and photo." not in screen_text(app):  # a person waits for the camera
            await pilot.pause()
        await press(pilot, *keystrokes[2:])
        for value, after in zip(values, moves, strict=True):
            await press(pilot, *value, *after)
            keystrokes += after
        assert service.asked[-1] == "accept_case"
        assert "Printed." in screen_text(app)
        assert CASE in screen_text(app)
        assert "█" in screen_text(app)
    assert len(keystrokes) <= 25


@pytest.mark.wide
async def test_the_form_opens_at_the_first_empty_required_field_with_the_source_of_each_value() -> None:
    async with signed_in_clerk(size=(140, 40)) as (app, pilot, _service):
        await start_birth_case(pilot)
        form = app.screen.query_one(Form)
        assert form.current_line is not None
        assert form.current_line.row.id == "name"
        assert "birth certificate, 18 d" in screen_text(app)
        assert "Promised 2026-11-27, statutory 2026-12-18" in screen_text(app)


@pytest.mark.wide
async def test_each_field_is_kept_in_the_draft_as_soon_as_it_is_left() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "An", "enter")
        assert service.asked[-1] == "fill_field name=An"


@pytest.mark.wide
async def test_a_field_still_being_typed_is_kept_before_the_case_is_accepted_locked_or_held() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await start_birth_case(pilot)
        for value, key in (("An", "f9"), ("Bo", "f12"), ("Ci", "f4")):
            form = pilot.app.screen.query_one(Form)
            form.field_lines[0].input.focus()
            await press(pilot, "end", *["backspace"] * 2, value, key)
            assert f"fill_field name={value}" in service.asked
            if key == "f12":
                await press(pilot, "1001", "enter", "2468", "enter")


@pytest.mark.wide
async def test_a_case_that_is_not_complete_is_refused_in_words_and_the_cursor_goes_to_what_is_missing() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "An", "enter", "enter", "f9")
        assert "accept_case" not in service.asked
        assert "Something is still missing; nothing was accepted." in screen_text(app)
        form = app.screen.query_one(Form)
        assert form.current_line is not None
        assert form.current_line.row.id == "father_id"


@pytest.mark.wide
async def test_f9_offers_the_face_check_above_a_form_that_was_begun_without_it_and_asks_for_consent_after_it() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", "f7", CODE, "enter", "f5", "cs", "enter")
        assert "The consent is asked for after that." in flowing_text(app)
        await press(pilot, "f9")
        assert isinstance(app.screen, FaceCheckDialog)
        assert "Live picture" in screen_text(app)
        await press(pilot, "escape")
        assert "confirm_person" not in service.asked
        await press(pilot, "f9", "enter")
        assert service.asked[-1] == "confirm_person"
        await press(pilot, "a", "enter")
        assert service.asked[-1].startswith("record_consent")
        await press(pilot, "f9")
        assert not isinstance(app.screen, FaceCheckDialog)
        assert "Something is still missing; nothing was accepted." in screen_text(app)


async def test_enter_confirms_the_person_after_a_refused_code_was_followed_by_a_good_one() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, "f2", FORGED_CODE, "enter", CODE, "enter", "enter", "enter")
        assert service.asked[-1] == "confirm_person"


@pytest.mark.wide
async def test_a_refused_code_asks_for_no_face_check() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", FORGED_CODE, "enter")
        assert "not genuine" in screen_text(app)
        assert "face and photo" not in screen_text(app)
        assert " F9 " not in screen_text(app)
        await press(pilot, "f9", "tab", "tab", "enter")
        assert "confirm_person" not in service.asked


async def test_a_wedge_scan_is_taken_wherever_the_focus_is_and_leaves_the_field_as_it_was() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "An")
        await scan(pilot, "EL1:FATHER", "enter")
        assert "process_scan EL1:FATHER" in service.asked
        assert app.screen.query_one(Form).field_lines[0].input.value == "An"
        await press(pilot, "tab")
        await scan(pilot, "EL1:OTHER", "enter")
        assert "process_scan EL1:OTHER" in service.asked


@pytest.mark.wide
async def test_an_unknown_code_shows_a_message_and_changes_nothing() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", "nonsense", "enter")
        assert "This is no code that this window knows." in screen_text(app)
        assert service.asked == ["call_next"]


async def test_two_different_codes_in_view_are_never_chosen_between() -> None:
    corners = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.4))
    two = CameraView(photo(), (DetectedCode("EL1:A", "QR", corners), DetectedCode("EL1:B", "QR", corners)), "", "")
    async with signed_in_clerk(lens=SampleCamera(two)) as (app, pilot, service):
        await press(pilot, "f2", "f7")
        assert "Two codes are in view." in screen_text(app)
        await press(pilot, "ctrl+g")
        assert service.asked == ["call_next"]


@pytest.mark.wide
async def test_a_broken_camera_is_reported_and_a_typed_code_still_works() -> None:
    lens = SampleCamera(CameraView(None, (), "", "No camera is connected."))
    async with signed_in_clerk(lens=lens) as (app, pilot, service):
        await press(pilot, "f2", "f7")
        assert "No camera is connected." in screen_text(app)
        await press(pilot, CODE, "enter")
        assert service.asked[-1] == f"process_scan {CODE}"
        assert not lens.running


async def test_a_receipts_number_opens_the_case_and_what_was_asked_for_is_taken_in() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CASE, "enter")
        text = screen_text(app)
        assert CASE in text
        assert "accepted, waits for a supplement" in text
        assert "The citizen was asked to bring" in text
        await press(pilot, "f6", "enter")
        assert "Nothing is ticked" in screen_text(app)
        await press(pilot, "a", "enter", "f9")  # F9: nothing is typed of the papers
        assert service.asked[-1] == "receive_supplements father,marriage"


async def test_the_set_is_handed_over_against_a_signature() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CASE, "enter")
        assert "Ready to be handed over" in screen_text(app)
        await press(pilot, "f9")
        assert "Who receives it and signs?" in screen_text(app)
        await press(pilot, "2", "enter")
        assert "Does the identity document show Li *" in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "hand_over_results father document"
        await press(pilot, CASE, "enter")
        assert "Handed over" in screen_text(app)


@pytest.mark.wide
async def test_what_the_city_holds_is_fetched_once_the_connection_is_back() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.can_fetch_materials = True
        await start_birth_case(pilot)
        assert "To be fetched" in screen_text(app)
        await press(pilot, "f8", "fetch", "enter")
        assert service.asked[-1] == "fetch_materials"
        assert "To be fetched" not in screen_text(app)
        await press(pilot, "f8")
        assert "Fetch what the city holds" not in screen_text(app)


@pytest.mark.wide
async def test_a_case_of_another_site_is_transferred_with_the_last_digits_of_the_applicants_number() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", FAR_CASE, "enter", "f8")
        assert "Transfer the case here from its service centre" in screen_text(app)
        await press(pilot, "transfer", "enter")
        assert f"Case {FAR_CASE} of another service centre" in screen_text(app)
        await press(pilot, "307x", "enter")
        assert service.asked[-1] == "transfer_case 307x"
        await press(pilot, "f8")
        assert "Transfer the case here" not in screen_text(app)


@pytest.mark.wide
async def test_an_application_is_withdrawn_with_a_reason_and_not_without() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, "f2", CASE, "enter", "f8", "withdraw", "enter", "enter")
        assert not any(asked.startswith("withdraw_case") for asked in service.asked)
        await press(pilot, "moves away", "enter", "enter")
        assert service.asked[-1] == "withdraw_case moves away"


@pytest.mark.wide
async def test_a_material_opens_with_its_fields_text_and_picture() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "tab", "enter")
        text = screen_text(app)
        assert service.asked[-1] == "open_material birth"
        assert text.count("3101-2026-0042") == 1
        assert "▀" in text
        assert "Only for: A child is born" in text


@pytest.mark.wide
async def test_a_matter_is_dropped_and_taken_again() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "tab", *["down"] * 6, "space")
        assert service.asked[-1] == "drop_matter cert"
        assert "Matters 8/9" in screen_text(app)
        await press(pilot, "space")
        assert service.asked[-1] == "add_matter cert"


@pytest.mark.wide
async def test_the_heading_counts_the_matters_that_are_marked_as_active() -> None:
    async with signed_in_clerk(size=(200, 60)) as (app, pilot, _service):
        await start_birth_case(pilot)
        await press(pilot, "tab", *["down"] * 6, "space")
        rows = [row[:48] for row in screen_text(app).split("Matters 8/9")[1].splitlines()[1:10]]
        assert [row[2] for row in rows].count("+") == 8
        assert [row for row in rows if "left out" in row] == [row for row in rows if row[2] != "+"]


@pytest.mark.wide
async def test_the_next_ticket_is_not_called_over_an_open_draft_without_asking() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "f2", "escape")
        assert service.asked.count("call_next") == 1
        await press(pilot, "f2", "enter")
        assert service.asked.count("call_next") == 2


@pytest.mark.wide
async def test_the_language_changes_with_everything_typed_kept() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await start_birth_case(pilot)
        await press(pilot, "An", "ctrl+l")
        assert "新生儿姓名" in screen_text(app)
        form = app.screen.query_one(Form)
        assert form.current_line is not None
        assert form.current_line.input.value == "An"
        assert "户口登记" in screen_text(app)  # what the field with the cursor is needed for
        assert "household registration" not in screen_text(app)


@pytest.mark.wide
async def test_a_locked_window_comes_back_as_it_was() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await start_birth_case(pilot)
        await press(pilot, "An", "f12")
        assert "Locked." in screen_text(app)
        assert "Wang" not in screen_text(app)
        await press(pilot, "1001", "enter", "2468", "enter")
        form = app.screen.query_one(Form)
        assert form.current_line is not None
        assert form.current_line.input.value == "An"


@pytest.mark.wide
async def test_a_window_is_locked_also_when_what_was_typed_cannot_be_saved() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        service.is_disk_full = True
        await press(pilot, "An", "f12")
        assert "Locked." in screen_text(app)
        assert "disk" in screen_text(app)
        service.is_disk_full = False
        await press(pilot, "1001", "enter", "2468", "enter", "f9")
        assert "fill_field name=An" in service.asked


async def test_a_store_that_cannot_be_opened_shows_the_reason_and_the_app_goes_on() -> None:
    tries: list[int] = []

    def connect() -> Workstation:
        tries.append(1)
        if len(tries) == 1:
            raise Refused("newer", "This store was made by a newer version of the program.")
        return SampleWorkstation()

    app = StaffApp(connect, make_screen)
    set_language("en")
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_until_idle(pilot)
        while not tries:
            await pilot.pause()
        await wait_until_idle(pilot)
        await press(pilot, "1001")  # clears the message line
        assert "newer version of the program" in screen_text(app)
        await press(pilot, "enter", "2468", "enter")
        assert isinstance(app.screen, CounterScreen)


@pytest.mark.wide
async def test_choosing_closes_the_open_case_that_would_hide_the_draft() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f2", CODE, "enter", "enter", "enter", CASE, "enter", "f5", "cs", "enter", "a", "enter")
        assert "close_case_view" in service.asked
        assert app.screen.query_one(Form).current_line is not None


@pytest.mark.wide
async def test_a_label_that_is_cut_is_shown_in_full_in_the_hint() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await start_birth_case(pilot)
        form = app.screen.query_one(Form)
        assert form.fits_label("Name")
        assert not form.fits_label("Name of the person who was born last week")


@pytest.mark.wide
async def test_text_pasted_outside_a_text_field_goes_to_the_code_line() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "tab")
        app.post_message(Paste("EL1:OTHER\nsecond line\n"))
        await press(pilot, "enter")
        assert service.asked[-1] == "process_scan EL1:OTHER second line"


@pytest.mark.wide
async def test_pasted_text_with_a_control_character_is_refused_with_a_sentence() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await start_birth_case(pilot)
        await press(pilot, "tab")
        asked = list(service.asked)
        app.post_message(Paste("EL1:OTHER\x07"))
        await press(pilot)
        assert "hidden control character (U+0007)" in screen_text(app)
        await press(pilot, "enter")
        assert not any(call.startswith("process_scan EL1") for call in service.asked[len(asked) :])
