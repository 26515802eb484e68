"""The end of drafts that nobody has changed or discarded for the days of the policy; their content is erased."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()
_MICROSECONDS_PER_DAY = 86_400_000_000


class DraftEnded(CommandDecision, frozen=True, kw_only=True):
    """The draft is deleted."""

    stored_name: ClassVar[str] = "DraftEnded"


class EndDraft(Command[DraftEnded], frozen=True, kw_only=True):
    """Delete a draft that was not changed for the days of the policy."""

    stored_name: ClassVar[str] = "EndDraft"
    draft: str


def list_due_draft_ends(tx: Transaction, now: int, many: int) -> list[EndDraft]:
    """Return commands for the drafts of this store whose time is over, at most `many`."""
    before = _time_limit(tx, now)
    if before is None:
        return []
    return [EndDraft(draft=row["id"]) for row in tx.query_all("cases.old_drafts", before=before, many=many)]


def _time_limit(tx: Transaction, now: int) -> int | None:
    """Return the time before which a draft must have been saved to end; None if drafts are kept for ever."""
    days = read_policy(tx).draft_days
    return now - days * _MICROSECONDS_PER_DAY if days else None


def _decide(tx: Transaction, command: EndDraft, moment: Moment) -> DraftEnded:
    row, before = tx.get_for_update("drafts", id=command.draft), _time_limit(tx, moment.decided_at)
    if row is None or before is None or row["saved_at"] >= before:
        raise Refused("draft", "This draft goes on.")
    return DraftEnded()


@RULES.register(
    EndDraft,
    DraftEnded,
    permission="draft.end",
    roles=(Role.SYSTEM,),
    machines=(MachineKind.CENTER, MachineKind.COUNTER),
    label=mark("End of a draft that nobody continued"),
    decide=_decide,
    stream=lambda command, _: f"draft/{command.draft}",
    placement=Placement.PRIVATE,
)
def _apply(tx: Transaction, entry: Entry[EndDraft, DraftEnded]) -> None:
    tx.delete("drafts", id=entry.command.draft)
