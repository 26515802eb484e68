"""What an organ has referred to its superior organ, with its state: asked for at the authority.

The machines of an organ do not hold a case in which it has no open task.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

MOST_REFERRED = 100  # newest referrals that are listed

RULES = RuleSet()


class ReferredMatter(MessagePart, frozen=True, kw_only=True):
    """A matter that was referred at `referred_at` (microseconds UTC), and the state of its newest task."""

    task: str
    matter: str
    one_thing: str
    catalogue: str
    catalogue_version: int
    superior: str
    referred_at: int
    state: str
    due_at: int | None = None


class ReferredListed(CommandDecision, frozen=True, kw_only=True):
    """The referred matters, the newest first."""

    stored_name: ClassVar[str] = "ReferredListed"
    matters: tuple[ReferredMatter, ...] = ()


class QueryReferred(Command[ReferredListed], frozen=True, kw_only=True):
    """Asks what the organ of the actor has referred."""

    stored_name: ClassVar[str] = "QueryReferred"


def _decide(tx: Transaction, _command: QueryReferred, moment: Moment) -> ReferredListed:
    rows = tx.query_all("cases.referred_by_organ", organ=moment.actor.organ or "", most=MOST_REFERRED)
    return ReferredListed(matters=tuple(_describe(tx, row) for row in rows))


def _describe(tx: Transaction, row: Row) -> ReferredMatter:
    newest = tx.select("tasks", order=("id",), case_number=row["case_number"], matter=row["matter"])[-1]
    return ReferredMatter(
        task=row["task"],
        matter=row["matter"],
        one_thing=row["one_thing"],
        catalogue=row["catalogue"],
        catalogue_version=row["catalogue_version"],
        superior=row["superior"],
        referred_at=row["referred_at"],
        state="pooled" if newest["state"] == "claimed" else newest["state"],
        due_at=newest["due_at"],
    )


@RULES.register(
    QueryReferred,
    ReferredListed,
    permission="task.list_referred",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Referred matters listed"),
    decide=_decide,
    stream=lambda _command, _decision: "referred/list",
    placement=Placement.REMOTE,
    max_bytes=1000,
)
def _apply(_tx: Transaction, _entry: Entry[QueryReferred, ReferredListed]) -> None:
    """Write nothing: the entry is the record that the list was read."""
