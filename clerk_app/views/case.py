"""Views of a case: while it is taken in (a draft), and after its acceptance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from clerk_app.views.connection import RejectedWork
from clerk_app.views.shared import LabelledValue, Level, Option, Picture


@dataclass(frozen=True)
class LicenceCheck:
    """Result of verifying a code: what was proved and what is doubtful."""

    result: Literal["green", "amber", "red"]
    headline: str
    doubts: tuple[str, ...]
    facts: tuple[LabelledValue, ...]


@dataclass(frozen=True)
class Applicant:
    """The person at the window, as read from the code; numbers are masked."""

    name: str
    number: str
    check: LicenceCheck
    photo: Picture | None
    notes: tuple[str, ...]  # e.g. the same code was shown at another window today
    confirmed: bool  # the clerk compared face and photo


@dataclass(frozen=True)
class PartyRow:
    """A party of the case: mother, father, child, enterprise."""

    role: str
    role_name: str
    name: str
    number: str
    known_by: str  # source in words: code, licence, typed


@dataclass(frozen=True)
class MatterRow:
    """A matter of the chosen one thing; `reason` explains a dropped matter."""

    id: str
    name: str
    organ: str
    state: str
    level: Level
    reason: str
    promised: str
    statutory: str
    predecessors: str  # names of the matters it waits for


@dataclass(frozen=True)
class MaterialRow:
    """A material that the case needs, and whether it is there."""

    id: str
    name: str
    needed_for: str
    state: Literal["held", "missing", "expired", "not_shared", "paper", "produced"]
    state_name: str
    level: Level
    reason: str
    issuer: str
    valid_to: str
    freshness: str  # age of what is known of it
    grade: str  # trust level A to D, empty if none
    consent: Literal["given", "asked", "not_needed"]


@dataclass(frozen=True)
class FieldRow:
    """A field of the form; it is asked once for all matters that need it."""

    id: str
    number: int
    label: str
    value: str
    kind: Literal[
        "text",
        "date",
        "number",
        "money",
        "choice",
        "yes_no",
        "id_number",
        "credit_code",
        "phone",
        "bank_account",
    ]
    options: tuple[Option, ...]
    required: bool
    source: str  # source of the value in words; empty without a value
    doubt: str  # two sources disagree
    error: str
    needed_for: str


@dataclass(frozen=True)
class Saving:
    """One of the four reductions (四减): the bundle compared with its matters applied for one by one."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class IntakeView:
    """A case being taken in: the draft, evaluated with its catalogue version."""

    draft: str
    one_thing: str
    catalogue: str
    parties: tuple[PartyRow, ...]
    matters: tuple[MatterRow, ...]
    materials: tuple[MaterialRow, ...]
    fields: tuple[FieldRow, ...]
    gaps: tuple[str, ...]  # what is missing for the acceptance, in words
    promised: str  # date, computed along the critical path
    statutory: str
    savings: tuple[Saving, ...]
    saved_at: datetime | None
    can_fetch_materials: bool = False  # the held materials were not fetched yet, and the center is reachable


@dataclass(frozen=True)
class HistoryRow:
    """An entry of a case's history."""

    at: datetime
    actor: str
    action: str


@dataclass(frozen=True)
class CaseView:
    """An accepted case."""

    number: str
    one_thing: str
    state: str
    level: Level
    applicant: str
    accepted: str
    promised: str
    statutory: str
    matters: tuple[MatterRow, ...]
    materials: tuple[MaterialRow, ...]  # requested supplements first
    requested_materials: tuple[str, ...]  # what the citizen has to bring, one line each
    results: tuple[str, ...]  # ready to be handed over, or handed over
    history: tuple[HistoryRow, ...]
    actions: tuple[Literal["take_in", "hand_over", "withdraw", "reprint", "not_accept"], ...]
    as_of: str
    rejected: tuple[RejectedWork, ...] = ()  # entries of it that the center rejected or objects to
    handed_over: bool = False


@dataclass(frozen=True)
class MaterialView:
    """The content of a material. Each opening is recorded as an access to personal data."""

    name: str
    facts: tuple[LabelledValue, ...]
    text: str
    picture: Picture | None
    watermark: str  # purpose and expiry
