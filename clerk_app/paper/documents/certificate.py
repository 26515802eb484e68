"""The certificate of an approved matter: its result, made from a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class CertifiedFact:
    """A statement of a certificate: its label and value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Certificate(PaperFacts):
    """证书: what an organ has approved, for whom, by whose decision, and for how long.

    `code` is the text of the e-licence's signed code, printed as a QR code that verifies at each window; without one,
    the QR code has the number.
    """

    kind: ClassVar[str] = "certificate"

    number: str
    name: str
    holder: str
    matter: str
    organ: str
    signer: str
    decided_on: date
    case_number: str
    valid_to: date | None = None  # the last valid day; None for unlimited
    legal_basis: str = ""
    details: tuple[CertifiedFact, ...] = ()
    code: str = ""
    expects_code: bool = False  # the city issues the e-licence, and it is not made out yet

    @property
    def has_code(self) -> bool:
        """Whether the QR code is that of the e-licence."""
        return bool(self.code)
