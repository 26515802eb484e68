"""Letters on the time limit of a matter: a special procedure, whose time is not counted, and an extension.

Source: Administrative Licensing Law (行政许可法, 2019), art. 45 (特别程序告知书) and art. 42 (延期告知书).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class ProcedureLetter(PaperFacts):
    """特别程序告知书: which procedure one organ carries out, and how long it is expected to take."""

    kind: ClassVar[str] = "procedure"

    case_number: str
    applicant: str
    one_thing: str
    matter: str
    organ: str  # decides the matter, and carries out the procedure
    procedure: str  # such as hearing or expert review
    reason: str
    working_days: int
    expected_until: date
    officer: str  # of the organ
    notified_on: date
    office: str  # where it is handed over
    phone: str
    is_expected: bool = False  # `expected_until` depends on a calendar that is not published yet
    has_ended: bool = False  # for a copy that is printed later


@dataclass(frozen=True, slots=True)
class ExtensionLetter(PaperFacts):
    """延期告知书: the time limit of one matter was extended, why, who approved it, and the new dates."""

    kind: ClassVar[str] = "extension"

    case_number: str
    applicant: str
    one_thing: str
    matter: str
    organ: str
    working_days: int
    reason: str
    approved_by: str  # of the organ
    approved_on: date
    office: str  # where it is handed over
    phone: str
    statutory: date | None = None  # the new dates; None while the time limit is suspended, or after the decision
    promised: date | None = None
    is_expected: bool = False  # `promised` depends on a calendar that is not published yet
    statutory_expected: bool = False  # `statutory` does
