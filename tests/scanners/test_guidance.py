"""The word that a person gets about a code that is seen and not read."""

from __future__ import annotations

import numpy as np
import pytest

from scanners.decode import Decoder, Found, Unread
from scanners.guidance import PATIENCE, Guide
from scanners.opencv import Picture, cv2, grey
from scanners.views import Corners
from tests.scanners.pictures import qr, scene

DESK = grey(scene())
VERSION = 6  # 41 modules


def square(side: float, x: float = 320, y: float = 240) -> Corners:
    half = side / 2
    return ((x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half))


def said(*places: Corners, picture: Picture = DESK) -> str:
    """The word about the last of these sights of an unread code, one a frame."""
    guide = Guide()
    return [guide.advise(picture, Found(unread=(Unread(place, VERSION),))) for place in places][-1]


def test_what_is_not_read_at_once_is_no_reason_for_a_word() -> None:
    assert said(*[square(100)] * (PATIENCE - 1)) == ""
    assert said(*[square(100)] * PATIENCE) == "closer"


def test_a_read_or_an_empty_picture_ends_the_word() -> None:
    guide = Guide()
    unread = Found(unread=(Unread(square(100), VERSION),))
    words = [guide.advise(DESK, found) for found in (*[unread] * PATIENCE, Found(), unread)]
    assert words[-3:] == ["closer", "", ""]


@pytest.mark.parametrize(
    ("places", "word"),
    [
        ([square(150)] * PATIENCE, "closer"),
        ([square(300)] * PATIENCE, "hold still"),
        ([((100, 100), (300, 100), (300, 340), (100, 340))] * PATIENCE, ""),
        ([((100, 100), (260, 100), (260, 340), (100, 340))] * PATIENCE, "less tilt"),
        ([((100, 100), (340, 140), (340, 300), (100, 340))] * PATIENCE, "less tilt"),
        ([square(300, 300 + 20 * step) for step in range(PATIENCE)], "hold still"),
        ([square(100, 300 + 20 * step) for step in range(PATIENCE)], "hold still"),
    ],
)
def test_the_word_follows_from_place_and_shape(places: list[Corners], word: str) -> None:
    assert said(*places) == (word or "hold still")


def test_a_lamp_in_the_code_is_glare_and_white_paper_is_none() -> None:
    code = grey(scene(qr("EL1:" + "ABCDE" * 20, scale=6)))
    bright = np.array(np.clip(code.astype(float) * 1.1, 0, 255), np.uint8)
    side = 41 * 6
    assert said(*[square(side)] * PATIENCE, picture=bright) == "hold still"
    burnt = cv2.circle(bright.copy(), (330, 230), 40, (255,), -1)
    assert said(*[square(side)] * PATIENCE, picture=burnt) == "glare"


def test_two_codes_are_said_at_once() -> None:
    picture = grey(scene(qr("A"), qr("B")))
    assert Guide().advise(picture, Decoder().read_frame(picture)) == "two codes"
