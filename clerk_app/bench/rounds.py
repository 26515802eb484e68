"""One round: the minimal app, the window and an organ's queue are started one by one, their keys pressed in turn."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from clerk_app.bench import minimal
from clerk_app.bench.city import CLERK, OFFICER, PIN
from clerk_app.bench.table import CHARACTER, DOWN, KEY, MEMORY, PAGE, PAINT, SIGNED_IN, STORE, Values
from clerk_app.bench.terminal import Terminal

MINIMAL = (sys.executable, "-m", minimal.__name__)
SIGN_IN = "Staff number"  # what the screens show in English, when they show it
PRESSES = 14
_OFFICE = "Sample City service centre"
_FORM = "draft saved"
_QUEUE = "in the queue"
_Key = tuple[str, re.Pattern[bytes]]  # what is pressed, and what only its own paint holds: clocks tick beside it
_LEAST: _Key = ("a", re.compile(minimal.MARKER.encode()))
_SIX: _Key = ("6", re.compile(rb"m6+\x1b"))  # a run of sixes and nothing else: the field
_ROW_DOWN: _Key = ("\x1b[B", re.compile(rb"\d{12}-\d\d"))  # the number of a task
_PAGE_DOWN: _Key = ("\x1b[6~", _ROW_DOWN[1])
_WARMING = 2  # the first presses after a start are not counted: they load what every later one uses


def program(folder: Path) -> tuple[str, ...]:
    """How the program is started over the sample city in `folder`."""
    return (sys.executable, "-m", "clerk_app", "--language", "en", "demo", "--keep", str(folder))


def one_round(folder: Path, presses: int = PRESSES) -> tuple[Values, Values]:
    """What the minimal app and the program over the city in `folder` took. Raises OutOfReach if one does not start.

    Each start of the program follows one of the minimal app, which then stays open, so that their keys alternate: a
    machine that is busy for a second is busy for both.
    """
    least: Values = {}
    ours: Values = {}
    with _minimal(least) as base, Terminal(program(folder)) as window:
        _start(window, ours, CLERK, _FORM)
        _add(ours, MEMORY, window.memory())
        _press_in_turn(base, least, window, ours, {CHARACTER: _SIX}, presses)
    with _minimal(least) as base, Terminal(program(folder)) as queue:
        _start(queue, ours, OFFICER, _QUEUE)
        _press_in_turn(base, least, queue, ours, {DOWN: _ROW_DOWN, PAGE: _PAGE_DOWN}, presses)
    return least, ours


def _minimal(values: Values) -> Terminal:
    """The minimal app, painted and quiet."""
    terminal = Terminal(MINIMAL)
    try:
        _add(values, PAINT, terminal.until(minimal.MARKER))
        terminal.settle()
        _add(values, MEMORY, terminal.memory())
    except BaseException:
        terminal.close()
        raise
    return terminal


def _start(terminal: Terminal, values: Values, number: str, marker: str) -> None:
    """Signs in with keys typed at the first paint, while the store is still being opened."""
    _add(values, PAINT, terminal.until(SIGN_IN))
    terminal.write(f"{number}\r{PIN}\r")
    _add(values, STORE, terminal.until(_OFFICE))
    _add(values, SIGNED_IN, terminal.until(marker))
    terminal.settle()


def _press_in_turn(
    base: Terminal, least: Values, terminal: Terminal, ours: Values, keys: Mapping[str, _Key], presses: int
) -> None:
    for name, key in keys.items():
        for press in range(-_WARMING, presses):
            times = base.press(*_LEAST), terminal.press(*key)
            if press >= 0:
                _add(least, KEY, times[0])
                _add(ours, name, times[1])


def _add(values: Values, name: str, value: float) -> None:
    values.setdefault(name, []).append(value)
