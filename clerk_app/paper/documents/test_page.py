"""The test page of a printer, 打印机测试页."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.page import COLUMNS, PaperWidth


@dataclass(frozen=True, slots=True)
class TestPage(PaperFacts):
    """打印机测试页: text in both widths, digits from edge to edge, and `number` as bars and as a QR code."""

    __test__ = False  # no test of pytest
    kind: ClassVar[str] = "test"

    printer: str
    device: str
    number: str
    printed_at: datetime
    ruler: str  # digits as wide as the roll


def make_ruler(paper_mm: PaperWidth) -> str:
    """Return digits that reach from edge to edge of a roll."""
    columns = COLUMNS[paper_mm]
    return ("1234567890" * columns)[:columns]
