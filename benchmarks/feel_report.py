"""From measured values to a table: medians, 95th percentiles, ratios to the minimal app, bars and the verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from statistics import median

from rich.cells import cell_len, set_cell_size

from clerk_app.locales import _, format_list, mark

Values = dict[str, list[float]]
"""Measured numbers by the name of their measure."""

PAINT, STORE, SIGNED_IN = mark("first paint"), mark("store usable"), mark("signed in, typed ahead")
CHARACTER, DOWN, PAGE = mark("character"), mark("row down"), mark("page down")
MEMORY = mark("memory")
KEY = "key"  # of the minimal app: what the three keys are compared with

BARS = {PAINT: 1.5, STORE: 3.0, CHARACTER: 2.5, DOWN: 3.5, PAGE: 6.0, MEMORY: 3.0}
_MINIMAL_MEASURE = {STORE: PAINT, SIGNED_IN: PAINT, CHARACTER: KEY, DOWN: KEY, PAGE: KEY}
ORDER = (PAINT, STORE, SIGNED_IN, CHARACTER, DOWN, PAGE, MEMORY)


@dataclass(frozen=True)
class Measure:
    """A line of the table, in milliseconds or MiB; `bar` is the largest ratio allowed, None if any."""

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
        """Whether the ratio stays within its bar."""
        return self.bar is None or self.ratio <= self.bar

    def as_json(self) -> str:
        """One JSON object on a line, numbers rounded."""
        row = {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}
        return json.dumps(row | {"held": self.held})


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank). Needs one value."""
    return sorted(values)[max(0, ceil(len(values) * share) - 1)]


def compare_measures(minimal: Mapping[str, Sequence[float]], program: Mapping[str, Sequence[float]]) -> list[Measure]:
    """The measures of ORDER that the program has values for, each against the minimal app of the same run."""
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
    """The table for people."""
    head = ("", _("median"), "p95", _("minimal"), _("ratio"), _("bar"), "")
    rows = [
        (
            _(one.name),
            f"{one.median:.1f} {one.unit}",
            f"{one.p95:.1f}",
            f"{one.minimal:.1f}",
            f"{one.ratio:.2f}",
            f"{one.bar:.1f}" if one.bar is not None else "-",
            "" if one.bar is None else _("bar held") if one.held else _("BAR BROKEN"),
        )
        for one in measures
    ]
    sizes = [max(map(cell_len, column)) for column in zip(head, *rows, strict=True)]
    return [_align_row(row, sizes) for row in (head, *rows)]


def _align_row(row: Sequence[str], sizes: Sequence[int]) -> str:
    """Name and verdict stand left, numbers right."""
    name, *numbers, verdict = row
    cells = [" " * (size - cell_len(text)) + text for text, size in zip(numbers, sizes[1:-1], strict=True)]
    return "  ".join((set_cell_size(name, sizes[0]), *cells, verdict)).rstrip()


def format_verdict(measures: Sequence[Measure], early: Sequence[str]) -> str:
    """Whether the program may be felt by people, in a sentence."""
    broken = [_(one.name) for one in measures if not one.held]
    if early:
        broken.append(_("imports before the first paint"))
    if broken:
        return _("Broken: {bars}.").format(bars=format_list(broken))
    return _("Every bar is held.")
