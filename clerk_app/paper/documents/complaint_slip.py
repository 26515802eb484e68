"""The slip of a complaint, 找茬受理凭条."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class ComplaintSlip(PaperFacts):
    """找茬受理凭条: number of a complaint and the date of the answer. It has no name and no text."""

    kind: ClassVar[str] = "complaint"
    required_fields: ClassVar[tuple[str, ...]] = ("number", "due_on")

    number: str  # 9 digits
    category: str
    filed_at: datetime
    due_on: date
    hall: str
    due_expected: bool = False  # the date is beyond the published calendar
    phone: str = ""
