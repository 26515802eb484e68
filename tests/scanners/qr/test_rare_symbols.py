"""Symbols that a decoder does not locate by itself: of dots, without a quiet zone; and barcodes at any angle."""

from __future__ import annotations

import io

import numpy as np
import pytest
import segno
from cv2.typing import MatLike as Picture
from PIL import Image

from clerk_app.paper.page import QrCode
from clerk_app.paper.printers.preview import render_picture
from scanners.opencv import cv2
from scanners.qr.decoder import Decoder
from tests.paper.samples import NUMBER, SUPPLEMENT
from tests.scanners.pictures import add_noise

DOTS = ((4, 0.65, 0, False), (8, 0.5, 30, True), (14, 0.8, 0, True))  # pitch, diameter, degrees, inverted
TEXT = "EL1:" + "0123456789ABCDEF:+*." * 12


def read_texts(picture: Picture) -> list[str]:
    return [code.text for code in Decoder().read_still(picture).codes]


def draw_modules(text: str = TEXT) -> Picture:
    return np.array(segno.make(text, error="m", micro=False, boost_error=False).matrix, np.uint8)


def draw_dots(pitch: int, diameter: float) -> Picture:
    """Draw every dark module, those of the finder patterns too, as a separate dot; `diameter` in modules."""
    modules = np.pad(draw_modules(), 4)
    picture = np.full((len(modules) * pitch,) * 2, 255, np.uint8)
    for row, column in np.argwhere(modules):
        centre = [round((place + 0.5) * pitch * 16) for place in (column, row)]
        cv2.circle(picture, centre, round(diameter * pitch * 8), (0,), -1, cv2.LINE_AA, 4)
    return picture


def turn(picture: Picture, degrees: float, ground: int) -> Picture:
    height, width = picture.shape
    side = round(1.1 * float(np.hypot(height, width)))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    matrix[:, 2] += (side - width) / 2, (side - height) / 2
    return add_noise(cv2.warpAffine(picture, matrix, (side, side), borderValue=(ground,)), 4)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("pitch", "diameter", "degrees", "is_inverted"),
    [
        *DOTS,
        *(
            pytest.param(*size, degrees, is_inverted, marks=pytest.mark.wide)
            for size in ((4, 0.65), (8, 0.5), (8, 0.65), (14, 0.8))
            for degrees in (0, 30)
            for is_inverted in (False, True)
            if (*size, degrees, is_inverted) not in DOTS
        ),
    ],
)
def test_symbol_of_dots_is_read(pitch: int, diameter: float, degrees: int, is_inverted: bool) -> None:
    picture = draw_dots(pitch, diameter)
    assert read_texts(turn(255 - picture if is_inverted else picture, degrees, 0 if is_inverted else 255)) == [TEXT]


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("scale", "degrees", "is_inverted"),
    [
        (8, 0, True),
        (4, 7, False),
        (8, 30, True),
        pytest.param(8, 0, False, marks=pytest.mark.wide),
        pytest.param(4, 7, True, marks=pytest.mark.wide),
        pytest.param(8, 30, False, marks=pytest.mark.wide),
    ],
)
def test_symbol_without_a_quiet_zone_on_a_page_of_its_colour_is_read(
    scale: int, degrees: int, is_inverted: bool
) -> None:
    symbol = np.kron(255 * (1 - draw_modules()), np.ones((scale, scale), np.uint8)).astype(np.uint8)
    page = 255 - symbol if is_inverted else symbol
    assert read_texts(turn(page, degrees, 255 if is_inverted else 0)) == [TEXT]


def draw_notice() -> Picture:
    """Draw the upper part of a notice, without its QR code."""
    page = tuple(block for block in SUPPLEMENT.to_page("zh_CN") if not isinstance(block, QrCode))
    paper = np.asarray(Image.open(io.BytesIO(render_picture(page, 58))).convert("L"))
    return np.array(paper[:800])


@pytest.mark.many_cases
@pytest.mark.parametrize("degrees", [18, 45, *(pytest.param(at, marks=pytest.mark.wide) for at in (72, 163, 300))])
def test_bars_of_a_notice_are_read_at_any_angle(degrees: int) -> None:
    picture = turn(draw_notice(), degrees, 120)
    (code,) = Decoder("receipt").read_still(picture).codes
    assert (code.symbology, code.text) == ("Code128", NUMBER)
    height, width = picture.shape
    assert all(0 <= x <= width and 0 <= y <= height for x, y in code.corners)


@pytest.mark.wide
def test_turned_bars_are_read_in_a_video() -> None:
    frame, decoder = turn(draw_notice()[:500], 25, 120), Decoder("receipt")
    assert any(decoder.read_frame(frame).codes for _ in range(5))
