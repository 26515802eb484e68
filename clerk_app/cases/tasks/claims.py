"""Claims: an officer holds a task under a lease and a fencing token, so that no task has two owners.

The fence increases with each claim. Every later command on the task carries the fence, and a command with an old fence
is refused. The commands on claims are remote: only the authority of the queue executes them.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_record import read_task
from clerk_app.cases.checks import require_reason, require_site
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.objections import require_undoubted
from clerk_app.cases.states import has_expired_claim, next_task_state
from clerk_app.cases.tasks.most_urgent import read_most_urgent
from clerk_app.cases.tasks.queue import move_task
from clerk_app.catalogue.publication import load_frame, prefetch_policy, read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import mark
from db.engines import Row, Transaction

_MICROSECONDS_PER_MINUTE = 60_000_000
FENCE_MARGIN = 1_000  # more claims than any task gets between a backup and its restore

RULES = RuleSet()


class TaskClaimed(CommandDecision, frozen=True, kw_only=True):
    """The owner of the task, with the fence and the end of the lease (microseconds UTC)."""

    stored_name: ClassVar[str] = "Claimed"
    task: str
    organ: str
    staff: str
    fence: int
    lease_until: int
    ended: str = ""  # how the previous claim ended: expired, reassigned; empty if there was none


class ClaimTask(Command[TaskClaimed], frozen=True, kw_only=True):
    """Claims the given task, or the most urgent task of the organ if `task` is empty."""

    stored_name: ClassVar[str] = "ClaimTask"
    organ: str
    task: str = ""


class RenewClaim(Command[TaskClaimed], frozen=True, kw_only=True):
    """Renews the lease of a task that its owner still has on the screen."""

    stored_name: ClassVar[str] = "KeepClaim"
    task: str
    fence: int


class ReassignTask(Command[TaskClaimed], frozen=True, kw_only=True):
    """Assigns a task to another officer of its organ. A command of supervisors."""

    stored_name: ClassVar[str] = "Reassign"
    task: str
    staff: str
    reason: str


class TaskReleased(CommandDecision, frozen=True, kw_only=True):
    """The task is back in the queue of its organ; `fence` is that of the ended claim."""

    stored_name: ClassVar[str] = "Released"
    organ: str
    fence: int


class ReleaseTask(Command[TaskReleased], frozen=True, kw_only=True):
    """Puts a task back into the queue. A command of the task's owner."""

    stored_name: ClassVar[str] = "ReleaseTask"
    task: str
    fence: int


class TakeBackTask(Command[TaskReleased], frozen=True, kw_only=True):
    """Takes a task from its owner and puts it back into the queue. A command of supervisors."""

    stored_name: ClassVar[str] = "TakeBack"
    task: str
    reason: str


class LeasesEnded(CommandDecision, frozen=True, kw_only=True):
    """The tasks whose leases ended, and their organs in the same order."""

    stored_name: ClassVar[str] = "LeasesEnded"
    tasks: tuple[str, ...]
    organs: tuple[str, ...]


class EndLeases(Command[LeasesEnded], frozen=True, kw_only=True):
    """Ends all leases after a restore from a backup, because claims made since the backup are unknown.

    All fences increase by `FENCE_MARGIN`, so that a claim made after the backup is refused as stale.
    """

    stored_name: ClassVar[str] = "EndLeases"
    reason: str


def get_held_task(tx: Transaction, task_id: str, fence: int, moment: Moment) -> Row:
    """Return a task that the actor holds under `fence`, and lock the rows of its case and of the task for update.

    Raise Refused if the actor does not hold the task; the error names the present owner, if there is one.
    """
    tx.get_for_update("cases", number=case_number_of(task_id))  # always case before task, so that locks cannot deadlock
    task = read_task(tx, task_id)
    if moment.already_decided and task["state"] in ("pooled", "claimed"):  # the actor held the task before the restore
        return {**task, "state": "claimed"}
    if task["owner"] != moment.actor.id or task["fence"] != fence:
        owner = tx.get("staff", id=task["owner"]) if task["owner"] else None
        if task["state"] == "lapsed":
            raise Refused(
                "not_held",
                "Task {task} ended without a decision, because another matter of the case was refused."
                " Your opinion was not recorded.",
                task=format_task_number(task_id),
            )
        if owner is None:
            raise Refused(
                "not_held",
                "You no longer hold task {task}. Your opinion was not recorded.",
                task=format_task_number(task_id),
            )
        raise Refused(
            "stale",
            "Task {task} is held by {name} now. Your opinion was not recorded.",
            task=format_task_number(task_id),
            name=owner["name"],
        )
    return task


