"""Somebody asks for the state of a case with its number and a second factor: of one that is here, or of any."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.queue import tell
from clerk_app.cases.record import CaseRecord, read_case
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Part, Reach, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

SECOND_FACTOR = 4  # characters of the applicant's number, the last ones: whoever says them has more than the receipt


RULES = RuleSet()


class Factor(Part, frozen=True, kw_only=True):
    """What somebody says of the applicant's number."""

    last: str


class StateTold(Decided, frozen=True, kw_only=True):
    """Whether the second factor was right."""

    stored_name: ClassVar[str] = "StateTold"
    told: bool


class AskState(Command[StateTold], frozen=True, kw_only=True):
    """Somebody asked for the state of a case that is here, rightly or wrongly."""

    stored_name: ClassVar[str] = "AskState"
    case: str
    right: bool


class MatterStands(Part, frozen=True, kw_only=True):
    """Where one matter of a case stands. Times are microseconds UTC."""

    matter: str
    state: str = ""  # empty: left out
    reason: str = ""
    due_at: int | None = None
    statutory_at: int | None = None
    expected: bool = False


class ToBring(Part, frozen=True, kw_only=True):
    """What the citizen was asked for, and why."""

    material: str
    reason: str


class CaseTold(Decided, frozen=True, kw_only=True):
    """What a citizen is told of a case, and the catalogue that names it."""

    stored_name: ClassVar[str] = "CaseTold"
    one_thing: str
    catalogue: str
    version: int
    state: str
    promised_at: int | None
    expected: bool
    matters: tuple[MatterStands, ...]
    to_bring: tuple[ToBring, ...]


class AskCase(Command[CaseTold], frozen=True, kw_only=True):
    """Somebody asks for the state of a case, wherever it is."""

    stored_name: ClassVar[str] = "AskCase"
    case: str
    personal: Factor | None = None


def known_by(tx: Transaction, number: str, factor: Factor | None) -> Row:
    """The case, for whoever knows its applicant. Raises Refused, which does not tell whether there is such a case."""
    case = tx.locked("cases", number=number)
    if case is None or not is_second_factor(case["applicant_number"], factor.last if factor else ""):
        raise Refused("second_factor", "The number and the last four characters do not belong together.")
    return case


def is_second_factor(number: str | None, said: str) -> bool:
    """Whether these are the last characters of a number; never of one that was erased."""
    return number is not None and number[-SECOND_FACTOR:].upper() == said.strip().upper() != ""


def _decide_state(tx: Transaction, command: AskState, _: Moment) -> StateTold:
    read_case(tx, command.case)
    return StateTold(told=command.right)


def _decide_case(tx: Transaction, command: AskCase, _: Moment) -> CaseTold:
    known_by(tx, command.case, command.personal)
    return told_of(tx, read_case(tx, command.case))


def told_of(tx: Transaction, case: CaseRecord) -> CaseTold:
    """What a citizen is told of a case that is here."""
    row = case.row
    return CaseTold(
        one_thing=row["one_thing"],
        catalogue=row["catalogue"],
        version=row["catalogue_version"],
        state=row["state"],
        promised_at=row["promised_at"],
        expected=bool(row["expected"]),
        matters=matters_stand(tx, case),
        to_bring=to_bring(case),
    )


def to_bring(case: CaseRecord) -> tuple[ToBring, ...]:
    """What the citizen was asked for and has not brought yet."""
    return tuple(
        ToBring(material=name, reason=asked["reason"])
        for asked in case.supplements
        if asked["answered_at"] is None
        for name in asked["materials"].split(",")
    )


def matters_stand(tx: Transaction, case: CaseRecord) -> tuple[MatterStands, ...]:
    """Where each matter of the plan stands, in its order."""
    tasks = {task["matter"]: task for task in case.tasks}  # a re-check comes later and stands for its matter
    return tuple(_stands(tx, planned.id, tasks.get(planned.id)) for planned in case.plan.matters)


def _stands(tx: Transaction, matter: str, task: Row | None) -> MatterStands:
    if task is None:
        return MatterStands(matter=matter)
    decision = tx.row("decisions", task=task["id"])
    return MatterStands(
        matter=matter,
        state=task["state"],
        reason=decision["reason"] if decision else "",
        due_at=task["due_at"],
        statutory_at=task["statutory_at"],
        expected=bool(task["expected"]),
    )


def _of_case(command: AskState | AskCase, _: object) -> str:
    return f"case/{command.case}"


def _write(tx: Transaction, entry: Entry[AskState, StateTold] | Entry[AskCase, CaseTold]) -> None:
    """A line in the history only, which its readers see."""
    tell(tx, entry.command.case)


@RULES.register(
    AskState,
    StateTold,
    permission="case.ask_state",
    roles=(Role.KIOSK,),
    machines=(MachineKind.KIOSK,),
    label=mark("Question about the state"),
    decide=_decide_state,
    stream=_of_case,
    documents=("case",),
)
def _apply_ask_state(tx: Transaction, entry: Entry[AskState, StateTold]) -> None:
    _write(tx, entry)


@RULES.register(
    AskCase,
    CaseTold,
    permission="case.ask_state",
    roles=(Role.KIOSK,),
    machines=(MachineKind.KIOSK,),
    label=mark("Question about the state"),
    decide=_decide_case,
    stream=_of_case,
    documents=("case",),
    reach=Reach.ASKED,
)
def _apply_ask_case(tx: Transaction, entry: Entry[AskCase, CaseTold]) -> None:
    _write(tx, entry)
