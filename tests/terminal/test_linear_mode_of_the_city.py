"""The linear mode of the sample city through a pseudo terminal."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import pytest

from tests.terminal.pty_terminal import Terminal


def ends_with(prompt: str, text: str) -> bool:
    return text.rstrip().endswith(prompt)


@pytest.mark.wide
def test_the_sample_city_is_used_in_the_linear_mode_from_the_call_to_the_confirmed_face(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "clerk_app",
        "--language",
        "en",
        "demo",
        "--still",
        "--plain",
        "--keep",
        str(tmp_path / "city"),
    ]
    with Terminal(command, lines=200) as terminal:
        for prompt, keys in (
            ("Staff number:", ("1001", "Enter")),
            ("PIN:", ("471902", "Enter")),
            ("Hall:", ("F2",)),
            ("Ticket:", ("F7",)),
            ("Person:", ("F9",)),
            ("Number or letters:", ("y", "Enter")),
            ("Person:", ("quit", "Enter")),
            ("goes back:", ("y", "Enter")),
        ):
            terminal.wait_for(partial(ends_with, prompt))
            terminal.send(*keys)
        terminal.wait_for_exit()
        assert terminal.exit_code == 0
        assert "The person is confirmed." in terminal.text
