"""Addition of the frames of one symbol."""

from __future__ import annotations

import numpy as np
from cv2.typing import MatLike as Picture

from scanners.opencv import cv2, to_grey
from scanners.qr.decoder import Decoder
from tests.scanners.pictures import add_noise, qr, scene

TEXT = "EL1:" + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 3
CODE = cv2.GaussianBlur(to_grey(scene(qr(TEXT, scale=5))), (0, 0), 1)


def add_lamp(picture: Picture, x: float, y: float, seed: int) -> Picture:
    """Add the reflection of a lamp at this share of width and height."""
    down, across = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    lamp = 350 * np.exp(-(((across - x * 640) / 60) ** 2) - (((down - y * 480) / 45) ** 2))
    return add_noise(picture * 0.8 + lamp, 6, seed)


LAMPS = [(0.44, 0.50), (0.56, 0.50), (0.50, 0.43), (0.50, 0.58)] * 2
FRAMES = [add_lamp(CODE, x, y, seed) for seed, (x, y) in enumerate(LAMPS)]


def test_a_code_with_a_moving_reflection_is_read_from_several_frames() -> None:
    assert not any(Decoder().read_frame(frame).codes for frame in FRAMES)
    decoder = Decoder()
    reads = [decoder.read_frame(frame).codes for frame in FRAMES]
    assert {(code.text, code.decoder) for codes in reads for code in codes} == {(TEXT, "grid")}


def test_two_codes_shown_one_after_the_other_are_never_mixed() -> None:
    other = TEXT[::-1]
    second = cv2.GaussianBlur(to_grey(scene(qr(other, scale=5))), (0, 0), 1)
    decoder = Decoder()
    mixed = [FRAMES[0], add_lamp(second, 0.55, 0.57, 7), FRAMES[2], add_lamp(second, 0.47, 0.5, 8)] * 3
    texts = {code.text for frame in mixed for code in decoder.read_frame(frame).codes}
    assert texts <= {TEXT, other}


def test_a_reset_discards_earlier_frames() -> None:
    decoder = Decoder()
    for frame in FRAMES:
        decoder.reset()
        assert decoder.read_frame(frame).codes == ()
