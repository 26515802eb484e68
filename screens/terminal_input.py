"""Reads the terminal: any bytes, and the times at which keys arrived.

Textual ends its input thread at a byte that is no UTF-8, and with it the app (Textual issue 6456). It gives each key
the time at which it was parsed. The input thread parses slowly while the other threads are busy, so that a scan
appeared to pause, and its second part was typed into a field. Here all keys of one read have the time of the read.
"""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Iterator
from functools import partial

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.events import Key
from textual.message import Message

_NO_CHARACTER = re.compile("\x1b\\[[0-9:;]*(?:[0-9]{7}|[2-9][0-9]{6}|11[2-9][0-9]{4})[0-9:;]*[A-Za-z~]?")
"""A sequence with a number beyond the last character of Unicode (1114111), at which the parser of Textual fails."""
_SIZE_REPORT = re.compile("\x1b\\[(?:\\?2048;[0-9]\\$y|48;[0-9:;]*t)")
"""Reports of the size in the input: the program reads the size itself, so that no input can state a wrong one."""
_SURROGATE = re.compile("[\ud800-\udfff]")  # is no character and cannot be written to a terminal
_ALT_DIGIT = re.compile("\x1b([0-9])")


class KeyParser(XTermParser):
    """Parses the characters of the terminal; all messages of one read have the same time.

    Textual makes the letters of a macOS keyboard of Alt and a digit; here they are the keys alt+0 to alt+9.
    """

    reading = False
    """Whether keys of the newest read are not yet posted; set by the input thread."""

    def feed(self, data: str) -> Iterator[Message]:
        """Yield the messages of `data`, which was read just now."""
        read_at: float | None = None
        readable = _SIZE_REPORT.sub("", _NO_CHARACTER.sub("", data))
        if data and not readable:
            return  # the parser takes an empty text for the end of the input
        data = _ALT_DIGIT.sub(lambda match: f"\x1b[{ord(match[1])};3u", readable)
        self.reading = True
        try:
            for message in super().feed(data):
                read_at = message.time if read_at is None else read_at
                message.time = read_at
                if not (isinstance(message, Key) and message.character and _SURROGATE.search(message.character)):
                    yield message
        except (ArithmeticError, ValueError, LookupError):  # bytes that no terminal sends; an error ends the program
            self._begin_again()
        finally:
            self.reading = False

    def parse_mouse_code(self, code: str) -> Message | None:
        """Return the message of a mouse report; a terminal of unknown size in pixels reports cells."""
        if 0 in (*(self.terminal_size or ()), *(self.terminal_pixel_size or ())):
            self.mouse_pixels = False
        return super().parse_mouse_code(code)

    def _begin_again(self) -> None:
        """Begin to parse again after an error, which ends the generator of the parser."""
        size, pixel_size, pixels = self.terminal_size, self.terminal_pixel_size, self.mouse_pixels
        self.__init__()  # type: ignore[misc]
        self.terminal_size, self.terminal_pixel_size, self.mouse_pixels = size, pixel_size, pixels


class TerminalInput(App[None]):
    """An app that reads any bytes, and whose keys have the time of their read. Other drivers are not changed."""

    _parser: KeyParser | None = None

    @property
    def reading_keys(self) -> bool:
        """Whether more keys that were read already will arrive."""
        return self._parser is not None and self._parser.reading

    def get_driver_class(self) -> type[Driver]:
        driver = super().get_driver_class()
        module = vars(sys.modules[driver.__module__])
        for name, replacement in (("getincrementaldecoder", make_decoder), ("XTermParser", self._make_parser)):
            if name in module:
                module[name] = replacement
        return driver

    def _make_parser(self, debug: bool = False) -> KeyParser:
        self._parser = KeyParser(debug)
        return self._parser


def make_decoder(encoding: str) -> partial[codecs.IncrementalDecoder]:
    """Return the constructor of a decoder that replaces invalid bytes, like `codecs.getincrementaldecoder`."""
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")
