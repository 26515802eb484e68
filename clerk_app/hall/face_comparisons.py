"""What a comparison of face and photo leads to apart from "the same person" (`ConfirmPerson`); no picture is recorded.

"Not this person" ends the identification. In doubt a second person decides, who signs the entry with their own PIN at
the window.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.hall.visit_records import mark_visit_changed, record_arrival
from clerk_app.hall.visits import OTHER, SAME, UNSURE, get_open_visit
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.persons import person_of
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

RULES = RuleSet()

LIVE, PORTRAIT = "live", "portrait"
"""Which pictures the screen showed: the portrait and the live picture (`live`), or the portrait alone."""


class PersonRejected(CommandDecision, frozen=True, kw_only=True):
    """The visit has no identified person any more."""

    stored_name: ClassVar[str] = "PersonRejected"


class RejectPerson(Command[PersonRejected], frozen=True, kw_only=True):
    """Records that the person at the window is not the one in the photo, which ends the identification."""

    stored_name: ClassVar[str] = "RejectPerson"
    visit: str
    compared: str = ""


class PersonDoubted(CommandDecision, frozen=True, kw_only=True):
    """A second person has to decide."""

    stored_name: ClassVar[str] = "PersonDoubted"


class DoubtPerson(Command[PersonDoubted], frozen=True, kw_only=True):
    """Records that the clerk is not sure whether the person at the window is the one in the photo."""

    stored_name: ClassVar[str] = "DoubtPerson"
    visit: str
    compared: str = ""


class DoubtSettled(CommandDecision, frozen=True, kw_only=True):
    """The actor of the entry is the second person."""

    stored_name: ClassVar[str] = "DoubtSettled"


class SettleDoubt(Command[DoubtSettled], frozen=True, kw_only=True):
    """Records the decision of a second person on a doubt; `same`: the person is the one in the photo."""

    stored_name: ClassVar[str] = "SettleDoubt"
    visit: str
    same: bool
    compared: str = ""


def _get_shown(tx: Transaction, visit: str, moment: Moment) -> Row:
    row = get_open_visit(tx, visit, moment)
    if not row["check_result"]:
        raise Refused("nobody_shown", "No code has been read yet.")
    return row


def _end_identification(tx: Transaction, visit: str) -> None:
    """Remove the person from a visit, with what was proved and agreed to in their name."""
    tx.update(
        "visits",
        {"id": visit},
        person=None,
        shown_name=None,
        shown_number=None,
        shown_licence=None,
        check_result="",
        check_notes=encode_json_list(()),
        code_key=None,
        confirmed=False,
        face=OTHER,
    )
    tx.delete("identity_proofs", visit=visit)
    tx.update("consents", {"visit": visit}, given_at=None, how="")


def _decide_reject(tx: Transaction, command: RejectPerson, moment: Moment) -> PersonRejected:
    _get_shown(tx, command.visit, moment)
    return PersonRejected()


@RULES.register(
    RejectPerson,
    PersonRejected,
    permission="visit.identify",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Not the person in the photo"),
    decide=_decide_reject,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply_reject(tx: Transaction, entry: Entry[RejectPerson, PersonRejected]) -> None:
    _end_identification(tx, entry.command.visit)
    record_arrival(tx, entry.command.visit, entry.moment.corrected_at)
    mark_visit_changed(tx, entry.command.visit)


def _decide_doubt(tx: Transaction, command: DoubtPerson, moment: Moment) -> PersonDoubted:
    _get_shown(tx, command.visit, moment)
    return PersonDoubted()


@RULES.register(
    DoubtPerson,
    PersonDoubted,
    permission="visit.identify",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Doubt about the person"),
    decide=_decide_doubt,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply_doubt(tx: Transaction, entry: Entry[DoubtPerson, PersonDoubted]) -> None:
    tx.update("visits", {"id": entry.command.visit}, face=UNSURE, confirmed=False)
    record_arrival(tx, entry.command.visit, entry.moment.corrected_at)
    mark_visit_changed(tx, entry.command.visit)


def _decide_settle(tx: Transaction, command: SettleDoubt, moment: Moment) -> DoubtSettled:
    row = tx.get_for_update("visits", id=command.visit)
    if row is None or row["ended_at"] is not None:
        raise Refused("visit", "Nobody is being served at this window.")
    if row["face"] != UNSURE:
        raise Refused("no_doubt", "Nobody has stated a doubt about this person.")
    if person_of(tx, row["staff"]) == person_of(tx, moment.actor.id):
        raise Refused("same_person", "A second person decides: not the clerk who is not sure.")
    first = tx.get("staff", id=row["staff"])
    if first is None or first["organ"] != moment.actor.organ:
        raise Refused("other_site", "This belongs to another service centre or department.")
    return DoubtSettled()


@RULES.register(
    SettleDoubt,
    DoubtSettled,
    permission="visit.settle_doubt",
    roles=(Role.CLERK, Role.SUPERVISOR),
    machines=(MachineKind.COUNTER,),
    label=mark("Decision of a second person on the photo"),
    decide=_decide_settle,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply_settle(tx: Transaction, entry: Entry[SettleDoubt, DoubtSettled]) -> None:
    command = entry.command
    if command.same:
        tx.update("visits", {"id": command.visit}, face=SAME, confirmed=True)
    else:
        _end_identification(tx, command.visit)
    mark_visit_changed(tx, command.visit)
