"""One round: the minimal app, the window and an organ's queue are started one by one, their keys pressed in turn."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks import minimal_app
from benchmarks.feel_report import CHARACTER, DOWN, KEY, MEMORY, PAGE, PAINT, SIGNED_IN, STORE, Values
from benchmarks.sample_office import CLERK, OFFICER, PIN
from benchmarks.terminal import Terminal

MINIMAL_COMMAND = (sys.executable, "-m", minimal_app.__name__)
SIGN_IN = "Staff number"  # what the screens show in English, when they show it
PRESSES = 14
_OFFICE_MARKER = "Sample City service centre"
_FORM_MARKER = "draft saved"
_QUEUE_MARKER = "in the queue"
_Key = tuple[str, re.Pattern[bytes]]  # what is pressed, and what only its own paint holds: clocks tick beside it
_MINIMAL_KEY: _Key = ("a", re.compile(minimal_app.MARKER.encode()))
_CHARACTER_KEY: _Key = ("6", re.compile(rb"m6+\x1b"))  # a run of sixes and nothing else: the field
_ROW_DOWN: _Key = ("\x1b[B", re.compile(rb"\d{12}-\d\d"))  # the number of a task
_PAGE_DOWN: _Key = ("\x1b[6~", _ROW_DOWN[1])
_WARM_UP_PRESSES = 2  # the first presses after a start are not counted: they load what every later one uses


def program_command(folder: Path) -> tuple[str, ...]:
    """How the program is started over the sample city in `folder`."""
    return (sys.executable, "-m", "clerk_app", "--language", "en", "demo", "--keep", str(folder))


def run_round(folder: Path, presses: int = PRESSES) -> tuple[Values, Values]:
    """What the minimal app and the program over the city in `folder` took. Raises OutOfReach if one does not start.

    Each start of the program follows one of the minimal app, which then stays open, so that their keys alternate: a
    machine that is busy for a second is busy for both.
    """
    least: Values = {}
    ours: Values = {}
    with _start_minimal_app(least) as base, Terminal(program_command(folder)) as window:
        _sign_in(window, ours, CLERK, _FORM_MARKER)
        _add_value(ours, MEMORY, window.resident_mib())
        _press_in_turn(base, least, window, ours, {CHARACTER: _CHARACTER_KEY}, presses)
    with _start_minimal_app(least) as base, Terminal(program_command(folder)) as queue:
        _sign_in(queue, ours, OFFICER, _QUEUE_MARKER)
        _press_in_turn(base, least, queue, ours, {DOWN: _ROW_DOWN, PAGE: _PAGE_DOWN}, presses)
    return least, ours


def _start_minimal_app(values: Values) -> Terminal:
    """The minimal app, painted and quiet."""
    terminal = Terminal(MINIMAL_COMMAND)
    try:
        _add_value(values, PAINT, terminal.wait_for(minimal_app.MARKER))
        terminal.wait_until_quiet()
        _add_value(values, MEMORY, terminal.resident_mib())
    except BaseException:
        terminal.close()
        raise
    return terminal


def _sign_in(terminal: Terminal, values: Values, number: str, marker: str) -> None:
    """Signs in with keys typed at the first paint, while the store is still being opened."""
    _add_value(values, PAINT, terminal.wait_for(SIGN_IN))
    terminal.write(f"{number}\r{PIN}\r")
    _add_value(values, STORE, terminal.wait_for(_OFFICE_MARKER))
    _add_value(values, SIGNED_IN, terminal.wait_for(marker))
    terminal.wait_until_quiet()


def _press_in_turn(
    base: Terminal, least: Values, terminal: Terminal, ours: Values, keys: Mapping[str, _Key], presses: int
) -> None:
    for name, key in keys.items():
        for press in range(-_WARM_UP_PRESSES, presses):
            times = base.time_key(*_MINIMAL_KEY), terminal.time_key(*key)
            if press >= 0:
                _add_value(least, KEY, times[0])
                _add_value(ours, name, times[1])


def _add_value(values: Values, name: str, value: float) -> None:
    values.setdefault(name, []).append(value)
