"""Requests to the paper process and its replies: two lengths (4 bytes each, big endian), a head in JSON, and bytes.

A request names an action of the process, with its values in the head and its files in the bytes. The replies to a
request end with one whose head has `last`; one with `code` is an error. Uses the standard library only.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any, NamedTuple

from scanners.papers.pages import Page, PageFinding, PaperError

MAX_BODY_BYTES = 64 * 1024 * 1024  # pixels of the largest picture that is drawn
_MAX_HEAD_BYTES = 64 * 1024
_LENGTHS = struct.Struct(">2I")


class Message(NamedTuple):
    """A request or a reply."""

    head: dict[str, Any]
    body: bytes = b""


def pack_message(message: Message) -> bytes:
    """Return the bytes of a message."""
    head = json.dumps(message.head).encode()
    return _LENGTHS.pack(len(head), len(message.body)) + head + message.body


def read_message(pipe: IO[bytes]) -> Message | None:
    """Return the next message of a pipe; None at its end. Raises ValueError if the data is not a message."""
    lengths = pipe.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head_length, body_length = _LENGTHS.unpack(lengths)
    if head_length > _MAX_HEAD_BYTES or body_length > MAX_BODY_BYTES:
        raise ValueError("not a message")
    head, body = pipe.read(head_length), pipe.read(body_length)
    if len(head) < head_length or len(body) < body_length:
        return None
    values = json.loads(head)
    if not isinstance(values, dict):
        raise ValueError("not a message")
    return Message(values, body)


def page_message(page: Page) -> Message:
    """Return the reply with a page."""
    head = {
        "width": page.width,
        "height": page.height,
        "findings": [finding.value for finding in page.findings],
        "corners": page.corners,
    }
    return Message(head, page.jpeg)


def parse_page(message: Message) -> Page:
    """Return the page of a reply."""
    head = message.head
    findings = tuple(PageFinding(finding) for finding in head["findings"])
    corners = tuple((float(x), float(y)) for x, y in head["corners"])
    return Page(message.body, head["width"], head["height"], findings, corners)


def error_message(error: PaperError) -> Message:
    """Return the reply with an error."""
    return Message({"code": error.code, "sentence": error.sentence, "facts": error.facts, "last": True})


def parse_error(message: Message) -> PaperError | None:
    """Return the error of a reply; None if it has none."""
    head = message.head
    if "code" not in head:
        return None
    sentence = head["sentence"]
    return PaperError(sentence, code=head["code"], **head["facts"])
