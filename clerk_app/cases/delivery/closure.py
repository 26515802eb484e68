"""Withdrawal of a case by its applicant, and archiving of a case."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_record import read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason, require_site
from clerk_app.cases.notices import find_settled_notices, withdraw_notices
from clerk_app.cases.promises.rows import end_unneeded
from clerk_app.cases.received_records import remove_record
from clerk_app.cases.states import next_case_state, next_task_state
from clerk_app.cases.tasks.queue import end_task
from clerk_app.cases.visit_causes import record_visit_case
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class CaseWithdrawn(CommandDecision, frozen=True, kw_only=True):
    """The tasks that end with the case, and their organs in the same order."""

    stored_name: ClassVar[str] = "Withdrawn"
    tasks: tuple[str, ...]
    organs: tuple[str, ...]
    withdrawn_notices: tuple[str, ...] = ()


class WithdrawCase(Command[CaseWithdrawn], frozen=True, kw_only=True):
    """Withdraws a case at the request of its applicant (撤回)."""

    stored_name: ClassVar[str] = "WithdrawCase"
    case: str
    reason: str
    visit: str = ""  # in which the applicant asked for it; empty in entries of earlier versions


class CaseArchived(CommandDecision, frozen=True, kw_only=True):
    """The case is archived and no longer changes."""

    stored_name: ClassVar[str] = "Archived"


class ArchiveCase(Command[CaseArchived], frozen=True, kw_only=True):
    """Archives a case that was delivered, withdrawn or not accepted."""

    stored_name: ClassVar[str] = "ArchiveCase"
    case: str


def _decide_withdraw(tx: Transaction, command: WithdrawCase, moment: Moment) -> CaseWithdrawn:
    case = read_case(tx, command.case)
    require_site(tx, moment, case.row)
    next_case_state(case.row["state"], "withdraw")
    require_reason(command.reason)
    tasks = case.open_tasks()
    for task in tasks:
        next_task_state(task["state"], "withdraw")
    ids = tuple(task["id"] for task in tasks)
    return CaseWithdrawn(
        tasks=ids,
        organs=tuple(task["organ"] for task in tasks),
        withdrawn_notices=find_settled_notices(tx, case, case.open_supplements_of(ids)),
    )


def _case_stream(command: WithdrawCase | ArchiveCase, _: object) -> str:
    return f"case/{command.case}"


@RULES.register(
    WithdrawCase,
    CaseWithdrawn,
    permission="case.withdraw",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Withdrawal"),
    decide=_decide_withdraw,
    stream=_case_stream,
    documents=("case", "promise", "received"),
)
def _apply_withdraw(tx: Transaction, entry: Entry[WithdrawCase, CaseWithdrawn]) -> None:
    command = entry.command
    for task, organ in zip(entry.decision.tasks, entry.decision.organs, strict=True):
        end_task(tx, task, organ, "withdrawn", entry.moment.corrected_at, entry.decided_at)
    withdraw_notices(tx, entry.decision.withdrawn_notices)
    remove_record(tx, command.case)
    tx.update("cases", {"number": command.case}, state="withdrawn", pending=0, ended_reason=command.reason)
    end_unneeded(tx, command.case, entry.moment.corrected_at)
    record_visit_case(tx, command.visit, command.case, "withdrawal", entry.moment.corrected_at)
    mark_case_changed(tx, command.case)


def _decide_archive(tx: Transaction, command: ArchiveCase, moment: Moment) -> CaseArchived:
    case = read_case(tx, command.case).row
    require_site(tx, moment, case)
    next_case_state(case["state"], "archive")
    return CaseArchived()


@RULES.register(
    ArchiveCase,
    CaseArchived,
    permission="case.hand_over",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Archiving of a case"),
    decide=_decide_archive,
    stream=_case_stream,
    documents=("case",),
)
def _apply_archive(tx: Transaction, entry: Entry[ArchiveCase, CaseArchived]) -> None:
    tx.update("cases", {"number": entry.command.case}, state="archived")
    mark_case_changed(tx, entry.command.case)
