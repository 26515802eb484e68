"""A portrait photo that is taken although its check found something (照片预检): the findings, and why it is taken.

The check is advice: a person overrules it with a reason, which is stored with the paper and read by departments.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from clerk_app.ledger.commands import MessagePart
from clerk_app.locales import mark

PHOTO_REASONS = {
    "meets": mark("The check is wrong, the photo is good"),
    "no_better": mark("No better one possible (infant, illness)"),
    "for_now": mark("A better one follows, the case need not wait"),
    "other": mark("Another reason"),
}
"""Reasons for overruling the findings on a photo, by code."""
_IN_WORDS = frozenset({"other"})
_MOST_FINDINGS = 40
_LONGEST_CODE = 40
_LARGEST_NUMBER = 1_000_000


class PhotoFlaw(MessagePart, frozen=True, kw_only=True):
    """A finding of the check: its code, what was measured, and the limit; their units depend on the code."""

    code: str
    measured: int = 0
    limit: int = 0


class OverruledPhoto(MessagePart, frozen=True, kw_only=True):
    """What the check of a photo found, and why it is taken: a code of `PHOTO_REASONS`, and words."""

    flaws: tuple[PhotoFlaw, ...]
    code: str
    reason: str = ""


def is_photo_reason(code: str, reason: str) -> bool:
    """Return whether a code is known and, where it needs words, has them."""
    return code in PHOTO_REASONS and (code not in _IN_WORDS or bool(reason.strip()))


def is_plausible_overrule(photo: OverruledPhoto | None) -> bool:
    """Return whether a program of a window may have written this; `reason` is checked with the other texts.

    Codes that a later version added are accepted.
    """
    return photo is None or (
        0 < len(photo.flaws) <= _MOST_FINDINGS
        and 0 < len(photo.code) <= _LONGEST_CODE
        and all(
            0 < len(flaw.code) <= _LONGEST_CODE
            and abs(flaw.measured) <= _LARGEST_NUMBER
            and abs(flaw.limit) <= _LARGEST_NUMBER
            for flaw in photo.flaws
        )
    )


def encode_flaws(flaws: Iterable[PhotoFlaw]) -> str:
    """Return findings as the text of a column; '' without any."""
    found = list(flaws)
    return msgspec.json.encode(found).decode() if found else ""


def decode_flaws(text: str) -> tuple[PhotoFlaw, ...]:
    """Return the findings of a column."""
    return msgspec.json.decode(text.encode(), type=tuple[PhotoFlaw, ...]) if text else ()
