"""The whole tour in its sample city, driven by keys through a pseudo terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.terminal.pty_terminal import Terminal

STATE_SECONDS = 90.0  # a busy machine starts the camera process slowly
STEPS = (
    (("1001", "Enter"), "Staff number    1001"),
    (("471902", "Enter"), "2/18"),
    (("F2",), "3/18"),
    (("F7",), "4/18"),
    (("F9",), "Live picture, not stored"),
    (("Enter",), "5/18"),
    (("F5",), "can be found"),
    (("birth", "Enter"), "6/18"),
    (("a", "Enter"), "Second factor"),
    (("0001", "Enter"), "7/18"),
    (("1", "Enter"), "3 Left 2 !"),
    (("1", "Enter"), "3 Left 1 !"),
    (("6200000000000000011", "Enter"), "8/18"),
    (("F9",), "9/18"),
    (("Escape",), "10/18"),
    (("F2",), "F6 No-show"),
    (("F4",), "11/18"),
    (("F4",), "12/18"),  # the only ticket on hold comes back without a question
    (("F8",), "━ More"),
    (("18", "Enter"), "Nothing was done"),
    (("2", "Enter"), "F5 Find"),
    (("F5",), "Today's cases of this window"),
    (("Enter",), "13/18"),
    (("F12",), "14/18"),
    (("2001", "Enter"), "Staff number    2001"),
    (("471902", "Enter"), "15/18"),
    (("F2",), "16/18"),
    (("F9",), "nothing chosen"),
    (("a",), "Result of the approval"),
    (("Enter",), "17/18"),
    (("F12",), "Locked."),
    (("3001", "Enter"), "Staff number    3001"),
    (("471902", "Enter"), "18/18"),
    (("2",), "[2 Departments]"),
    (("Enter",), "Tour finished."),
)


@pytest.mark.wide
def test_the_whole_tour_is_done_by_keys_in_the_real_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "clerk_app", "--language", "en", "tour"]
    with Terminal(command, XDG_DATA_HOME=str(tmp_path)) as terminal:
        terminal.wait_for("1/18", STATE_SECONDS)
        terminal.wait_for("counter 1001", STATE_SECONDS)
        for keys, expected in STEPS:
            terminal.send(*keys)
            terminal.wait_for(expected, STATE_SECONDS)
    assert (tmp_path / "clerk" / "tour" / "tour.json").exists()
