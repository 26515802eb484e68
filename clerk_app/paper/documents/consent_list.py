"""The consent list, 同意书: the licences that one party lets the service centre use, for their signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class CitizenConsent:
    """A party who agrees, with role and masked name, without identity number, the licences, and who signs for it."""

    citizen: str
    licences: tuple[str, ...]
    signer: str = ""


@dataclass(frozen=True, slots=True)
class ConsentList(PaperFacts):
    """同意书: who agrees, to the use of which licences, for which one thing and matters."""

    kind: ClassVar[str] = "consent"
    required_fields: ClassVar[tuple[str, ...]] = (
        "number",
        "consents.citizen",
        "consents.licences",
        "one_thing",
        "matters",
    )

    number: str
    consents: tuple[CitizenConsent, ...]
    one_thing: str
    matters: tuple[str, ...]
    printed_at: datetime
    hall: str
    window: str
    clerk_number: str
    is_brought: bool = False  # an absent party signs it elsewhere; it is brought or sent to a service centre
    asks_phone: bool = False  # they write the last digits of their registered telephone on it
    days: int = 0  # for which a list that is signed elsewhere is taken
