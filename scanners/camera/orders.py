"""The order that the program sends to the camera process. Standard library only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from scanners.codes import ScanPurpose


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """What the camera process scans.

    `source` is a source text (see `scanners.camera.sources.open_source`). `preview` is the largest width and height of
    the preview in pixels, `fps` how many previews are sent a second. `once` plays a file to its end instead of
    repeating it. `number` counts the orders, so that a view of an earlier order is recognised.
    """

    source: str
    want: ScanPurpose = "licence"
    preview: tuple[int, int] = (64, 48)
    fps: float = 5.0
    once: bool = False
    number: int = 0


def pack_order(order: ScanOrder) -> bytes:
    """Return `order` as one line of JSON."""
    return json.dumps(asdict(order)).encode() + b"\n"


def parse_order(line: bytes) -> ScanOrder | None:
    """Return the order in a line of JSON; None if the line is `{"stop": true}`.

    Raises ValueError or TypeError if the line is no order.
    """
    values: Any = json.loads(line)
    if not isinstance(values, dict):
        raise TypeError("an order is a JSON object")
    if values.get("stop"):
        return None
    return ScanOrder(**values | {"preview": tuple(values.get("preview", (64, 48)))})
