"""Bytes from the terminal that are no UTF-8, the times of keys, and the exit code of a program whose input failed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from time import monotonic
from types import ModuleType

import pytest
from textual.drivers import linux_driver, linux_inline_driver
from textual.events import Key

from clerk_app.app import SOFTWARE_ERROR, exit_code
from screens.terminal_input import KeyParser
from tests.terminal.pty_terminal import Terminal

SAMPLE = [sys.executable, "-m", "tests.terminal.sample_app"]
REPLACED = "\ufffd"


@pytest.fixture(scope="module")
def terminal() -> Iterator[Terminal]:
    with Terminal(SAMPLE) as terminal:
        terminal.wait_for("first=;")
        yield terminal


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"a\xffb", f"a{REPLACED}b"),
        ("王".encode("gbk") + b"x", f"{REPLACED * 2}x"),
        (b"a\xe7\x8e", f"a{REPLACED}"),
        (bytes(range(0x80, 0x100)), REPLACED * 120),
        (b"\x1b[200~A\xd6\xd0B\x1b[201~", f"A{REPLACED * 2}B"),
        (b"\x1b[20\xff0~Z", "Z"),
    ],
    ids=["one byte", "GBK", "cut short", "all upper bytes", "inside a paste", "inside an escape sequence"],
)
@pytest.mark.wide
def test_a_byte_that_is_no_utf_8_is_shown_as_lost_and_typing_goes_on(
    terminal: Terminal, sent: bytes, shown: str
) -> None:
    terminal.send(sent.decode("utf-8", "surrogateescape"))
    terminal.send("!")
    terminal.wait_for(lambda text: shown[:8] in text and "!;" in text)
    terminal.send("Enter")
    terminal.wait_for("first=;")


@pytest.mark.many_cases
@pytest.mark.parametrize("bracket", [("", ""), ("\x1b[200~", "\x1b[201~")], ids=["typed", "pasted"])
def test_rare_letters_and_every_space_arrive_in_a_burst_in_their_order(bracket: tuple[str, str]) -> None:
    with Terminal(SAMPLE, columns=100) as terminal:
        terminal.wait_for("first=;")
        terminal.send(bracket[0] + "王\U00031350a李\u3000\U0002ebf0b\ufeff\u00a0c" + bracket[1])
        terminal.wait_for(lambda text: "a" in text and "c;second" in text)
        landed = terminal.text.partition("first=")[2].partition(";")[0].replace(" ", "")
        assert landed == "王\U00031350a李\U0002ebf0bc"


@pytest.mark.parametrize("driver", [linux_driver, linux_inline_driver])
def test_the_drivers_of_textual_still_have_the_names_that_are_replaced(driver: ModuleType) -> None:
    assert {"getincrementaldecoder", "XTermParser"} <= vars(driver).keys()


def test_the_keys_of_one_read_arrive_at_the_same_time_however_long_a_busy_program_needs_for_them() -> None:
    parser, times = KeyParser(), []
    for message in parser.feed("]Q3EL1:A"):
        times.append(message.time)
        while monotonic() == message.time:  # a clock with coarse steps
            pass
        assert parser.reading
    assert len(times) == 8
    assert len(set(times)) == 1
    assert not parser.reading


def test_a_program_whose_input_failed_does_not_report_success() -> None:
    assert exit_code(None) == SOFTWARE_ERROR == 70
    assert [exit_code(code) for code in (0, 1)] == [0, 1]


@pytest.mark.parametrize(
    "sent",
    [
        "\x1b[9999999999A",
        "\x1b[1114112u",
        "\x1b[97:u",
        "\x1b[55296u",
        "\x1b[48;24;80;0;0t\x1b[<0;5;5M",
        "\x1b[99999999999999u",
    ],
    ids=["number", "no character", "empty part", "surrogate", "no pixels", "only this"],
)
def test_a_sequence_that_no_terminal_sends_does_not_end_the_input(sent: str) -> None:
    parser = KeyParser()
    for _message in parser.feed(sent):
        pass
    assert [message.key for message in parser.feed("ok") if isinstance(message, Key)] == ["o", "k"]


def test_input_cannot_state_a_size_of_the_terminal() -> None:
    messages = list(KeyParser().feed("\x1b[?2048;2$y\x1b[48;5;20;50;200tk"))
    assert [message.key for message in messages if isinstance(message, Key)] == ["k"]
    assert len(messages) == 1
