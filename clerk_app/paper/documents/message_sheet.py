"""Sheet with a message of a department or the window to the citizen (留言告知单)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class MessageSheet(PaperFacts):
    """留言告知单: a message on a case to the citizen, as it was written; it asks for no papers and starts no term."""

    kind: ClassVar[str] = "message"
    required_fields: ClassVar[tuple[str, ...]] = ("case_number", "sender", "text")

    case_number: str
    applicant: str
    one_thing: str
    sender: str  # the department, or the service centre
    person: str  # who wrote it
    written_at: datetime
    text: str
    office: str  # where it is handed over
    phone: str
