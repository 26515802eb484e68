"""Pictures of papers without readable text, to measure how pages are found: sheets of A4, a licence, a card."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from cv2.typing import MatLike as Picture

INK = (40, 35, 35)


@cache
def draw_forms() -> tuple[Picture, ...]:
    """Return a letter, a form with a table, a licence with an ornament (landscape), and a card of two colours."""
    return (_draw_letter(), _draw_table(), _draw_licence(), _draw_card())


def _draw_letter() -> Picture:
    page = _draw_sheet(1654, 2339, (250, 250, 250))
    _write(page, (180, 300, 1480, 1900), 1)
    cv2.circle(page, (1200, 1850), 210, (50, 45, 215), 12)
    return page


def _draw_table() -> Picture:
    page = _draw_sheet(1654, 2339, (244, 247, 248))
    for row in range(350, 2100, 110):
        cv2.line(page, (150, row), (1500, row), INK, 3)
        _write(page, (170, row + 25, 560, row + 70), row)
        _write(page, (620, row + 25, 1400 - row % 400, row + 70), row + 1)
    for column in (150, 590, 1500):
        cv2.line(page, (column, 350), (column, 2110), INK, 3)
    return page


def _draw_licence() -> Picture:
    page = _draw_sheet(2339, 1654, (225, 240, 248))
    cv2.rectangle(page, (60, 60), (2279, 1594), (60, 150, 200), 26)
    for at in range(100, 2240, 60):
        cv2.circle(page, (at, 100), 18, (90, 170, 215), 5)
        cv2.circle(page, (at, 1554), 18, (90, 170, 215), 5)
    cv2.circle(page, (1170, 260), 110, (50, 50, 205), -1)
    _write(page, (300, 560, 1300, 1350), 3)
    return page


def _draw_card() -> Picture:
    page = _draw_sheet(1011, 638, (246, 232, 218))
    page[:, 640:] = (240, 222, 205)
    cv2.ellipse(page, (810, 300), (120, 160), 0, 0, 360, (120, 150, 200), -1)
    cv2.rectangle(page, (690, 440), (930, 540), (70, 60, 60), -1)
    _write(page, (60, 80, 560, 420), 4)
    return page


def _draw_sheet(width: int, height: int, colour: tuple[int, int, int]) -> Picture:
    return np.full((height, width, 3), colour, np.uint8)


def _write(page: Picture, box: tuple[int, int, int, int], seed: int) -> None:
    """Draw lines of strokes in a box, as dense as text."""
    dice = np.random.default_rng(seed)
    left, top, right, bottom = box
    for line in range(top, bottom, 52):
        for at in range(left, right, 34):
            if dice.random() < 0.88:
                for x1, y1, x2, y2 in dice.uniform(0, 28, (4, 4)).astype(int).tolist():
                    cv2.line(page, (at + x1, line + y1), (at + x2, line + y2), INK, 3, cv2.LINE_AA)
