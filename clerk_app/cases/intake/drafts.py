"""Drafts: what was entered for a case that does not exist yet. The counter saves them while the clerk types."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.applications.content import SOURCE_PREFIX
from clerk_app.cases.checked_names import DraftName
from clerk_app.cases.field_differences import FieldDifference
from clerk_app.cases.intake.further_persons import FurtherPerson
from clerk_app.cases.intake.paper_file import PaperFile
from clerk_app.cases.overruled_findings import OverruledFinding
from clerk_app.cases.paper_facts import PaperFacts
from clerk_app.cases.paper_readings import PaperReading
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()


class DraftParty(MessagePart, frozen=True, kw_only=True):
    """A party of the future case, as far as it is known."""

    name: str
    number: str
    subject: str = ""  # id of the person or organisation; empty if not registered
    known_by: str = ""  # code | party_code | document | typed | the source of the name
    visit: str = ""  # the visit in which the code or document was shown


class DraftApplication(MessagePart, frozen=True, kw_only=True):
    """The application from outside that a draft answers. `scans` are the digests of scans by material.

    `provider`, `verified`, `how` and `at` are the assertion of an identity provider; without one they are empty.
    `needs_no_visit`: it may be accepted although nobody is identified at the window.
    """

    number: str
    source: str
    purpose: str  # of the opening
    received_on: str  # ISO date
    due_at: int = 0  # microseconds UTC
    scans: dict[str, str] = {}
    provider: str = ""
    verified: bool = False
    how: str = ""
    at: str = ""
    needs_no_visit: bool = False


class PaperReason(MessagePart, frozen=True, kw_only=True):
    """Why a paper is taken although the city holds the licence: a code of `PAPER_REASONS`, and the clerk's words."""

    code: str
    reason: str = ""


class DraftContent(MessagePart, frozen=True, kw_only=True):
    """Content of a draft. `sources` gives the origin of a value; a value without an entry was typed."""

    values: dict[str, str] = {}
    sources: dict[str, str] = {}
    parties: dict[str, DraftParty] = {}
    papers: tuple[str, ...] = ()  # ids of materials handed in on paper
    paper_reasons: dict[str, PaperReason] = {}  # by material
    paper_facts: dict[str, PaperFacts] = {}  # issuer and validity of papers, by material
    paper_files: dict[str, PaperFile] = {}  # files of papers that were taken in, by material
    confirmed: tuple[str, ...] = ()  # ids of earlier materials whose original was seen, or whose promise was repeated
    chosen: tuple[str, ...] | None = None  # ids of matters; None: those that the catalogue proposes
    differences: tuple[FieldDifference, ...] = ()  # those with a reason
    application: DraftApplication | None = None
    readings: dict[str, PaperReading] = {}  # what was read from papers, by material
    overruled: dict[str, tuple[OverruledFinding, ...]] = {}  # findings on papers set aside with a reason, by material
    received: str = ""  # number of the received case that the draft continues; empty for a new application
    names: dict[str, DraftName] = {}  # what the center answered about enterprise names, by field
    promised: tuple[str, ...] = ()  # promises that were chosen: kind and material with a colon between
    further: tuple[FurtherPerson, ...] = ()  # those for whom the same is applied for, each with a case of their own

    @property
    def stated_fields(self) -> frozenset[str]:
        """Ids of the fields whose value was stated by a person: typed, or sent with an application."""
        sources = ((name, self.sources.get(name, "typed")) for name, value in self.values.items() if value)
        return frozenset(name for name, source in sources if source == "typed" or source.startswith(SOURCE_PREFIX))


class DraftSaved(CommandDecision, frozen=True, kw_only=True):
    """Id of the saved draft."""

    stored_name: ClassVar[str] = "DraftKept"
    draft: str


