"""Findings of the pre-review of a paper that the clerk sets aside: each difference needs a reason.

The pre-review proposes and never decides. A name, number, kind, validity or check digit that differs is set aside with
a reason, which is stored with the material and read by departments.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from clerk_app.ledger.commands import MessagePart
from clerk_app.locales import mark

FINDING_REASONS = {
    "misread": mark("The program has read it wrongly: the paper agrees"),
    "other_writing": mark("The same person or thing, written in another way"),
    "proven": mark("Another document or the register explains it"),
    "still_valid": mark("The paper counts by a rule in spite of it"),
    "other": mark("Another reason"),
}
"""Reasons for setting a finding on a paper aside, by code."""
_IN_WORDS = frozenset({"proven", "still_valid", "other"})
MOST_OVERRULED = 40
"""Findings of one paper that may be set aside with a reason."""


class OverruledFinding(MessagePart, frozen=True, kw_only=True):
    """A finding that is set aside: its id on the paper, a code of `FINDING_REASONS`, and the clerk's words."""

    finding: str
    code: str
    reason: str = ""


def is_finding_reason(code: str, reason: str) -> bool:
    """Return whether a code is known and, where it needs words, has them."""
    return code in FINDING_REASONS and (code not in _IN_WORDS or bool(reason.strip()))


def encode_overruled(overruled: Iterable[OverruledFinding]) -> str:
    """Return findings as the text of a column; '' without any."""
    found = list(overruled)
    return msgspec.json.encode(found).decode() if found else ""


def decode_overruled(text: str) -> tuple[OverruledFinding, ...]:
    """Return the findings of a column."""
    return msgspec.json.decode(text, type=tuple[OverruledFinding, ...]) if text else ()
