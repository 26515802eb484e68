"""Similar applications at a department."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.shared import Option


@dataclass(frozen=True)
class MarkedPart:
    """A passage that two texts have in common: from and to (without) in the own text and in the other one."""

    begin: int
    end: int
    other_begin: int
    other_end: int
    score: int  # 0 to 100


@dataclass(frozen=True)
class TextPair:
    """A text of the task's case and that of an earlier case in the same field."""

    label: str
    text: str
    other_text: str
    parts: tuple[MarkedPart, ...] = ()


@dataclass(frozen=True)
class SimilarRow:
    """An earlier case that is similar: why, in words, its texts, and in words how it was settled; empty if it was not.

    `must_settle`: the task is not decided before.
    """

    number: str
    why: str
    accepted: str  # day of the acceptance; empty if this machine does not have the case
    pairs: tuple[TextPair, ...] = ()
    must_settle: bool = False
    settled: str = ""


class SimilarService(Protocol):
    """Finds applications that are similar to the one of the open task."""

    def find_similar(self) -> tuple[SimilarRow, ...]:
        """Search at the center; this is recorded. Raises Refused (no compared text), OutOfReach."""
        ...

    def list_finding_codes(self) -> tuple[Option, ...]:
        """Return how a finding may be settled; one with a hint needs words."""
        ...

    def settle_similar(self, number: str, code: str, note: str) -> str:
        """Settle a similar case of the open task; return in words how. Raises Refused (words are missing)."""
        ...
