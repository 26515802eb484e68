"""Taking in papers at the counter, driven by keys: sources, pages, and what is kept when the clerk leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clerk_app.views.case import MaterialView
from clerk_app.views.papers import FileRow, PageCameraView, PaperTarget
from clerk_app.views.shared import Picture
from screens.papers.material import MaterialDialog
from screens.papers.taking import TakingDialog
from screens.papers.taking_camera import PageCameraDialog
from screens.papers.taking_sources import ScannedFilesDialog
from tests.screens.sample_data import photo
from tests.screens.sample_taking import HOME, SampleTaking
from tests.screens.stage import flowing_text, on_stage, press, screen_text, wait_for
from tests.screens.test_counter import signed_in_clerk, start_birth_case

TARGET = PaperTarget("draft/1", "lease", "Lease")
DEED = f"{HOME}papers/deed.pdf"


def taking_dialog(taking: SampleTaking) -> TakingDialog:
    return TakingDialog(taking, taking.open_paper(TARGET))


async def test_f8_56_takes_a_paper_in_from_a_file_and_hands_it_in() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.takes_pages = True
        await start_birth_case(pilot)
        await press(pilot, "f8", "56", "enter")
        assert "Take in: father" in screen_text(app)
        await press(pilot, "1", "enter")
        assert "papers/" in screen_text(app)
        await press(pilot, "enter", "enter")  # opens the folder, takes its first file
        assert service.paper_taking.asked == [f"add_file {DEED}"]
        text = screen_text(app)
        assert "1    good" in text
        assert "The page is blank." in text
        await press(pilot, "f9")
        assert service.asked[-1] == "finish_paper father"


@pytest.mark.wide
async def test_enter_at_a_missing_material_takes_its_pages_in() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.takes_pages = True
        await start_birth_case(pilot)
        app.screen.focus_panel("materials")  # type: ignore[attr-defined]
        await press(pilot, "home", "down", "down", "enter")
        assert "Take in: father" in screen_text(app)
        await press(pilot, "escape")
        assert service.asked[-1] != "finish_paper father"


@pytest.mark.wide
async def test_a_paper_that_was_taken_in_offers_its_pages_and_its_validity() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.takes_pages = True
        await start_birth_case(pilot)
        service.toggle_paper("father")
        await app.screen.refresh_view()  # type: ignore[attr-defined]
        app.screen.focus_panel("materials")  # type: ignore[attr-defined]
        await press(pilot, "home", "down", "down", "enter")
        text = screen_text(app)
        assert "See the pages" in text
        assert "Issuer and validity" in text
        service.paper_taking.pages = ["", ""]
        await press(pilot, "2", "enter")
        assert "F9 finishes" in screen_text(app)


@pytest.mark.wide
async def test_a_photo_with_findings_asks_why_it_is_taken_before_it_is_handed_in() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.takes_pages = True
        service.paper_taking.photo_findings = "few pixels"
        await start_birth_case(pilot)
        await press(pilot, "f8", "56", "enter", "1", "enter", "enter", "enter", "f9")
        assert "found: few pixels. Why is it taken nevertheless?" in flowing_text(app)
        await press(pilot, "escape")  # back at the pages
        assert isinstance(app.screen, TakingDialog)
        await press(pilot, "f9", "2", "enter")
        assert "State the reason in writing." in screen_text(app)
        await press(pilot, *"infant", "enter")
        assert service.paper_taking.asked[-1] == "overrule_photo other infant"
        assert service.asked[-1] == "finish_paper father"


@pytest.mark.wide
async def test_what_the_check_of_a_held_photo_finds_is_shown_next_to_it_when_it_is_done() -> None:
    view = MaterialView("Photo", (), photo(), "", find_advice=lambda: ("The face is too dark.",))
    async with on_stage(tuple) as (app, pilot):
        app.show_dialog(lambda: MaterialDialog(view))
        await wait_for(pilot, lambda: "! The face is too dark." in screen_text(app))


@pytest.mark.wide
async def test_a_file_that_cannot_be_read_is_named_and_another_one_can_be_chosen() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.takes_pages = True
        service.paper_taking.error = "The file is protected by a password."
        await start_birth_case(pilot)
        await press(pilot, "f8", "56", "enter", "1", "enter", "enter", "enter")
        assert "x The file is protected by a password." in screen_text(app)
        service.paper_taking.error = ""
        await press(pilot, "enter")
        assert len(service.paper_taking.asked) == 2
        assert "F9 finishes" in screen_text(app)


@pytest.mark.wide
async def test_leaving_keeps_the_pages_and_says_so() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.takes_pages = True
        service.paper_taking.pages = ["", ""]
        await start_birth_case(pilot)
        await press(pilot, "f8", "56", "enter", "escape")
        assert "The pages of father are kept: 2." in flowing_text(app)
        assert service.paper_taking.pages == ["", ""]


async def test_pages_are_turned_moved_and_removed_by_keys() -> None:
    taking = SampleTaking()
    taking.pages = ["one", "two", "three"]
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: taking_dialog(taking))
        await press(pilot, "down", "t", "-")
        assert taking.asked == ["turn_page 2"]
        assert taking.pages == ["two", "one", "three"]
        await press(pilot, "+", "+", "+")  # the cursor stays on the page
        assert taking.pages == ["one", "three", "two"]
        await press(pilot, "backspace")
        assert taking.pages == ["one", "three"]
        await press(pilot, "home", "backspace", "backspace", "f9")
        assert taking.pages == []
        assert "No page was taken in yet" in flowing_text(app)
        assert app.answers == []


@pytest.mark.wide
async def test_warnings_and_findings_are_shown_and_prevent_nothing() -> None:
    taking = SampleTaking()
    taking.pages, taking.warnings = ["The page is blank."], ("The same file as for Lease.",)
    for language, warning in (("en", "! The same file as for Lease."), ("zh_CN", "! The same file as for Lease.")):
        async with on_stage(language=language) as (app, pilot):
            app.show_dialog(lambda: taking_dialog(taking))
            await press(pilot, "home")
            assert warning in screen_text(app)
            assert "! The page is blank." in screen_text(app)
            await press(pilot, "enter")
            assert app.answers == ["done"]


@pytest.mark.wide
async def test_the_dialog_fits_after_a_resize() -> None:
    taking = SampleTaking()
    taking.pages = ["", "The page is blank."]
    async with on_stage(size=(200, 60)) as (app, pilot):
        app.show_dialog(lambda: taking_dialog(taking))
        await press(pilot, "down")
        await pilot.resize_terminal(80, 24)
        await press(pilot, "up")
        text = screen_text(app)
        assert "F9 finishes" in text
        assert "Esc keeps them" in text


async def test_a_file_of_the_scanner_appears_by_itself() -> None:
    taking = SampleTaking()
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: ScannedFilesDialog(taking, ()))
        await press(pilot, "home")
        assert "Nothing has arrived yet" in screen_text(app)
        taking.scanned = [FileRow("/scans/0001.jpg", "0001.jpg", size="700 KB")]
        await wait_for(pilot, lambda: "0001.jpg" in screen_text(app))
        taking.scanned.insert(0, FileRow("/scans/0002.jpg", "0002.jpg", size="700 KB"))
        await wait_for(pilot, lambda: "0002.jpg" in screen_text(app))
        await press(pilot, "enter")
        assert app.answers == ["/scans/0002.jpg"]


@pytest.mark.wide
async def test_the_document_camera_saves_what_it_takes_by_itself_and_ends_with_enter() -> None:
    taking = SampleTaking()
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: PageCameraDialog(taking, taking.open_paper(TARGET)))
        await wait_for(pilot, lambda: "start_page_camera" in taking.asked)
        corners = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
        view = PageCameraView(Picture(8, 6, bytes(144)), (corners,), "Hold still, please", stillness=0.5)
        taking.on_view(view)
        await wait_for(pilot, lambda: "Hold still, please" in flowing_text(app))
        taking.on_view(replace(view, waiting=1))
        await wait_for(pilot, lambda: "Pages: 1" in screen_text(app))
        await press(pilot, "space", "w", "space")
        assert taking.asked[1:] == ["take_photograph", "start_page_camera whole", "take_photograph whole"]
        taking.on_view(replace(view, error="The camera was unplugged."))
        await wait_for(pilot, lambda: "unplugged" in screen_text(app))
        await press(pilot, "enter")
        assert app.answers == [True]
        assert taking.pages == ["", "", ""]
        await wait_for(pilot, lambda: taking.asked[-1] == "stop_page_camera")
