"""Rows that cannot be read: each is reported in the log and replaced, so that the other rows stay usable.

A row is unreadable if it refers to something that its catalogue version or this store does not have, or if its bytes
are damaged or were written by a newer version. A store that fails as a whole is no unreadable row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.locales import mark
from clerk_app.log import log_event, log_exception
from db.errors import StoreUnreadable

Source = TypeVar("Source")
Built = TypeVar("Built")

CANNOT_BE_DISPLAYED = mark("cannot be displayed")
UNREADABLE = (
    BadData,
    Refused,
    StoreUnreadable,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    StopIteration,
    AssertionError,
    msgspec.MsgspecError,
)
"""Errors of reading one row: a missing reference, damaged content, or content of a newer version."""

_reported: set[str] = set()  # screens read their lists every few seconds; each row is reported once


def build_rows(
    sources: Iterable[Source],
    build: Callable[[Source], Built],
    replacement: Callable[[Source], Built | None],
    name: Callable[[Source], str],
) -> tuple[Built, ...]:
    """Return the built rows in order. For an unreadable row, `replacement` returns its substitute; None leaves it out.

    `name` identifies the row in the log, without personal data.
    """
    rows: list[Built] = []
    for source in sources:
        built: Built | None
        try:
            built = build(source)
        except UNREADABLE as error:
            report_unreadable(name(source), error)
            built = replacement(source)
        if built is not None:
            rows.append(built)
    return tuple(rows)


def report_unreadable(name: str, error: Exception) -> None:
    """Write an unreadable row to the log, once until the program ends."""
    if name not in _reported:
        _reported.add(name)
        log_event("roles", "a row cannot be read", row=name)
        log_exception("roles", error)
