"""The hand-over list, 送达回证: decisions and items handed to the applicant against a signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.shared_facts import PrintedMatter, PrintedParty


@dataclass(frozen=True, slots=True)
class PrintedDecision:
    """The decision of one organ on one matter, with its signer and reason."""

    matter: str
    organ: str
    outcome: str
    decided_on: date
    signer: str
    reason: str = ""
    replaces: str = ""  # outcome and day of the earlier decision on the matter; empty without one


@dataclass(frozen=True, slots=True)
class HandedItem:
    """A result that is handed over: the certificates of a matter, or its decision, which the list itself states."""

    name: str
    number: str = ""
    handed_over_on: date | None = None  # of an item that was handed over with an earlier list


@dataclass(frozen=True, slots=True)
class HandOverList(PaperFacts):
    """送达回证: the decisions in force and the items handed over with them, with one signature of the receiver.

    A part that is handed over early has the number `part`, from 1, `cause` and what is `still_to_come`; the last list
    has the items that were `handed_over_before`.
    """

    kind: ClassVar[str] = "hand_over"
    required_fields: ClassVar[tuple[str, ...]] = (
        "case_number",
        "decisions.matter",
        "decisions.organ",
        "decisions.outcome",
        "decisions.decided_on",
        "decisions.signer",
        "decisions.reason",
        "lapsed.name",
        "lapsed.ended",
        "items.name",
    )

    case_number: str
    applicant: str
    one_thing: str
    decisions: tuple[PrintedDecision, ...]
    items: tuple[HandedItem, ...]
    handed_over_at: datetime
    hall: str
    window: str
    clerk_number: str
    lapsed: tuple[PrintedMatter, ...] = ()  # matters that ended without a decision (终止), each with its cause
    received_by: str = ""  # full name and role of the receiver; empty if not recorded
    known_by: str = ""  # how the clerk knew the receiver
    part: int = 0  # 0: the results are complete with this list
    cause: str = ""  # why a part is handed over early
    handed_over_before: tuple[HandedItem, ...] = ()
    still_to_come: tuple[PrintedMatter, ...] = ()
    other_parties: tuple[PrintedParty, ...] = ()  # at the acceptance, and who acted for the applicant
