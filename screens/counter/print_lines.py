"""Lines that describe a print of a paper."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.locales import format_list
from clerk_app.views.shared import PrintRow
from screens.widgets.paint import Line, level_style, wrap


def describe_print(made: PrintRow) -> str:
    """Return what a print is and how it ended."""
    return format_list((made.name, made.outcome), ":")


def print_lines(made: PrintRow, width: int) -> Iterable[Line]:
    """Yield the lines of one print: when, what and how it ended; below it who, where, on which printer."""
    for line in wrap(f"{made.at:%m-%d %H:%M}  " + describe_print(made), width):
        yield [(line, level_style(made.level))]
    for line in wrap(f"  {_details(made)}", width):
        yield [(line, "dim")]


def short_print_lines(made: PrintRow, width: int) -> Iterable[Line]:
    """Yield the lines of one print under its paper in a narrow panel."""
    first, *more = wrap("  " + format_list((describe_print(made), _details(made)), ";"), width)
    for line in (first, *(f"  {text}" for text in more)):
        yield [(line, "dim" if made.level in ("good", "plain") else level_style(made.level))]


def _details(made: PrintRow) -> str:
    return format_list(filter(None, (made.person, made.window, made.printer, made.language)))
