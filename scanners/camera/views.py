"""The view that the camera process sends to the program, and its encoding as a message.

A message is: length of all that follows (4 bytes, big endian), length of the head (4 bytes), the head (JSON, UTF-8),
the pixels of the preview, and the JPEG of a page that was taken. This module uses the standard library only, since the
program must not import OpenCV.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import IO, Any, Literal

from scanners.codes import Code, Corners, SequencePart
from scanners.errors import ScanError
from scanners.papers.messages import Message, page_message, parse_page
from scanners.papers.pages import Page

Guidance = Literal[
    "",
    "closer",
    "less tilt",
    "glare",
    "hold still",
    "two codes",
    "no face",
    "two faces",
    "nearer",
    "face the camera",
    "no page",
    "two pages",
    "cut off",
    "covered",
    "dark",
    "unsharp",
    "page taken",
]
"""Advice for the person who holds the code, whose face is compared, or who lays down a page; "" if none is needed."""

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
_LENGTHS = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class View:
    """The result of one frame, or the state of the source if no frame arrived.

    frame         number of the frame
    size          width and height of the frame in pixels
    rate          frames per second that the source delivers
    read          number of codes read in the frame, including those reported before
    width, height, rgb   the preview, `width` x `height` x 3 bytes, row by row; `width` is 0 if there is no preview
    outlines      corners of the located symbols, read or not, as fractions of the width and height of the frame
    codes         codes to act on; CameraClient removes codes that it reported before (see `sightings`)
    faces         number of faces near the camera, if a face is looked for; the preview is a crop of the nearest
    stillness     share of the time for which a page has to lie still, if pages are looked for
    page          a page that was taken in this frame: a JPEG at the resolution of the frame, with its findings
    trouble       the current problem of the source, or None
    ms            milliseconds spent on the frame: `capture` (decoding to pixels), `waited` (from capture to `decode`),
                  `decode`, `preview`
    captured_at   time of arrival in seconds of time.monotonic, which is the same in all processes of a machine
    order_number  number of the ScanOrder that the view belongs to
    """

    frame: int = 0
    size: tuple[int, int] = (0, 0)
    rate: float = 0.0
    read: int = 0
    width: int = 0
    height: int = 0
    rgb: bytes = field(default=b"", repr=False)
    outlines: tuple[Corners, ...] = ()
    codes: tuple[Code, ...] = ()
    guidance: Guidance = ""
    faces: int = 0
    stillness: float = 0.0
    page: Page | None = field(default=None, repr=False)
    trouble: ScanError | None = None
    ms: Mapping[str, float] = field(default_factory=dict)
    captured_at: float = 0.0
    order_number: int = 0


def pack_view(view: View) -> bytes:
    """Return `view` as one message."""
    head = {item.name: getattr(view, item.name) for item in fields(view)} | {
        "rgb": None,
        "page": view.page and page_message(view.page).head | {"bytes": len(view.page.jpeg)},
        "codes": [asdict(code) | {"data": base64.b64encode(code.data).decode()} for code in view.codes],
        "trouble": view.trouble and [view.trouble.sentence, view.trouble.facts],
    }
    text = json.dumps(head).encode()
    jpeg = view.page.jpeg if view.page else b""
    return _LENGTHS.pack(4 + len(text) + len(view.rgb) + len(jpeg), len(text)) + text + view.rgb + jpeg


def receive_view(pipe: IO[bytes]) -> View | None:
    """Read the next view from `pipe`; None at its end. Raises ValueError if the data is not a message."""
    lengths = pipe.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    total, head_length = _LENGTHS.unpack(lengths)
    if not 4 <= 4 + head_length <= total <= MAX_MESSAGE_BYTES:
        raise ValueError("not a message")
    body = pipe.read(total - 4)
    if len(body) < total - 4:
        return None
    head = json.loads(body[:head_length])
    taken = head["page"]
    pixels_end = total - 4 - (taken["bytes"] if taken else 0)
    head["rgb"] = body[head_length:pixels_end]
    head["page"] = parse_page(Message(taken, body[pixels_end:])) if taken else None
    head["size"] = tuple(head["size"])
    head["outlines"] = tuple(_parse_points(outline) for outline in head["outlines"])
    head["codes"] = tuple(_parse_code(code) for code in head["codes"])
    if head["trouble"]:
        sentence, facts = head["trouble"]
        head["trouble"] = ScanError(sentence, **facts)
    return View(**head)


def _parse_code(values: dict[str, Any]) -> Code:
    part = SequencePart(**values["part"]) if values["part"] else None
    data, corners = base64.b64decode(values["data"]), _parse_points(values["corners"])
    return Code(**values | {"data": data, "corners": corners, "part": part})


def _parse_points(values: list[list[float]]) -> Corners:
    return tuple((x, y) for x, y in values)
