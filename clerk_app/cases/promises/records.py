"""Records of false promises: who made one gets no further promise until it is repaired (信用修复) or its time is over.

Windows hold the records of registered applicants, by id alone. The authority also finds an applicant whom the city does
not know, by the number in the case. A repair needs two persons.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from clerk_app.cases.checks import require_place, require_reason
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.persons import person_of
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()
_AT_ONCE = 200
_MACHINES = frozenset({MachineKind.COUNTER, MachineKind.SUPERVISOR, MachineKind.ADMIN})
_ROLES = (Role.SUPERVISOR, Role.ADMINISTRATOR)
_PLACES = (MachineKind.SUPERVISOR, MachineKind.ADMIN)


class RepairAsked(CommandDecision, frozen=True, kw_only=True):
    """The repair waits for a second person."""

    stored_name: ClassVar[str] = "PromiseRepairAsked"
    case: str


class AskRepair(Command[RepairAsked], frozen=True, kw_only=True):
    """Proposes the repair of the record of a false promise.

    `credit_case` is the number of the case in which the credit was repaired; empty if it is shown otherwise.
    """

    stored_name: ClassVar[str] = "AskPromiseRepair"
    promise: str
    reason: str
    credit_case: str = ""


class RecordRepaired(CommandDecision, frozen=True, kw_only=True):
    """The record does not count any more."""

    stored_name: ClassVar[str] = "PromiseRecordRepaired"
    case: str


class RepairRecord(Command[RecordRepaired], frozen=True, kw_only=True):
    """Repairs the record of a false promise, as another person has proposed."""

    stored_name: ClassVar[str] = "RepairPromiseRecord"
    promise: str


class RecordEnded(CommandDecision, frozen=True, kw_only=True):
    """The record is deleted."""

    stored_name: ClassVar[str] = "PromiseRecordEnded"


class EndRecord(Command[RecordEnded], frozen=True, kw_only=True):
    """Deletes the record of a false promise whose time is over."""

    stored_name: ClassVar[str] = "EndPromiseRecord"
    promise: str


def find_broken(tx: Transaction, subject: str, number: str, now: int) -> Row | None:
    """Return the newest false promise of an applicant that counts at `now` (microseconds UTC); None without one.

    A window has the records of registered applicants; only the authority finds others by their number.
    """
    if subject:
        return next(iter(tx.query_all("promises.broken_of_subject", subject=subject, now=now)), None)
    if number:
        return next(iter(tx.query_all("promises.broken_of_number", number=number, now=now)), None)
    return None


def list_due_ends(tx: Transaction, now: int, key: str = "") -> Iterator[EndRecord]:
    """Yield the commands that delete the records after `key` whose time is over, in the order of their keys."""
    rows = tx.query_all("promises.broken_ended", now=now, key=key, many=_AT_ONCE)
    return (EndRecord(promise=row["promise"]) for row in rows)


def _get_record(tx: Transaction, promise: str, moment: Moment) -> Row:
    row = tx.get_for_update("broken_promises", promise=promise)
    if row is None or row["repaired_at"] is not None:
        raise Refused("no_record", "There is no record of a false promise that could be repaired.")
    case = tx.get("cases", number=row["case_number"])
    require_place(moment.actor, row["organ"], case["centre"] if case is not None else None)
    return row


def _decide_ask(tx: Transaction, command: AskRepair, moment: Moment) -> RepairAsked:
    require_reason(command.reason)
    record = _get_record(tx, command.promise, moment)
    if command.credit_case:
        own, case = tx.get("cases", number=record["case_number"]), tx.get("cases", number=command.credit_case)
        if case is None or own is None or case["applicant"] != own["applicant"]:
            raise Refused(
                "other_applicant", "Case {number} is not one of this applicant.", number=command.credit_case[:40]
            )
        if not any(task["state"] == "approved" for task in tx.select("tasks", case_number=command.credit_case)):
            raise Refused("not_approved", "In case {number} nothing is approved.", number=command.credit_case)
    return RepairAsked(case=record["case_number"])


@RULES.register(
    AskRepair,
    RepairAsked,
    permission="promise.repair",
    roles=_ROLES,
    machines=_PLACES,
    label=mark("Repair of the record of a false promise, proposed"),
    decide=_decide_ask,
    stream=lambda command, _: f"broken_promise/{command.promise}",
    documents=("broken_promise",),
    placement=Placement.REMOTE,
)
def _apply_ask(tx: Transaction, entry: Entry[AskRepair, RepairAsked]) -> None:
    command = entry.command
    changes = {"repair_asked_by": entry.moment.actor.id, "repair_reason": command.reason.strip()}
    tx.update("broken_promises", {"promise": command.promise}, **changes)
    _mark_changed(tx, command.promise)


def _decide_repair(tx: Transaction, command: RepairRecord, moment: Moment) -> RecordRepaired:
    record = _get_record(tx, command.promise, moment)
    if not record["repair_asked_by"]:
        raise Refused("not_asked", "Nobody has proposed this repair yet.")
    if person_of(tx, record["repair_asked_by"]) == person_of(tx, moment.actor.id):
        raise Refused("same_person", "Who proposes a repair does not confirm it: another person does.")
    return RecordRepaired(case=record["case_number"])


@RULES.register(
    RepairRecord,
    RecordRepaired,
    permission="promise.repair",
    roles=_ROLES,
    machines=_PLACES,
    label=mark("Repair of the record of a false promise"),
    decide=_decide_repair,
    stream=lambda command, _: f"broken_promise/{command.promise}",
    documents=("broken_promise",),
    placement=Placement.REMOTE,
)
def _apply_repair(tx: Transaction, entry: Entry[RepairRecord, RecordRepaired]) -> None:
    key = {"promise": entry.command.promise}
    tx.update("broken_promises", key, repaired_at=entry.moment.corrected_at, repaired_by=entry.moment.actor.id)
    _mark_changed(tx, entry.command.promise)


def _decide_end(tx: Transaction, command: EndRecord, moment: Moment) -> RecordEnded:
    row = tx.get_for_update("broken_promises", promise=command.promise)
    if row is None or row["counts_until"] >= moment.decided_at:
        raise Refused("retention", "This record counts still.")
    return RecordEnded()


@RULES.register(
    EndRecord,
    RecordEnded,
    permission="promise.end_record",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("End of the record of a false promise"),
    decide=_decide_end,
    stream=lambda command, _: f"broken_promise/{command.promise}",
    documents=("broken_promise",),
)
def _apply_end(tx: Transaction, entry: Entry[EndRecord, RecordEnded]) -> None:
    _mark_changed(tx, entry.command.promise)
    tx.delete("broken_promises", promise=entry.command.promise)


def insert_record(tx: Transaction, promise: Row, subject: str, counts_until: int, entry_at: int) -> None:
    """Insert the record of a promise that proved false, by the applicant `subject`, or an unknown one."""
    tx.insert(
        "broken_promises",
        promise=promise["id"],
        case_number=promise["case_number"],
        subject=subject,
        organ=promise["organ"],
        recorded_at=entry_at,
        counts_until=counts_until,
        repair_asked_by="",
        repaired_at=None,
        repaired_by="",
        repair_reason="",
    )
    _mark_changed(tx, promise["id"])


def _mark_changed(tx: Transaction, promise: str) -> None:
    tx.mark_changed("city", f"broken_promise/{promise}")


def _read_rows(tx: Transaction, promise: str) -> Rows:
    return {"broken_promises": tx.select("broken_promises", promise=promise)}


def _visible_rows(tx: Transaction, promise: str, reader: Reader) -> Rows | None:
    rows = _read_rows(tx, promise)
    supervises = bool(reader.kinds & {MachineKind.SUPERVISOR, MachineKind.ADMIN})
    is_visible = not reader.is_public and any(supervises or row["subject"] for row in rows["broken_promises"])
    return rows if is_visible else None


def _delete_rows(tx: Transaction, promise: str) -> None:
    tx.delete("broken_promises", promise=promise)


def _list_all(tx: Transaction) -> Iterator[tuple[str, str]]:
    return (("city", str(row["promise"])) for row in tx.select("broken_promises"))


BROKEN_PROMISE_DOCUMENT = DocumentType(
    "broken_promise", _read_rows, _visible_rows, _delete_rows, _list_all, machines=_MACHINES
)
