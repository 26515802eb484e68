"""Bodies of the type multipart/form-data (RFC 7578), parsed piece by piece as they arrive.

Nothing is collected: the content of a part is passed on in pieces. The name that a client gives a file is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

from clerk_app.errors import BadData

MAX_HEADER_BYTES = 8 * 1024  # of one part
MAX_PARTS = 200
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{1,70}")  # RFC 2046, section 5.1.1
_FILE_NAME = re.compile(rb'\bfilename\*?=("[^"]|[^";\s])', re.IGNORECASE)  # a field without a chosen file has ""


class PartBegins(NamedTuple):
    """A part begins; `is_file`: it is a file that somebody chose, not a field."""

    is_file: bool


class PartContent(NamedTuple):
    """The next bytes of the part."""

    content: bytes


class PartEnds(NamedTuple):
    """The part has arrived as a whole."""


PartEvent = PartBegins | PartContent | PartEnds


def find_boundary(content_type: str) -> bytes | None:
    """Return the boundary of a multipart/form-data body by its header Content-Type; None for another type.

    Raises BadData without a usable boundary.
    """
    message = Message()
    message["content-type"] = content_type
    if message.get_content_type() != "multipart/form-data":
        return None
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str) or not _BOUNDARY.fullmatch(boundary) or boundary.endswith(" "):
        raise unreadable()
    return boundary.encode("ascii")


class MultipartParser:
    """Parses one body; `feed` takes its pieces in order."""

    def __init__(self, boundary: bytes) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._buffer = b"\r\n"  # the first delimiter needs no line before it
        self._state = self._skip_preamble
        self._parts = 0
        self.is_complete = False  # the last delimiter has arrived

    def feed(self, piece: bytes) -> Iterator[PartEvent]:
        """Yield what the next bytes of the body contain. Raises BadData if they are not a multipart body."""
        self._buffer += piece
        while not self.is_complete:
            event, has_progress = self._state()
            if event is not None:
                yield event
            if not has_progress:
                return
        self._buffer = b""  # the epilogue

    def _skip_preamble(self) -> tuple[PartEvent | None, bool]:
        at = self._buffer.find(self._delimiter)
        if at < 0:
            self._buffer = self._buffer[-len(self._delimiter) :]
            return None, False
        self._buffer = self._buffer[at + len(self._delimiter) :]
        self._state = self._read_delimiter_end
        return None, True

    def _read_delimiter_end(self) -> tuple[PartEvent | None, bool]:
        if len(self._buffer) < 2:
            return None, False
        if self._buffer.startswith(b"--"):
            self.is_complete = True
            return None, True
        line, end, rest = self._buffer.partition(b"\r\n")
        if not end:
            self._require_short()
            return None, False
        if line.strip(b" \t"):
            raise unreadable()
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise unreadable()
        self._buffer = b"\r\n" + rest  # a part may have no headers
        self._state = self._read_headers
        return None, True

    def _read_headers(self) -> tuple[PartEvent | None, bool]:
        headers, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            self._require_short()
            return None, False
        self._buffer, self._state = rest, self._read_content
        lines = [line for line in headers.split(b"\r\n") if line.lower().startswith(b"content-disposition:")]
        return PartBegins(any(_FILE_NAME.search(line) for line in lines)), True

    def _read_content(self) -> tuple[PartEvent | None, bool]:
        at = self._buffer.find(self._delimiter)
        if at == 0:
            self._buffer = self._buffer[len(self._delimiter) :]
            self._state = self._read_delimiter_end
            return PartEnds(), True
        if at < 0:
            at = len(self._buffer) - len(self._delimiter) + 1  # the rest may be the begin of a delimiter
        if at <= 0:
            return None, False
        content, self._buffer = self._buffer[:at], self._buffer[at:]
        return PartContent(content), self._buffer.startswith(self._delimiter)

    def _require_short(self) -> None:
        if len(self._buffer) > MAX_HEADER_BYTES:
            raise unreadable()


def unreadable() -> BadData:
    return BadData("The files did not arrive as a browser sends them. Send them again.")
