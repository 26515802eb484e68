"""One round of `feel`: start the minimal app, the window and a department queue, and press their keys in turn."""

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
SIGN_IN = "Staff number"  # English text of the screen
PRESSES = 14
_OFFICE_MARKER = "Sample City service centre"
_FORM_MARKER = "draft saved"
_QUEUE_MARKER = "in the queue"
_Key = tuple[str, re.Pattern[bytes]]  # the key, and a pattern that matches only the repaint that it causes
_MINIMAL_KEY: _Key = ("a", re.compile(minimal_app.MARKER.encode()))
_CHARACTER_KEY: _Key = ("6", re.compile(rb"m6+\x1b"))  # repaint of the field: nothing but sixes
_ROW_DOWN: _Key = ("\x1b[B", re.compile(rb"\d{12}-\d\d"))  # repaint of a row: the number of a task
_PAGE_DOWN: _Key = ("\x1b[6~", _ROW_DOWN[1])
_WARM_UP_PRESSES = 2  # first presses, not counted, because they load code that later ones use


def program_command(folder: Path) -> tuple[str, ...]:
    """Return the command that starts the program over the sample city in `folder`."""
    return (sys.executable, "-m", "clerk_app", "--language", "en", "demo", "--still", "--keep", str(folder))


def run_round(
    folder: Path, presses: int = PRESSES, environment: Mapping[str, str] | None = None
) -> tuple[Values, Values]:
    """Return the values of the minimal app and of the program over the city in `folder`.

    The minimal app is started before the program and stays open. Their keys alternate, so that both are measured under
    the same load. Raises OutOfReach if a program does not start.
    """
    minimal_values: Values = {}
    values: Values = {}
    with _start_minimal_app(minimal_values) as base, Terminal(program_command(folder), environment) as window:
        _sign_in(window, values, CLERK, _FORM_MARKER)
        _add_value(values, MEMORY, window.resident_mib())
        _press_in_turn(base, minimal_values, window, values, {CHARACTER: _CHARACTER_KEY}, presses)
    with _start_minimal_app(minimal_values) as base, Terminal(program_command(folder), environment) as queue:
        _sign_in(queue, values, OFFICER, _QUEUE_MARKER)
        _press_in_turn(base, minimal_values, queue, values, {DOWN: _ROW_DOWN, PAGE: _PAGE_DOWN}, presses)
    return minimal_values, values


def _start_minimal_app(values: Values) -> Terminal:
    """Start the minimal app and wait until it is painted and quiet."""
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
    """Sign in with keys that are typed at the first paint, while the program is still opening the store."""
    _add_value(values, PAINT, terminal.wait_for(SIGN_IN))
    terminal.write(f"{number}\r{PIN}\r")
    _add_value(values, STORE, terminal.wait_for(_OFFICE_MARKER))
    _add_value(values, SIGNED_IN, terminal.wait_for(marker))
    terminal.wait_until_quiet()


def _press_in_turn(
    base: Terminal, minimal_values: Values, terminal: Terminal, values: Values, keys: Mapping[str, _Key], presses: int
) -> None:
    for name, key in keys.items():
        for press in range(-_WARM_UP_PRESSES, presses):
            times = base.time_key(*_MINIMAL_KEY), terminal.time_key(*key)
            if press >= 0:
                _add_value(minimal_values, KEY, times[0])
                _add_value(values, name, times[1])


def _add_value(values: Values, name: str, value: float) -> None:
    values.setdefault(name, []).append(value)
