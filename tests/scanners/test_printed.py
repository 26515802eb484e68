"""Codes as receipt printers print them, in every size, with worn print heads, and as a camera sees them.

A dot is 1/203 inch. At the distance of the camera it takes two pixels.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from cv2.typing import MatLike as Picture

from clerk_app.paper.page import DOTS, PaperWidth
from clerk_app.paper.printers.symbols import code128_modules, code128_picture, qr_modules, qr_picture
from scanners.opencv import cv2
from scanners.qr.decoder import Decoder
from tests.scanners.pictures import add_noise, tilt

NUMBER = "261234567893"
PIXELS = 2  # per dot
SIGNED = "EL1:" + "0123456789ABCDEF:+*." * 75

# dots per module, by barcode text, length of signed code and paper width
BARS = {(NUMBER, 58): 3, (NUMBER, 80): 3, ("A261121-00042", 58): 2, ("A261121-00042", 80): 3}
CODES = {(291, 58): 5, (480, 58): 4, (724, 58): 4, (1000, 58): 3, (1500, 58): 2, (724, 80): 6, (1000, 80): 5}


def fade(paper: Picture) -> Picture:
    """Apply faint ink on yellowed paper."""
    return add_noise(120 + paper * (55 / 255), 4)


def blur(paper: Picture) -> Picture:
    return add_noise(cv2.GaussianBlur(paper, (0, 0), 0.8 * PIXELS), 4)


def rotate_slightly(paper: Picture) -> Picture:
    """Rotate and tilt the paper slightly."""
    return add_noise(tilt(paper, 9, depth=0.04), 4)


def upside_down(paper: Picture) -> Picture:
    return add_noise(cv2.rotate(paper, cv2.ROTATE_180), 4)


def a_line_of_the_head_is_dead(paper: Picture) -> Picture:
    """Draw a white line along the paper, as a broken heating element leaves it."""
    paper = paper.copy()
    middle = paper.shape[1] // 2
    paper[:, middle : middle + PIXELS] = 255
    return add_noise(paper, 4)


LIGHTS = [add_noise, fade, blur, rotate_slightly, upside_down]


def photograph(dots: object, light: Callable[..., Picture]) -> Picture:
    """Return the strip of paper on a grey desk as a camera sees it."""
    ink = np.array(dots, np.uint8) * 255
    near = ink.repeat(PIXELS, 0).repeat(PIXELS, 1)
    paper = cv2.copyMakeBorder(near, 60, 60, 0, 0, cv2.BORDER_CONSTANT, value=(255,))
    desk = cv2.copyMakeBorder(paper, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=(110,))
    return light(desk, 4) if light is add_noise else light(desk)


def read_codes(picture: Picture) -> set[tuple[str, str]]:
    return {(code.symbology, code.text) for code in Decoder("receipt").read_still(picture).codes}


def module_dots(dots: object, modules: int) -> float:
    """Return the width of a module of a strip in dots, from the extent of the ink."""
    columns = np.flatnonzero((np.array(dots) == 0).any(axis=0))
    return float((columns[-1] - columns[0] + 1) / modules)


@pytest.mark.many_cases
@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize(("text", "width"), BARS)
def test_bars_read_back(text: str, width: PaperWidth, light: Callable[..., Picture]) -> None:
    strip = code128_picture(text, DOTS[width])
    assert module_dots(strip, len(code128_modules(text))) == BARS[text, width]
    assert read_codes(photograph(strip, light)) == {("Code128", text)}


@pytest.mark.many_cases
@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("width", DOTS)
def test_a_receipts_code_reads_back(width: PaperWidth, light: Callable[..., Picture]) -> None:
    strip = qr_picture(NUMBER, DOTS[width])
    assert module_dots(strip, len(qr_modules(NUMBER))) == 6
    assert read_codes(photograph(strip, light)) == {("QRCode", NUMBER)}


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "light",
    [add_noise, *(pytest.param(light, marks=pytest.mark.wide) for light in LIGHTS[1:]), a_line_of_the_head_is_dead],
)
@pytest.mark.parametrize(("length", "width"), CODES)
def test_a_signed_code_on_paper_reads_back(length: int, width: PaperWidth, light: Callable[..., Picture]) -> None:
    text = SIGNED[:length]
    strip = qr_picture(text, DOTS[width])
    assert module_dots(strip, len(qr_modules(text))) == CODES[length, width]
    assert read_codes(photograph(strip, light)) == {("QRCode", text)}
