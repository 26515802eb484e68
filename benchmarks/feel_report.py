"""Report of `feel`: medians, 95th percentiles, ratios to the minimal app, bars and the verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from statistics import median

from rich.cells import cell_len, set_cell_size

from clerk_app.locales import format_list

Values = dict[str, list[float]]
"""Measured values by the name of the measure."""

PAINT, STORE, SIGNED_IN = "first paint", "store usable", "signed in, typed ahead"
CHARACTER, DOWN, PAGE = "character", "row down", "page down"
MEMORY = "memory"
KEY = "key"  # measure of the minimal app, with which three keys of the program are compared

BARS = {PAINT: 1.3, STORE: 2.5, CHARACTER: 2.0, DOWN: 2.5, PAGE: 5.0, MEMORY: 2.7}
_MINIMAL_MEASURE = {STORE: PAINT, SIGNED_IN: PAINT, CHARACTER: KEY, DOWN: KEY, PAGE: KEY}
ORDER = (PAINT, STORE, SIGNED_IN, CHARACTER, DOWN, PAGE, MEMORY)


@dataclass(frozen=True)
class Measure:
    """A row of the table, in milliseconds or MiB; `bar` is the largest ratio allowed, or None."""

    name: str
    unit: str
    median: float
    p95: float
    minimal: float  # median of the minimal app
    ratio: float
    bar: float | None
    count: int

    @property
    def held(self) -> bool:
        """Whether the ratio is within its bar."""
        return self.bar is None or self.ratio <= self.bar

    def as_json(self) -> str:
        """Return one JSON object on a line, with rounded numbers."""
        row = {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return json.dumps(row | {"held": self.held})


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` such that at least `share` of them are not greater (nearest rank).

    `values` must not be empty.
    """
    return sorted(values)[max(0, ceil(len(values) * share) - 1)]


def compare_measures(minimal: Mapping[str, Sequence[float]], program: Mapping[str, Sequence[float]]) -> list[Measure]:
    """Return the measures of ORDER that `program` has values for, compared with the minimal app of the same run."""
    found: list[Measure] = []
    for name in ORDER:
        values = program.get(name)
        if values:
            base = median(minimal[_MINIMAL_MEASURE.get(name, name)])
            middle, unit = median(values), "MiB" if name == MEMORY else "ms"
            ratio, bar = middle / base, BARS.get(name)
            found.append(Measure(name, unit, middle, percentile(values, 0.95), base, ratio, bar, len(values)))
    return found


def format_table(measures: Sequence[Measure]) -> list[str]:
    """Return the table as lines of text."""
    head = ("", "median", "p95", "minimal", "ratio", "bar", "")
    rows = [
        (
            measure.name,
            f"{measure.median:.1f} {measure.unit}",
            f"{measure.p95:.1f}",
            f"{measure.minimal:.1f}",
            f"{measure.ratio:.2f}",
            f"{measure.bar:.1f}" if measure.bar is not None else "-",
            "" if measure.bar is None else "bar held" if measure.held else "BAR BROKEN",
        )
        for measure in measures
    ]
    sizes = [max(map(cell_len, column)) for column in zip(head, *rows, strict=True)]
    return [_align_row(row, sizes) for row in (head, *rows)]


def _align_row(row: Sequence[str], sizes: Sequence[int]) -> str:
    """Align name and verdict to the left, numbers to the right."""
    name, *numbers, verdict = row
    cells = [" " * (size - cell_len(text)) + text for text, size in zip(numbers, sizes[1:-1], strict=True)]
    return "  ".join((set_cell_size(name, sizes[0]), *cells, verdict)).rstrip()


def format_verdict(measures: Sequence[Measure], early: Sequence[str]) -> str:
    """Return one sentence: which bars are missed, or that all are held."""
    missed = [measure.name for measure in measures if not measure.held]
    if early:
        missed.append("imports before the first paint")
    if missed:
        return f"Broken: {format_list(missed)}."
    return "Every bar is held."
