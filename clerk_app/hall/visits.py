"""Visits: the person at a window is identified by a verified code and confirmed by the clerk."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.hall.day_state import is_older_than_closing
from clerk_app.hall.visit_records import mark_visit_changed, record_arrival
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

RULES = RuleSet()

SAME, OTHER, UNSURE = "same", "other", "unsure"
"""Values of `visits.face`, the last comparison of face and photo; empty before one."""


class ShownPerson(MessagePart, frozen=True, kw_only=True):
    """Name and number of the person, as stated in the shown code; `licence` is the number of the licence, if known."""

    name: str
    number: str
    licence: str = ""


class PersonIdentified(CommandDecision, frozen=True, kw_only=True):
    """Person of the visit; `person` is empty when the person is not registered.

    `other_visit` is the window of another visit with the same code since `IdentifyPerson.since`, empty if there is
    none.
    """

    stored_name: ClassVar[str] = "Identified"
    person: str
    other_visit: str = msgspec.field(name="elsewhere", default="")


class IdentifyPerson(Command[PersonIdentified], frozen=True, kw_only=True):
    """Identifies the person of a visit by a code that was verified (green, or amber with notes)."""

    stored_name: ClassVar[str] = "Identify"
    visit: str
    person: str
    result: str
    notes: str  # one note per line
    code_key: str
    since: int  # microseconds UTC; another visit with the same code since then is reported
    personal: ShownPerson | None = None


class CodeRefused(CommandDecision, frozen=True, kw_only=True):
    """No table changes: the refusal is recorded only in the ledger."""

    stored_name: ClassVar[str] = "CodeRefused"


class RefuseCode(Command[CodeRefused], frozen=True, kw_only=True):
    """Records that a code was refused, with the reason but without the content of the code."""

    stored_name: ClassVar[str] = "RefuseCode"
    visit: str
    format: str
    reason: str


class PersonConfirmed(CommandDecision, frozen=True, kw_only=True):
    """The person is confirmed."""

    stored_name: ClassVar[str] = "Confirmed"


class ConfirmPerson(Command[PersonConfirmed], frozen=True, kw_only=True):
    """Records that the clerk compared the person with the photo or name shown.

    `compared`: what was on the screen, see `face_comparisons`; empty if it is not known.
    """

    stored_name: ClassVar[str] = "ConfirmPerson"
    visit: str
    compared: str = ""


class PartyIdentified(CommandDecision, frozen=True, kw_only=True):
    """The entry is the record; no table changes."""

    stored_name: ClassVar[str] = "PartyIdentified"


class IdentifyParty(Command[PartyIdentified], frozen=True, kw_only=True):
    """Records that a party of the draft other than the visit's person showed a code or an identity document.

    `role` is the party's role in the one thing. `how` is `code` or `document`; `result`, `notes` and `code_key` are
    those of the code, as in `IdentifyPerson`.
    """

    stored_name: ClassVar[str] = "IdentifyParty"
    visit: str
    role: str
    how: str
    person: str = ""
    result: str = ""
    notes: str = ""
    code_key: str = ""
    personal: ShownPerson | None = None


def parse_check_notes(text: str) -> tuple[str, ...]:
    """Return the notes in the text of `visits.check_notes`; older versions stored one note per line."""
    return decode_json_list(text, old_separator="\n")


def get_open_visit(tx: Transaction, visit: str, moment: Moment) -> Row:
    """Return an open visit of the actor, locked for update. Raise Refused otherwise.

    A visit that ended with its service day counts as open for commands given before.
    """
    row = tx.get_for_update("visits", id=visit)
    is_open = row is not None and (row["ended_at"] is None or is_older_than_closing(tx, row["ended_at"], moment))
    if row is None or not is_open or row["staff"] != moment.actor.id:
        raise Refused("visit", "Nobody is being served at this window.")
    return row


def _decide_identify(tx: Transaction, command: IdentifyPerson, moment: Moment) -> PersonIdentified:
    visit = get_open_visit(tx, command.visit, moment)
    if _is_other_person(visit, command):
        raise Refused(
            "another_person",
            "This code belongs to another person than the one being served. A delegation is needed; finish first.",
        )
    other_visit = tx.query_one(
        "hall.last_visit_with_code", code_key=command.code_key, visit=command.visit, since=command.since
    )
    person = command.person or visit["person"] or _find_person_id(tx, command.personal)
    return PersonIdentified(person=person, other_visit=other_visit["window_id"] if other_visit else "")


def _find_person_id(tx: Transaction, shown: ShownPerson | None) -> str:
    """Return the id of the registered person with this number; empty if this store has no such person.

    A window stores only the persons of its own visits.
    """
    row = tx.query_one("people.subject_by_number", number=shown.number) if shown else None
    return str(row["id"]) if row else ""


def _is_other_person(visit: Row, command: IdentifyPerson) -> bool:
    """Return whether the code belongs to another person than the one identified before, registered or not."""
    if visit["person"] and command.person:
        return bool(visit["person"] != command.person)
    shown = command.personal.number if command.personal else ""
    return bool(visit["shown_number"]) and visit["shown_number"] != shown


def _visit_stream(command: IdentifyPerson | RefuseCode | ConfirmPerson | IdentifyParty, _: object) -> str:
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
    command = entry.command
    shown = command.personal
    notes = command.notes.split("\n") if command.notes else []
    earlier = tx.get("visits", id=command.visit)
    is_doubted = earlier is not None and earlier["face"] == UNSURE  # another code of the same person settles nothing
    if entry.decision.other_visit:
        notes.append(f"elsewhere:{entry.decision.other_visit}")
    tx.update(
        "visits",
        {"id": command.visit},
        person=entry.decision.person,
        shown_name=shown and shown.name,
        shown_number=shown and shown.number,
        shown_licence=(shown and shown.licence) or None,
        check_result=command.result,
        check_notes=encode_json_list(notes),
        code_key=command.code_key,
        confirmed=False,
        face=UNSURE if is_doubted else "",
    )
    record_arrival(tx, command.visit, entry.moment.corrected_at)
    mark_visit_changed(tx, command.visit)


def _decide_refuse_code(_: Transaction, __: RefuseCode, ___: Moment) -> CodeRefused:
    return CodeRefused()


@RULES.register(
    RefuseCode,
    CodeRefused,
    permission="visit.identify",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Refusal of a code"),
    decide=_decide_refuse_code,
    stream=_visit_stream,
    documents=("visit",),
)
def _apply_refuse_code(tx: Transaction, entry: Entry[RefuseCode, CodeRefused]) -> None:
    """Write the arrival only: the entry itself is the record."""
    record_arrival(tx, entry.command.visit, entry.moment.corrected_at)
    mark_visit_changed(tx, entry.command.visit)


def _decide_confirm(tx: Transaction, command: ConfirmPerson, moment: Moment) -> PersonConfirmed:
    visit = get_open_visit(tx, command.visit, moment)
    if not visit["check_result"]:
        raise Refused("nobody_shown", "No code has been read yet.")
    if visit["face"] == UNSURE:
        raise Refused("doubted", "You were not sure: a second person decides, with their PIN.")
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
    tx.update("visits", {"id": entry.command.visit}, confirmed=True, face=SAME)
    record_arrival(tx, entry.command.visit, entry.moment.corrected_at)
    mark_visit_changed(tx, entry.command.visit)


def _decide_identify_party(tx: Transaction, command: IdentifyParty, moment: Moment) -> PartyIdentified:
    get_open_visit(tx, command.visit, moment)
    if command.personal is None or not command.personal.name.strip() or not command.personal.number.strip():
        raise Refused("nobody_shown", "The name and the number of the document are needed.")
    return PartyIdentified()


@RULES.register(
    IdentifyParty,
    PartyIdentified,
    permission="visit.identify",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Identification of a party"),
    decide=_decide_identify_party,
    stream=_visit_stream,
    documents=("visit",),
)
def _apply_identify_party(tx: Transaction, entry: Entry[IdentifyParty, PartyIdentified]) -> None:
    """Write the arrival only: the entry itself is the record."""
    record_arrival(tx, entry.command.visit, entry.moment.corrected_at)
    mark_visit_changed(tx, entry.command.visit)
