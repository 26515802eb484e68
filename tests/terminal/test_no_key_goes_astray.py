"""Keys of one burst arrive as if typed one by one; tested through a pseudo terminal."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator

import pytest

from tests.terminal.pty_terminal import Terminal

SAMPLE = [sys.executable, "-m", "tests.terminal.sample_app"]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with Terminal(SAMPLE) as terminal:
        terminal.wait_for("first=;")
        yield terminal


def test_a_key_that_moves_the_focus_takes_the_following_keys_with_it(terminal: Terminal) -> None:
    terminal.send("AB", "F4", "12345")
    terminal.wait_for("first=AB;second=12345;")


def test_keys_typed_over_a_pushed_dialog_land_in_it_and_the_rest_behind_it(terminal: Terminal) -> None:
    terminal.send("AB", "F2", "12345", "Enter", "CD")
    terminal.wait_for("first=ABCD;second=;done=<12345>;")


@pytest.mark.wide
def test_keys_typed_during_a_slow_action_are_delivered_after_it(terminal: Terminal) -> None:
    terminal.send("AB", "F5", "12345")
    terminal.wait_for("first=AB;second=12345;")


def test_a_scanner_that_ends_each_code_with_enter_submits_each_code_once(terminal: Terminal) -> None:
    terminal.send("12345", "Enter", "67890", "Enter", "ABC", "Enter")
    terminal.wait_for("done=12345,67890,ABC;")


@pytest.mark.wide
def test_a_long_scanned_code_arrives_whole_with_its_enter(terminal: Terminal) -> None:
    code = "".join(chr(48 + at % 43) for at in range(700))
    terminal.send(code, "Enter", "next")
    terminal.wait_for("first=next;")


def test_a_paste_keeps_its_place_among_the_keys(terminal: Terminal) -> None:
    terminal.send("AB", "F5", "\x1b[200~pasted\x1b[201~", "Enter", "C")
    terminal.wait_for("first=AB;second=C;done=pasted;")


def test_escape_during_a_slow_action_drops_the_keys_typed_ahead() -> None:
    with Terminal(SAMPLE, SLOW_SECONDS="20") as terminal:
        terminal.wait_for("first=;")
        terminal.send("AB", "F5", "12345")
        terminal.wait_for("Working ...")
        terminal.send("^G")
        terminal.wait_for("5 keys typed ahead were dropped")
        terminal.signal(signal.SIGUSR1)
        terminal.send("F4", "C")
        terminal.wait_for("first=AB;second=C;")


def test_an_action_that_fails_shows_its_error_and_the_keys_are_delivered(terminal: Terminal) -> None:
    terminal.send("AB", "F6", "12345")
    terminal.wait_for("first=AB12345;")
    terminal.wait_for("The sample service refuses.")


@pytest.mark.wide
def test_two_dialogs_and_a_slow_action_in_one_burst_keep_their_order(terminal: Terminal) -> None:
    terminal.send("F2", "one", "Enter", "F2", "two", "Enter", "F5", "end")
    terminal.wait_for("second=end;done=<one>,<two>;")


def test_a_terminal_that_is_too_small_shows_a_warning_until_it_grows(terminal: Terminal) -> None:
    terminal.send("typed")
    terminal.wait_for("first=typed;")
    terminal.resize(60, 20)
    terminal.wait_for("Nothing is lost")
    terminal.resize(80, 24)
    terminal.wait_for("first=typed;")
    terminal.send("more")
    terminal.wait_for("first=typedmore;")


def test_the_language_changes_while_running_and_what_is_typed_stays(terminal: Terminal) -> None:
    terminal.send("typed")
    terminal.wait_for("first=typed;")
    terminal.send("^L", "still")
    terminal.wait_for("first=typedstill;")
    terminal.send("^L")
    terminal.wait_for("F1 Help")


SIGNED = "EL1:6BF+7079 0T9WJWG.FKY*4GO0"


@pytest.mark.parametrize(
    "ending", ["\r\r", "\t", "", *(pytest.param(keys, marks=pytest.mark.wide) for keys in ("\r", "\r\n", "\n", "\x04"))]
)
def test_no_key_of_a_scan_reaches_a_field_or_a_dialog(terminal: Terminal, ending: str) -> None:
    terminal.send("AB", "F2")
    terminal.wait_for("What is it?")
    terminal.send("]Q1", SIGNED, ending)
    terminal.wait_for("A code was scanned and not used")
    terminal.send("\x07")
    terminal.wait_for("done=<None>;")
    assert "first=AB;second=;" in terminal.text


@pytest.mark.wide
def test_a_scan_during_a_slow_action_stays_a_scan(terminal: Terminal) -> None:
    terminal.send("AB", "F5", "12345]")
    terminal.wait_for("Working ...")
    terminal.send(SIGNED, "\r\r")
    terminal.wait_for("A code was scanned and not used")
    assert "first=AB;second=12345];done=;" in terminal.text


@pytest.mark.wide
def test_text_with_a_code_inside_arrives_whole(terminal: Terminal) -> None:
    terminal.send("请补交示自然资拍[2026]G15号地块", "Enter", "CHANNEL1:视频", "Enter")
    terminal.wait_for("done=请补交示自然资拍[2026]G15号地块,CHANNEL1:视频;")


@pytest.mark.parametrize("ending", ["\r\r", pytest.param("\r\n", marks=pytest.mark.wide)])
@pytest.mark.wide
def test_a_scan_in_one_burst_with_typed_text_records_nothing(terminal: Terminal, ending: str) -> None:
    terminal.send("F9", "the permit]Q1", SIGNED, ending)
    terminal.wait_for("+ the permit]Q1EL1:")  # by the first Enter; a line feed after it is part of it
    if ending == "\r\r":
        terminal.wait_for("Enter came twice at once")
    terminal.read_until_quiet(0.2, 1.0)
    assert "done=;" in terminal.text
    terminal.send("Enter")
    terminal.wait_for("done=refused: the permit]Q1EL1:")
