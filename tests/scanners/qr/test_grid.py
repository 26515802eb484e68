"""Symbols that no flat grid fits."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp
from cv2.typing import MatLike as Picture

from scanners.opencv import to_grey
from scanners.qr.decoder import Decoder
from scanners.qr.grid import read_symbol
from tests.scanners.pictures import add_noise, qr, scene

TEXT = "https://example.gov.cn/code/0123456789abcdef"
SCALE = 7


def bend(picture: Picture, folds: float) -> Picture:
    """Move each point of `picture` by up to `folds` pixels, as on cloth with soft folds."""
    height, width = picture.shape
    down, across = np.mgrid[:height, :width].astype(np.float32)
    x = across + folds * np.sin(down / 61) * np.cos(across / 47)
    y = down + folds * np.cos(down / 53 + 1) * np.sin(across / 71)
    return cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def add_glare(picture: Picture) -> Picture:
    """Add a reflection in the middle of the picture that hides everything there."""
    height, width = picture.shape
    down, across = np.mgrid[:height, :width].astype(np.float32)
    lamp = 300 * np.exp(-(((across - width * 0.53) / 38) ** 2) - ((down - height * 0.52) / 30) ** 2)
    return np.array(np.clip(picture * 0.75 + lamp, 0, 255), np.uint8)


FLAT = cv2.GaussianBlur(to_grey(scene(qr(TEXT, scale=SCALE))), (0, 0), 1)
BENT = {
    "cloth": bend(FLAT, 8),
    "white on black": 255 - bend(FLAT, 8),
    "cloth and noise": add_noise(bend(FLAT, 8), 25),
    "cloth under a lamp": add_glare(bend(FLAT, 9)),
}


@pytest.mark.many_cases
@pytest.mark.parametrize("why", BENT)
def test_a_bent_symbol_that_a_decoder_alone_cannot_read_is_measured_and_read(why: str) -> None:
    picture = BENT[why]
    assert not zxingcpp.read_barcodes(picture)
    found = Decoder().read_still(picture)
    assert [(code.text, code.data, code.decoder) for code in found.codes] == [(TEXT, TEXT.encode(), "grid")]
    assert np.mean(found.codes[0].corners, axis=0) == pytest.approx((320, 240), abs=12)


def test_a_frame_of_a_video_is_measured_too() -> None:
    assert [code.decoder for code in Decoder().read_frame(BENT["cloth"]).codes] == ["grid"]


def test_bytes_of_a_bent_symbol_are_decoded_unchanged() -> None:
    raw = bytes(range(0, 256, 3))
    picture = bend(cv2.GaussianBlur(to_grey(scene(qr(raw, scale=SCALE))), (0, 0), 1), 8)
    assert [code.data for code in Decoder().read_still(picture).codes] == [raw]


@pytest.mark.many_cases
@pytest.mark.parametrize("version", [1, 2, 7, 25])
def test_nothing_is_read_without_a_symbol(version: int) -> None:
    for seed in range(4):
        places = np.random.default_rng(seed).integers(0, 480, (4, 2))
        corners = tuple((float(x), float(y)) for x, y in places)
        assert read_symbol(to_grey(scene(seed=seed)), corners, version) is None
    assert read_symbol(FLAT, ((9.0, 9.0), (12.0, 9.0), (12.0, 12.0), (9.0, 12.0)), version) is None
    assert read_symbol(FLAT, ((-500.0, -500.0), (-100.0, -500.0), (-100.0, -100.0), (-500.0, -100.0)), version) is None
