"""The scan request (`ScanOrder`) that the program sends to the camera process. Uses the standard library only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from scanners.codes import ScanPurpose


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """A request to the camera process: what to scan, until the next request.

    `source` is a source text (see `scanners.camera.sources.open_source`), or `serial:PORT` for a serial scanner.
    `preview` is the largest width and height of the preview in pixels; for `face`, those of the crop. `fps` is the
    number of previews per second. With `once` a file is played once, otherwise it is repeated. `number` increases with
    each request of a client, so that a view of an earlier request is recognised.
    """

    source: str
    want: ScanPurpose = "licence"
    preview: tuple[int, int] = (64, 48)
    fps: float = 5.0
    once: bool = False
    number: int = 0


def pack_order(order: ScanOrder) -> bytes:
    """Return the request as one line of JSON."""
    return json.dumps(asdict(order)).encode() + b"\n"


def parse_order(line: bytes) -> ScanOrder | None:
    """Return the request in a line of JSON; None if the line is `{"stop": true}`.

    Raises ValueError or TypeError if the line is not a request.
    """
    values: Any = json.loads(line)
    if not isinstance(values, dict):
        raise TypeError("an order is a JSON object")
    if values.get("stop"):
        return None
    return ScanOrder(**values | {"preview": tuple(values.get("preview", (64, 48)))})
