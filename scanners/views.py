"""What a scan shows: codes, and the view that the camera child sends to the program, as bytes and back.

A message is: length of all that follows (4 bytes, big endian), length of the head (4 bytes), the head (JSON, UTF-8),
the preview's pixels. Standard library only: the program reads it, and the program never imports OpenCV.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import IO, Any, Literal

from scanners.errors import ScanError

ScanPurpose = Literal["licence", "receipt"]
"""`licence`: QR codes, while waiting for a citizen. `receipt`: QR codes and Code 128."""

Symbology = Literal["QRCode", "Code128", ""]
""""" where a scanner does not say it."""
Guidance = Literal["", "closer", "less tilt", "glare", "hold still", "two codes"]
"""What the person who holds the code should do; "" while all is well."""

Corners = tuple[tuple[float, float], ...]
"""Four points (x, y), in the order top left, top right, bottom right, bottom left of the symbol."""

MAX_MESSAGE_BYTES = 16 * 1024 * 1024
_LENGTHS = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Code:
    """One code that was read; `ms` is what reading it took.

    `corners` are pixels of the frame where it was decoded, and fractions of width and height in a View.
    """

    text: str
    data: bytes
    symbology: Symbology
    decoder: str
    corners: Corners
    ms: float

    def as_json(self) -> dict[str, Any]:
        """The code as JSON values; `bytes` is base64."""
        return {
            "text": self.text,
            "bytes": base64.b64encode(self.data).decode(),
            "symbology": self.symbology,
            "decoder": self.decoder,
            "corners": [[round(x, 1), round(y, 1)] for x, y in self.corners],
            "ms": round(self.ms, 2),
        }


@dataclass(frozen=True, slots=True)
class View:
    """What the camera sees at one moment.

    `rgb` is the preview, `width` x `height` x 3 bytes, row by row; a width of 0 means that this view brings no picture.
    `outlines` are the codes found in it, read or not, as corners between 0 and 1 of the preview's width and height.
    `codes` are the codes to act on: the same one is named again only after it was out of sight for 3 seconds.
    `ms` says what was spent on the frame: `capture` (to pixels), `waited` before decoding, `decode`, `preview`. `came`
    is when it came to the lens, in seconds of time.monotonic, which all processes of a machine share. `aim` counts the
    changes of what is looked at and for, so that a view from before a change is known. `size` is the frame's width and
    height in pixels, `rate` how many frames a second the source gives, `read` how many codes were read in this frame,
    new or not.
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
    came: float = 0.0
    aim: int = 0


def pack_view(view: View) -> bytes:
    """`view` as one message."""
    head = {part.name: getattr(view, part.name) for part in fields(view)} | {
        "rgb": None,
        "codes": [asdict(code) | {"data": base64.b64encode(code.data).decode()} for code in view.codes],
        "trouble": view.trouble and [view.trouble.sentence, view.trouble.facts],
    }
    text = json.dumps(head).encode()
    return _LENGTHS.pack(4 + len(text) + len(view.rgb), len(text)) + text + view.rgb


def receive_view(pipe: IO[bytes]) -> View | None:
    """The next view from `pipe`; None at its end. Raises ValueError if what comes is no message."""
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
