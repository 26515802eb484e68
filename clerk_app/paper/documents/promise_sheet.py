"""The sheet of promises, 承诺书: commitments (告知承诺) and papers to be brought later (容缺), for the signature.

Source: Guidance on the full rollout of notification and commitment (国办发〔2020〕42号): content, consequences and
later check are named before the signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class PromisedCommitment:
    """A commitment: the matters and their departments, what it replaces, and within how many days it is checked."""

    matters: str
    organs: str
    way: str  # name of the variant that is handled by commitment; empty for one instead of a material
    waived: str  # materials that it replaces
    legal_basis: str
    check_days: int


@dataclass(frozen=True, slots=True)
class PromisedPaper:
    """A material that is brought later; `is_expected`: the day depends on a calendar that is not published yet."""

    material: str
    matters: str
    until: date
    is_expected: bool = False


@dataclass(frozen=True, slots=True)
class PromiseSheet(PaperFacts):
    """承诺书: what the applicant commits to or brings later, with the consequences, and the place for the signature."""

    kind: ClassVar[str] = "promise"
    required_fields: ClassVar[tuple[str, ...]] = (
        "number",
        "applicant",
        "one_thing",
        "commitments.matters",
        "commitments.check_days",
        "papers.material",
        "papers.until",
    )

    number: str
    applicant: str
    applicant_number: str  # masked
    one_thing: str
    commitments: tuple[PromisedCommitment, ...]
    papers: tuple[PromisedPaper, ...]
    printed_at: datetime
    hall: str
    window: str
    clerk_number: str
