"""The statement that two accounts belong to one natural person."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.confirmations import require_second_for_account
from clerk_app.ledger.persons import person_of, person_of_row
from clerk_app.locales import mark
from clerk_app.people.staff import mark_staff_changed, require_person
from db.engines import Transaction

RULES = RuleSet()


class PersonSet(CommandDecision, frozen=True, kw_only=True):
    """Both accounts have this id of their natural person."""

    stored_name: ClassVar[str] = "PersonSet"
    person: str


class SetPerson(Command[PersonSet], frozen=True, kw_only=True):
    """States that two accounts belong to one natural person: where two persons are needed, they count as one."""

    stored_name: ClassVar[str] = "SetPerson"
    staff: str
    other: str


def _decide_person(tx: Transaction, command: SetPerson, moment: Moment) -> PersonSet:
    rows = require_person(tx, command.staff), require_person(tx, command.other)
    if command.staff == command.other:
        raise Refused("same_account", "These are not two accounts.")
    for row in rows:  # who joins the other administrator's account to the own one would be the only administrator
        require_second_for_account(tx, command, moment, row["role"])
    return PersonSet(person=person_of(tx, command.other))


@RULES.register(
    SetPerson,
    PersonSet,
    permission="staff.change",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.ADMIN,),
    label=mark("Two accounts of one person"),
    decide=_decide_person,
    stream=lambda command, _: f"staff/{command.staff}",
    documents=("staff",),
    placement=Placement.REMOTE,
)
def _apply_person(tx: Transaction, entry: Entry[SetPerson, PersonSet]) -> None:
    person = entry.decision.person
    previous = person_of(tx, entry.command.staff)
    for row in tx.select("staff"):
        if person_of_row(row) in (previous, person):
            tx.update("staff", {"id": row["id"]}, person=person)
            mark_staff_changed(tx, row["id"])
