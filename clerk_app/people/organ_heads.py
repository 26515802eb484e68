"""Heads of organs: members of an organ whom an administrator has marked, and who answer for its overdue tasks."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.people.staff import mark_staff_changed, require_person
from db.engines import Row, Transaction

RULES = RuleSet()


class OrganHeadSet(CommandDecision, frozen=True, kw_only=True):
    """The organ of the person."""

    stored_name: ClassVar[str] = "OrganHeadSet"
    organ: str


class SetOrganHead(Command[OrganHeadSet], frozen=True, kw_only=True):
    """Marks an officer as head of the own organ, or takes the mark away."""

    stored_name: ClassVar[str] = "SetOrganHead"
    staff: str
    is_head: bool


def list_heads(tx: Transaction, organ: str) -> list[Row]:
    """Return the active heads of an organ, by number."""
    return tx.select("staff", order=("number",), organ=organ, head=True, active=True)


def _decide(tx: Transaction, command: SetOrganHead, _: Moment) -> OrganHeadSet:
    row = require_person(tx, command.staff)
    if row["role"] != Role.OFFICER or not row["organ"]:
        raise Refused("role", "Only an officer can be the head of an organ.")
    if bool(row["head"]) == command.is_head:
        raise Refused("state", "This was done already.")
    return OrganHeadSet(organ=row["organ"])


@RULES.register(
    SetOrganHead,
    OrganHeadSet,
    permission="staff.change",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.ADMIN,),
    label=mark("Head of an organ"),
    decide=_decide,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[SetOrganHead, OrganHeadSet]) -> None:
    tx.update("staff", {"id": entry.command.staff}, head=entry.command.is_head)
    mark_staff_changed(tx, entry.command.staff)
