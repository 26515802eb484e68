"""Reads answers from a terminal key by key and writes whole lines; no escape sequence is ever written."""

from __future__ import annotations

import asyncio
import codecs
import os
import shutil
import termios
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.cells import cell_len

from clerk_app.text.display import display_text
from screens.widgets.paint import wrap

ESCAPE_SECONDS = 0.1  # an Escape that no key sequence follows within this time was pressed alone
MAX_ANSWER = 8192  # characters; the largest QR code has 7089
_FUNCTION_KEYS = {
    "OP": "f1", "OQ": "f2", "OR": "f3", "OS": "f4", "[11~": "f1", "[12~": "f2", "[13~": "f3", "[14~": "f4",
    "[[A": "f1", "[[B": "f2", "[[C": "f3", "[[D": "f4", "[[E": "f5", "[15~": "f5", "[17~": "f6", "[18~": "f7",
    "[19~": "f8", "[20~": "f9", "[21~": "f10", "[23~": "f11", "[24~": "f12",
}  # fmt: skip
_CONTROL_KEYS = {
    "\r": "enter", "\n": "enter", "\t": "enter", "\x03": "escape", "\x07": "escape", "\x04": "ctrl+d",
    "\x0c": "ctrl+l", "\x0f": "ctrl+o", "\x11": "ctrl+q", "\x0e": "ctrl+n", "\x15": "clear", "\x7f": "backspace",
    "\b": "backspace", "\x1a": "ctrl+z",
}  # fmt: skip


class TerminalClosed(Exception):
    """The terminal was closed, or the program was asked to end."""


class Interrupted(Exception):
    """The question was withdrawn, because the screen is locked now."""


@dataclass(frozen=True)
class Answer:
    """What was typed, and the key that ended it: enter, escape, a function key or a control key."""

    text: str
    key: str = "enter"


class LineTerminal:
    """A terminal as lines. `source` and `target` are file descriptors of one terminal."""

    def __init__(self, source: int, target: int) -> None:
        self._source, self._target = source, target
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._characters: deque[str] = deque()
        self._arrived = asyncio.Event()
        self._closed = False
        self._interrupted = False
        self.last_key_at = 0.0  # by the clock of the event loop
        self.typed = ""  # of the answer that is being typed

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Take the keys from the terminal one by one and without echo, until the block ends."""
        loop, before = asyncio.get_running_loop(), termios.tcgetattr(self._source)
        mode = termios.tcgetattr(self._source)
        mode[0] &= ~(termios.IXON | termios.ICRNL)
        mode[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
        termios.tcsetattr(self._source, termios.TCSADRAIN, mode)
        loop.add_reader(self._source, self._read)
        self.last_key_at = loop.time()
        try:
            yield
        finally:
            loop.remove_reader(self._source)
            termios.tcsetattr(self._source, termios.TCSADRAIN, before)

    def _read(self) -> None:
        try:
            data = os.read(self._source, 4096)
        except OSError:
            data = b""
        loop = asyncio.get_running_loop()
        self.last_key_at = loop.time()
        self._characters.extend(self._decoder.decode(data))
        if not data:
            self._closed = True
            loop.remove_reader(self._source)
        self._arrived.set()

    def close(self) -> None:
        """End the reading: the question that is open, and every later one, raises TerminalClosed."""
        self._closed = True
        self._arrived.set()

    def interrupt(self) -> None:
        """Withdraw the question that is open; it raises Interrupted."""
        self._interrupted = True
        self._arrived.set()

    def write(self, text: str) -> None:
        """Write text as lines, broken between words at the width of the terminal."""
        width = max(20, shutil.get_terminal_size().columns - 1)
        for line in text.splitlines() or [""]:
            for part in wrap(display_text(line), width) or [""]:
                self._send(part.rstrip() + "\r\n")

    async def ask(self, prompt: str, *, hidden: bool = False) -> Answer:
        """Write the prompt, leave the cursor behind it, and return what is typed. Raises TerminalClosed, Interrupted.

        A hidden answer is not echoed.
        """
        self._send(display_text(prompt) + " ")
        self.typed = ""
        try:
            key = await self._edit(hidden=hidden)
        finally:
            self._send("\r\n")
        return Answer(self.typed, key)

    async def _edit(self, *, hidden: bool) -> str:
        while True:
            character = await self._next()
            key = _CONTROL_KEYS.get(character, "")
            if character == "\r" and self._characters and self._characters[0] == "\n":
                self._characters.popleft()  # one Enter of a scanner that sends both
            if character == "\x1b":
                key = await self._read_sequence()
            if key in ("backspace", "clear"):
                self._erase(1 if key == "backspace" else len(self.typed), hidden=hidden)
            elif key and (key != "ctrl+d" or not self.typed):
                return key
            elif not key and character.isprintable() and len(self.typed) < MAX_ANSWER:
                self.typed += character
                if not hidden:
                    self._send(display_text(character))

    async def _next(self, seconds: float | None = None) -> str:
        """Return the next character; with `seconds`, an empty text if none arrives within this time."""
        while not self._characters:
            if self._interrupted:
                self._interrupted = False
                raise Interrupted
            if self._closed:
                raise TerminalClosed
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), seconds)
            except TimeoutError:
                return ""
        return self._characters.popleft()

    async def _read_sequence(self) -> str:
        """Return the name of the key whose sequence follows an Escape; empty for a key that is not used here."""
        sequence = await self._next(ESCAPE_SECONDS)
        if sequence not in ("O", "["):
            return "escape"
        while len(sequence) < 8:
            character = await self._next(ESCAPE_SECONDS)
            sequence += character
            if not character or character.isalpha() or character == "~":
                break
        return _FUNCTION_KEYS.get(sequence, "")

    def _erase(self, count: int, *, hidden: bool) -> None:
        for _number in range(min(count, len(self.typed))):
            cells = cell_len(self.typed[-1])
            self.typed = self.typed[:-1]
            if not hidden:
                self._send("\b" * cells + " " * cells + "\b" * cells)

    def _send(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        while data:
            try:
                data = data[os.write(self._target, data) :]
            except OSError:
                self.close()
                return
