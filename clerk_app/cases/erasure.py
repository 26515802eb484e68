"""Retention: what a case knew about people goes when its time is over; that it was dealt with, and how, stays.

Erasing is an entry like any other. It takes the personal part and the salt out of the entries it names, so the chain
still holds, and empties what the tables had from them, so they still follow from the entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from clerk_app.cases.states import CASE_STATE_NAMES
from clerk_app.cases.tasks.queue import mark_case_changed
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

_ERASABLE_STATES = ("delivered", "not_accepted", "withdrawn", "archived")


RULES = RuleSet()


class EntryReference(MessagePart, frozen=True, kw_only=True):
    """Which entry."""

    node: str
    incarnation: int
    number: int


class CaseErased(CommandDecision, frozen=True, kw_only=True):
    """Which entries lose their personal part, and what goes with the case because nothing else refers to it."""

    stored_name: ClassVar[str] = "Erased"
    entries: tuple[EntryReference, ...]
    visit: str = ""
    persons: tuple[str, ...] = ()
    attachments: tuple[str, ...] = msgspec.field(
        name="contents", default=()
    )  # scans and pictures; whoever asked removes their files


class EraseCase(Command[CaseErased], frozen=True, kw_only=True):
    """The retention of a case is over."""

    stored_name: ClassVar[str] = "EraseCase"
    case: str
    reason: str


class _CaseOrigin(MessagePart, frozen=True, kw_only=True):
    """What the entry that made a case says of its draft and visit."""

    draft: str
    visit: str


def _decide(tx: Transaction, command: EraseCase, _: Moment) -> CaseErased:
    case = tx.get_for_update("cases", number=command.case)
    if case is None:
        raise Refused("no_case", "There is no case {number} here. Check the number.", number=command.case)
    if case["state"] not in _ERASABLE_STATES:
        raise Refused(
            "case_state", "A case that is {state} cannot be erased yet.", state=CASE_STATE_NAMES[case["state"]]
        )
    if not command.reason.strip():
        raise Refused("reason", "A reason is needed: it is kept with the case.")
    visit = case["visit"] if case["visit"] and not _visit_has_other_case(tx, case) else ""
    persons = tuple(person for person in _known_persons(tx, case) if not _is_referenced_elsewhere(tx, person, case))
    streams = [f"case/{command.case}", *(f"person/{person}" for person in persons)]
    streams += [f"visit/{visit}"] if visit else []
    return CaseErased(
        entries=tuple(_personal_entries(tx, [*streams, *_draft_streams(tx, command.case)])),
        visit=visit,
        persons=persons,
        attachments=tuple(_exclusive_attachments(tx, command.case)),
    )


def _visit_has_other_case(tx: Transaction, case: Row) -> bool:
    """Whether the visit led to another case that is not erased yet."""
    return any(_is_other_unerased_case(other, case) for other in tx.select("cases", visit=case["visit"]))


def _is_other_unerased_case(other: Row, case: Row) -> bool:
    return bool(other["number"] != case["number"] and other["applicant_name"] is not None)


def _known_persons(tx: Transaction, case: Row) -> list[str]:
    """The citizens whom the city knows and who have a part in the case."""
    subjects = {case["applicant"], *(row["subject"] for row in tx.select("parties", case_number=case["number"]))}
    return sorted(subject for subject in subjects if subject and tx.get("persons", id=subject) is not None)


def _is_referenced_elsewhere(tx: Transaction, person: str, case: Row) -> bool:
    """Whether a case, a visit or a licence that is not erased refers to them."""
    number = case["number"]
    return (
        any(_is_other_unerased_case(other, case) for other in tx.select("cases", applicant=person))
        or any(row["case_number"] != number for row in tx.select("parties", subject=person))
        or any(row["id"] != case["visit"] and row["shown_name"] for row in tx.select("visits", person=person))
        or tx.get("licences", holder=person) is not None
        or tx.get("licence_users", person=person) is not None
    )


def _draft_streams(tx: Transaction, case: str) -> Iterator[str]:
    """The histories of what was typed before the case had its number."""
    for row in tx.query_all("ledger.entries_of_stream", stream=f"case/{case}"):
        if row["kind"] in ("AcceptCase", "NotAccept"):
            begun = msgspec.json.decode(row["command"], type=_CaseOrigin)
            yield f"draft/{begun.draft}"
            yield f"draft/{begun.visit}"


def _personal_entries(tx: Transaction, streams: list[str]) -> Iterator[EntryReference]:
    for stream in streams:
        for row in tx.query_all("ledger.entries_of_stream", stream=stream):
            if row["personal"] is not None:
                yield EntryReference(node=row["node"], incarnation=row["incarnation"], number=row["number"])


def _exclusive_attachments(tx: Transaction, case: str) -> Iterator[str]:
    """The scans and pictures that belong to this case alone."""
    for digest in sorted({row["content"] for row in tx.select("materials", case_number=case) if row["content"]}):
        others = [row for row in tx.select("materials", content=digest) if row["case_number"] != case]
        if not others and tx.get("licences", content=digest) is None:
            yield digest


@RULES.register(
    EraseCase,
    CaseErased,
    permission="data.erase",
    roles=(Role.ADMINISTRATOR,),
    machines=(MachineKind.ADMIN,),
    label=mark("Erasure of personal data"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=(
        "case",
        "visit",
    ),
)
def _apply(tx: Transaction, entry: Entry[EraseCase, CaseErased]) -> None:
    case, erased = entry.command.case, entry.decision
    for place in erased.entries:
        tx.execute("ledger.erase_personal", node=place.node, incarnation=place.incarnation, number=place.number)
    tx.update("cases", {"number": case}, **_null_columns("cases"))
    for table in ("materials", "deliveries"):
        tx.update(table, {"case_number": case}, **_null_columns(table))
    for table in ("parties", "field_values"):  # the personal part alone says which there were
        tx.delete(table, case_number=case)
    tx.update("visits", {"id": erased.visit}, **_null_columns("visits"))
    for visit in tx.select("visits", id=erased.visit):
        tx.mark_changed(f"window/{visit['window_id']}", f"visit/{erased.visit}")
    for person in erased.persons:
        tx.update("persons", {"id": person}, **_null_columns("persons"))
    for digest in erased.attachments:
        tx.update("materials", {"case_number": case, "content": digest}, content=None)
        tx.delete("contents", digest=digest)
    mark_case_changed(tx, case)


def erase_local_entries(tx: Transaction, case_number: str) -> None:
    """Takes out of a window's own log what a case knew about people that its authority has erased.

    An entry without an answer keeps it: the authority has not seen that one yet.
    """
    visits = [f"visit/{row['visit']}" for row in tx.select("cases", number=case_number) if row["visit"]]
    for place in _personal_entries(tx, [f"case/{case_number}", *visits, *_draft_streams(tx, case_number)]):
        entry = tx.query_one("ledger.entry_by_key", node=place.node, incarnation=place.incarnation, number=place.number)
        if entry is not None and entry["answered_at"] is not None:
            tx.execute("ledger.erase_personal", node=place.node, incarnation=place.incarnation, number=place.number)


def _null_columns(table: str) -> dict[str, None]:
    from db.tables import PERSONAL  # the tables are imported when somebody asks, not whenever a window opens

    return dict.fromkeys(PERSONAL[table])
