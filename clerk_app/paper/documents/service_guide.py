"""The service guide of a one thing (办事指南): matters with the items of the implementing list, and materials.

Source: Administrative Licensing Law (行政许可法, 2019), art. 30: what an application needs is published, and explained.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts


@dataclass(frozen=True, slots=True)
class GuideMatter:
    """A matter of the guide. Days are working days; `fee` is in yuan, empty if it is free of charge."""

    name: str
    organ: str
    promised_days: int
    statutory_days: int
    issue_days: int = 0  # after the decision, until its document is issued
    fee: str = ""
    legal_basis: str = ""
    results: str = ""  # what is issued
    after: str = ""  # names of the matters that come before it
    is_conditional: bool = False  # whether it applies depends on the answers in the form
    on_request: bool = False  # left out unless the applicant asks for it
    by_commitment: str = ""  # the circumstances in which it is handled by commitment
    number: str = ""  # code of the implementing list
    conditions: tuple[str, ...] = ()  # of acceptance, with their basis
    steps: tuple[str, ...] = ()  # of the process, with their days
    circumstances: tuple[str, ...] = ()  # with number, days and the answers for which each holds
    special_steps: tuple[str, ...] = ()  # with their days, and whether these count in the term
    fees: tuple[str, ...] = ()  # lines with amount and basis, if there are several, or some depend on the answers
    visits: int = 0
    scope: str = ""  # whose windows accept it
    consultation_phone: str = ""
    complaint_phone: str = ""


@dataclass(frozen=True, slots=True)
class GuideMaterial:
    """A material of the guide, and where it comes from."""

    name: str
    needed_for: str  # names of the matters
    is_copy: bool = False  # a copy is enough
    is_electronic: bool = False
    is_held: bool = False  # the city holds it: the citizen only agrees to its use
    may_follow: bool = False  # may be brought after the acceptance (容缺)
    may_be_promised: bool = False  # a signed commitment may take its place (告知承诺)
    not_shared: str = ""  # why it has to be brought although a licence exists; empty otherwise


@dataclass(frozen=True, slots=True)
class ServiceGuide(PaperFacts):
    """办事指南: what a one thing consists of, for everybody; it has no personal data."""

    kind: ClassVar[str] = "guide"
    required_fields: ClassVar[tuple[str, ...]] = (
        "one_thing",
        "matters.name",
        "matters.organ",
        "materials.name",
        "promised_days",
        "phone",
    )

    one_thing: str
    lead: str  # name of the leading organ
    parties: tuple[str, ...]  # names of the roles
    matters: tuple[GuideMatter, ...]
    materials: tuple[GuideMaterial, ...]
    promised_days: int  # from acceptance to the last document
    statutory_days: int
    is_immediate: bool
    fee: str  # of all matters, in yuan; empty if it is free of charge
    office: str
    phone: str
    catalogue: str  # name and version
    printed_on: date
    most_days: int = 0  # that the one thing promises at most, if these are more than `promised_days`
