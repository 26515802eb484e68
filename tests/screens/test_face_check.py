"""Comparing face and photo at the counter: both pictures, the three answers, and nothing kept of the live picture."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from clerk_app.views.shared import CameraView, Picture
from screens.counter.face_check import FaceCheckDialog
from screens.counter.second_person import SecondPersonDialog
from screens.papers.viewer import PageViewer
from screens.sign_in import StaffApp
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.face_picture import FacePicture
from tests.screens.sample_camera import SampleCamera
from tests.screens.sample_data import CODE, photo
from tests.screens.sample_identity import SECOND, SECOND_PIN
from tests.screens.stage import flowing_text, press, screen_text
from tests.screens.test_counter import signed_in_clerk

FACE = CameraView(photo(), (), "", "", faces=1)
OPEN = ("f2", CODE, "enter", "enter")


async def shows(pilot: Pilot[None], words: str) -> None:
    """Wait until the screen shows these words."""
    assert isinstance(pilot.app, StaffApp)
    async with asyncio.timeout(20):
        while words not in screen_text(pilot.app):
            await pilot.pause(0.02)


@pytest.mark.wide
@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_portrait_and_live_picture_fill_the_terminal(size: tuple[int, int]) -> None:
    async with signed_in_clerk(size=size, lens=SampleCamera(FACE)) as (app, pilot, _service):
        await press(pilot, *OPEN)
        assert isinstance(app.screen, FaceCheckDialog)
        portrait, live = app.screen.query(FacePicture)
        for picture in (portrait, live):
            assert picture.size.width >= (size[0] - 6) // 2
            assert picture.size.height >= size[1] - 5
        text = screen_text(app)
        for word in ("Enter same person", "N not this person", "U unsure", "Space freeze", "V original", "not stored"):
            assert word in text
        assert ("too small" in text or "cannot settle" in flowing_text(app)) == (size == (80, 24))


async def test_yes_states_that_the_live_picture_was_compared() -> None:
    camera = SampleCamera(FACE)
    async with signed_in_clerk(lens=camera) as (_app, pilot, service):
        await press(pilot, *OPEN)
        await shows(pilot, "not stored")
        assert camera.wanted == "face"
        await press(pilot, "enter")
        assert (service.asked[-1], service.compared) == ("confirm_person", "live")
        assert not camera.running


@pytest.mark.wide
async def test_without_a_camera_the_portrait_is_alone_and_is_what_was_compared() -> None:
    none = CameraView(None, (), "", "This window has no camera.")
    async with signed_in_clerk(lens=SampleCamera(none)) as (app, pilot, service):
        await press(pilot, *OPEN)
        assert app.screen.query_one("#portrait").size.width >= 70
        assert not app.screen.query_one("#live").display
        assert "This window has no camera." in screen_text(app)
        await press(pilot, "enter")
        assert service.compared == "portrait"


async def test_not_this_person_asks_first_and_ends_the_identification() -> None:
    async with signed_in_clerk(lens=SampleCamera(FACE)) as (app, pilot, service):
        await press(pilot, *OPEN, "n")
        assert isinstance(app.screen, ConfirmDialog)
        assert "Wang Li" in screen_text(app)
        await press(pilot, "escape")
        assert "reject_person" not in service.asked
        await press(pilot, "enter", "n", "enter")
        assert service.asked[-1] == "reject_person"


async def test_in_doubt_a_second_person_signs_with_number_and_pin() -> None:
    async with signed_in_clerk(lens=SampleCamera(FACE)) as (app, pilot, service):
        await press(pilot, *OPEN, "u")
        assert service.asked[-1] == "doubt_person"
        await press(pilot, "enter")
        assert "a second person compares" in screen_text(app)
        assert "U unsure" not in screen_text(app)
        await press(pilot, "u", "enter")
        assert isinstance(app.screen, SecondPersonDialog)
        await press(pilot, SECOND, "enter", "111111", "enter")
        await shows(pilot, "Number or PIN is wrong.")
        assert "471902" not in screen_text(app)
        await press(pilot, SECOND_PIN, "enter")
        assert service.asked[-1] == f"settle_doubt {SECOND} same"


@pytest.mark.wide
async def test_space_freezes_the_live_picture() -> None:
    camera = SampleCamera(FACE)
    async with signed_in_clerk(lens=camera) as (app, pilot, _service):
        await press(pilot, *OPEN)
        await shows(pilot, "not stored")
        await press(pilot, "space")
        await shows(pilot, "frozen")
        dialog = app.screen
        assert isinstance(dialog, FaceCheckDialog)
        dialog.post_message(FaceCheckDialog.ViewChanged(CameraView(Picture(1, 1, bytes(3)), (), "Look here", "")))
        await pilot.pause()
        assert "Look here" not in screen_text(app)
        await press(pilot, "space")
        dialog.post_message(FaceCheckDialog.ViewChanged(CameraView(Picture(1, 1, bytes(3)), (), "Look here", "")))
        await shows(pilot, "Look here")


async def test_the_original_of_the_photo_opens_large() -> None:
    async with signed_in_clerk(lens=SampleCamera(FACE)) as (app, pilot, _service):
        await press(pilot, *OPEN, "v")
        assert isinstance(app.screen, PageViewer)
        await press(pilot, "escape")
        assert isinstance(app.screen, FaceCheckDialog)


@pytest.mark.wide
async def test_f8_58_opens_the_comparison_as_long_as_it_is_needed() -> None:
    async with signed_in_clerk(lens=SampleCamera(FACE)) as (app, pilot, service):
        await press(pilot, *OPEN[:-1], "escape", "f8", "58", "enter")
        assert isinstance(app.screen, FaceCheckDialog)
        await press(pilot, "enter")
        assert service.asked[-1] == "confirm_person"
        await press(pilot, "f8")
        assert "Compare the person with the photo" not in screen_text(app)