def _decide_claim(tx: Transaction, command: ClaimTask, moment: Moment) -> TaskClaimed:
    if moment.actor.organ != command.organ:
        raise Refused("organ", "This queue belongs to another organ.")
    task = read_task(tx, command.task) if command.task else read_most_urgent(tx, command.organ, moment)
    if task["organ"] != command.organ:
        raise Refused("organ", "This task belongs to another organ.")
    if command.task:
        require_undoubted(tx, task)
    expired = has_expired_claim(task, moment.decided_at)
    if task["state"] == "claimed" and not expired:
        raise _taken_by_other(tx, task)
    next_task_state(task["state"], "claim")
    return _build_claim(tx, task, moment.actor.id, moment, "expired" if expired else "")


def _taken_by_other(tx: Transaction, task: Row) -> Refused:
    owner, claim = tx.get("staff", id=task["owner"]), tx.get("claims", task=task["id"], fence=task["fence"])
    name, number = owner["name"] if owner else task["owner"], format_task_number(task["id"])
    if claim is None:
        return Refused("taken", "{name} took task {task} first.", name=name, task=number)
    at = to_local_time(claim["at"], load_frame(tx).time_zone)
    return Refused(
        "taken", "{name} took task {task} first, on {time}.", name=name, task=number, time=f"{at:%Y-%m-%d %H:%M}"
    )


def _prefetch_claim(tx: Transaction, command: ClaimTask, now: int) -> None:
    prefetch_policy(tx)
    if not command.task:
        tx.prefetch("cases.most_urgent", organ=command.organ, now=now)


def _build_claim(tx: Transaction, task: Row, staff_id: str, moment: Moment, ended: str) -> TaskClaimed:
    return TaskClaimed(
        task=task["id"],
        organ=task["organ"],
        staff=staff_id,
        fence=task["fence"] + 1,
        lease_until=_lease_end(tx, moment),
        ended=ended,
    )


def _lease_end(tx: Transaction, moment: Moment) -> int:
    return moment.decided_at + read_policy(tx).claim_lease_minutes * _MICROSECONDS_PER_MINUTE


def _require_place_of_task(tx: Transaction, task: Row, moment: Moment) -> None:
    """Raise Refused unless the actor works for the organ of the task, or at the site of its case."""
    case = tx.get("cases", number=task["case_number"])
    require_site(tx, moment, case, task["organ"])


def _decide_reassign(tx: Transaction, command: ReassignTask, moment: Moment) -> TaskClaimed:
    task = read_task(tx, command.task)
    _require_place_of_task(tx, task, moment)
    require_undoubted(tx, task)
    next_task_state(task["state"], "reassign")
    officer = tx.get("staff", id=command.staff)
    if officer is None or officer["organ"] != task["organ"] or not officer["active"]:
        raise Refused("officer", "This person does not work for the organ of the task.")
    require_reason(command.reason)
    return _build_claim(tx, task, command.staff, moment, "reassigned" if task["owner"] else "")


def _claim_stream(command: ClaimTask, decision: TaskClaimed | None) -> str:
    """Return the stream of the task's case, or the stream of the organ if there was no task to claim."""
    task = decision.task if decision else command.task
    return f"case/{case_number_of(task)}" if task else f"organ/{command.organ}"


def _case_stream(command: RenewClaim | ReassignTask | ReleaseTask | TakeBackTask, _: object) -> str:
    return f"case/{case_number_of(command.task)}"


def _insert_claim(tx: Transaction, claim: TaskClaimed, at: int) -> None:
    if claim.ended:
        tx.update("claims", {"task": claim.task, "fence": claim.fence - 1}, ended_at=at, how=claim.ended)
    move_task(
        tx,
        claim.task,
        claim.organ,
        "claimed" if claim.ended else "pooled",
        "claimed",
        owner=claim.staff,
        lease_until=claim.lease_until,
        fence=claim.fence,
    )
    tx.insert("claims", task=claim.task, fence=claim.fence, staff=claim.staff, at=at, how="")


@RULES.register(
    ClaimTask,
    TaskClaimed,
    permission="task.claim",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Claim of a task"),
    decide=_decide_claim,
    stream=_claim_stream,
    documents=("case",),
    placement=Placement.REMOTE,
    prefetch=_prefetch_claim,
    survives_restore=False,
)
def _apply_claim(tx: Transaction, entry: Entry[ClaimTask, TaskClaimed]) -> None:
    _insert_claim(tx, entry.decision, entry.decided_at)


