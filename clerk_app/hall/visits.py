"""Who stands at the window: what the code proved, and that the clerk compared face and photo."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()


class ShownPerson(MessagePart, frozen=True, kw_only=True):
    """The person as their code shows them."""

    name: str
    number: str


class PersonIdentified(CommandDecision, frozen=True, kw_only=True):
    """The visit belongs to this person; `person` is empty where the city does not know them."""

    stored_name: ClassVar[str] = "Identified"
    person: str
    other_visit: str = msgspec.field(
        name="elsewhere", default=""
    )  # another visit today with the same code, as window and time


class IdentifyPerson(Command[PersonIdentified], frozen=True, kw_only=True):
    """A code was verified (green, or amber with its doubts) and names the person of this visit."""

    stored_name: ClassVar[str] = "Identify"
    visit: str
    person: str
    result: str
    notes: str
    code_key: str
    since: int  # the same code at another visit after this moment is told
    personal: ShownPerson | None = None


class CodeRefused(CommandDecision, frozen=True, kw_only=True):
    """Kept as an audit line; nothing else came of it."""

    stored_name: ClassVar[str] = "CodeRefused"


class RefuseCode(Command[CodeRefused], frozen=True, kw_only=True):
    """A code that was read and not believed: why, and no more of it than that."""

    stored_name: ClassVar[str] = "RefuseCode"
    visit: str
    format: str
    reason: str


class PersonConfirmed(CommandDecision, frozen=True, kw_only=True):
    """The clerk stands for it."""

    stored_name: ClassVar[str] = "Confirmed"


class ConfirmPerson(Command[PersonConfirmed], frozen=True, kw_only=True):
    """The clerk has compared the person with the photo or name shown."""

    stored_name: ClassVar[str] = "ConfirmPerson"
    visit: str


def mark_visit_changed(tx: Transaction, visit: str) -> None:
    """The visit changed: its window is told."""
    row = tx.get("visits", id=visit)
    if row is not None:
        tx.mark_changed(f"window/{row['window_id']}", f"visit/{visit}")


def get_open_visit(tx: Transaction, visit: str, moment: Moment) -> Row:
    """The running visit of the actor. Raises Refused."""
    row = tx.get_for_update("visits", id=visit)
    if row is None or row["ended_at"] is not None or row["staff"] != moment.actor.id:
        raise Refused("visit", "Nobody is being served at this window.")
    return row


def _decide_identify(tx: Transaction, command: IdentifyPerson, moment: Moment) -> PersonIdentified:
    visit = get_open_visit(tx, command.visit, moment)
    if _is_other_person(visit, command):
        raise Refused(
            "another_person",
            "This code belongs to another person than the one being served. A delegation is needed; finish first.",
        )
    twin = tx.query_one(
        "hall.last_visit_with_code", code_key=command.code_key, visit=command.visit, since=command.since
    )
    person = command.person or visit["person"] or _find_person_id(tx, command.personal)
    return PersonIdentified(person=person, other_visit=twin["window_id"] if twin else "")


def _find_person_id(tx: Transaction, shown: ShownPerson | None) -> str:
    """Whom the city knows by that number: at a window nobody, at its authority perhaps."""
    row = tx.query_one("people.subject_by_number", number=shown.number) if shown else None
    return str(row["id"]) if row else ""


def _is_other_person(visit: Row, command: IdentifyPerson) -> bool:
    """Whether the code is another person's than the one shown before, be they known to the city or not."""
    if visit["person"] and command.person:
        return bool(visit["person"] != command.person)
    shown = command.personal.number if command.personal else ""
    return bool(visit["shown_number"]) and visit["shown_number"] != shown


def _visit_stream(command: IdentifyPerson | RefuseCode | ConfirmPerson, _: object) -> str:
    return f"visit/{command.visit}"


@RULES.register(
    IdentifyPerson,
    PersonIdentified,
    permission="visit.identify",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Identification by a code"),
    decide=_decide_identify,
    stream=_visit_stream,
    documents=("visit",),
)
def _apply_identify(tx: Transaction, entry: Entry[IdentifyPerson, PersonIdentified]) -> None:
    command: IdentifyPerson = entry.command
    shown = command.personal
    notes = [command.notes] if command.notes else []
    if entry.decision.other_visit:
        notes.append(f"elsewhere:{entry.decision.other_visit}")
    tx.update(
        "visits",
        {"id": command.visit},
        person=entry.decision.person,
        shown_name=shown and shown.name,
        shown_number=shown and shown.number,
        check_result=command.result,
        check_notes="\n".join(notes),
        code_key=command.code_key,
        confirmed=False,
    )
    mark_visit_changed(tx, command.visit)


def _decide_refuse(_: Transaction, __: RefuseCode, ___: Moment) -> CodeRefused:
    return CodeRefused()


@RULES.register(
    RefuseCode,
    CodeRefused,
    permission="visit.identify",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Refusal of a code"),
    decide=_decide_refuse,
    stream=_visit_stream,
    documents=("visit",),
)
def _apply_nothing(_: Transaction, __: Entry[RefuseCode, CodeRefused]) -> None:
    """An audit line only."""


def _decide_confirm(tx: Transaction, command: ConfirmPerson, moment: Moment) -> PersonConfirmed:
    if not get_open_visit(tx, command.visit, moment)["check_result"]:
        raise Refused("nobody_shown", "No code has been read yet.")
    return PersonConfirmed()


@RULES.register(
    ConfirmPerson,
    PersonConfirmed,
    permission="visit.identify",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Confirmation of a person"),
    decide=_decide_confirm,
    stream=_visit_stream,
    documents=("visit",),
)
def _apply_confirm(tx: Transaction, entry: Entry[ConfirmPerson, PersonConfirmed]) -> None:
    tx.update("visits", {"id": entry.command.visit}, confirmed=True)
    mark_visit_changed(tx, entry.command.visit)
