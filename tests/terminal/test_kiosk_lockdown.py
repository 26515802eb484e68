"""Lock-down of the kiosk, through a pseudo terminal: no key ends, suspends or leaves the program."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.terminal.pty_terminal import Terminal

KIOSK = [sys.executable, "-m", "tests.terminal.sample_kiosk_app"]
WAYS_OUT = {
    "Ctrl+C": "\x03", "Ctrl+D": "\x04", "Ctrl+P": "\x10", "Ctrl+Q": "\x11", "Ctrl+S": "\x13", "Ctrl+Z": "\x1a",
    "Ctrl+backslash": "\x1c", "F1": "\x1bOP", "F10": "\x1b[21~", "F11": "\x1b[23~", "Alt+F4": "\x1b[1;3S",
}  # fmt: skip


@pytest.fixture
def kiosk() -> Iterator[Terminal]:
    with Terminal(KIOSK) as terminal:
        terminal.wait_for("Family matters")
        yield terminal


def test_no_key_ends_stops_or_opens_anything(kiosk: Terminal) -> None:
    for way in WAYS_OUT.values():
        kiosk.send(way)
    kiosk.send("".join(WAYS_OUT.values()))
    kiosk.send("1")
    kiosk.wait_for("A031  Family matters")
    for way in WAYS_OUT.values():
        kiosk.send(way)
    kiosk.send("^G")
    text = kiosk.wait_for("My matters")
    assert "Commands" not in text
    assert "Keys" not in text


@pytest.mark.wide
def test_the_keys_stay_inside_while_something_is_typed_too(kiosk: Terminal) -> None:
    kiosk.send("4")
    kiosk.wait_for("What is the status of my case?")
    kiosk.send("26", *WAYS_OUT.values(), "00")
    kiosk.wait_for("2600 ____ ____")


@pytest.mark.wide
def test_a_scanned_receipt_and_the_second_factor_show_the_state(kiosk: Terminal) -> None:
    kiosk.send("260000000017", "Enter")
    kiosk.wait_for("2600 0000 0017")
    kiosk.send("123x", "Enter")
    kiosk.wait_for("promised by 2026-11-27")


@pytest.mark.wide
def test_a_finger_presses_a_button(kiosk: Terminal) -> None:
    lines = kiosk.text.split("\n")
    y = next(at for at, line in enumerate(lines) if "Enterprises" in line)
    x = lines[y].index("Enterprises")
    kiosk.send(f"\x1b[<0;{x + 1};{y + 1}M", f"\x1b[<0;{x + 1};{y + 1}m")
    kiosk.wait_for("B026  Enterprises")


def test_staff_end_it_with_number_and_pin() -> None:
    with Terminal(KIOSK) as kiosk:
        kiosk.wait_for("Family matters")
        kiosk.send("F12", "9001", "Enter", "1111", "Enter")
        kiosk.wait_for("Only a supervisor opens this machine.")
        kiosk.send("1357", "Enter")
        kiosk.wait_for_exit()
    assert kiosk.exit_code == 0
