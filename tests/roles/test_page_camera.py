"""The document camera of the counter: pages taken by themselves and on request, and a camera that is not there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec import structs

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.roles.papers.page_camera import encode_png
from clerk_app.roles.papers.taking import PaperTaking
from clerk_app.views.papers import PageCameraView, PaperTarget
from clerk_app.views.shared import Picture
from tests.scanners.papers.samples import draw_page, encode

TARGET = PaperTarget("case/260000000018", "lease", "Lease")
SECONDS = 30.0  # for a busy machine


def taking_from(office: Office, source: Path) -> PaperTaking:
    return PaperTaking(replace(office, settings=structs.replace(office.settings, page_camera=str(source))))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the picture of a page that lies on a dark desk."""
    picture = np.full((1500, 2000, 3), (50, 70, 90), np.uint8)
    picture[150:1350, 560:1408] = cv2.resize(draw_page(2), (848, 1200), interpolation=cv2.INTER_AREA)
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "page.jpg").write_bytes(encode(picture))
    return tmp_path / "desk"


def watch(taking: PaperTaking, holds: Callable[[PageCameraView], bool], *, is_whole: bool = False) -> PageCameraView:
    """Start the camera and wait for such a view."""
    found, arrived = list[PageCameraView](), threading.Event()

    def receive(view: PageCameraView) -> None:
        if holds(view):
            found.append(view)
            arrived.set()

    taking.start_page_camera(receive, is_whole=is_whole)
    assert arrived.wait(SECONDS)
    return found[0]


def test_a_page_that_lies_still_is_taken_and_saved(office: Office, desk: Path) -> None:
    taking = taking_from(office, desk)
    assert taking.list_paper_sources()[0].id == "camera"
    watch(taking, lambda view: view.waiting > 0)
    taken = taking.add_camera_pages(TARGET)
    taking.stop_page_camera()
    assert [page.findings for page in taken.pages] == [()]
    picture = taking.draw_page(TARGET, 1, 600)
    assert picture.height > 1.3 * picture.width  # the page, not the desk
    assert len(PaperTaking(office).open_paper(TARGET).pages) == 1


@pytest.mark.wide
def test_the_picture_in_view_is_taken_on_request_also_as_a_whole(office: Office, desk: Path) -> None:
    taking = taking_from(office, desk)
    with pytest.raises(OutOfReach, match="no picture yet"):
        taking.take_photograph(TARGET)
    watch(taking, lambda view: view.picture is not None, is_whole=True)
    taking.take_photograph(TARGET)
    taken = taking.take_photograph(TARGET, is_whole=True)
    taking.stop_page_camera()
    assert len(taken.pages) == 2
    page, whole = (taking.draw_page(TARGET, number, 600) for number in (1, 2))
    assert page.height > page.width
    assert whole.width > whole.height


@pytest.mark.wide
def test_a_camera_that_is_not_there_is_named_and_the_pages_stay(office: Office, desk: Path, tmp_path: Path) -> None:
    taking = taking_from(office, desk)
    watch(taking, lambda view: view.waiting > 0)
    taking.add_camera_pages(TARGET)
    taking.stop_page_camera()
    gone = taking_from(office, tmp_path / "none")
    assert watch(gone, lambda view: bool(view.error)).error
    gone.stop_page_camera()
    assert len(gone.add_camera_pages(TARGET).pages) == 1


@pytest.mark.wide
def test_a_picture_becomes_a_png() -> None:
    rgb = bytes(range(2 * 3 * 3))
    decoded = cv2.imdecode(np.frombuffer(encode_png(Picture(2, 3, rgb)), np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB).tobytes() == rgb
