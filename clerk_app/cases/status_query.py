"""Somebody asks for the state of a case with its number and a second factor: of one that is here, or of any."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.tasks.queue import mark_case_changed
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

SECOND_FACTOR_LENGTH = (
    4  # characters of the applicant's number, the last ones: whoever says them has more than the receipt
)


RULES = RuleSet()


class SecondFactor(MessagePart, frozen=True, kw_only=True):
    """What somebody says of the applicant's number."""

    last: str


class StatusQueryRecorded(CommandDecision, frozen=True, kw_only=True):
    """Whether the second factor was right."""

    stored_name: ClassVar[str] = "StateTold"
    correct: bool = msgspec.field(name="told")


class RecordStatusQuery(Command[StatusQueryRecorded], frozen=True, kw_only=True):
    """Somebody asked for the state of a case that is here, rightly or wrongly."""

    stored_name: ClassVar[str] = "AskState"
    case: str
    correct: bool = msgspec.field(name="right")


class MatterStatus(MessagePart, frozen=True, kw_only=True):
    """Where one matter of a case stands. Times are microseconds UTC."""

    matter: str
    state: str = ""  # empty: left out
    reason: str = ""
    due_at: int | None = None
    statutory_at: int | None = None
    expected: bool = False


class RequestedMaterial(MessagePart, frozen=True, kw_only=True):
    """What the citizen was asked for, and why."""

    material: str
    reason: str


class CaseStatus(CommandDecision, frozen=True, kw_only=True):
    """What a citizen is told of a case, and the catalogue that names it."""

    stored_name: ClassVar[str] = "CaseTold"
    one_thing: str
    catalogue: str
    version: int
    state: str
    promised_at: int | None
    expected: bool
    matters: tuple[MatterStatus, ...]
    requested_materials: tuple[RequestedMaterial, ...] = msgspec.field(name="to_bring")


class QueryCaseStatus(Command[CaseStatus], frozen=True, kw_only=True):
    """Somebody asks for the state of a case, wherever it is."""

    stored_name: ClassVar[str] = "AskCase"
    case: str
    personal: SecondFactor | None = None


def get_verified_case(tx: Transaction, number: str, factor: SecondFactor | None) -> Row:
    """The case, for whoever knows its applicant. Raises Refused, which does not tell whether there is such a case."""
    case = tx.get_for_update("cases", number=number)
    if case is None or not matches_second_factor(case["applicant_number"], factor.last if factor else ""):
        raise Refused("second_factor", "The number and the last four characters do not belong together.")
    return case


def matches_second_factor(number: str | None, entered: str) -> bool:
    """Whether these are the last characters of a number; never of one that was erased."""
    return number is not None and number[-SECOND_FACTOR_LENGTH:].upper() == entered.strip().upper() != ""


def _decide_record(tx: Transaction, command: RecordStatusQuery, _: Moment) -> StatusQueryRecorded:
    read_case(tx, command.case)
    return StatusQueryRecorded(correct=command.correct)


def _decide_query(tx: Transaction, command: QueryCaseStatus, _: Moment) -> CaseStatus:
    get_verified_case(tx, command.case, command.personal)
    return build_case_status(tx, read_case(tx, command.case))


def build_case_status(tx: Transaction, case: CaseRecord) -> CaseStatus:
    """What a citizen is told of a case that is here."""
    row = case.row
    return CaseStatus(
        one_thing=row["one_thing"],
        catalogue=row["catalogue"],
        version=row["catalogue_version"],
        state=row["state"],
        promised_at=row["promised_at"],
        expected=bool(row["expected"]),
        matters=list_matter_statuses(tx, case),
        requested_materials=list_requested_materials(case),
    )


def list_requested_materials(case: CaseRecord) -> tuple[RequestedMaterial, ...]:
    """What the citizen was asked for and has not brought yet."""
    return tuple(
        RequestedMaterial(material=name, reason=asked["reason"])
        for asked in case.supplements
        if asked["answered_at"] is None
        for name in asked["materials"].split(",")
    )


def list_matter_statuses(tx: Transaction, case: CaseRecord) -> tuple[MatterStatus, ...]:
    """Where each matter of the plan stands, in its order."""
    tasks = {task["matter"]: task for task in case.tasks}  # a re-check comes later and stands for its matter
    return tuple(_matter_status(tx, planned.id, tasks.get(planned.id)) for planned in case.plan.matters)


def _matter_status(tx: Transaction, matter: str, task: Row | None) -> MatterStatus:
    if task is None:
        return MatterStatus(matter=matter)
    decision = tx.get("decisions", task=task["id"])
    return MatterStatus(
        matter=matter,
        state=task["state"],
        reason=decision["reason"] if decision else "",
        due_at=task["due_at"],
        statutory_at=task["statutory_at"],
        expected=bool(task["expected"]),
    )


def _case_stream(command: RecordStatusQuery | QueryCaseStatus, _: object) -> str:
    return f"case/{command.case}"


def _write(
    tx: Transaction, entry: Entry[RecordStatusQuery, StatusQueryRecorded] | Entry[QueryCaseStatus, CaseStatus]
) -> None:
    """A line in the history only, which its readers see."""
    mark_case_changed(tx, entry.command.case)


@RULES.register(
    RecordStatusQuery,
    StatusQueryRecorded,
    permission="case.ask_state",
    roles=(Role.KIOSK,),
    machines=(MachineKind.KIOSK,),
    label=mark("Question about the state"),
    decide=_decide_record,
    stream=_case_stream,
    documents=("case",),
)
def _apply_ask_state(tx: Transaction, entry: Entry[RecordStatusQuery, StatusQueryRecorded]) -> None:
    _write(tx, entry)


@RULES.register(
    QueryCaseStatus,
    CaseStatus,
    permission="case.ask_state",
    roles=(Role.KIOSK,),
    machines=(MachineKind.KIOSK,),
    label=mark("Question about the state"),
    decide=_decide_query,
    stream=_case_stream,
    documents=("case",),
    reach=Placement.REMOTE,
)
def _apply_ask_case(tx: Transaction, entry: Entry[QueryCaseStatus, CaseStatus]) -> None:
    _write(tx, entry)
