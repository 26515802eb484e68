"""The keys of the section "The first five minutes" in README.md, pressed in the sample city."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.docs.code_blocks import ROOT
from tests.terminal.pty_terminal import KEYS, Terminal

STEPS = (
    ("F2", "scans the code"),
    ("F7", "compares face and photo"),
    ("Enter", "chooses what they came for"),
    ("F5 xhcs", "Enter takes it"),
    ("Enter", "records it"),
    ("a Enter", "Second factor"),
    ("0001 Enter", "Left to do 3"),
    ("1 Enter 1 Enter 6222020200112233445 Enter", "F9 accepts the case"),
    ("F9", "260000000010"),
    ("F12", "Locked."),
)
"""Keys, and what the screen shows after them."""


def section() -> str:
    """Return the text of the section."""
    text = (ROOT / "README.md").read_text("utf-8")
    return text.partition("## The first five minutes\n")[2].partition("\n## ")[0]


def test_the_section_names_the_keys() -> None:
    cells = [key for row in re.findall(r"^\| (`.+?`) \|", section(), re.MULTILINE) for key in row.strip("`").split()]
    pressed = [key for keys, _text in STEPS for key in keys.split() if key in (*KEYS, "1")]
    assert [key for key in pressed if key not in cells] == []
    assert "`xhcs`" in section()


@pytest.mark.wide
def test_the_keys_lead_to_a_receipt(home: Path) -> None:
    number, pin = re.findall(r"\*\*(\d+)\*\*", section())
    with Terminal([sys.executable, "-m", "clerk_app", "demo", "--still"], columns=100, lines=30) as terminal:
        terminal.wait_for("Staff number")
        terminal.send(number, "Enter", pin, "Enter")
        terminal.wait_for("calls the next of")
        for keys, text in STEPS:
            terminal.send(*keys.split())
            terminal.wait_for(text)
