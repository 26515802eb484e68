"""Views of a case: as a draft before its acceptance, and as an accepted case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from clerk_app.views.connection import RejectedWork
from clerk_app.views.consent import ConsentListRow
from clerk_app.views.differences import DifferenceRow
from clerk_app.views.fees import FeeList
from clerk_app.views.matter_choice import MatterChoice
from clerk_app.views.paper_review import ReadingState
from clerk_app.views.promises import PromiseView
from clerk_app.views.shared import LabelledValue, Level, Option, Picture

if TYPE_CHECKING:
    from clerk_app.views.applications import DraftOrigin
    from clerk_app.views.page_view import PaperPages
    from clerk_app.views.tracks import CaseTracks

CaseAction = Literal["take_in", "hand_over", "hand_over_part", "withdraw", "reprint", "not_accept"]
"""Id of an act on an accepted case."""
AGENT = "agent_with_codes"
"""`Receiver.role` of an agent whose own code and that of the party are shown in this visit."""
REPRESENTATIVE = "representative_with_code"
"""`Receiver.role` of the person who acted for a party at the acceptance, and has shown the own code in this visit."""


@dataclass(frozen=True)
class LicenceCheck:
    """Result of verifying a code. `facts` are proved values; `warnings` are for the clerk to settle."""

    result: Literal["green", "amber", "red"]
    headline: str
    warnings: tuple[str, ...]
    facts: tuple[LabelledValue, ...]


@dataclass(frozen=True)
class Applicant:
    """The holder of the code shown at the window, with the data from the code. Identity numbers are masked.

    `is_organisation`: the holder is an organisation; the person at the window is its agent, whom the code does not
    name.
    """

    name: str
    number: str
    check: LicenceCheck
    photo: Picture | None
    notes: tuple[str, ...]  # for example that the same code was shown at another window today
    confirmed: bool  # whether the clerk compared face and photo, or checked the agent's document
    is_organisation: bool = False
    doubted: bool = False  # whether the clerk was not sure, and a second person has to decide

    @property
    def needs_confirmation(self) -> bool:
        """Whether the clerk still has to compare face and photo. After a refused code there is no person to compare."""
        return not self.confirmed and self.check.result != "red"


@dataclass(frozen=True)
class PartyRow:
    """A party of the case: mother, father, child, enterprise."""

    role: str
    role_name: str
    name: str
    number: str
    known_by: str  # source of the data in words: code, document, licence or typed
    identified: bool = True  # whether a code or document was shown in this visit
    is_organisation: bool = False


@dataclass(frozen=True)
class MatterRow:
    """A matter of the chosen one thing. `reason` explains why it does not apply, or was left out; empty otherwise."""

    id: str
    name: str
    organ: str
    state: str
    level: Level
    reason: str
    promised: str
    statutory: str
    predecessors: str  # names of the matters that must be decided first
    chosen: bool = True  # whether it is applied for, also where an answer decides whether it applies


@dataclass(frozen=True)
class MaterialRow:
    """A material that the case needs, and its state."""

    id: str
    name: str
    needed_for: str
    state: Literal["held", "missing", "expired", "not_shared", "paper", "produced", "scan", "promised"]
    state_name: str
    level: Level
    reason: str = ""
    issuer: str = ""
    valid_to: str = ""
    freshness: str = ""  # age of the data about the material, in words
    grade: str = ""  # trust level A to D; empty without one
    consent: Literal["given", "asked", "declined", "not_needed"] = "not_needed"
    holder: str = ""  # role and name of the party to whom it belongs; empty if not known
    answers_for_it: str = ""  # name of the organ that answers for its data; empty for none
    confirmation: Literal["", "original", "promise"] = ""  # what the clerk has to confirm before it is used
    paper_needs_reason: bool = False  # whether the city holds it: a paper needs a written reason
    earlier_case: str = ""  # number of the case with which it was given before; empty if it was not
    has_scan: bool = False  # whether a scan was sent with the application from outside
    is_agreed: bool = False  # whether its holder agreed to the use of a licence, used here or not
    issued_on: str = ""  # ISO date; empty if it is not known
    is_paper: bool = False  # whether it is taken on paper: its issuer and validity may be typed
    lacks_validity: bool = False  # whether the validity of the paper has to be typed
    pages: int = 0  # of the paper that were taken in as pictures; 0 if it has none
    takes_pages: bool = False  # whether pages of its paper can be taken in here
    reading: ReadingState = ""  # of a paper with pages: whether it was read by the program
    reading_headline: str = ""  # what is most important of what was read, in words

    @property
    def can_withdraw(self) -> bool:
        """Whether there is a consent that can be taken back."""
        return self.is_agreed or self.consent == "given"

    @property
    def can_be_opened(self) -> bool:
        """Whether there is more than this row: a licence or scan to be shown, or validity to be typed."""
        return bool(self.issuer) or self.has_scan or self.is_paper


@dataclass(frozen=True)
class FieldRow:
    """A field of the form. One field serves all matters that need its value."""

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
        "birth_date",
        "document_kind",
        "document_number",
    ]
    options: tuple[Option, ...]
    required: bool
    source: str  # source of the value in words; empty without a value
    warning: str  # that the value differs from a source, and the reason if one was given; empty otherwise
    error: str
    needed_for: str
    locked: bool = False  # whether the value is masked or hidden, and cannot be changed


@dataclass(frozen=True)
class Saving:
    """One of the four reductions (四减). `before`: the matters applied for one by one; `after`: as a bundle."""

    name: str
    before: str
    after: str


StepKind = Literal[
    "face", "party", "field", "difference", "finding", "name", "material", "consent", "release", "sign", "promise",
    "matter",
    "site", "exclusion",
]  # fmt: skip


@dataclass(frozen=True)
class OpenStep:
    """Something that is missing for the acceptance: `text` in words, and the field, material or matter `id`.

    `release`: a material was agreed to, and the center has not released it.
    """

    kind: StepKind
    text: str
    id: str = ""


@dataclass(frozen=True)
class IntakeView:
    """View of a draft, evaluated with the catalogue version that it was begun with."""

    draft: str
    one_thing: str
    catalogue: str
    parties: tuple[PartyRow, ...]
    matters: tuple[MatterRow, ...]
    materials: tuple[MaterialRow, ...]
    fields: tuple[FieldRow, ...]
    open_steps: tuple[OpenStep, ...]  # what is missing for the acceptance
    promised: str  # promised date, computed along the critical path
    statutory: str
    savings: tuple[Saving, ...]
    saved_at: datetime | None
    decline_reasons: tuple[Option, ...] = ()  # stock reasons of the catalogue for not accepting
    has_unreleased: bool = False  # whether materials were agreed to, and the center has not released them
    has_unconfirmed_consent: bool = False  # whether a consent is stated by the clerk alone
    consent_lists: tuple[ConsentListRow, ...] = ()  # of each party whose consent is not confirmed yet
    absent_lists: tuple[Option, ...] = ()  # absent parties who may agree by a list that they sign elsewhere
    unsigned: tuple[Option, ...] = ()  # roles whose co-signature is missing, and what was changed after one (hint)
    sheets: tuple[Option, ...] = ()  # roles for whom a sheet with this form is printed, with its number (hint)
    needs_second_factor: bool = False  # whether a code may be a print: what was agreed to needs a second factor
    second_factor_of: str = ""  # name of the party whose second factor is needed; empty for nobody
    is_masked: bool = False  # whether the applicant of a reopened draft is not identified in this visit yet
    can_fetch_materials: bool = False  # whether the held materials were not fetched yet and the center is reachable
    differences: tuple[DifferenceRow, ...] = ()  # answers that differ from a source and may not do so without a reason
    has_compared_texts: bool = False  # whether a text of the form is compared with those of earlier cases
    name_fields: tuple[Option, ...] = ()  # enterprise names of the form, which the center checks
    choices: tuple[MatterChoice, ...] = ()  # of matters that exclude each other; the proposed one first
    unchecked_names: tuple[str, ...] = ()  # sentences about names that nobody can check without a connection
    tracks: CaseTracks | None = None  # what is expected if it is accepted now; None while it is masked
    fees: FeeList | None = None  # what is due, with the legal basis; None while it is masked
    application: DraftOrigin | None = None  # the application from outside that the draft answers
    promises: PromiseView | None = None  # None while nothing is or may be promised
    is_bulk: bool = False  # whether the catalogue allows the same for several persons at once
    further: int = 0  # persons on its list besides the one of the form

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is missing for the acceptance, in words."""
        return tuple(step.text for step in self.open_steps)


