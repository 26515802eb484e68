"""A labelled value as lines: the label in a column, the value at its right."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest

from screens.widgets.paint import Line, fit, wrap


def labelled_lines(label: str, value: str, width: int, cells: int, *, gap: int = 1, style: str = "") -> Iterable[Line]:
    """Return a label in a column of `cells` cells, and the value after `gap` blanks; both are wrapped, not cut."""
    for head, line in zip_longest(wrap(label, cells), wrap(value, width - cells - gap), fillvalue=""):
        yield [(fit(head, cells) + " " * gap, "dim"), (line, style)]
