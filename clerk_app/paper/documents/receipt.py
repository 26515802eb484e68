"""The receipts for what was handed in: with the application (收件凭证), and later (补交材料收件凭证)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.shared_facts import DatedCase, PrintedDates, PrintedFee, PrintedMatter, PrintedParty


@dataclass(frozen=True, slots=True)
class CaseReceipt(DatedCase, PaperFacts):
    """收件凭证: the submitted materials, and the case number for enquiries. It is not changed after printing."""

    kind: ClassVar[str] = "receipt"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "matters.name",
        "materials",
        "received_at",
        "dates.promised",
    )

    case_number: str  # 12 digits
    applicant_masked: str  # masked name without identity number, since receipts get lost
    one_thing: str
    matters: tuple[PrintedMatter, ...]
    materials: tuple[str, ...]  # materials submitted on paper, without those that the city already holds
    received_at: datetime
    hall: str
    window: str
    clerk_number: str
    phone: str
    dates: PrintedDates | None = None  # of the whole case, unless it was withdrawn or not accepted
    first_promised: date | None = None  # promised on the day of acceptance, if another date holds now
    results_by: date | None = None  # of a case that is decided: when its last result is made out
    may_follow: tuple[str, ...] = ()  # materials without which the case was accepted, still to be brought
    promised: tuple[str, ...] = ()  # commitments (告知承诺) and promised papers (容缺), each with its day
    is_organisation: bool = False  # the applicant has a credit code, no identity number
    held: tuple[str, ...] = ()  # materials from the city's records, each with how the consent was confirmed
    refused: tuple[str, ...] = ()  # licences whose use a party declined, or the consent to which was withdrawn
    may_withdraw: bool = False  # whether a consent can still be withdrawn
    other_parties: tuple[PrintedParty, ...] = ()  # those who came too, such as an agent, with masked names
    added_materials: tuple[str, ...] = ()  # taken in on paper after the acceptance; for a copy that is printed later
    withdrawn: bool = False  # the application was withdrawn
    suspended: bool = False  # no date holds until the requested materials are handed in
    fees: tuple[PrintedFee, ...] = ()
    fee: str = ""  # sum of the fees that are certainly due, in yuan; empty without fees
    also_eligible: tuple[str, ...] = ()  # what the applicant may apply for too, each with the rule (政策找人)


@dataclass(frozen=True, slots=True)
class SupplementReceipt(PaperFacts):
    """补交材料收件凭证: the materials that were handed in after the acceptance, and those still to be brought."""

    kind: ClassVar[str] = "taken_in"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "materials",
        "still_missing",
        "received_at",
    )

    case_number: str
    applicant_masked: str
    is_organisation: bool
    one_thing: str
    materials: tuple[str, ...]
    still_missing: tuple[str, ...]  # requested by an organ, or may follow (容缺)
    received_at: datetime
    hall: str
    window: str
    clerk_number: str
    phone: str
    other_parties: tuple[PrintedParty, ...] = ()  # at the acceptance, and who acted for the applicant
