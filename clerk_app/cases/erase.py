"""Retention: what a case knew about people goes when its time is over; that it was dealt with, and how, stays.

Erasing is an entry like any other. It takes the personal part and the salt out of the entries it names, so the chain
still holds, and empties what the tables had from them, so they still follow from the entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from clerk_app.cases.life import CASE_NAMES
from clerk_app.cases.queue import tell
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Part, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

_OVER = ("delivered", "not_accepted", "withdrawn", "archived")


RULES = RuleSet()


class Place(Part, frozen=True, kw_only=True):
    """Which entry."""

    node: str
    incarnation: int
    number: int


class Erased(Decided, frozen=True, kw_only=True):
    """Which entries lose their personal part, and what goes with the case because nothing else refers to it."""

    stored_name: ClassVar[str] = "Erased"
    entries: tuple[Place, ...]
    visit: str = ""
    persons: tuple[str, ...] = ()
    contents: tuple[str, ...] = ()  # scans and pictures; whoever asked removes their files


class EraseCase(Command[Erased], frozen=True, kw_only=True):
    """The retention of a case is over."""

    stored_name: ClassVar[str] = "EraseCase"
    case: str
    reason: str


class _Begun(Part, frozen=True, kw_only=True):
    """What the entry that made a case says of its draft and visit."""

    draft: str
    visit: str


def _decide(tx: Transaction, command: EraseCase, _: Moment) -> Erased:
    case = tx.locked("cases", number=command.case)
    if case is None:
        raise Refused("no_case", "There is no case {number} here. Check the number.", number=command.case)
    if case["state"] not in _OVER:
        raise Refused("case_state", "A case that is {state} cannot be erased yet.", state=CASE_NAMES[case["state"]])
    if not command.reason.strip():
        raise Refused("reason", "A reason is needed: it is kept with the case.")
    visit = case["visit"] if case["visit"] and not _serves_others(tx, case) else ""
    persons = tuple(person for person in _people(tx, case) if not _known_elsewhere(tx, person, case))
    streams = [f"case/{command.case}", *(f"person/{person}" for person in persons)]
    streams += [f"visit/{visit}"] if visit else []
    return Erased(
        entries=tuple(_personal_entries(tx, [*streams, *_draft_streams(tx, command.case)])),
        visit=visit,
        persons=persons,
        contents=tuple(_own_contents(tx, command.case)),
    )


def _serves_others(tx: Transaction, case: Row) -> bool:
    """Whether the visit led to another case that is not erased yet."""
    return any(_kept(other, case) for other in tx.rows("cases", visit=case["visit"]))


def _kept(other: Row, case: Row) -> bool:
    return bool(other["number"] != case["number"] and other["applicant_name"] is not None)


def _people(tx: Transaction, case: Row) -> list[str]:
    """The citizens whom the city knows and who have a part in the case."""
    subjects = {case["applicant"], *(row["subject"] for row in tx.rows("parties", case_number=case["number"]))}
    return sorted(subject for subject in subjects if subject and tx.row("persons", id=subject) is not None)


def _known_elsewhere(tx: Transaction, person: str, case: Row) -> bool:
    """Whether a case, a visit or a licence that is not erased refers to them."""
    number = case["number"]
    return (
        any(_kept(other, case) for other in tx.rows("cases", applicant=person))
        or any(row["case_number"] != number for row in tx.rows("parties", subject=person))
        or any(row["id"] != case["visit"] and row["shown_name"] for row in tx.rows("visits", person=person))
        or tx.row("licences", holder=person) is not None
        or tx.row("licence_users", person=person) is not None
    )


def _draft_streams(tx: Transaction, case: str) -> Iterator[str]:
    """The histories of what was typed before the case had its number."""
    for row in tx.all("ledger.of_stream", stream=f"case/{case}"):
        if row["kind"] in ("AcceptCase", "NotAccept"):
            begun = msgspec.json.decode(row["command"], type=_Begun)
            yield f"draft/{begun.draft}"
            yield f"draft/{begun.visit}"


def _personal_entries(tx: Transaction, streams: list[str]) -> Iterator[Place]:
    for stream in streams:
        for row in tx.all("ledger.of_stream", stream=stream):
            if row["personal"] is not None:
                yield Place(node=row["node"], incarnation=row["incarnation"], number=row["number"])


def _own_contents(tx: Transaction, case: str) -> Iterator[str]:
    """The scans and pictures that belong to this case alone."""
    for digest in sorted({row["content"] for row in tx.rows("materials", case_number=case) if row["content"]}):
        others = [row for row in tx.rows("materials", content=digest) if row["case_number"] != case]
        if not others and tx.row("licences", content=digest) is None:
            yield digest


@RULES.register(
    EraseCase,
    Erased,
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
def _apply(tx: Transaction, entry: Entry[EraseCase, Erased]) -> None:
    case, erased = entry.command.case, entry.decision
    for place in erased.entries:
        tx.run("ledger.erase_personal", node=place.node, incarnation=place.incarnation, number=place.number)
    tx.change("cases", {"number": case}, **_emptied("cases"))
    for table in ("materials", "deliveries"):
        tx.change(table, {"case_number": case}, **_emptied(table))
    for table in ("parties", "field_values"):  # the personal part alone says which there were
        tx.remove(table, case_number=case)
    tx.change("visits", {"id": erased.visit}, **_emptied("visits"))
    for visit in tx.rows("visits", id=erased.visit):
        tx.touch(f"window/{visit['window_id']}", f"visit/{erased.visit}")
    for person in erased.persons:
        tx.change("persons", {"id": person}, **_emptied("persons"))
    for digest in erased.contents:
        tx.change("materials", {"case_number": case, "content": digest}, content=None)
        tx.remove("contents", digest=digest)
    tell(tx, case)


def forget_here(tx: Transaction, case: str) -> None:
    """Takes out of a window's own log what a case knew about people that its authority has erased.

    An entry without an answer keeps it: the authority has not seen that one yet.
    """
    visits = [f"visit/{row['visit']}" for row in tx.rows("cases", number=case) if row["visit"]]
    for place in _personal_entries(tx, [f"case/{case}", *visits, *_draft_streams(tx, case)]):
        entry = tx.one("ledger.by_key", node=place.node, incarnation=place.incarnation, number=place.number)
        if entry is not None and entry["answered_at"] is not None:
            tx.run("ledger.erase_personal", node=place.node, incarnation=place.incarnation, number=place.number)


def _emptied(table: str) -> dict[str, None]:
    from db.tables import PERSONAL  # the tables are imported when somebody asks, not whenever a window opens

    return dict.fromkeys(PERSONAL[table])
