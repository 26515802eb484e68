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
from textual.message import Message

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
        data = _ALT_DIGIT.sub(lambda match: f"\x1b[{ord(match[1])};3u", data)
        self.reading = True
        try:
            for message in super().feed(data):
                read_at = message.time if read_at is None else read_at
                message.time = read_at
                yield message
        finally:
            self.reading = False


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
