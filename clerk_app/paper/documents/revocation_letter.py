"""Letter by which an organ revokes its approval because a promise proved false (撤销告知书).

Source: Administrative Licensing Law (行政许可法, 2019), art. 69 (2) and art. 79; the remedies are those of the
Administrative Reconsideration Law (2023), art. 20, and of the Administrative Litigation Law (2017), art. 46.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.shared_facts import PrintedMatter, PrintedParty


@dataclass(frozen=True, slots=True)
class RevocationLetter(PaperFacts):
    """撤销告知书: one organ revokes one approval, with the facts, the legal basis, two persons and the remedies."""

    kind: ClassVar[str] = "revocation"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "applicant",
        "matter",
        "organ",
        "approved_on",
        "promise",
        "finding",
        "evidence",
        "basis",
        "reporter",
        "signer",
        "decided_on",
        "reconsideration_days",
        "reconsideration_organ",
        "suit_months",
        "court",
    )

    case_number: str
    number: str  # of the task: case number and two digits
    applicant: str
    one_thing: str
    matter: str
    organ: str
    approved_on: date  # day of the approval that is revoked
    promise: str  # what was promised
    promised_on: date
    finding: str  # what is false
    evidence: str
    basis: str  # legal basis of the revocation
    reporter: str  # found the promise false
    signer: str  # another person, who confirmed it
    decided_on: date
    reconsideration_days: int
    reconsideration_organ: str
    suit_months: int
    court: str
    office: str
    phone: str
    excluded_until: date | None = None  # until when no promise is taken from the applicant
    lapsed: tuple[PrintedMatter, ...] = ()  # matters that nobody decided, because this revocation ended them
    replaced_by: str = ""  # outcome and day of the decision that is in force instead
    other_parties: tuple[PrintedParty, ...] = ()
