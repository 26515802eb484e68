"""Erasure of the personal data of a case at the end of its retention period.

Erasure is a command like any other. It deletes the personal part and the salt of the listed entries, so that the hash
chain still verifies, and the columns derived from them, so that a rebuild gives the same tables. The acts and
decisions stay.

A licence made of a result stays while it is valid, because it is its holder's. When it has ended, the same command is
repeated for the erased case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import ClassVar

import msgspec

from clerk_app.cases.applications.retention import erase_application, list_own_scans
from clerk_app.cases.case_objects import remove_objects
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.acceptance_refusal import RefuseAcceptance
from clerk_app.cases.intake.later_notice import NotifyAgain
from clerk_app.cases.intake.receipt import ReceiveCase
from clerk_app.cases.promises.rows import read_promises, update_promise
from clerk_app.cases.states import CASE_STATE_NAMES, ENDED_CASE_STATES
from clerk_app.cases.text_index import remove_texts
from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.confirmations import require_second_person
from clerk_app.ledger.erasures import (
    EntryReference,
    PartReference,
    erase_personal_part,
    erase_some_parts,
    list_personal_entries,
)
from clerk_app.locales import mark
from clerk_app.people.licence_states import list_state_rows
from clerk_app.similarity.names.reservations import erase_reservations
from db.engines import Row, Transaction

_CREATING_COMMANDS = tuple(command.stored_name for command in (AcceptCase, RefuseAcceptance, ReceiveCase, NotifyAgain))

_ERASED_COLUMNS = (
    *("materials", "deliveries", "prints", "result_licences"),
    *("rejected_acceptances", "representations", "case_messages"),
)
"""Tables of a case whose rows stay, without their personal data."""
RETENTION_REASON = "retention period over"  # stored; of erasures by the schedule
_MICROSECONDS_PER_SECOND = 1_000_000
_MICROSECONDS_PER_DAY = 86_400_000_000

RULES = RuleSet()


class CaseErased(CommandDecision, frozen=True, kw_only=True):
    """Entries whose personal part is deleted, and what is erased with the case because nothing else refers to it.

    `attachments` are digests of scans and pictures; the caller deletes their files.
    """

    stored_name: ClassVar[str] = "Erased"
    entries: tuple[EntryReference, ...]
    visit: str = ""
    persons: tuple[str, ...] = ()
    attachments: tuple[str, ...] = msgspec.field(name="contents", default=())
    licences: tuple[str, ...] = ()  # made of results of the case, and not valid any more
    alone: bool = False  # whether there was no second administrator to confirm it
    parts: tuple[PartReference, ...] = ()  # rows by which registers have changed the state of `licences`


class EraseCase(Command[CaseErased], frozen=True, kw_only=True):
    """Erases the personal data of a case whose retention period is over."""

    stored_name: ClassVar[str] = "EraseCase"
    case: str
    reason: str


class _CaseOrigin(MessagePart, frozen=True, kw_only=True):
    """Draft and visit in the command that created a case."""

    draft: str
    visit: str


def _decide(tx: Transaction, command: EraseCase, moment: Moment) -> CaseErased:
    case = tx.get_for_update("cases", number=command.case)
    if case is None:
        raise Refused("no_case", "There is no case {number} here. Check the number.", number=command.case)
    if case["state"] not in ENDED_CASE_STATES:
        raise Refused(
            "case_state", "A case that is {state} cannot be erased yet.", state=CASE_STATE_NAMES[case["state"]]
        )
    require_reason(command.reason)
    alone = require_second_person(tx, command, moment)
    if moment.actor.role == Role.SCHEDULE and not _is_retention_over(tx, case, moment.decided_at):
        raise Refused("retention", "The retention period of case {number} is not over.", number=command.case)
    visit = case["visit"] if case["visit"] and not _visit_has_other_case(tx, case) else ""
    licences = _list_ended_licences(tx, command.case, _end_limit(tx, moment))
    known = sorted({*_known_persons(tx, case), *_persons_of_licences(tx, licences)})
    persons = tuple(person for person in known if not _is_referenced_elsewhere(tx, person, case, licences))
    streams = [f"case/{command.case}", *(f"person/{person}" for person in persons)]
    streams += [f"visit/{visit}"] if visit else []
    streams += [f"licence/{licence}" for licence in licences]
    applications = [row["number"] for row in tx.select("applications", case_number=command.case)]
    streams += [f"application/{number}" for number in applications]
    scans = {digest for number in applications for digest in list_own_scans(tx, number)}
    return CaseErased(
        entries=tuple(list_personal_entries(tx, [*streams, *_draft_streams(tx, command.case)])),
        visit=visit,
        persons=persons,
        attachments=tuple(sorted({*_exclusive_attachments(tx, command.case), *scans})),
        licences=licences,
        alone=alone,
        parts=tuple(_list_state_parts(tx, licences)),
    )


def _end_limit(tx: Transaction, moment: Moment) -> int:
    """Return until when a licence must have ended: the schedule keeps it for the retention period after its end."""
    limit = retention_limit(tx, moment.decided_at) if moment.actor.role == Role.SCHEDULE else None
    return moment.decided_at if limit is None else limit


def _list_ended_licences(tx: Transaction, number: str, limit: int) -> tuple[str, ...]:
    """Return the licences made of results of a case that were revoked or have expired until a time."""
    day = _to_utc_day(limit)
    rows = tx.select("result_licences", order=("licence",), case_number=number)
    found = (tx.get("licences", id=row["licence"]) for row in rows if row["licence"])
    return tuple(
        row["id"]
        for row in found
        if row is not None
        and ((row["state"] == "revoked" and row["updated_at"] <= limit) or (row["valid_to"] and row["valid_to"] < day))
    )


def _to_utc_day(moment: int) -> str:
    return datetime.fromtimestamp(moment / _MICROSECONDS_PER_SECOND, UTC).date().isoformat()


def _list_state_parts(tx: Transaction, licences: Collection[str]) -> Iterator[PartReference]:
    for licence in licences:
        row = tx.get("licences", id=licence)
        if row is not None:
            yield from (found.place for found in list_state_rows(tx, licence, row["holder"]))


def _is_retention_over(tx: Transaction, case: Row, now: int) -> bool:
    before = retention_limit(tx, now)
    return before is not None and (case["closed_at"] or case["accepted_at"]) < before


def retention_limit(tx: Transaction, now: int) -> int | None:
    """Return the time before which a case must have ended for its data to be erased; None if the city keeps all.

    Times are in microseconds UTC.
    """
    days = read_policy(tx).retention_days
    return now - days * _MICROSECONDS_PER_DAY if days else None


def list_due_erasures(tx: Transaction, now: int, many: int) -> list[EraseCase]:
    """Return commands that erase ended cases whose retention period is over, at most `many`.

    Erased cases follow of which a licence was kept, if the retention period since its end is over.
    """
    before = retention_limit(tx, now)
    if before is None:
        return []
    rows = tx.query_all("cases.retention_over", before=before, many=many)
    kept = {"before": before, "day": _to_utc_day(before), "many": many - len(rows)}
    rows += tx.query_all("cases.kept_licences_over", **kept)
    return [EraseCase(case=row["number"], reason=RETENTION_REASON) for row in rows]


def _visit_has_other_case(tx: Transaction, case: Row) -> bool:
    """Return whether the visit of a case led to another case that is not erased."""
    return any(_is_other_unerased_case(other, case) for other in tx.select("cases", visit=case["visit"]))


def _is_other_unerased_case(other: Row, case: Row) -> bool:
    return bool(other["number"] != case["number"] and other["applicant_name"] is not None)


def _known_persons(tx: Transaction, case: Row) -> list[str]:
    """Return the ids of the registered persons who are applicant or party of a case, or acted for its applicant."""
    number = case["number"]
    subjects = {case["applicant"], *(row["subject"] for row in tx.select("parties", case_number=number))}
    subjects |= {row["agent"] for row in tx.select("representations", case_number=number)}
    subjects |= {row["subject"] for row in tx.select("result_parties", case_number=number)}
    return sorted(subject for subject in subjects if subject and tx.get("persons", id=subject) is not None)


def _persons_of_licences(tx: Transaction, licences: Iterable[str]) -> Iterator[str]:
    """Yield the registered persons who hold licences or may show them."""
    for licence in licences:
        for row in tx.select("licence_users", licence=licence):
            if tx.get("persons", id=row["person"]) is not None:
                yield row["person"]


def _is_referenced_elsewhere(tx: Transaction, person: str, case: Row, erased: Collection[str]) -> bool:
    """Return whether another case, visit or licence that is not erased refers to a person; `erased` licences do not."""
    number = case["number"]
    return (
        any(_is_other_unerased_case(other, case) for other in tx.select("cases", applicant=person))
        or any(row["case_number"] != number for row in tx.select("parties", subject=person))
        or any(row["case_number"] != number for row in tx.select("representations", agent=person) if row["agent_name"])
        or any(row["id"] != case["visit"] and row["shown_name"] for row in tx.select("visits", person=person))
        or any(row["id"] not in erased and row["claims"] is not None for row in tx.select("licences", holder=person))
        or _is_registered(tx, person, erased)
        or any(row["licence"] not in erased for row in tx.select("licence_users", person=person))
    )


def _is_registered(tx: Transaction, person: str, erased: Collection[str]) -> bool:
    """Return whether a register has sent more of a person than the states of licences that are erased, now or before.

    `EraseRegistered` erases what registers have sent.
    """
    licences = tx.select("licences", holder=person)
    gone = [row["id"] for row in licences if row["id"] in erased or row["claims"] is None]
    states = {
        (found.node, found.incarnation, found.number, part)
        for found in _list_state_parts(tx, gone)
        for part in found.parts
    }
    parts = tx.select("registry_parts", subject=person)
    return any((row["node"], row["incarnation"], row["number"], row["part"]) not in states for row in parts)


def _draft_streams(tx: Transaction, number: str) -> Iterator[str]:
    """Yield the streams of the draft from which a case was created."""
    for row in tx.query_all("ledger.entries_of_stream", stream=f"case/{number}"):
        if row["kind"] in _CREATING_COMMANDS:
            origin = msgspec.json.decode(row["command"], type=_CaseOrigin)
            yield f"draft/{origin.draft}"
            yield f"draft/{origin.visit}"
    for rejected in tx.select("rejected_acceptances", case_number=number):
        yield f"draft/{rejected['draft']}"


def _exclusive_attachments(tx: Transaction, number: str) -> Iterator[str]:
    """Yield the digests of scans and pictures that no other case and no licence refers to."""
    for digest in sorted({row["content"] for row in tx.select("materials", case_number=number) if row["content"]}):
        others = [row for row in tx.select("materials", content=digest) if row["case_number"] != number]
        tables = ("licences", "ticket_papers", "kiosk_papers")
        if not others and not any(tx.get(table, content=digest) for table in tables):
            yield digest


@RULES.register(
    EraseCase,
    CaseErased,
    permission="data.erase",
    roles=(Role.ADMINISTRATOR, Role.SCHEDULE),
    machines=(MachineKind.ADMIN,),
    label=mark("Erasure of personal data"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "visit", "promise"),
    placement=Placement.REMOTE,  # machines of administrators hold no case
)
def _apply(tx: Transaction, entry: Entry[EraseCase, CaseErased]) -> None:
    number, erased = entry.command.case, entry.decision
    for reference in erased.entries:
        erase_personal_part(tx, reference)
    for part in erased.parts:
        erase_some_parts(tx, part)
    tx.update("cases", {"number": number}, **_null_columns("cases"))
    for table in _ERASED_COLUMNS:
        tx.update(table, {"case_number": number}, **_null_columns(table))
    for table in (
        "parties",
        "field_values",
        "field_differences",
        "result_parties",
    ):  # a rebuild has no rows here, because only the personal part lists them
        tx.delete(table, case_number=number)
    tx.update("visits", {"id": erased.visit}, **_null_columns("visits"))
    tx.update("co_signatures", {"visit": erased.visit}, **_null_columns("co_signatures"))
    for visit in tx.select("visits", id=erased.visit):
        tx.mark_changed(f"window/{visit['window_id']}", f"visit/{erased.visit}")
    remove_texts(tx, number)
    tx.delete("similar_findings", case_number=number)
    tx.delete("similar_searches", case_number=number)
    remove_objects(tx, number)
    erase_reservations(tx, number)
    _erase_records(tx, erased)
    _keep_licences(tx, number)
    _erase_promises(tx, number)
    for offered in tx.select("earlier_materials", case_number=number):
        tx.delete("earlier_materials", visit=offered["visit"], id=offered["id"])
        for visit in tx.select("visits", id=offered["visit"]):
            tx.mark_changed(f"window/{visit['window_id']}", f"visit/{visit['id']}")
    for application in tx.select("applications", case_number=number):
        erase_application(tx, application["number"], ())
    for digest in erased.attachments:
        tx.update("materials", {"case_number": number, "content": digest}, content=None)
        tx.delete("contents", digest=digest)
    mark_case_changed(tx, number)


def _erase_records(tx: Transaction, erased: CaseErased) -> None:
    """Erase what a case has left in the registers: licences made of its results, and persons."""
    for licence in erased.licences:
        tx.update("licences", {"id": licence}, **_null_columns("licences"))
        tx.delete("licence_users", licence=licence)
        tx.delete("kept_licences", licence=licence)
        tx.delete("registry_items", subject=licence)  # of registers that changed its state
    for person in erased.persons:
        tx.update("persons", {"id": person}, **_null_columns("persons"))
        tx.delete("registry_corrections", owner=person)


def _erase_promises(tx: Transaction, number: str) -> None:
    """Erase the name of the applicant in the promises of a case. The record of a false one has no personal data."""
    for promise in read_promises(tx, number):
        update_promise(tx, promise, **_null_columns("promises"))


def _keep_licences(tx: Transaction, number: str) -> None:
    """Record the licences that outlive their erased case, so that the schedule finds them when they have ended."""
    for row in tx.select("result_licences", case_number=number):
        licence = tx.get("licences", id=row["licence"]) if row["licence"] else None
        if licence is not None and licence["claims"] is not None:
            tx.upsert("kept_licences", ("licence",), licence=licence["id"], case_number=number)


def erase_local_entries(tx: Transaction, case_number: str) -> None:
    """Delete the personal parts of a case from this window's own entries after its authority erased the case.

    An unanswered entry keeps its personal part, because the authority has not received it yet.
    """
    visits = [f"visit/{row['visit']}" for row in tx.select("cases", number=case_number) if row["visit"]]
    for reference in list_personal_entries(tx, [f"case/{case_number}", *visits, *_draft_streams(tx, case_number)]):
        entry = tx.query_one(
            "ledger.entry_by_key", node=reference.node, incarnation=reference.incarnation, number=reference.number
        )
        if entry is not None and entry["answered_at"] is not None:
            erase_personal_part(tx, reference)


def _null_columns(table: str) -> dict[str, None]:
    from db.tables import PERSONAL  # imported here, because SQLModel slows the start of a window

    return dict.fromkeys(PERSONAL[table])
