"""Measure the share of photographs in which the page is found, and the time that takes."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import cycle
from statistics import median
from time import process_time

import cv2
import numpy as np
from cv2.typing import MatLike as Picture

from benchmarks.papers.blank_forms import draw_forms
from benchmarks.papers.drawn_papers import draw_paper
from benchmarks.papers.photographs import HEIGHT, WIDTH, Photograph, take_photograph
from clerk_app.errors import BadData
from scanners.papers.pages import Corners, PageFinding
from scanners.papers.straightening import straighten

BAR = 0.95
"""Share of photographs in which the page has to be found."""

MIN_OVERLAP = 0.9
"""Intersection over union of the found and the true page, from which it counts as found."""


@dataclass(frozen=True)
class PageShares:
    """Results of a number of photographs: shares from 0 to 1, processor time of a photograph in milliseconds."""

    photographs: int
    found: float
    found_closely: float  # with an overlap of 0.98
    fingers_named: float
    wrongly_covered: float
    milliseconds: float
    longest_milliseconds: float
    missed: tuple[str, ...]  # desks

    @property
    def held(self) -> bool:
        """Whether enough pages were found."""
        return self.found >= BAR


def main(photographs: int, seed: int, *, as_json: bool) -> int:
    """Measure, print the results, and return 0 if the bar is held, else 1."""
    if photographs < 1:
        raise BadData("At least one photograph has to be measured.")
    shares = measure(take_photographs(photographs, seed))
    if as_json:
        sys.stdout.write(json.dumps(asdict(shares) | {"held": shares.held}) + "\n")
        return 0 if shares.held else 1
    missed = ", ".join(f"{desk} {count}" for desk, count in Counter(shares.missed).items()) or "none"
    sys.stdout.write(
        f"{shares.photographs} photographs, of which missed on each desk: {missed}\n"
        f"page found (overlap {MIN_OVERLAP})      {shares.found:7.1%}, bar {BAR:.0%}\n"
        f"page found (overlap 0.98)     {shares.found_closely:7.1%}\n"
        f"fingers named                 {shares.fingers_named:7.1%}\n"
        f"fingers named without any     {shares.wrongly_covered:7.1%}\n"
        f"time of a photograph          {shares.milliseconds:7.0f} ms, longest {shares.longest_milliseconds:.0f} ms\n"
    )
    return 0 if shares.held else 1


def take_photographs(count: int, seed: int) -> Iterator[Photograph]:
    """Yield photographs of forms and of drawn papers in turn, each with a seed of its own."""
    forms = cycle(draw_forms())
    for number in range(count):
        page = _draw_paper(seed, number // 2) if number % 2 else next(forms)
        yield take_photograph(page, seed + number)


def _draw_paper(seed: int, number: int) -> Picture:
    return cv2.cvtColor(np.asarray(draw_paper(seed, number)[0].image), cv2.COLOR_RGB2BGR)


def measure(photographs: Iterator[Photograph]) -> PageShares:
    """Find the page in each photograph."""
    overlaps, times, desks = [], [], []
    named: dict[bool, list[bool]] = {True: [], False: []}
    for photograph in photographs:
        began = process_time()
        _page, findings, corners = straighten(photograph.picture)
        times.append((process_time() - began) * 1000)
        overlaps.append(overlap(corners, photograph.corners))
        desks.append(photograph.conditions.desk)
        named[photograph.conditions.fingers > 0].append(PageFinding.COVERED in findings)
    return PageShares(
        len(overlaps),
        _share(value >= MIN_OVERLAP for value in overlaps),
        _share(value >= 0.98 for value in overlaps),
        _share(named[True]),
        _share(named[False]),
        median(times),
        max(times),
        tuple(desk for desk, value in zip(desks, overlaps, strict=True) if value < MIN_OVERLAP),
    )


def overlap(found: Corners, true: Corners) -> float:
    """Return the intersection over union of two pages; 0 if none was found."""
    if not found:
        return 0.0
    first, second = (_to_pixels(corners) for corners in (found, true))
    common = float(cv2.intersectConvexConvex(first, second)[0])
    return common / (cv2.contourArea(first) + cv2.contourArea(second) - common)


def _to_pixels(corners: Corners) -> Picture:
    return np.array(corners, np.float32) * np.array([WIDTH, HEIGHT], np.float32)


def _share(values: Iterator[bool] | list[bool]) -> float:
    known = list(values)
    return sum(known) / len(known) if known else 0.0