@dataclass(frozen=True)
class HistoryRow:
    """An entry of a case's history."""

    at: datetime
    actor: str
    action: str


@dataclass(frozen=True)
class Receiver:
    """Somebody to whom the results may be handed over: a party of the case, or a delegate, whose name is empty."""

    role: str
    role_name: str
    name: str  # masked; empty for a delegate
    number: str  # masked
    by_code: bool = False  # whether the person identified and confirmed in this visit is this party
    is_organisation: bool = False  # a person signs for it
    party_role: str = ""  # of REPRESENTATIVE: the role of the party for whom they act


@dataclass(frozen=True)
class Collector:
    """Whose codes the center has verified in this visit, for a collection by an agent; empty texts: not shown yet.

    `party_name` is masked. `agent` is the id of a registered person, `agent_name` the whole name, as it is signed.
    """

    role: str = ""
    role_name: str = ""
    party_name: str = ""
    agent: str = ""
    agent_name: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether both codes were shown."""
        return bool(self.role and self.agent)


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
    requested_materials: tuple[str, ...]  # materials that the citizen has to bring, in words
    results: tuple[str, ...]  # results that are ready to be handed over, or were handed over
    history: tuple[HistoryRow, ...]
    actions: tuple[CaseAction, ...]
    as_of: str
    rejected: tuple[RejectedWork, ...] = ()  # entries of the case that the center rejected or objects to
    replaceable: tuple[Option, ...] = ()  # materials of refused matters: a new version makes the organ check again
    handed_over: bool = False
    collected: tuple[str, ...] = ()  # results handed over early, each with its day
    early: tuple[Option, ...] = ()  # finished matters whose results can be handed over early, results as hint
    is_masked: bool = True  # whether the applicant's name and number are masked
    receivers: tuple[Receiver, ...] = ()
    results_by: str = ""  # when the results of a decided case are made out, marked if later than promised
    held: str = ""  # why the results may not be handed over yet, and what to do; empty if they may
    received_by: str = ""  # who received the results, and how they were known, in words
    tracks: CaseTracks | None = None  # the case over time; None if it cannot be displayed
    fees: str = ""  # sum and lines, each with its legal basis; empty if it is free of charge
    answers_now: str = ""  # who answers to the applicant now, and for what; empty once the case has ended
    visits: str = ""  # number and cause of the visit at the window, in words; empty if none is recorded
    withdrawable: tuple[Option, ...] = ()  # materials used by consent, on which no organ has decided
    decided_consents: tuple[Option, ...] = ()  # those on which one has: their consent cannot be withdrawn any more
    represented_by: str = ""  # who acted for the applicant, and the basis; empty if nobody did
    acted_for: tuple[LabelledValue, ...] = ()  # other absent parties: who acted for them, and the basis
    co_signed: tuple[LabelledValue, ...] = ()  # further parties whose signature is needed: who signed, how and when
    joint_limit: str = ""  # last day of all organs of a joint case, with the rule; empty for another
    messages: str = ""  # number of messages on the case, and of new ones; empty without any


@dataclass(frozen=True)
class MaterialView:
    """The content of a material. Each opening is recorded as an access to personal data."""

    name: str
    facts: tuple[LabelledValue, ...]
    picture: Picture | None
    watermark: str  # text over the content: purpose and expiry
    page: tuple[str, ...] = ()  # lines of the certificate, as laid out on paper; empty without one
    pages: PaperPages | None = None  # pages of the file, for the page viewer; None without a file
    is_paper: bool = False  # whether the pages are all that there is
    find_advice: Callable[[], tuple[str, ...]] | None = None  # checks a photo, which takes time; None for another
