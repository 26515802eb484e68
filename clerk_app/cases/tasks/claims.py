"""Claims: an officer holds a task under a lease and a fence, so that no task has two owners.

The fence grows with each claim; every later act on the task carries it, and a stale one is refused. All of these are
asked of the authority of the organ's queue.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_record import read_task
from clerk_app.cases.states import next_task_state
from clerk_app.cases.tasks.queue import move_task
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.numbers import CASE_NUMBER_LENGTH
from clerk_app.locales import mark
from db.engines import Row, Transaction

LEASE_MICROSECONDS = 15 * 60 * 1_000_000  # microseconds a claim lives without being renewed


RULES = RuleSet()


class TaskClaimed(CommandDecision, frozen=True, kw_only=True):
    """Who holds the task now, under which fence, until when."""

    stored_name: ClassVar[str] = "Claimed"
    task: str
    organ: str
    staff: str
    fence: int
    lease_until: int
    ended: str = ""  # how the claim before it ended: expired, reassigned


class ClaimTask(Command[TaskClaimed], frozen=True, kw_only=True):
    """The most urgent task of an organ, or the chosen one."""

    stored_name: ClassVar[str] = "ClaimTask"
    organ: str
    task: str = ""


class RenewClaim(Command[TaskClaimed], frozen=True, kw_only=True):
    """The task is still on its owner's screen: the lease begins anew."""

    stored_name: ClassVar[str] = "KeepClaim"
    task: str
    fence: int


class ReassignTask(Command[TaskClaimed], frozen=True, kw_only=True):
    """A supervisor gives a task to an officer of its organ."""

    stored_name: ClassVar[str] = "Reassign"
    task: str
    staff: str
    reason: str


class TaskReleased(CommandDecision, frozen=True, kw_only=True):
    """The task stands in the queue again."""

    stored_name: ClassVar[str] = "Released"
    organ: str
    fence: int


class ReleaseTask(Command[TaskReleased], frozen=True, kw_only=True):
    """The owner puts it back."""

    stored_name: ClassVar[str] = "ReleaseTask"
    task: str
    fence: int


class TakeBackTask(Command[TaskReleased], frozen=True, kw_only=True):
    """A supervisor takes it back from its owner."""

    stored_name: ClassVar[str] = "TakeBack"
    task: str
    reason: str


class LeasesEnded(CommandDecision, frozen=True, kw_only=True):
    """The tasks that were held, and their organs."""

    stored_name: ClassVar[str] = "LeasesEnded"
    tasks: tuple[str, ...]
    organs: tuple[str, ...]


class EndLeases(Command[LeasesEnded], frozen=True, kw_only=True):
    """The store came back from a backup: who held what since then is not known, so nobody holds anything.

    Fences go up by more than were given meanwhile: a lease from then is stale.
    """

    stored_name: ClassVar[str] = "EndLeases"
    reason: str


FENCE_MARGIN = 1_000  # more than a task was claimed between a backup and its return


def get_held_task(tx: Transaction, task_id: str, fence: int, moment: Moment) -> Row:
    """The task, if the actor holds it under this fence. Raises Refused and says who has it instead."""
    tx.get_for_update(
        "cases", number=task_id[:CASE_NUMBER_LENGTH]
    )  # case before task, as everywhere: two deciders never wait in a ring
    row = read_task(tx, task_id)
    if moment.already_decided and row["state"] in ("pooled", "claimed"):  # it was theirs when they did it
        return {**row, "state": "claimed"}
    if row["owner"] != moment.actor.id or row["fence"] != fence:
        owner = tx.get("staff", id=row["owner"]) if row["owner"] else None
        if owner is None:
            raise Refused("not_held", "You no longer hold task {task}. Your opinion was not recorded.", task=task_id)
        raise Refused(
            "stale",
            "Task {task} is held by {name} now. Your opinion was not recorded.",
            task=task_id,
            name=owner["name"],
        )
    return row


def _decide_claim(tx: Transaction, command: ClaimTask, moment: Moment) -> TaskClaimed:
    if moment.actor.organ != command.organ:
        raise Refused("organ", "This queue belongs to another organ.")
    row = read_task(tx, command.task) if command.task else _read_most_urgent(tx, command.organ, moment)
    if row["organ"] != command.organ:
        raise Refused("organ", "This task belongs to another organ.")
    expired = row["state"] == "claimed" and row["lease_until"] <= moment.decided_at
    if row["state"] == "claimed" and not expired:
        owner = tx.get("staff", id=row["owner"])
        raise Refused(
            "taken", "{name} took task {task} first.", name=owner["name"] if owner else row["owner"], task=row["id"]
        )
    next_task_state(row["state"], "claim")
    return _build_claim(row, moment.actor.id, moment, "expired" if expired else "")


def _prefetch_most_urgent(tx: Transaction, command: ClaimTask, now: int) -> None:
    if not command.task:
        tx.prefetch("cases.most_urgent", organ=command.organ, now=now)


def _read_most_urgent(tx: Transaction, organ: str, moment: Moment) -> Row:
    found = tx.query_all("cases.most_urgent", organ=organ, now=moment.decided_at)
    if not found:
        raise Refused("empty", "The queue is empty: nothing to claim.")
    return min(found, key=lambda row: (row["rank"], row["id"]))


def _build_claim(row: Row, staff_id: str, moment: Moment, ended: str) -> TaskClaimed:
    return TaskClaimed(
        task=row["id"],
        organ=row["organ"],
        staff=staff_id,
        fence=row["fence"] + 1,
        lease_until=moment.decided_at + LEASE_MICROSECONDS,
        ended=ended,
    )


