"""The type of a code that a scanner or a decoder has read. Uses the standard library only."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Literal

ScanPurpose = Literal["licence", "receipt", "face", "pages"]
"""What to look for. `licence`: QR codes only. `receipt`: QR codes and Code 128. `face`: the face of a person.
`pages`: pages under a document camera."""

Symbology = Literal["QRCode", "Code128", ""]
"""Kind of code; "" if the scanner does not report it."""

Corners = tuple[tuple[float, float], ...]
"""Four points (x, y) in the order top left, top right, bottom right, bottom left of the symbol."""


@dataclass(frozen=True, slots=True)
class SequencePart:
    """A symbol that is part `number` of `total` of one content; the parts of one content have the same `parity`."""

    number: int  # from 1
    total: int
    parity: int  # exclusive or of all bytes of the content


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was read.

    `part` is set if the symbol contains only a part of the content (structured append); `text` is that part.
    `ms` is the time that reading took, in milliseconds. `corners` are pixels of the decoded frame; in a View they are
    fractions of the width and height of the frame.
    """

    text: str
    data: bytes
    symbology: Symbology
    decoder: str
    corners: Corners
    ms: float
    part: SequencePart | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the code as JSON values; `bytes` is `data` in base64, `part` (of a part only) is number and total."""
        part = {"part": [self.part.number, self.part.total]} if self.part else {}
        return {
            "text": self.text,
            "bytes": base64.b64encode(self.data).decode(),
            "symbology": self.symbology,
            "decoder": self.decoder,
            "corners": [[round(x, 1), round(y, 1)] for x, y in self.corners],
            "ms": round(self.ms, 2),
            **part,
        }
