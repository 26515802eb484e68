"""What was read from a paper: its kind, its fields, and how certain each is."""

from __future__ import annotations

from typing import NamedTuple

from scanners.text.client import Corners

SURE_KIND = 0.5
"""Least score of a kind. Below it the kind is not named, and no field is read."""

SURE_SCORE = 0.98
"""Least certainty of each character of a value that is shown as sure.

Measured with drawn papers: a rare character that was read as a common one had 0.979; digits have 0.999 and more.
"""


SURE_NAME = 0.99
"""The same for names: nothing else on a paper supports their characters. Measured: 辰 read as 展 had 0.982."""


class ReadField(NamedTuple):
    """A field that was read from a paper.

    `value` is in the form of its type: a date as 2026-03-01, money as 4500.00, numbers and codes without separators; a
    value that does not fit its type is as it was read. `score` is the certainty of its least certain character, 0 to 1.
    A value is sure if its score is at least SURE_SCORE (SURE_NAME for names), its form and its check digit are right,
    and nothing else on the paper contradicts it. `corners` are those of the value on page `page` (counted from 1) as it
    was read: turned by `PageText.turned`.
    """

    id: str
    value: str
    score: float
    is_sure: bool
    page: int
    corners: Corners


class Reading(NamedTuple):
    """What was read from a paper. `kind` is empty if it is none of the kinds, `kind_score` its score, 0 to 1.

    `is_readable` is False if on no page enough text could be read; `unreadable_pages` are counted from 1.
    """

    kind: str
    kind_score: float
    is_readable: bool
    fields: tuple[ReadField, ...]
    unreadable_pages: tuple[int, ...] = ()

    def field(self, id: str) -> ReadField | None:
        """Return the field with this id; None if it was not found."""
        return next((field for field in self.fields if field.id == id), None)
