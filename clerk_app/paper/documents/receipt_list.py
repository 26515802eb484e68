"""The list of receipts of an acceptance in bulk, 批量受理清单."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class ListedReceipt:
    """A case on the list: its number, the masked name of the person, and when its results are promised."""

    case_number: str
    name: str
    promised: date | None = None
    expected: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptList(PaperFacts):
    """批量受理清单: the cases that were accepted together for one organisation, in place of a receipt for each."""

    kind: ClassVar[str] = "receipt_list"
    required_fields: ClassVar[tuple[str, ...]] = (
        "cases.case_number",
        "cases.name",
        "cases.promised",
        "applicant_masked",
        "received_at",
    )

    applicant_masked: str
    one_thing: str
    role: str  # of the persons, such as Worker
    cases: tuple[ListedReceipt, ...]
    received_at: datetime
    hall: str
    window: str
    clerk_number: str
    phone: str
    is_organisation: bool = True  # how the status is checked

    @property
    def count(self) -> int:
        """How many cases are on the list."""
        return len(self.cases)
