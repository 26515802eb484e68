"""A copy of an e-licence (证照复印件): for one purpose, for a limited time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class CopiedFact:
    """A fact that the licence states, with its label; identity numbers are masked."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class LicenceCopy(PaperFacts):
    """证照复印件: what the licence states, the purpose and the last day on which the copy is valid.

    Purpose and expiry are also the watermark of each sheet, so that a sheet alone shows them.
    """

    kind: ClassVar[str] = "licence_copy"
    required_fields: ClassVar[tuple[str, ...]] = (
        "number",
        "licence",
        "facts.value",
        "issuer",
        "purpose",
        "expires_on",
    )

    number: str  # of the copy, such as LC-0A1B2C3D4E
    licence: str  # name of its type
    identifier: str  # of the licence, masked
    facts: tuple[CopiedFact, ...]
    issuer: str
    purpose: str
    expires_on: date
    printed_at: datetime
    hall: str
    window: str  # or kiosk, without a clerk
    clerk_number: str
    valid_to: str = ""  # of the licence; empty: no end
    case_number: str = ""  # of the case to whose papers it belongs
    check_code: str = ""  # by which the receiver verifies a copy of a kiosk, with its number
