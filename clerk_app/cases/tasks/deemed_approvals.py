"""Deemed approval (超时默认): a task that its organ has not decided by the statutory date is approved by the schedule.

It applies to matters with `deemed_approval` in the catalogue. The policy of the city may forbid it for all matters.
Nobody signs the decision. The applicant gets a notice of it within one working day; until it is printed, that date is
watched. The officers of the organ see it among what was escalated to them, until one of them acknowledges it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from clerk_app.cases.case_record import CaseRecord, read_case, read_task
from clerk_app.cases.dates import compute_papers_deadline
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.notices import DEEMED, find_notice_time, insert_notice
from clerk_app.cases.objections import require_undoubted
from clerk_app.cases.result_materials import require_result_values
from clerk_app.cases.states import next_task_state
from clerk_app.cases.tasks import escalation_chain
from clerk_app.cases.tasks.consequences import TaskDecided, plan_consequences, record_decision, store_consequences
from clerk_app.cases.tasks.escalation_chain import insert_escalation
from clerk_app.cases.tasks.unsettled_exclusions import require_no_rival
from clerk_app.catalogue.publication import is_readable_version, load_part, read_calendar, read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

PAPER_DAYS = 1  # working days in which the notice follows
_TASKS_AT_ONCE = 200
RULES = RuleSet()


class TaskDeemedApproved(TaskDecided, frozen=True, kw_only=True):
    """Consequences of the approval, and the notice of it, to be printed at `window` by `paper_due_at`.

    Times are microseconds UTC.
    """

    stored_name: ClassVar[str] = "TaskDeemedApproved"
    notice: str
    window: str
    made_at: int
    paper_due_at: int
    acknowledged_by: str = ""  # organ whose officers have to acknowledge it; empty in entries of earlier versions
    passed_at: int = 0


class DeemApproved(Command[TaskDeemedApproved], frozen=True, kw_only=True):
    """Approves a task whose statutory date has passed without a decision."""

    stored_name: ClassVar[str] = "DeemApproved"
    task: str


def list_due_approvals(tx: Transaction, now: int, task: str = "") -> Iterator[DeemApproved]:
    """Yield the command for each undecided task after `task` that is deemed approved at `now` (microseconds UTC)."""
    if read_policy(tx).forbid_deemed_approval:
        return
    while rows := tx.query_all("cases.past_statutory_date", now=now, task=task, most=_TASKS_AT_ONCE):
        for row in rows:
            part = row["catalogue"], row["catalogue_version"], row["one_thing"]
            if is_readable_version(tx, *part) and load_part(tx, *part).matter(row["matter"]).deemed_approval:
                yield DeemApproved(task=row["id"])
        task = rows[-1]["id"]


def _require_deemed(tx: Transaction, case: CaseRecord, task: Row, moment: Moment) -> None:
    """Raise Refused unless a task is deemed approved at `moment`."""
    matter = case.catalogue.matter(task["matter"])
    if not matter.deemed_approval or read_policy(tx).forbid_deemed_approval:
        raise Refused("not_deemed", "This matter is not approved by the lapse of time; it is escalated only.")
    if task["state"] not in ("pooled", "claimed") or task["statutory_at"] is None:
        raise Refused("not_deemed", "The time limit of this task does not run now.")
    if moment.decided_at <= task["statutory_at"]:
        raise Refused("too_early", "The statutory time limit has not passed yet.")


def _decide(tx: Transaction, command: DeemApproved, moment: Moment) -> TaskDeemedApproved:
    case = read_case(tx, case_number_of(command.task))
    task = read_task(tx, command.task)
    _require_deemed(tx, case, task, moment)
    next_task_state("claimed", "approve")
    require_undoubted(tx, task)
    require_no_rival(case, task["matter"])
    require_result_values(tx, case, task["matter"], {}, moment.corrected_at)
    decided = plan_consequences(tx, case, task, "approved", {}, moment)
    paper_due_at, _expected = compute_papers_deadline(
        read_calendar(tx, case.catalogue), (task["organ"],), moment.corrected_at, PAPER_DAYS
    )
    parts = {name: getattr(decided, name) for name in decided.__struct_fields__}
    return TaskDeemedApproved(
        **parts,
        notice=f"{case.number}-{DEEMED}-{command.task[len(case.number) :]}",
        window=case.row["window_id"],
        made_at=find_notice_time(tx, case.number, moment),
        paper_due_at=paper_due_at,
        acknowledged_by=task["organ"],
        passed_at=task["statutory_at"],
    )


@RULES.register(
    DeemApproved,
    TaskDeemedApproved,
    permission="task.deem_approved",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Approved by the lapse of time"),
    decide=_decide,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case", "escalation"),
)
def _apply(tx: Transaction, entry: Entry[DeemApproved, TaskDeemedApproved]) -> None:
    decision, task = entry.decision, entry.command.task
    due = decision.paper_due_at
    record_decision(tx, entry.moment, entry.decided_at, task, decision.organ, "approved", paper_due_at=due)
    insert_notice(tx, decision.notice, decision.case, DEEMED, decision.window, decision.made_at)
    if decision.acknowledged_by:
        insert_escalation(
            tx,
            task,
            escalation_chain.DEEMED,
            case=decision.case,
            organ=decision.organ,
            addressee=decision.acknowledged_by,
            passed_at=decision.passed_at,
            raised_at=entry.decided_at,
        )
    store_consequences(tx, entry.moment, entry.decided_at, decision, task, "approved", None)
