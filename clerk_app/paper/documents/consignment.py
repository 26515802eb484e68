"""The internal hand-over list (内部交接单): the papers of one trip of the courier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """A paper on the list, and the number of its case."""

    name: str
    case_number: str


@dataclass(frozen=True, slots=True)
class ConsignmentList(PaperFacts):
    """内部交接单: sender, courier, receiver and papers, with lines for their signatures."""

    kind: ClassVar[str] = "consignment"

    number: str
    sender: str
    receiver: str
    courier: str
    given_by: str
    given_at: datetime
    papers: tuple[ListedPaper, ...]
