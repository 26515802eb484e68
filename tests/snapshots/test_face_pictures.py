"""Snapshots of the comparison of face and photo, with a drawn face and its live picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from textual.pilot import Pilot

from clerk_app.demo.portraits import PHOTO, View
from clerk_app.locales import set_language
from clerk_app.views.page_view import PaperPages
from clerk_app.views.shared import CameraView, Picture
from screens.counter.face_check import FaceCheckDialog
from tests.scanners.faces.portraits import portrait
from tests.screens.sample_camera import SampleCamera
from tests.screens.sample_data import applicant
from tests.screens.sample_drawing import SampleDrawing
from tests.screens.stage import Stage, wait_until_idle

LIVE = View(background=(128, 130, 126), brightness=0.8, tilt=4)


def draw_face(view: View) -> Picture:
    """Return the drawing of an invented person."""
    image = Image.fromarray(portrait("one", view)).resize((240, 300))
    return Picture(image.width, image.height, image.tobytes())


def open_nothing() -> PaperPages:
    """Not used: the original is not opened."""
    raise NotImplementedError


@pytest.mark.many_cases
@pytest.mark.parametrize(("size", "language"), [((80, 24), "en"), ((140, 40), "zh_CN")])
def test_the_comparison_of_face_and_photo_looks_as_it_did(
    snap_compare: Callable[..., bool], size: tuple[int, int], language: str
) -> None:
    set_language(language)
    app = Stage(tuple)
    app.drawing_service = SampleDrawing()
    camera = SampleCamera(CameraView(draw_face(LIVE), (), "", "", faces=1))

    async def lead_there(pilot: Pilot[Any]) -> None:
        await wait_until_idle(pilot)
        person = replace(applicant(confirmed=False), photo=draw_face(PHOTO))
        app.show_dialog(lambda: FaceCheckDialog(person, camera, open_nothing))
        await wait_until_idle(pilot)
        await pilot.pause(0.5)
        app.screen.post_message(FaceCheckDialog.ViewChanged(camera.view))  # drawn for the final size, as a next frame
        await pilot.pause(0.5)
        await wait_until_idle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=lead_there)
