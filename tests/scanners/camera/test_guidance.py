"""Advice for a person whose code is located and not read."""

from __future__ import annotations

import numpy as np
import pytest

from scanners.camera.guidance import FRAMES_BEFORE_GUIDANCE, GuidanceAdvisor
from scanners.codes import Corners
from scanners.opencv import Picture, cv2, to_grey
from scanners.qr.decoder import Decoder, DecodeResult, UnreadSymbol
from tests.scanners.pictures import qr, scene

DESK = to_grey(scene())
VERSION = 6  # 41 modules


def square(side: float, x: float = 320, y: float = 240) -> Corners:
    half = side / 2
    return ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))


def guidance_for(*places: Corners, picture: Picture = DESK) -> str:
    """Return the advice after frames with an unread code at these places."""
    guide = GuidanceAdvisor()
    return [guide.advise(picture, DecodeResult(unread=(UnreadSymbol(place, VERSION),))) for place in places][-1]


def test_no_advice_in_the_first_frames_without_a_read() -> None:
    assert guidance_for(*[square(100)] * (FRAMES_BEFORE_GUIDANCE - 1)) == ""
    assert guidance_for(*[square(100)] * FRAMES_BEFORE_GUIDANCE) == "closer"


def test_a_read_or_an_empty_picture_ends_the_advice() -> None:
    guide = GuidanceAdvisor()
    unread = DecodeResult(unread=(UnreadSymbol(square(100), VERSION),))
    words = [guide.advise(DESK, found) for found in (*[unread] * FRAMES_BEFORE_GUIDANCE, DecodeResult(), unread)]
    assert words[-3:] == ["closer", "", ""]


@pytest.mark.parametrize(
    ("places", "word"),
    [
        ([square(150)] * FRAMES_BEFORE_GUIDANCE, "closer"),
        ([square(300)] * FRAMES_BEFORE_GUIDANCE, "hold still"),
        ([((100, 100), (300, 100), (300, 340), (100, 340))] * FRAMES_BEFORE_GUIDANCE, ""),
        ([((100, 100), (260, 100), (260, 340), (100, 340))] * FRAMES_BEFORE_GUIDANCE, "less tilt"),
        ([((100, 100), (340, 140), (340, 300), (100, 340))] * FRAMES_BEFORE_GUIDANCE, "less tilt"),
        ([square(300, 300 + 20 * step) for step in range(FRAMES_BEFORE_GUIDANCE)], "hold still"),
        ([square(100, 300 + 20 * step) for step in range(FRAMES_BEFORE_GUIDANCE)], "hold still"),
    ],
)
def test_the_advice_depends_on_place_and_shape(places: list[Corners], word: str) -> None:
    assert guidance_for(*places) == (word or "hold still")


def test_a_reflection_in_the_code_is_glare_and_white_paper_is_not() -> None:
    code = to_grey(scene(qr("EL1:" + "ABCDE" * 20, scale=6)))
    bright = np.array(np.clip(code.astype(float) * 1.1, 0, 255), np.uint8)
    side = 41 * 6
    assert guidance_for(*[square(side)] * FRAMES_BEFORE_GUIDANCE, picture=bright) == "hold still"
    burnt = cv2.circle(bright.copy(), (330, 230), 40, (255,), -1)
    assert guidance_for(*[square(side)] * FRAMES_BEFORE_GUIDANCE, picture=burnt) == "glare"


def test_two_codes_are_reported_at_once() -> None:
    picture = to_grey(scene(qr("A"), qr("B")))
    assert GuidanceAdvisor().advise(picture, Decoder().read_frame(picture)) == "two codes"