@RULES.register(
    ReassignTask,
    TaskClaimed,
    permission="task.reassign",
    roles=(
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    ),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Giving a task to another officer"),
    decide=_decide_reassign,
    stream=_case_stream,
    documents=("case",),
    placement=Placement.REMOTE,
    survives_restore=False,
)
def _apply_reassign(tx: Transaction, entry: Entry[ReassignTask, TaskClaimed]) -> None:
    _insert_claim(tx, entry.decision, entry.decided_at)


def _decide_renew(tx: Transaction, command: RenewClaim, moment: Moment) -> TaskClaimed:
    task = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(task["state"], "renew")
    return TaskClaimed(
        task=task["id"],
        organ=task["organ"],
        staff=moment.actor.id,
        fence=task["fence"],
        lease_until=_lease_end(tx, moment),
    )


@RULES.register(
    RenewClaim,
    TaskClaimed,
    permission="task.claim",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Renewal of a claim"),
    decide=_decide_renew,
    stream=_case_stream,
    documents=("case",),
    placement=Placement.REMOTE,
    survives_restore=False,
)
def _apply_renew(tx: Transaction, entry: Entry[RenewClaim, TaskClaimed]) -> None:
    claim = entry.decision
    tx.update("tasks", {"id": claim.task}, lease_until=claim.lease_until)
    tx.mark_changed(f"organ/{claim.organ}", f"case/{case_number_of(claim.task)}")


def _decide_release(tx: Transaction, command: ReleaseTask, moment: Moment) -> TaskReleased:
    task = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(task["state"], "release")
    return TaskReleased(organ=task["organ"], fence=task["fence"])


def _decide_take_back(tx: Transaction, command: TakeBackTask, moment: Moment) -> TaskReleased:
    task = read_task(tx, command.task)
    _require_place_of_task(tx, task, moment)
    next_task_state(task["state"], "take_back")
    require_reason(command.reason)
    return TaskReleased(organ=task["organ"], fence=task["fence"])


def _return_to_queue(tx: Transaction, task_id: str, released: TaskReleased, at: int, how: str) -> None:
    move_task(tx, task_id, released.organ, "claimed", "pooled", owner=None, lease_until=None)
    tx.update("claims", {"task": task_id, "fence": released.fence}, ended_at=at, how=how)


@RULES.register(
    ReleaseTask,
    TaskReleased,
    permission="task.release",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Putting a task back"),
    decide=_decide_release,
    stream=_case_stream,
    documents=("case",),
    placement=Placement.REMOTE,
    survives_restore=False,
)
def _apply_release(tx: Transaction, entry: Entry[ReleaseTask, TaskReleased]) -> None:
    _return_to_queue(tx, entry.command.task, entry.decision, entry.decided_at, "released")


@RULES.register(
    TakeBackTask,
    TaskReleased,
    permission="task.take_back",
    roles=(
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    ),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Taking a task back"),
    decide=_decide_take_back,
    stream=_case_stream,
    documents=("case",),
    placement=Placement.REMOTE,
    survives_restore=False,
)
def _apply_take_back(tx: Transaction, entry: Entry[TakeBackTask, TaskReleased]) -> None:
    _return_to_queue(tx, entry.command.task, entry.decision, entry.decided_at, "taken_back")


def _decide_end_leases(tx: Transaction, _: EndLeases, __: Moment) -> LeasesEnded:
    tasks = tx.query_all("cases.claimed_tasks")
    return LeasesEnded(tasks=tuple(task["id"] for task in tasks), organs=tuple(task["organ"] for task in tasks))


@RULES.register(
    EndLeases,
    LeasesEnded,
    permission="lease.end",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.CENTER,),
    label=mark("End of all leases"),
    decide=_decide_end_leases,
    stream=lambda _, __: "leases",
    documents=("case",),
)
def _apply_end_leases(tx: Transaction, entry: Entry[EndLeases, LeasesEnded]) -> None:
    for task, organ in zip(entry.decision.tasks, entry.decision.organs, strict=True):
        move_task(tx, task, organ, "claimed", "pooled", owner=None, lease_until=None)
        tx.execute("cases.end_claim", task=task, at=entry.decided_at, how="expired")
    tx.execute("cases.raise_fences", by=FENCE_MARGIN)
    for row in tx.query_all("cases.open_cases_by_organ"):
        tx.mark_changed(f"organ/{row['organ']}", f"case/{row['case_number']}")
