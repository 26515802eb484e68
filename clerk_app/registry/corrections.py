"""Corrections of the registry: asked for with a reason by one administrator, decided by another person.

An approved correction stays when a source sends its old value again (`feed_conflicts`). The open cases that rely on the
record get an objection (`clerk_app.composition.corrected_records`).
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.confirmations import require_other_administrator
from clerk_app.locales import mark
from clerk_app.registry.correctable import TABLES, check_value, read_value, write_value
from clerk_app.registry.dates import local_day
from clerk_app.registry.reading import require_found
from clerk_app.registry.rows import LICENCE, RELATION
from db.engines import Row, Transaction

REQUESTED, APPROVED, DECLINED = "requested", "approved", "declined"
ADOPTED, OVERTAKEN, SETTLED = "adopted", "overtaken", "settled"
CORRECTION_STATES = {
    REQUESTED: mark("waits for a second administrator"),
    APPROVED: mark("in force"),
    DECLINED: mark("declined"),
    ADOPTED: mark("the source has the same value now"),
    OVERTAKEN: mark("replaced by a newer row of a source"),
    SETTLED: mark("settled"),
}
"""States of a correction by stored id, as message ids."""

CORRECTED_RECORD = "corrected_record"
"""Reason of the objection in an open case that relies on a corrected record."""

RULES = RuleSet()


class CorrectedValue(MessagePart, frozen=True, kw_only=True):
    """The corrected value (personal data)."""

    value: str


class CorrectionRequested(CommandDecision, frozen=True, kw_only=True):
    """Id of the correction, and the person or organisation whom it concerns."""

    stored_name: ClassVar[str] = "CorrectionRequested"
    id: str
    owner: str


class RequestCorrection(Command[CorrectionRequested], frozen=True, kw_only=True):
    """Asks for the correction of one field of a record. The record was found by a search of the same person."""

    stored_name: ClassVar[str] = "RequestCorrection"
    kind: str
    subject: str
    field: str
    reason: str
    personal: CorrectedValue | None = None


class CorrectionApproved(CommandDecision, frozen=True, kw_only=True):
    """The correction holds; `day` is the present one in the city. `alone`: there was no second administrator."""

    stored_name: ClassVar[str] = "CorrectionApproved"
    kind: str
    subject: str
    day: str
    alone: bool = False


class ApproveCorrection(Command[CorrectionApproved], frozen=True, kw_only=True):
    """Approves a correction that another person has asked for, and changes the record."""

    stored_name: ClassVar[str] = "ApproveCorrection"
    correction: str


class CorrectionEnded(CommandDecision, frozen=True, kw_only=True):
    """State of the correction."""

    stored_name: ClassVar[str] = "CorrectionEnded"
    kind: str
    subject: str
    state: str


class EndCorrection(Command[CorrectionEnded], frozen=True, kw_only=True):
    """Declines a correction that was asked for, or settles one that a source contradicts; `note` states why."""

    stored_name: ClassVar[str] = "EndCorrection"
    correction: str
    note: str


class CorrectionReported(CommandDecision, frozen=True, kw_only=True):
    """The report is recorded."""

    stored_name: ClassVar[str] = "CorrectionReported"


class RecordCorrectionReport(Command[CorrectionReported], frozen=True, kw_only=True):
    """Records in how many open cases an approved correction has raised an objection."""

    stored_name: ClassVar[str] = "RecordCorrectionReport"
    correction: str
    kind: str
    subject: str
    cases: int


def _decide_request(tx: Transaction, command: RequestCorrection, moment: Moment) -> CorrectionRequested:
    record = _read_record(tx, command.kind, command.subject)
    owner = {LICENCE: "holder", RELATION: "subject"}.get(command.kind, "id")
    require_found(tx, str(record[owner]), moment)
    _require_text(command.reason)
    if command.personal is None:
        raise Refused("value", "This value is needed.")
    value = check_value(tx, command.kind, record, command.field, command.personal.value)
    if value != command.personal.value:
        raise Refused("value", "The value is not in the form in which it is stored: {value}", value=value)
    same = tx.select("registry_corrections", subject=command.subject, field=command.field, state=REQUESTED)
    if same:
        raise Refused("requested", "A correction of this value waits for a decision already.")
    return CorrectionRequested(id=moment.key, owner=str(record[owner]))


def _read_record(tx: Transaction, kind: str, subject: str) -> Row:
    row = tx.get_for_update(TABLES[kind], id=subject) if kind in TABLES else None
    if row is None:
        raise Refused("no_subject", "The registry has no such record any more.")
    return row


def _require_text(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason", "A reason is needed.")


@RULES.register(
    RequestCorrection,
    CorrectionRequested,
    permission="registry.correct",
    roles=(Role.ADMINISTRATOR,),
    machines=(MachineKind.ADMIN,),
    label=mark("Correction of the registry asked for"),
    decide=_decide_request,
    stream=lambda command, _: f"{command.kind}/{command.subject}",
    placement=Placement.REMOTE,
    max_bytes=8000,
    keep_call=False,
)
def _apply_request(tx: Transaction, entry: Entry[RequestCorrection, CorrectionRequested]) -> None:
    command, moment = entry.command, entry.moment
    tx.insert(
        "registry_corrections",
        id=entry.decision.id,
        kind=command.kind,
        subject=command.subject,
        owner=entry.decision.owner,
        field=command.field,
        value=command.personal and command.personal.value,
        base=None,
        source_value=None,
        reason=command.reason,
        state=REQUESTED,
        asked_by=moment.actor.id,
        asked_at=entry.decided_at,
        decided_by="",
        decided_at=None,
        decided_on="",
        alone=False,
        note="",
        conflict="",
        source="",
        source_changed_on="",
        source_at=None,
        reported_at=None,
        reported_cases=0,
    )


def _decide_approve(tx: Transaction, command: ApproveCorrection, moment: Moment) -> CorrectionApproved:
    row = _read_correction(tx, command.correction, REQUESTED)
    record = _read_record(tx, row["kind"], row["subject"])
    alone = require_other_administrator(tx, moment, row["asked_by"])
    check_value(tx, row["kind"], record, row["field"], row["value"] or "")  # the record may have changed since
    day = local_day(moment.decided_at, load_frame(tx).time_zone)
    return CorrectionApproved(kind=row["kind"], subject=row["subject"], day=day, alone=alone)


def _read_correction(tx: Transaction, correction: str, *states: str) -> Row:
    row = tx.get_for_update("registry_corrections", id=correction)
    if row is None or row["state"] not in states:
        raise Refused("no_correction", "This correction was decided before, or its record was erased.")
    return row


@RULES.register(
    ApproveCorrection,
    CorrectionApproved,
    permission="registry.correct",
    roles=(Role.ADMINISTRATOR,),
    machines=(MachineKind.ADMIN,),
    label=mark("Correction of the registry approved"),
    decide=_decide_approve,
    stream=lambda command, decision: _stream(command.correction, decision),
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply_approve(tx: Transaction, entry: Entry[ApproveCorrection, CorrectionApproved]) -> None:
    decision, correction = entry.decision, entry.command.correction
    row = tx.get("registry_corrections", id=correction)
    record = tx.get(TABLES[decision.kind], id=decision.subject)
    if row is None:
        return
    is_known = record is not None and row["value"] is not None  # in a rebuild after an erasure it is not
    before = {"subject": row["subject"], "field": row["field"], "state": APPROVED}
    earlier = tx.get("registry_corrections", **before)  # its base is the value of the source
    tx.update("registry_corrections", before, state=SETTLED)
    base = read_value(record, row["field"]) if record is not None and is_known else None
    tx.update(
        "registry_corrections",
        {"id": correction},
        state=APPROVED,
        base=earlier["base"] if earlier is not None else base,
        decided_by=entry.moment.actor.id,
        decided_at=entry.decided_at,
        decided_on=decision.day,
        alone=decision.alone,
    )
    if record is not None and is_known:
        write_value(tx, decision.kind, record, row["field"], row["value"], entry.decided_at)


def _stream(correction: str, decision: CorrectionApproved | CorrectionEnded | None) -> str:
    """Return the stream of the record; of the correction if the command was refused."""
    return f"{decision.kind}/{decision.subject}" if decision is not None else f"correction/{correction}"


def _decide_end(tx: Transaction, command: EndCorrection, _: Moment) -> CorrectionEnded:
    row = _read_correction(tx, command.correction, REQUESTED, APPROVED, OVERTAKEN)
    if row["state"] == APPROVED and not row["conflict"]:
        raise Refused("in_force", "This correction is in force. Ask for another correction to change the value.")
    _require_text(command.note)
    state = {REQUESTED: DECLINED, OVERTAKEN: SETTLED}.get(row["state"], APPROVED)
    return CorrectionEnded(kind=row["kind"], subject=row["subject"], state=state)


@RULES.register(
    EndCorrection,
    CorrectionEnded,
    permission="registry.correct",
    roles=(Role.ADMINISTRATOR,),
    machines=(MachineKind.ADMIN,),
    label=mark("Correction of the registry declined or settled"),
    decide=_decide_end,
    stream=lambda command, decision: _stream(command.correction, decision),
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply_end(tx: Transaction, entry: Entry[EndCorrection, CorrectionEnded]) -> None:
    command, state = entry.command, entry.decision.state
    changed: dict[str, object] = {"state": state, "note": command.note, "conflict": ""}
    if state == DECLINED:
        changed |= {"decided_by": entry.moment.actor.id, "decided_at": entry.decided_at}
    tx.update("registry_corrections", {"id": command.correction}, **changed)


@RULES.register(
    RecordCorrectionReport,
    CorrectionReported,
    permission="registry.report",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Correction reported to open cases"),
    decide=lambda _tx, _command, _moment: CorrectionReported(),
    stream=lambda command, _: f"{command.kind}/{command.subject}",
    placement=Placement.REMOTE,
)
def _apply_report(tx: Transaction, entry: Entry[RecordCorrectionReport, CorrectionReported]) -> None:
    command = entry.command
    changed = {"reported_at": entry.decided_at, "reported_cases": command.cases}
    tx.update("registry_corrections", {"id": command.correction}, **changed)
