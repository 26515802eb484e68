"""The scan dialog with camera and hand scanner at once: one code is taken whole, keys and camera are released."""

from __future__ import annotations

import pytest

from clerk_app.views.shared import CameraView, DetectedCode
from screens.counter.scan_dialog import ScanDialog
from screens.widgets.fields import FormInput
from screens.widgets.help import HelpDialog
from tests.screens.sample_camera import SampleCamera
from tests.screens.sample_data import CASE, CODE, photo
from tests.screens.stage import on_stage, press, scan, screen_text, wait_until_idle
from tests.screens.test_counter import signed_in_clerk

EMPTY = CameraView(photo(), (), "", "")
SEEN = CameraView(photo(), (DetectedCode(CODE, "QR", ((0.3, 0.3), (0.7, 0.3), (0.7, 0.7))),), "", "")


async def test_a_dialog_that_closes_while_the_outline_is_shown_releases_keys_and_camera() -> None:
    camera = SampleCamera(SEEN)
    async with on_stage(lambda: [FormInput(id="first")]) as (app, pilot):
        app.show_dialog(lambda: ScanDialog(camera))
        while not (isinstance(app.screen, ScanDialog) and app.action_running):
            await pilot.pause()
        app.screen.query_one("#guidance").refresh()
        await pilot.pause()
        assert "A code was read" not in screen_text(app)  # that sentence asks to delete what is typed
        app.screen.close("typed")
        await wait_until_idle(pilot)
        assert app.answers == ["typed"]
        assert not app.gate_closed
        assert not camera.running
        app.screen.set_focus(app.screen.query_one(FormInput))
        await press(pilot, "abc")
        assert app.screen.query_one(FormInput).value == "abc"


@pytest.mark.wide
async def test_a_dialog_that_is_removed_without_an_answer_releases_keys_and_camera() -> None:
    camera = SampleCamera(SEEN)
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: ScanDialog(camera))
        while not (isinstance(app.screen, ScanDialog) and app.action_running):
            await pilot.pause()
        await app.pop_screen()
        await wait_until_idle(pilot)
        assert not app.gate_closed
        assert not camera.running


@pytest.mark.wide
async def test_the_camera_starts_again_after_the_screen_was_locked() -> None:
    camera = SampleCamera(EMPTY)
    async with signed_in_clerk(lens=camera) as (app, pilot, _service):
        await press(pilot, "f7", "f12")
        camera.stop()  # as the workstation does
        await press(pilot, "1001", "enter", "2468", "enter")
        assert isinstance(app.screen, ScanDialog)
        assert camera.running
        await press(pilot, "escape")
        assert not camera.running


@pytest.mark.wide
async def test_scanner_and_camera_that_read_the_same_code_are_used_once() -> None:
    camera = SampleCamera(EMPTY)
    async with signed_in_clerk(lens=camera) as (app, pilot, service):
        await press(pilot, "f2", "f7")
        assert isinstance(app.screen, ScanDialog)
        app.screen.post_message(ScanDialog.ViewChanged(SEEN))
        await scan(pilot, "]Q1" + CODE, "enter", "enter")
        await wait_until_idle(pilot)
        assert [asked for asked in service.asked if "scan" in asked] == [f"process_scan {CODE}"]
        assert "confirm_person" not in service.asked
        assert app.screen.query_one("#code", FormInput).value == ""


@pytest.mark.wide
async def test_a_key_pressed_while_the_camera_reads_confirms_no_face() -> None:
    camera = SampleCamera(EMPTY)
    async with signed_in_clerk(lens=camera) as (app, pilot, service):
        for key in ("enter", "f9"):
            await press(pilot, "f2", "f7")
            app.screen.post_message(ScanDialog.ViewChanged(SEEN))
            while not app.action_running:
                await pilot.pause()
            await press(pilot, key)  # meant for the scan dialog
            assert service.asked[-1] == f"process_scan {CODE}"
            await press(pilot, key)
            assert service.asked[-1] == f"process_scan {CODE}"
            await press(pilot, "enter")
            assert service.asked[-1] == "confirm_person"
            await press(pilot, "f8", "18", "enter")


@pytest.mark.wide
async def test_a_bare_number_is_not_split_between_dialog_and_code_line() -> None:
    camera = SampleCamera(EMPTY)
    async with signed_in_clerk(lens=camera) as (app, pilot, service):
        await press(pilot, "f2", "f7")
        app.screen.post_message(ScanDialog.ViewChanged(SEEN))
        await scan(pilot, CASE, "enter", "ctrl+j")
        await wait_until_idle(pilot)
        assert [asked for asked in service.asked if "scan" in asked] == [f"process_scan {CODE}", f"process_scan {CASE}"]


@pytest.mark.wide
async def test_the_camera_does_not_interrupt_typing_and_its_code_stays_available() -> None:
    camera = SampleCamera(EMPTY)
    async with signed_in_clerk(lens=camera) as (app, pilot, service):
        await press(pilot, "f2", "f7", "26")
        app.screen.post_message(ScanDialog.ViewChanged(SEEN))
        await wait_until_idle(pilot)
        assert isinstance(app.screen, ScanDialog)
        await press(pilot, "backspace", "backspace")
        await wait_until_idle(pilot)
        assert service.asked[-1] == f"process_scan {CODE}"


@pytest.mark.wide
async def test_a_code_read_under_the_help_of_the_dialog_is_taken_and_closes_both() -> None:
    camera = SampleCamera(EMPTY)
    async with signed_in_clerk(lens=camera) as (app, pilot, service):
        await press(pilot, "f2", "f7", "f1")
        dialog = app.screen_stack[-2]
        assert isinstance(app.screen, HelpDialog)
        dialog.post_message(ScanDialog.ViewChanged(SEEN))
        while dialog.is_attached:
            await pilot.pause()
        await wait_until_idle(pilot)
        assert service.asked[-1] == f"process_scan {CODE}"
        assert not isinstance(app.screen, HelpDialog | ScanDialog)
        assert not app.gate_closed
