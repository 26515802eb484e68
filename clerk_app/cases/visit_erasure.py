"""Erasure of what a code or a document stated in a visit that led to no case, and of drafts that have ended."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.erasures import EntryReference, erase_personal_part, list_personal_entries
from clerk_app.locales import mark
from db.engines import Transaction

KEPT_AFTER_END = 86_400_000_000  # microseconds after the end of a visit or a draft
_DRAFT_STREAM = "draft/"

RULES = RuleSet()


class VisitErased(CommandDecision, frozen=True, kw_only=True):
    """Entries whose personal part is deleted."""

    stored_name: ClassVar[str] = "VisitErased"
    entries: tuple[EntryReference, ...] = ()


class EraseVisit(Command[VisitErased], frozen=True, kw_only=True):
    """Erases who was identified in a visit that has ended without a case."""

    stored_name: ClassVar[str] = "EraseVisit"
    visit: str


class DraftErased(CommandDecision, frozen=True, kw_only=True):
    """Entries whose personal part is deleted."""

    stored_name: ClassVar[str] = "DraftErased"
    entries: tuple[EntryReference, ...] = ()


class EraseDraft(Command[DraftErased], frozen=True, kw_only=True):
    """Erases the content of a draft that was discarded, or whose case was accepted, from the log of this store."""

    stored_name: ClassVar[str] = "EraseDraft"
    draft: str


def list_due_visit_erasures(tx: Transaction, now: int, many: int) -> list[EraseVisit]:
    """Return commands for visits that ended a day ago without a case, and that nobody continues, at most `many`."""
    rows = tx.query_all("cases.visits_without_case", before=now - KEPT_AFTER_END, many=many)
    return [EraseVisit(visit=row["id"]) for row in rows]


def list_due_draft_erasures(tx: Transaction, now: int, many: int) -> list[EraseDraft]:
    """Return commands for drafts that ended a day ago and whose content is still in the log, at most `many`."""
    rows = tx.query_all("cases.ended_drafts_in_log", before=now - KEPT_AFTER_END, many=many)
    return [EraseDraft(draft=row["stream"].removeprefix(_DRAFT_STREAM)) for row in rows]


def _decide_visit(tx: Transaction, command: EraseVisit, moment: Moment) -> VisitErased:
    visit = tx.get_for_update("visits", id=command.visit)
    if visit is None or visit["ended_at"] is None or visit["ended_at"] >= moment.decided_at - KEPT_AFTER_END:
        raise Refused("visit", "This visit has not ended a day ago.")
    if tx.select("cases", visit=command.visit):
        raise Refused("case", "This visit led to a case, and is erased with it.")
    return VisitErased(entries=tuple(list_personal_entries(tx, [f"visit/{command.visit}"])))


@RULES.register(
    EraseVisit,
    VisitErased,
    permission="visit.erase",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Erasure of a visit without a case"),
    decide=_decide_visit,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply_visit(tx: Transaction, entry: Entry[EraseVisit, VisitErased]) -> None:
    for reference in entry.decision.entries:
        erase_personal_part(tx, reference)
    tx.update("visits", {"id": entry.command.visit}, shown_name=None, shown_number=None, shown_licence=None)
    tx.update("co_signatures", {"visit": entry.command.visit}, form=None)


def _decide_draft(tx: Transaction, command: EraseDraft, _: Moment) -> DraftErased:
    if tx.get("drafts", id=command.draft) is not None:
        raise Refused("draft", "This draft goes on.")
    return DraftErased(entries=tuple(list_personal_entries(tx, [_DRAFT_STREAM + command.draft])))


@RULES.register(
    EraseDraft,
    DraftErased,
    permission="draft.erase",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Erasure of a draft"),
    decide=_decide_draft,
    stream=lambda command, _: f"{_DRAFT_STREAM}{command.draft}",
)
def _apply_draft(tx: Transaction, entry: Entry[EraseDraft, DraftErased]) -> None:
    tx.delete("name_checks", draft=entry.command.draft)
    for reference in entry.decision.entries:
        erase_personal_part(tx, reference)
