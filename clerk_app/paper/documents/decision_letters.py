"""Letters of one organ on its decision about one matter: approval (准予决定书) and refusal (不予决定书).

Source: Administrative Licensing Law (行政许可法, 2019), art. 38: the decision is written; a refusal states its reasons
and the remedies. Art. 44: the permit is issued within ten days of the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.shared_facts import PrintedMatter, PrintedParty


@dataclass(frozen=True, slots=True)
class ApprovalLetter(PaperFacts):
    """准予决定书: one organ approves one matter."""

    kind: ClassVar[str] = "approval"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "applicant",
        "matter",
        "organ",
        "signer",
        "decided_on",
    )

    case_number: str
    number: str  # of the task: case number and two digits
    applicant: str
    one_thing: str
    matter: str
    organ: str  # decided the matter
    signer: str
    decided_on: date
    office: str  # where the letter is handed over
    phone: str
    reasons: tuple[str, ...] = ()
    results: tuple[str, ...] = ()  # certificates and documents that are issued with it
    legal_basis: str = ""  # of the matter; empty if the catalogue names none
    is_permit: bool = False  # the matter is an administrative permit (行政许可)
    replaces: str = ""  # outcome and day of the earlier decision on the matter; empty without one
    replaced_by: str = ""  # outcome and day of the decision that is in force instead; for a copy that is printed later
    deemed: bool = False  # approved by the lapse of time; nobody has signed it
    reviewed: str = ""  # organ and officer who reviewed it before, and the day, if it was referred; else empty
    other_parties: tuple[PrintedParty, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusalLetter(PaperFacts):
    """不予决定书: one organ refuses one matter, with reasons and remedies.

    `lapsed` are the matters that nobody decided, because this refusal ended them (终止). Raises ValueError if there is
    no reason.
    """

    kind: ClassVar[str] = "refusal"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "applicant",
        "matter",
        "organ",
        "signer",
        "decided_on",
        "reasons",
        "reconsideration_organ",
        "court",
        "lapsed.name",
    )

    case_number: str
    number: str
    applicant: str
    one_thing: str
    matter: str
    organ: str
    signer: str
    decided_on: date
    office: str
    phone: str
    reasons: tuple[str, ...]
    reconsideration_organ: str  # organ that decides on a reconsideration
    court: str
    lapsed: tuple[PrintedMatter, ...] = ()
    legal_basis: str = ""
    is_permit: bool = False
    replaces: str = ""
    replaced_by: str = ""
    deemed: bool = False
    reviewed: str = ""
    other_parties: tuple[PrintedParty, ...] = ()

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError("no reason")
