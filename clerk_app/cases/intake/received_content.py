"""The content of the draft that a received case keeps in its record."""

from __future__ import annotations

import msgspec

from clerk_app.cases.intake.drafts import DraftContent
from clerk_app.errors import Refused
from db.engines import Row


def decode_content(record: Row) -> DraftContent:
    """Return the content of the draft that was received. Raise Refused on a machine that does not hold it."""
    if record["content"] is None:
        raise Refused("not_held", "This machine does not hold what was received: it has to be opened at the center.")
    return msgspec.json.decode(record["content"], type=DraftContent)


def encode_content(content: DraftContent | None) -> bytes | None:
    """Encode the content of the draft for the record; None without one."""
    return msgspec.json.encode(content) if content is not None else None
