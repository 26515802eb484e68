"""Pages in photographs: found, cut out, evenly lit, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike as Picture
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.papers.blank_forms import draw_forms
from benchmarks.papers.page_shares import MIN_OVERLAP, overlap
from benchmarks.papers.photographs import DESKS, HEIGHT, WIDTH, Conditions, take_photograph
from scanners import PageFinding, PaperClient
from scanners.papers.findings import remove_shadow
from scanners.papers.page_detection import find_pages
from scanners.papers.straightening import WHOLE, straighten
from tests.scanners.papers.samples import count_squares, decode, draw_page, encode


@cache
def forms() -> dict[str, Picture]:
    """Return the blank forms by name, drawn when they are first needed."""
    return dict(zip(("letter", "table", "licence", "card"), draw_forms(), strict=True))


def desk_with(*pages: tuple[Picture, int, int]) -> Picture:
    """Return a dark desk with pages at these places."""
    desk = np.clip(DESKS["dark"](np.random.default_rng(1)), 0, 255).astype(np.uint8)
    for page, left, top in pages:
        height, width = page.shape[:2]
        shown = page[max(0, -top) : HEIGHT - top, max(0, -left) : WIDTH - left]
        desk[max(0, top) : top + height, max(0, left) : left + width] = shown
    return cv2.GaussianBlur(desk, (0, 0), 0.8)


def small(page: Picture, height: int) -> Picture:
    return cv2.resize(page, (round(height * page.shape[1] / page.shape[0]), height), interpolation=cv2.INTER_AREA)


@pytest.mark.wide
@pytest.mark.parametrize("desk", DESKS)
@pytest.mark.parametrize("form", ["letter", "licence", "card"])
def test_a_page_is_found_on_each_desk(desk: str, form: str) -> None:
    conditions = Conditions(desk=desk, turn=9, tilt=8, light=0.85, falloff=0.2, bend=4, fill=0.75)
    photograph = take_photograph(forms()[form], 5, conditions)
    (found,) = find_pages(photograph.picture)
    assert overlap(found.corners, photograph.corners) > MIN_OVERLAP
    assert not found.is_cut_off


def test_a_page_is_returned_upright_in_the_proportions_of_a4_without_shadow() -> None:
    conditions = Conditions(turn=-12, tilt=10, falloff=0.3, has_hand_shadow=True)
    page, findings, corners = straighten(take_photograph(draw_page(3), 8, conditions).picture)
    height, width = page.shape[:2]
    assert height / width == pytest.approx(2**0.5, abs=0.002)
    assert count_squares(page) == 3
    assert findings == ()
    assert len(corners) == 4
    margins = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)[height // 12 : -height // 12, width // 50 : width // 20]
    assert margins.min() > 200


@pytest.mark.wide
def test_a_card_has_the_proportions_of_cards_and_keeps_its_colours() -> None:
    page, _, _ = straighten(
        take_photograph(forms()["card"], 3, Conditions(desk="dark", fill=0.5, turn=4, tilt=6)).picture
    )
    height, width = page.shape[:2]
    assert width / height == pytest.approx(1.586, abs=0.01)
    face = page[int(0.45 * height), int(0.8 * width)].astype(int)
    assert face[2] - face[0] > 50


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("picture", "finding"),
    [
        (lambda: desk_with((small(forms()["letter"], 1200), 500, -150)), PageFinding.CUT_OFF),
        (
            lambda: desk_with((small(forms()["letter"], 1000), 100, 200), (small(forms()["table"], 1000), 1050, 220)),
            PageFinding.TWO_PAGES,
        ),
        (lambda: desk_with((small(np.full_like(forms()["letter"], 245), 1200), 500, 100)), PageFinding.BLANK),
        (lambda: desk_with((small(forms()["letter"], 600), 500, 100)), PageFinding.SMALL),
        (
            lambda: cv2.GaussianBlur(desk_with((small(forms()["letter"], 1200), 500, 100)), (0, 0), 7),
            PageFinding.UNSHARP,
        ),
        (lambda: np.array(desk_with((small(forms()["letter"], 1200), 500, 100)) * 0.3, np.uint8), PageFinding.DARK),
        (lambda: take_photograph(forms()["letter"], 2, Conditions(fingers=2)).picture, PageFinding.COVERED),
    ],
    ids=lambda value: value.value if isinstance(value, PageFinding) else "",
)
def test_what_is_wrong_with_a_photograph_is_named(picture: Callable[[], Picture], finding: PageFinding) -> None:
    page, findings, corners = straighten(picture())
    assert findings == (finding,)
    assert len(corners) == 4
    assert page.size


@pytest.mark.wide
@pytest.mark.parametrize("desk", DESKS)
def test_a_photograph_without_a_page_is_returned_whole_with_this_finding(desk: str) -> None:
    picture = np.clip(DESKS[desk](np.random.default_rng(2)), 0, 255).astype(np.uint8)
    page, findings, corners = straighten(picture)
    assert (page.shape, findings, corners) == (picture.shape, (PageFinding.NO_PAGE,), ())


def clouds(seed: int) -> Picture:
    """Return soft areas of colours, as fur or a landscape have."""
    dice = np.random.default_rng(seed)
    rough = [
        cv2.resize(dice.random((size, size, 3)), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) for size in (4, 9, 40)
    ]
    mixed = 255 * (0.5 * rough[0] + 0.35 * rough[1] + 0.15 * rough[2])
    return np.array(np.clip(mixed, 0, 255), np.uint8)


@pytest.mark.wide
@pytest.mark.parametrize("seed", range(6))
def test_a_picture_of_something_else_is_no_page(seed: int) -> None:
    assert straighten(clouds(seed))[1:] == ((PageFinding.NO_PAGE,), ())


def test_a_page_that_fills_the_picture_is_kept_whole_and_is_no_fault() -> None:
    page, findings, corners = straighten(forms()["letter"])
    assert (page.shape, findings, corners) == (forms()["letter"].shape, (), WHOLE)


def test_the_whole_picture_is_kept_if_asked_for() -> None:
    picture = desk_with((small(forms()["letter"], 1200), 500, 100))
    page, _, corners = straighten(picture, whole=True)
    assert (page.shape, corners) == (picture.shape, WHOLE)


@settings(max_examples=15, deadline=None)
@given(light=st.floats(0.4, 1.0), reach=st.floats(0.1, 0.5))
def test_removing_a_shadow_leaves_paper_white_and_ink_dark(light: float, reach: float) -> None:
    page = cv2.cvtColor(draw_page(2, 827, 1170), cv2.COLOR_BGR2GRAY)
    ramp = np.linspace(light, light * (1 - reach), page.shape[1])[None, :]
    clear = remove_shadow((page * ramp).astype(np.uint8))
    assert np.median(clear) > 235
    assert clear[70, 68] < 120  # inside the first square


@pytest.fixture(scope="module")
def client() -> Iterator[PaperClient]:
    client = PaperClient()
    yield client
    client.close()


@pytest.mark.wide
def test_the_client_straightens_a_photograph_in_its_child(client: PaperClient) -> None:
    photograph = take_photograph(draw_page(4), 3, Conditions(turn=6, tilt=5))
    page = client.straighten(encode(photograph.picture))
    assert overlap(page.corners, photograph.corners) > 0.95
    assert count_squares(decode(page.jpeg)) == 4
    whole = client.straighten(encode(photograph.picture, "PNG"), whole=True)
    assert (whole.width, whole.height) == (WIDTH, HEIGHT)