class SaveDraft(Command[DraftSaved], frozen=True, kw_only=True):
    """Saves the content of a draft; an empty `draft` creates a new one.

    `started_at` is the time (microseconds UTC) of a draft that was discarded and is restored: a draft of an earlier
    visit stays one; 0 for a new draft.
    """

    stored_name: ClassVar[str] = "KeepDraft"
    draft: str = ""
    visit: str
    window: str
    one_thing: str
    catalogue: str
    catalogue_version: int
    started_at: int = 0
    personal: DraftContent | None = None


class DraftDiscarded(CommandDecision, frozen=True, kw_only=True):
    """The draft is deleted."""

    stored_name: ClassVar[str] = "DraftGone"


class DiscardDraft(Command[DraftDiscarded], frozen=True, kw_only=True):
    """Deletes a draft that the citizen does not pursue."""

    stored_name: ClassVar[str] = "DiscardDraft"
    draft: str
    reason: str


def decode_draft(row: Row) -> DraftContent:
    """Decode the content of a row of `drafts`; an empty content gives an empty draft."""
    return msgspec.json.decode(row["content"], type=DraftContent) if row["content"] else DraftContent()


def remove_further_person(tx: Transaction, draft_id: str, person: str) -> None:
    """Take an accepted person off the list of a draft, if the draft is in this store."""
    row = tx.get_for_update("drafts", id=draft_id)
    if row is None:
        return
    content = decode_draft(row)
    left = tuple(further for further in content.further if further.id != person)
    tx.update("drafts", {"id": draft_id}, content=msgspec.json.encode(msgspec.structs.replace(content, further=left)))


def get_own_draft(tx: Transaction, draft_id: str, moment: Moment) -> Row:
    """Return a draft of the actor or of the actor's window, locked for update. Raise Refused for any other."""
    row = tx.get_for_update("drafts", id=draft_id)
    if row is None:
        raise Refused("no_draft", "This draft is gone: its case was accepted, or it was discarded.")
    window = tx.get("windows", id=row["window_id"])
    if moment.actor.id not in (row["staff"], window and window["staff"]):
        raise Refused("other_draft", "This draft belongs to another clerk.")
    return row


def _decide_save(tx: Transaction, command: SaveDraft, moment: Moment) -> DraftSaved:
    if not command.draft:
        return DraftSaved(draft=moment.key)
    get_own_draft(tx, command.draft, moment)
    return DraftSaved(draft=command.draft)


@RULES.register(
    SaveDraft,
    DraftSaved,
    permission="draft.keep",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Draft kept"),
    decide=_decide_save,
    stream=lambda command, decision: f"draft/{command.draft or (decision.draft if decision else command.visit)}",
    placement=Placement.PRIVATE,
)
def _apply_save(tx: Transaction, entry: Entry[SaveDraft, DraftSaved]) -> None:
    command = entry.command
    content = msgspec.json.encode(command.personal) if command.personal is not None else None
    if command.draft:
        tx.update("drafts", {"id": command.draft}, content=content, saved_at=entry.decided_at, visit=command.visit)
        return
    tx.insert(
        "drafts",
        id=entry.decision.draft,
        visit=command.visit,
        staff=entry.moment.actor.id,
        window_id=command.window,
        one_thing=command.one_thing,
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        content=content,
        started_at=min(command.started_at, entry.decided_at) or entry.decided_at,
        saved_at=entry.decided_at,
    )


def _decide_discard(tx: Transaction, command: DiscardDraft, moment: Moment) -> DraftDiscarded:
    get_own_draft(tx, command.draft, moment)
    return DraftDiscarded()


@RULES.register(
    DiscardDraft,
    DraftDiscarded,
    permission="draft.keep",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Draft discarded"),
    decide=_decide_discard,
    stream=lambda command, _: f"draft/{command.draft}",
    placement=Placement.PRIVATE,
)
def _apply_discard(tx: Transaction, entry: Entry[DiscardDraft, DraftDiscarded]) -> None:
    tx.delete("drafts", id=entry.command.draft)
