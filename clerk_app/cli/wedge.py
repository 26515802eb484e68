"""`clerk camera wedge`: reads what a hand scanner types, and prints how the text and its last keys are read."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from typing import TYPE_CHECKING

from clerk_app.cli.console import print_line
from clerk_app.errors import describe_error
from clerk_app.locales import _

if TYPE_CHECKING:
    from scanners import KeyboardWedge

SUFFIX_NAMES = {"\r": "CR", "\n": "LF", "\t": "Tab", "\x03": "ETX", "\x04": "EOT", "\0": "NUL"}
SUFFIX_SECONDS = 0.3
"""Time without a key after which the keys at the end of a scan are complete."""

_END_OF_INPUT, _INTERRUPT = "\x04", "\x03"


@dataclass(frozen=True)
class ScannedLine:
    """A typed text, and the keys that ended it."""

    text: str
    suffix: str


def read_lines(wedge: KeyboardWedge) -> Iterator[ScannedLine]:
    """Yield the lines of the standard input. On a terminal its keys are read unchanged, until Ctrl+D or Ctrl+C."""
    if sys.stdin.isatty() and sys.platform != "win32":
        yield from _read_terminal(wedge)
        return
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(newline="")  # CR LF stays CR LF
    line = LineBuilder()
    while character := sys.stdin.read(1):
        yield from line.add(character)
    yield from line.end()


class LineBuilder:
    """Collects characters; `add` and `end` yield a line when its text and the keys at its end are complete."""

    def __init__(self) -> None:
        self.text = self.suffix = ""

    def add(self, character: str) -> Iterator[ScannedLine]:
        """Add a character; yield the line before it, if it begins a new one."""
        if character in SUFFIX_NAMES:
            self.suffix += character if self.text else ""
            return
        if self.suffix:
            yield from self.end()
        self.text += character

    def end(self) -> Iterator[ScannedLine]:
        """Yield the line collected so far, if there is one."""
        if self.text:
            yield ScannedLine(self.text, self.suffix)
        self.text = self.suffix = ""


def describe_line(wedge: KeyboardWedge, line: ScannedLine, test_text: str) -> str:
    """Return one or two sentences: how the program understands `line`, and what is wrong with the keys at its end."""
    typed = wedge.parse_line(line.text)
    if typed is None and wedge.match_start(line.text) == "yes":
        sentence = _("A scan without identifier: {count} characters, recognised by its beginning.")
        sentence = sentence.format(count=len(line.text))
    elif typed is None:
        sentence = _("Not a scan: no prefix. It would be taken for typing.")
    elif typed.trouble:
        sentence = describe_error(typed.trouble)
    elif typed.text == test_text:
        sentence = _("Good: {prefix}, every character as printed.").format(prefix=typed.prefix)
    else:
        sentence = _("A scan: {prefix}, {count} characters.").format(prefix=typed.prefix, count=len(typed.text))
    return " ".join(filter(None, (sentence, describe_suffix(line.suffix))))


def describe_suffix(suffix: str) -> str:
    """Return what is wrong with the keys at the end of a scan; empty for one Enter."""
    keys = " ".join(SUFFIX_NAMES[key] for key in suffix)
    if suffix in ("\r", "\n"):
        return ""
    if not suffix:
        return _("It ends without Enter. Set the suffix of the scanner to one CR.")
    if len(suffix) > 1:
        return _("It ends with {keys}: more than one key. Set the suffix of the scanner to one CR.").format(keys=keys)
    return _("It ends with {keys}. Set the suffix of the scanner to one CR.").format(keys=keys)


def _read_terminal(wedge: KeyboardWedge) -> Iterator[ScannedLine]:
    line = LineBuilder()
    with _unchanged_keys() as terminal:
        print_line(_("Scan now. Ctrl+D ends."))
        while True:
            begun = bool(line.suffix) or wedge.match_start(line.text) == "yes"
            ready, _writable, _failed = select.select([terminal], [], [], SUFFIX_SECONDS if begun else None)
            if not ready:
                yield from line.end()
                continue
            data = os.read(terminal, 4096)
            if not data or (not line.text and data in (_END_OF_INPUT.encode(), _INTERRUPT.encode())):
                yield from line.end()
                return
            for character in data.decode("utf-8", "replace"):
                yield from line.add(character)


@contextmanager
def _unchanged_keys() -> Iterator[int]:
    """Yield the terminal's file descriptor; it reports CR as CR and Ctrl+C as ETX, and echoes nothing."""
    import termios

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    changed = termios.tcgetattr(terminal)
    changed[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
    changed[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
    termios.tcsetattr(terminal, termios.TCSANOW, changed)
    try:
        yield terminal
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
