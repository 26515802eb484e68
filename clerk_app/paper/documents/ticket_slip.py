"""The queue ticket, 排队号票."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class TicketSlip(PaperFacts):
    """排队号票: a place in the queue. It shows no name, since the slip may be passed on."""

    kind: ClassVar[str] = "ticket"
    required_fields: ClassVar[tuple[str, ...]] = ("number",)

    number: str  # such as A023
    category: str
    waiting_before: int  # number of people ahead in the same category
    taken_at: datetime
    hall: str
    wait_from: int = 0  # estimated wait in minutes
    wait_to: int = 0  # 0: without an estimate
