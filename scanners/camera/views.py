"""The view that the camera process sends to the program, and its encoding as a message.

A message is: length of all that follows (4 bytes, big endian), length of the head (4 bytes), the head (JSON, UTF-8),
the pixels of the preview. Standard library only: the program never imports OpenCV.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import IO, Any, Literal

from scanners.codes import Code, Corners
from scanners.errors import ScanError

Guidance = Literal["", "closer", "less tilt", "glare", "hold still", "two codes"]
"""Advice for the person who holds the code; "" while none is needed."""

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
_LENGTHS = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class View:
    """The result of one frame, or of a wait without a frame.

    `frame` is its number, `size` its width and height in pixels, `rate` the frames a second that the source delivers,
    `read` the number of codes read in it, new or not. `rgb` is the preview, `width` x `height` x 3 bytes, row by row;
    a width of 0 means that the view has no preview. `outlines` are the symbols found, read or not, as corners between
    0 and 1 of width and height. `codes` are the codes to act on: a code is repeated only after it was out of view for
    3 seconds. `trouble` is what is wrong with the source. `ms` are the times spent on the frame: `capture` (decoding to
    pixels), `waited` before decoding the code, `decode`, `preview`. `captured_at` is the time of arrival in seconds of
    time.monotonic, which all processes of a machine share. `order_number` is the number of the ScanOrder.
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
    trouble: ScanError | None = None
    ms: Mapping[str, float] = field(default_factory=dict)
    captured_at: float = 0.0
    order_number: int = 0


def pack_view(view: View) -> bytes:
    """Return `view` as one message."""
    head = {item.name: getattr(view, item.name) for item in fields(view)} | {
        "rgb": None,
        "codes": [asdict(code) | {"data": base64.b64encode(code.data).decode()} for code in view.codes],
        "trouble": view.trouble and [view.trouble.sentence, view.trouble.facts],
    }
    text = json.dumps(head).encode()
    return _LENGTHS.pack(4 + len(text) + len(view.rgb), len(text)) + text + view.rgb


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
    head["rgb"] = body[head_length:]
    head["size"] = tuple(head["size"])
    head["outlines"] = tuple(_parse_points(outline) for outline in head["outlines"])
    head["codes"] = tuple(_parse_code(code) for code in head["codes"])
    if head["trouble"]:
        sentence, facts = head["trouble"]
        head["trouble"] = ScanError(sentence, **facts)
    return View(**head)


def _parse_code(values: dict[str, Any]) -> Code:
    return Code(**values | {"data": base64.b64decode(values["data"]), "corners": _parse_points(values["corners"])})


def _parse_points(values: list[list[float]]) -> Corners:
    return tuple((x, y) for x, y in values)
