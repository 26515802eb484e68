"""A case being taken in, and a case that exists, as screens see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from clerk_app.views.connection import RejectedWork
from clerk_app.views.shared import LabelledValue, Level, Option, Picture


@dataclass(frozen=True)
class LicenceCheck:
    """What was proved about the code held up, and what was not."""

    result: Literal["green", "amber", "red"]
    headline: str
    doubts: tuple[str, ...]
    facts: tuple[LabelledValue, ...]


@dataclass(frozen=True)
class Applicant:
    """The person at the window as the code shows them; numbers masked."""

    name: str
    number: str
    check: LicenceCheck
    photo: Picture | None
    notes: tuple[str, ...]  # same code at another window today, another person than the ticket
    confirmed: bool  # the clerk has compared face and photo


@dataclass(frozen=True)
class PartyRow:
    """A party of the case: mother, father, child, enterprise."""

    role: str
    role_name: str
    name: str
    number: str
    known_by: str  # how we know: code, licence, typed


@dataclass(frozen=True)
class MatterRow:
    """A matter of the chosen one thing; a dropped one says why."""

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
    """A material against what the case needs."""

    id: str
    name: str
    needed_for: str
    state: Literal["held", "missing", "expired", "not_shared", "paper", "produced"]
    state_name: str
    level: Level
    reason: str
    issuer: str
    valid_to: str
    freshness: str  # how old our knowledge of it is
    grade: str  # trust level A to D, empty if none
    consent: Literal["given", "asked", "not_needed"]


@dataclass(frozen=True)
class FieldRow:
    """A field of the one form, asked once for all matters that need it."""

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
    source: str  # where the value comes from, in words; empty if nothing is there
    doubt: str  # two sources disagree, or the value is old
    error: str
    needed_for: str


@dataclass(frozen=True)
class Saving:
    """The four reductions (四减) of the bundle against going matter by matter."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class IntakeView:
    """A case being taken in: the draft, against its catalogue version."""

    draft: str
    one_thing: str
    catalogue: str
    parties: tuple[PartyRow, ...]
    matters: tuple[MatterRow, ...]
    materials: tuple[MaterialRow, ...]
    fields: tuple[FieldRow, ...]
    gaps: tuple[str, ...]  # what still stands in the way, in words; empty means F9 accepts
    promised: str  # date by the critical path
    statutory: str
    savings: tuple[Saving, ...]
    saved_at: datetime | None
    can_fetch_materials: bool = False  # nobody could be asked yet what the city holds, and now somebody can


@dataclass(frozen=True)
class HistoryRow:
    """A line of a case's life."""

    at: datetime
    actor: str
    action: str


@dataclass(frozen=True)
class CaseView:
    """A case that exists: opened by its receipt or number."""

    number: str
    one_thing: str
    state: str
    level: Level
    applicant: str
    accepted: str
    promised: str
    statutory: str
    matters: tuple[MatterRow, ...]
    materials: tuple[MaterialRow, ...]  # with open supplements first
    requested_materials: tuple[str, ...]  # what the citizen was asked to bring, one line each
    results: tuple[str, ...]  # what is ready to be handed over, or was
    history: tuple[HistoryRow, ...]
    actions: tuple[Literal["take_in", "hand_over", "withdraw", "reprint", "not_accept"], ...]
    as_of: str
    rejected: tuple[RejectedWork, ...] = ()  # what the center refused of it, or objects to
    handed_over: bool = False


@dataclass(frozen=True)
class MaterialView:
    """A material opened: its fields, its text, its picture. Each look is recorded."""

    name: str
    facts: tuple[LabelledValue, ...]
    text: str
    picture: Picture | None
    watermark: str  # purpose and expiry
