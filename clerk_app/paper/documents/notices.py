"""Notices required by law when an application is incomplete, or is not accepted.

Source: Administrative Licensing Law (行政许可法, 2019), art. 32. A refusal needs a dated and sealed document.
The applicant is notified of all missing materials at once, on the spot or within five working days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.shared_facts import PrintedParty


@dataclass(frozen=True, slots=True)
class MissingItem:
    """A missing or wrong material, the matter that needs it, and the required correction."""

    material: str
    matter: str
    organ: str
    correction: str
    late_reason: str = ""  # why it is requested although it was visible at the previous notice; empty otherwise
    legal_basis: str = ""  # on which it is requested although the matter does not require it; empty otherwise


@dataclass(frozen=True, slots=True)
class SupplementNotice(PaperFacts):
    """一次性补正告知书: all missing items of all tasks of the case, in one notice.

    Raises ValueError if there are no missing items.
    """

    kind: ClassVar[str] = "supplement"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "applicant",
        "missing_items.material",
        "missing_items.correction",
        "deadline",
        "notified_on",
        "office",
        "phone",
    )

    case_number: str
    applicant: str
    one_thing: str
    missing_items: tuple[MissingItem, ...]
    notified_on: date
    working_days: int | None  # term given to the applicant; None if the city has changed it since
    deadline: date
    office: str
    phone: str
    checked_again: tuple[str, ...] = ()  # decided matters that are checked again when the materials come
    settled: bool = False  # nothing of the list is needed any more; for a copy that is printed later
    expected: bool = False  # `deadline` depends on a calendar that is not published yet
    other_parties: tuple[PrintedParty, ...] = ()  # those who came too, and who acts for the applicant

    def __post_init__(self) -> None:
        if not self.missing_items:
            raise ValueError("nothing is missing")


@dataclass(frozen=True, slots=True)
class NotAcceptedNotice(PaperFacts):
    """不予受理通知书: the application is not accepted, the reasons, and the remedies.

    Raises ValueError if there are no reasons.
    """

    kind: ClassVar[str] = "not_accepted"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "applicant",
        "reasons",
        "legal_basis",
        "reconsideration_organ",
        "court",
        "office",
        "decided_on",
    )

    case_number: str
    applicant: str
    one_thing: str
    reasons: tuple[str, ...]
    legal_basis: str
    decided_on: date
    office: str
    phone: str
    reconsideration_organ: str  # organ that decides on a reconsideration
    court: str
    other_parties: tuple[PrintedParty, ...] = ()  # those who came too, such as an agent

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError("no reason")
