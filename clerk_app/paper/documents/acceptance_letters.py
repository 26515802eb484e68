"""Letters on the acceptance of an application: acceptance (受理通知书), gap (容缺受理通知书), commitment (告知承诺书).

Source: Administrative Licensing Law (行政许可法, 2019), art. 32: acceptance has a written notice with seal and date.
Guidance on the full rollout of notification and commitment (国办发〔2020〕42号): who commits knows the conditions, the
checks afterwards, and what a false commitment leads to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.shared_facts import DatedCase, PrintedDates, PrintedMatter, PrintedParty


@dataclass(frozen=True, slots=True)
class AcceptanceLetter(DatedCase, PaperFacts):
    """受理通知书: the application was accepted, with its matters, their organs, and the dates.

    The dates are those that hold now, as on a receipt; `first_promised` is that of the day of acceptance, if another
    one holds.
    """

    kind: ClassVar[str] = "acceptance"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "applicant",
        "matters.name",
        "matters.organ",
        "accepted_on",
        "office",
    )

    case_number: str
    applicant: str
    one_thing: str
    matters: tuple[PrintedMatter, ...]
    accepted_on: date
    clerk_number: str
    office: str
    phone: str
    dates: PrintedDates | None = None  # of the whole case, unless it was withdrawn
    first_promised: date | None = None
    results_by: date | None = None  # of a case that is decided: when its last result is made out
    suspended: bool = False  # no date holds until the requested materials are handed in
    withdrawn: bool = False  # the application was withdrawn
    other_parties: tuple[PrintedParty, ...] = ()


@dataclass(frozen=True, slots=True)
class GapItem:
    """A material without which the case was accepted, and the matters that need it.

    `until` is the promised day of the first decision that needs it, None if its term has not started or is suspended;
    `brought_on` is when it was handed in after all.
    """

    material: str
    matters: str
    until: date | None = None
    is_expected: bool = False  # `until` depends on a calendar that is not published yet
    brought_on: date | None = None


@dataclass(frozen=True, slots=True)
class GapLetter(PaperFacts):
    """容缺受理通知书: what was missing at the acceptance, until when it can be brought, and who follows it up.

    Raises ValueError if nothing was missing.
    """

    kind: ClassVar[str] = "gap"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "applicant",
        "missing.material",
        "missing.until",
        "followed_up_by",
        "office",
    )

    case_number: str
    applicant: str
    one_thing: str
    missing: tuple[GapItem, ...]
    accepted_on: date
    followed_up_by: str  # name of the clerk who accepted the case
    clerk_number: str
    window: str
    office: str
    phone: str
    settled: bool = False  # everything was brought, or the case has ended; for a copy that is printed later

    def __post_init__(self) -> None:
        if not self.missing:
            raise ValueError("nothing is missing")


@dataclass(frozen=True, slots=True)
class CommitmentLetter(PaperFacts):
    """告知承诺书: what one organ lets the applicant commit to in place of a review, and the applicant's signature."""

    kind: ClassVar[str] = "commitment"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "applicant",
        "matter",
        "organ",
        "waived",
    )

    case_number: str
    applicant: str
    one_thing: str
    matter: str
    organ: str
    way: str  # name of the variant that is handled by commitment
    waived: tuple[str, ...]  # materials that the commitment replaces
    materials: tuple[str, ...]  # materials that are needed nevertheless
    informed_on: date
    office: str
    phone: str
    legal_basis: str = ""  # of the matter
    is_organisation: bool = False
    other_parties: tuple[PrintedParty, ...] = ()
