"""The one-time notice before acceptance (一次性告知书): everything that an application lacks, on one page.

Source: Administrative Licensing Law (行政许可法, 2019), art. 32: the applicant is informed of everything at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class LackingItem:
    """Something that is missing or wrong: at most one of the marks holds, without one the name is a sentence."""

    name: str
    matters: str = ""  # those that need it; empty if it concerns the whole application
    is_answer: bool = False  # a question of the form that was not answered
    fault: str = ""  # what is wrong with the answer
    is_material: bool = False  # to be brought
    is_expired: bool = False  # a material whose validity has ended
    needs_consent: bool = False  # the city holds it; the citizen has to agree to its use, or to show it
    not_shared: str = ""  # why a material has to be brought although another organ has it (负面清单); empty otherwise


@dataclass(frozen=True, slots=True)
class OneTimeNotice(PaperFacts):
    """一次性告知书: printed before anything is accepted, of a received case or of a draft (without `case_number`).

    Raises ValueError if nothing is missing.
    """

    kind: ClassVar[str] = "one_time"
    required_fields: ClassVar[tuple[str, ...]] = ("one_thing", "missing.name", "notified_on", "office")

    one_thing: str
    missing: tuple[LackingItem, ...]
    notified_on: date
    office: str
    phone: str
    window: str
    clerk_number: str
    applicant_masked: str = ""  # empty if nobody is known yet
    matters: tuple[str, ...] = ()  # that are applied for
    case_number: str = ""
    received_on: date | None = None
    bring_until: date | None = None
    is_expected: bool = False  # `bring_until` depends on a calendar that is not published yet

    def __post_init__(self) -> None:
        if not self.missing:
            raise ValueError("nothing is missing")