def _decide_reassign(tx: Transaction, command: ReassignTask, moment: Moment) -> TaskClaimed:
    row = read_task(tx, command.task)
    next_task_state(row["state"], "reassign")
    officer = tx.get("staff", id=command.staff)
    if officer is None or officer["organ"] != row["organ"] or not officer["active"]:
        raise Refused("officer", "This person does not work for the organ of the task.")
    _require_reason(command.reason)
    return _build_claim(row, command.staff, moment, "reassigned" if row["owner"] else "")


def _case_or_organ_stream(command: object, decision: TaskClaimed | TaskReleased | None) -> str:
    """A task's acts belong to its case's history; an empty queue's to the organ's."""
    task: str = getattr(decision, "task", "") or getattr(command, "task", "")
    return f"case/{task[:12]}" if task else f"organ/{getattr(command, 'organ', '')}"


def _write_claim(tx: Transaction, entry: Entry[ClaimTask, TaskClaimed] | Entry[ReassignTask, TaskClaimed]) -> None:
    made = entry.decision
    if made.ended:
        tx.update("claims", {"task": made.task, "fence": made.fence - 1}, ended_at=entry.decided_at, how=made.ended)
    move_task(
        tx,
        made.task,
        made.organ,
        "claimed" if made.ended else "pooled",
        "claimed",
        owner=made.staff,
        lease_until=made.lease_until,
        fence=made.fence,
    )
    tx.insert("claims", task=made.task, fence=made.fence, staff=made.staff, at=entry.decided_at, how="")


@RULES.register(
    ClaimTask,
    TaskClaimed,
    permission="task.claim",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Claim of a task"),
    decide=_decide_claim,
    stream=_case_or_organ_stream,
    documents=("case",),
    reach=Placement.REMOTE,
    ahead=_prefetch_most_urgent,
    lasting=False,
)
def _apply_claim_task(tx: Transaction, entry: Entry[ClaimTask, TaskClaimed]) -> None:
    _write_claim(tx, entry)


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
    stream=_case_or_organ_stream,
    documents=("case",),
    reach=Placement.REMOTE,
    lasting=False,
)
def _apply_reassign(tx: Transaction, entry: Entry[ReassignTask, TaskClaimed]) -> None:
    _write_claim(tx, entry)


def _decide_renew(tx: Transaction, command: RenewClaim, moment: Moment) -> TaskClaimed:
    row = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(row["state"], "renew")
    return TaskClaimed(
        task=row["id"],
        organ=row["organ"],
        staff=moment.actor.id,
        fence=row["fence"],
        lease_until=moment.decided_at + LEASE_MICROSECONDS,
    )


@RULES.register(
    RenewClaim,
    TaskClaimed,
    permission="task.claim",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Renewal of a claim"),
    decide=_decide_renew,
    stream=_case_or_organ_stream,
    documents=("case",),
    reach=Placement.REMOTE,
    lasting=False,
)
def _apply_renew(tx: Transaction, entry: Entry[RenewClaim, TaskClaimed]) -> None:
    tx.update("tasks", {"id": entry.decision.task}, lease_until=entry.decision.lease_until)
    tx.mark_changed(f"organ/{entry.decision.organ}", f"case/{entry.decision.task[:CASE_NUMBER_LENGTH]}")


def _decide_release(tx: Transaction, command: ReleaseTask, moment: Moment) -> TaskReleased:
    row = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(row["state"], "release")
    return TaskReleased(organ=row["organ"], fence=row["fence"])


def _decide_take_back(tx: Transaction, command: TakeBackTask, _: Moment) -> TaskReleased:
    row = read_task(tx, command.task)
    next_task_state(row["state"], "take_back")
    _require_reason(command.reason)
    return TaskReleased(organ=row["organ"], fence=row["fence"])


def _write_release(
    tx: Transaction, entry: Entry[ReleaseTask, TaskReleased] | Entry[TakeBackTask, TaskReleased]
) -> None:
    task, how = entry.command.task, "released" if isinstance(entry.command, ReleaseTask) else "taken_back"
    move_task(tx, task, entry.decision.organ, "claimed", "pooled", owner=None, lease_until=None)
    tx.update("claims", {"task": task, "fence": entry.decision.fence}, ended_at=entry.decided_at, how=how)


@RULES.register(
    ReleaseTask,
    TaskReleased,
    permission="task.release",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Putting a task back"),
    decide=_decide_release,
    stream=_case_or_organ_stream,
    documents=("case",),
    reach=Placement.REMOTE,
    lasting=False,
)
def _apply_release_task(tx: Transaction, entry: Entry[ReleaseTask, TaskReleased]) -> None:
    _write_release(tx, entry)


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
    stream=_case_or_organ_stream,
    documents=("case",),
    reach=Placement.REMOTE,
    lasting=False,
)
def _apply_take_back(tx: Transaction, entry: Entry[TakeBackTask, TaskReleased]) -> None:
    _write_release(tx, entry)


def _decide_end_leases(tx: Transaction, _: EndLeases, __: Moment) -> LeasesEnded:
    held = tx.query_all("cases.claimed_tasks")
    return LeasesEnded(tasks=tuple(row["id"] for row in held), organs=tuple(row["organ"] for row in held))


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


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason", "A reason is needed: it is kept with the case.")
