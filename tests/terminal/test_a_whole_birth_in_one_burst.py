"""The longest type-ahead: from sign-in to receipt, in two writes, the first one before the store is open.

A scanned code has to be confirmed by the clerk: Enter that follows a scan at once belongs to the scan.
"""

from __future__ import annotations

import sys

import pytest

from tests.terminal.pty_terminal import Terminal

COUNTER = [sys.executable, "-m", "tests.terminal.counter_app"]
SIGN_IN = ("1001", "Enter", "2468", "Enter")
SCAN = ("F2", "EL1:WANG-LI", "Enter", "Enter")  # a scanner that sends CR twice
BIRTH = (
    *("Enter", "F5", "cs", "Enter", "a", "Enter"),
    *("Xiao An", "PageDown", "110101198805050010", "PageDown", "13800000000"),
    *("Tab", "Down", "Down", " ", "F9"),
)


@pytest.mark.wide
def test_a_whole_birth_typed_ahead_lands_key_by_key_where_it_belongs() -> None:
    with Terminal(COUNTER) as terminal:
        terminal.wait_for("Sign in to begin.")
        terminal.send(*SIGN_IN, *SCAN)
        terminal.wait_for("compares face and photo")
        terminal.send("F1", "^G", *BIRTH)  # another key than Enter ends the scan
        terminal.wait_for("+ Printed.")
        terminal.wait_for("No. 260000000017")


@pytest.mark.wide
def test_enter_after_a_pause_confirms_the_face_although_a_scanner_sent_two_before() -> None:
    with Terminal(COUNTER) as terminal:
        terminal.wait_for("Sign in to begin.")
        terminal.send(*SIGN_IN, *SCAN)
        terminal.wait_for("compares face and photo")
        terminal.read_until_quiet(1.0, 3.0)  # a person looks at the face
        assert "compares face and photo" in terminal.text
        terminal.send("Enter")
        terminal.wait_for(lambda text: "compares face and photo" not in text)


def test_ctrl_q_leaves_the_program_with_code_zero() -> None:
    with Terminal(COUNTER) as terminal:
        terminal.wait_for("Sign in to begin.")
        terminal.send("^Q")
        terminal.wait_for_exit()
    assert terminal.exit_code == 0
