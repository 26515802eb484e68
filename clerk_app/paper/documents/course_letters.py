"""Letters on where a matter is: referred to the superior organ, or waiting for a document of an office outside.

Source: Administrative Licensing Law (行政许可法, 2019), art. 43 (转报告知书); the letter to another office (调档函).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class ReferralLetter(PaperFacts):
    """转报告知书: one organ has reviewed a matter and agrees; the superior organ decides it, and by when."""

    kind: ClassVar[str] = "referral"

    case_number: str
    applicant: str
    one_thing: str
    matter: str
    organ: str  # reviewed the matter
    superior: str  # decides it
    officer: str  # of the organ that reviewed it
    referred_on: date
    office: str  # where it is handed over
    phone: str
    statutory: date | None = None  # of the superior organ; None while its period is suspended, or when it has ended
    promised: date | None = None
    is_expected: bool = False  # `promised` depends on a calendar that is not published yet
    statutory_expected: bool = False  # `statutory` does
    is_sent_back: bool = False  # for a copy that is printed later
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class DeemedApprovalLetter(PaperFacts):
    """超时默认告知书: a matter is approved because its organ has not decided by the statutory date. Nobody signs it."""

    kind: ClassVar[str] = "deemed"

    case_number: str
    applicant: str
    one_thing: str
    matter: str
    organ: str  # that has not decided
    approved_on: date
    results: tuple[str, ...]  # certificates and documents that follow
    office: str  # where it is handed over
    phone: str


@dataclass(frozen=True, slots=True)
class ExternalWaitLetter(PaperFacts):
    """等待外部材料告知书: for which document of which office a matter waits, and whether the time is counted."""

    kind: ClassVar[str] = "external_wait"

    case_number: str
    applicant: str
    one_thing: str
    matter: str
    organ: str
    other_office: str  # from which the document comes
    document: str
    reason: str
    expected_until: date
    officer: str
    notified_on: date
    office: str  # where it is handed over
    phone: str
    extension_reason: str = ""  # why the wait takes longer than stated before; empty in the first notice
    is_counted: bool = True  # the time limit of the matter runs meanwhile
    is_expected: bool = False  # `expected_until` depends on a calendar that is not published yet
    has_ended: bool = False


@dataclass(frozen=True, slots=True)
class ExternalLetter(PaperFacts):
    """调档函: asks an office outside for a document. It names the applicant, since the office needs the name."""

    kind: ClassVar[str] = "external_letter"
    required_fields: ClassVar[tuple[str, ...]] = ("case_number", "applicant", "organ", "other_office", "document")

    case_number: str
    number: str  # of the task, which the answer names
    applicant: str
    matter: str
    organ: str
    other_office: str
    document: str
    reason: str
    until: date
    officer: str
    written_on: date
    phone: str
    reminder: int = 0  # counted from 1; 0 in the first letter
