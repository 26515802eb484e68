"""Answers of a form that differ from their source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DifferenceRow:
    """A field whose value differs from sources that the city knows; the reason is empty if none was given."""

    field: str
    label: str
    sentence: str  # what each source has
    must_agree: bool = False  # a reason does not help: the value or the source has to be corrected
    reason: str = ""
