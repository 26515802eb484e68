"""Forms with files (multipart/form-data, RFC 7578), parsed piece by piece as they arrive.

Nothing is collected: the content of a part is passed on in pieces. The name that a client gives a file is not used.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from clerk_app.errors import BadData

MAX_PARTS = 200
MAX_HEADER_BYTES = 4096  # of one header of a part
_BOUNDARY = re.compile(rb"[0-9A-Za-z'()+_,./:=? -]{1,70}")  # RFC 2046, section 5.1.1
logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of each byte that is not of a form


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
    media_type, options = parse_options_header(content_type)
    if media_type != b"multipart/form-data":
        return None
    boundary = options.get(b"boundary", b"")
    if not _BOUNDARY.fullmatch(boundary) or boundary.endswith(b" "):
        raise unreadable()
    return boundary


class FormReader:
    """Reads one form; `feed` takes its pieces in order."""

    def __init__(self, boundary: bytes) -> None:
        self.is_complete = False  # the last delimiter has arrived
        self._events: list[PartEvent] = []
        self._parts = 0
        self._field = self._value = b""  # the header that is being read
        self._is_file = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._read_field,
                "on_header_value": self._read_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._read_content,
                "on_part_end": self._end_part,
                "on_end": self._end_form,
            },
            max_header_size=MAX_HEADER_BYTES,
        )

    def feed(self, piece: bytes) -> Iterator[PartEvent]:
        """Yield what the next bytes of the form contain. Raises BadData if they are no form, or have too many parts."""
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise unreadable() from error
        finally:
            events, self._events = self._events, []
        yield from events

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise unreadable()
        self._is_file = False

    def _read_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _read_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._is_file = bool(parse_options_header(self._value)[1].get(b"filename"))  # "" where none was chosen
        self._field = self._value = b""

    def _end_headers(self) -> None:
        self._events.append(PartBegins(self._is_file))

    def _read_content(self, data: bytes, start: int, end: int) -> None:
        self._events.append(PartContent(bytes(data[start:end])))

    def _end_part(self) -> None:
        self._events.append(PartEnds())

    def _end_form(self) -> None:
        self.is_complete = True


def unreadable() -> BadData:
    return BadData("The files did not arrive as a browser sends them. Send them again.")
