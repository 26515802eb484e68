"""Lines of an exported history with other values and right digests, as somebody forges them."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

from clerk_app.ledger.entries import compute_link

_BYTES = ("command", "personal_digest", "decision", "previous")


def forge_line(line: bytes, **changes: Any) -> bytes:
    """Return the line of an entry with other values and the link that belongs to them. Values of bytes are base64."""
    entry = json.loads(line) | changes
    row = {name: b64decode(value) if name in _BYTES and value is not None else value for name, value in entry.items()}
    entry["link"] = b64encode(compute_link(row)).decode()
    return json.dumps(entry).encode() + b"\n"
