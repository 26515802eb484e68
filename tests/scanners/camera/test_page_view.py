"""Pages under a document camera, from clips: found, taken by themselves once, and named if something is wrong."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike as Picture

from benchmarks.papers.blank_forms import draw_forms
from benchmarks.papers.photographs import Conditions, take_photograph
from scanners import Page, PageFinding, View
from scanners.camera.page_view import PageViewer
from tests.scanners.papers.samples import count_squares, decode, draw_page
from tests.scanners.pictures import add_noise, clip, jpeg
from tests.scanners.view_watcher import NetworkCamera, watch_source

SIZE = (960, 720)


def desk(page: Picture | None, seed: int = 4, turn: float = 3, fingers: int = 0) -> Picture:
    """Return a frame of a wooden desk with a page."""
    shown = draw_page(1, 827, 1170) if page is None else page
    photograph = take_photograph(shown, seed, Conditions(turn=turn, fingers=fingers, tilt=4, noise=0.5))
    frame = photograph.picture
    if page is None:
        frame = np.full_like(frame, frame[5, 5])
    return cv2.resize(frame, SIZE, interpolation=cv2.INTER_AREA)


def hold(frame: Picture, frames: int, seed: int = 0) -> list[Picture]:
    """Return a frame as a camera sends it for a while."""
    return [add_noise(frame, 2, seed + number) for number in range(frames)]


@pytest.fixture(scope="module")
def empty() -> Picture:
    return desk(None)


def views_of(frames: list[Picture]) -> list[View]:
    """Return the views of frames that arrive five times a second."""
    viewer = PageViewer("0")
    return [viewer.build_view(number, frame, "clip", (80, 60), number / 5) for number, frame in enumerate(frames)]


def taken_pages(frames: list[Picture]) -> list[Page]:
    return [view.page for view in views_of(frames) if view.page]


@pytest.mark.wide
def test_pages_laid_one_after_another_are_taken_once_each(empty: Picture) -> None:
    first, second = (desk(draw_page(number, 827, 1170)) for number in (2, 5))
    pages = taken_pages([*hold(empty, 2), *hold(first, 8), *hold(second, 8), *hold(empty, 4), *hold(second, 8)])
    assert [count_squares(decode(page.jpeg)) for page in pages] == [2, 5, 5]
    assert all(page.findings == (PageFinding.SMALL,) for page in pages)  # of these small frames
    assert all(page.height / page.width == pytest.approx(2**0.5, abs=0.01) for page in pages)


@pytest.mark.wide
def test_a_page_that_is_pushed_is_not_taken_again() -> None:
    page = draw_page(3, 827, 1170)
    pushed = [desk(page, turn=3 + step * 0.5) for step in range(1, 4)]
    assert len(taken_pages([*hold(desk(page), 8), *pushed, *hold(pushed[-1], 10)])) == 1


@pytest.mark.wide
def test_the_same_form_with_one_more_line_is_another_page() -> None:
    form = draw_forms()[1]
    filled = form.copy()
    cv2.putText(filled, "110101199001011234", (640, 410), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (40, 30, 30), 4)
    assert len(taken_pages([*hold(desk(form), 8), *hold(desk(filled), 8)])) == 2


@pytest.mark.wide
def test_a_blank_page_is_taken_once() -> None:
    (page,) = taken_pages(hold(desk(np.full((1170, 827, 3), 245, np.uint8)), 16))
    assert PageFinding.BLANK in page.findings


def test_the_view_has_the_outline_of_the_page_and_how_long_it_has_lain_still() -> None:
    views = views_of(hold(desk(draw_page(2, 827, 1170)), 6))
    assert [round(view.stillness + 0.001, 1) for view in views] == [0.0, 0.3, 0.5, 0.8, 1.0, 1.0]
    assert [view.guidance for view in views] == ["hold still", "", "", "", "page taken", "page taken"]
    assert [view.page is not None for view in views] == [False] * 4 + [True, False]
    assert all(0 < x < 1 and 0 < y < 1 for view in views for x, y in view.outlines[0])
    assert {(view.width, view.height, len(view.rgb)) for view in views} == {(80, 60, 80 * 60 * 3)}


@pytest.mark.wide
@pytest.mark.parametrize(
    ("how", "guidance", "finding"),
    [
        ("cut off", "cut off", PageFinding.CUT_OFF),
        ("fingers", "covered", PageFinding.COVERED),
        ("dark", "dark", PageFinding.DARK),
        ("unsharp", "unsharp", PageFinding.UNSHARP),
    ],
)
def test_a_page_with_a_fault_is_named_and_taken_later_with_its_finding(
    how: str, guidance: str, finding: PageFinding
) -> None:
    frame = desk(draw_forms()[0], 2, fingers=2 * (how == "fingers"))
    if how == "dark":
        frame = np.array(frame * 0.3, np.uint8)
    if how == "unsharp":
        frame = cv2.GaussianBlur(frame, (0, 0), 3)
    if how == "cut off":
        frame = frame[:500]
    views = views_of(hold(frame, 18))
    assert {view.guidance for view in views[:15]} == {guidance}
    assert [number for number, view in enumerate(views) if view.page] == [15]
    page = views[15].page
    assert page is not None
    assert finding in page.findings


@pytest.mark.wide
def test_a_desk_without_a_page_takes_nothing(empty: Picture) -> None:
    assert {(view.guidance, view.page) for view in views_of(hold(empty, 8))} == {("no page", None)}


@pytest.mark.wide
def test_a_page_reaches_the_program_with_preview_and_outline(tmp_path: Path) -> None:
    source = clip(tmp_path / "desk.avi", hold(desk(draw_page(4, 827, 1170)), 40), 5.0)
    with watch_source(source, want="pages", preview=(80, 60), fps=20.0) as watcher:
        view = watcher.wait_for(lambda view: view.page)
    assert view.page is not None
    assert count_squares(decode(view.page.jpeg)) == 4
    assert (len(view.outlines), len(view.rgb)) == (1, 80 * 60 * 3)


@pytest.mark.wide
def test_a_camera_pulled_out_is_named_and_goes_on_when_it_is_back() -> None:
    frames = [jpeg(frame, 92) for frame in hold(desk(draw_page(2, 827, 1170)), 6)]
    device = NetworkCamera(lambda: iter(frames * 1000))
    try:
        with watch_source(device.url, want="pages", fps=20.0) as watcher:
            assert watcher.wait_for(lambda view: view.page).page
            device.switch_off()
            watcher.wait_for_trouble("tried again")
            device.switch_on()
            watcher.wait_for(lambda view: view.outlines and not view.trouble)
            # the page did not move: it is not taken a second time
            later = [watcher.wait_for(lambda view: view.outlines) for _ in range(8)]
            assert [view.page for view in later] == [None] * 8
    finally:
        device.switch_off()
