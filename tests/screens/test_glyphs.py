"""Characters that a terminal multiplexer drops are drawn as a mark; other terminals get the characters themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from screens.theme.glyphs import ask_width, terminal_text
from screens.widgets.paint import fit
known = ask_width(chr(0x3347F)) >= 0 or ask_width(chr(0x4e00)) != 2
print(ascii(terminal_text("王\\U0003347f")), ascii(fit("王\\U0003347f", 6)), known)
"""


@pytest.mark.many_cases
@pytest.mark.parametrize(("terminal", "shown"), [("xterm-256color", "\U0003347f"), ("tmux-256color", "\u3013")])
def test_a_character_that_tmux_does_not_know_is_drawn_as_a_mark_of_the_same_width(terminal: str, shown: str) -> None:
    surroundings = {"TERM": terminal, "LC_ALL": "C.UTF-8"}
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, env=surroundings, text=True, check=True, cwd=root
    )
    if run.stdout.endswith("True\n"):
        pytest.skip("the C library knows this character, or has no widths")
    drawn = "王" + shown
    assert run.stdout == f"{drawn!a} {drawn + '  '!a} False\n"
