"""The sheet for a co-signature, 共同签署确认书: what a further party of an application signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.shared_facts import PrintedParty


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """An answer of the form; identity numbers are masked."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class CoSignatureSheet(PaperFacts):
    """共同签署确认书: who signs, for which matters, the parties and the answers that these matters use."""

    kind: ClassVar[str] = "co_signature"
    required_fields: ClassVar[tuple[str, ...]] = (
        "number",
        "signer",
        "one_thing",
        "matters",
        "answers.label",
        "answers.value",
    )

    number: str
    role: str
    signer: str
    parties: tuple[PrintedParty, ...]
    one_thing: str
    matters: tuple[str, ...]
    answers: tuple[SignedAnswer, ...]
    printed_at: datetime
    hall: str
    window: str
    clerk_number: str
