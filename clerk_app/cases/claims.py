"""Claims: an officer holds a task under a lease and a fence, so that no task has two owners.

The fence grows with each claim; every later act on the task carries it, and a stale one is refused. All of these are
asked of the authority of the organ's queue.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.life import task_after
from clerk_app.cases.queue import move_task
from clerk_app.cases.record import read_task
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Reach, RuleSet
from clerk_app.ledger.numbers import LENGTH
from clerk_app.locales import mark
from db.engines import Row, Transaction

LEASE = 15 * 60 * 1_000_000  # microseconds a claim lives without being renewed


RULES = RuleSet()


class Claimed(Decided, frozen=True, kw_only=True):
    """Who holds the task now, under which fence, until when."""

    stored_name: ClassVar[str] = "Claimed"
    task: str
    organ: str
    staff: str
    fence: int
    lease_until: int
    ended: str = ""  # how the claim before it ended: expired, reassigned


class ClaimTask(Command[Claimed], frozen=True, kw_only=True):
    """The most urgent task of an organ, or the chosen one."""

    stored_name: ClassVar[str] = "ClaimTask"
    organ: str
    task: str = ""


class KeepClaim(Command[Claimed], frozen=True, kw_only=True):
    """The task is still on its owner's screen: the lease begins anew."""

    stored_name: ClassVar[str] = "KeepClaim"
    task: str
    fence: int


class Reassign(Command[Claimed], frozen=True, kw_only=True):
    """A supervisor gives a task to an officer of its organ."""

    stored_name: ClassVar[str] = "Reassign"
    task: str
    staff: str
    reason: str


class Released(Decided, frozen=True, kw_only=True):
    """The task stands in the queue again."""

    stored_name: ClassVar[str] = "Released"
    organ: str
    fence: int


class ReleaseTask(Command[Released], frozen=True, kw_only=True):
    """The owner puts it back."""

    stored_name: ClassVar[str] = "ReleaseTask"
    task: str
    fence: int


class TakeBack(Command[Released], frozen=True, kw_only=True):
    """A supervisor takes it back from its owner."""

    stored_name: ClassVar[str] = "TakeBack"
    task: str
    reason: str


class LeasesEnded(Decided, frozen=True, kw_only=True):
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


FENCES = 1_000  # more than a task was claimed between a backup and its return


def held_task(tx: Transaction, task: str, fence: int, moment: Moment) -> Row:
    """The task, if the actor holds it under this fence. Raises Refused and says who has it instead."""
    tx.locked("cases", number=task[:LENGTH])  # case before task, as everywhere: two deciders never wait in a ring
    row = read_task(tx, task)
    if moment.remembered and row["state"] in ("pooled", "claimed"):  # it was theirs when they did it
        return {**row, "state": "claimed"}
    if row["owner"] != moment.actor.id or row["fence"] != fence:
        owner = tx.row("staff", id=row["owner"]) if row["owner"] else None
        if owner is None:
            raise Refused("not_held", "You no longer hold task {task}. Your opinion was not recorded.", task=task)
        raise Refused(
            "stale",
            "Task {task} is held by {name} now. Your opinion was not recorded.",
            task=task,
            name=owner["name"],
        )
    return row


def _decide_claim(tx: Transaction, command: ClaimTask, moment: Moment) -> Claimed:
    if moment.actor.organ != command.organ:
        raise Refused("organ", "This queue belongs to another organ.")
    row = read_task(tx, command.task) if command.task else _most_urgent(tx, command.organ, moment)
    if row["organ"] != command.organ:
        raise Refused("organ", "This task belongs to another organ.")
    expired = row["state"] == "claimed" and row["lease_until"] <= moment.decided_at
    if row["state"] == "claimed" and not expired:
        owner = tx.row("staff", id=row["owner"])
        raise Refused(
            "taken", "{name} took task {task} first.", name=owner["name"] if owner else row["owner"], task=row["id"]
        )
    task_after(row["state"], "claim")
    return _claimed(row, moment.actor.id, moment, "expired" if expired else "")


def _ahead(tx: Transaction, command: ClaimTask, now: int) -> None:
    if not command.task:
        tx.ask_ahead("cases.most_urgent", organ=command.organ, now=now)


def _most_urgent(tx: Transaction, organ: str, moment: Moment) -> Row:
    found = tx.all("cases.most_urgent", organ=organ, now=moment.decided_at)
    if not found:
        raise Refused("empty", "The queue is empty: nothing to claim.")
    return min(found, key=lambda row: (row["rank"], row["id"]))


def _claimed(row: Row, staff: str, moment: Moment, ended: str) -> Claimed:
    return Claimed(
        task=row["id"],
        organ=row["organ"],
        staff=staff,
        fence=row["fence"] + 1,
        lease_until=moment.decided_at + LEASE,
        ended=ended,
    )


def _decide_reassign(tx: Transaction, command: Reassign, moment: Moment) -> Claimed:
    row = read_task(tx, command.task)
    task_after(row["state"], "reassign")
    officer = tx.row("staff", id=command.staff)
    if officer is None or officer["organ"] != row["organ"] or not officer["active"]:
        raise Refused("officer", "This person does not work for the organ of the task.")
    _need_reason(command.reason)
    return _claimed(row, command.staff, moment, "reassigned" if row["owner"] else "")


def _stream(command: object, decision: Claimed | Released | None) -> str:
    """A task's acts belong to its case's history; an empty queue's to the organ's."""
    task: str = getattr(decision, "task", "") or getattr(command, "task", "")
    return f"case/{task[:12]}" if task else f"organ/{getattr(command, 'organ', '')}"


def _write_claim(tx: Transaction, entry: Entry[ClaimTask, Claimed] | Entry[Reassign, Claimed]) -> None:
    made = entry.decision
    if made.ended:
        tx.change("claims", {"task": made.task, "fence": made.fence - 1}, ended_at=entry.at, how=made.ended)
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
    tx.insert("claims", task=made.task, fence=made.fence, staff=made.staff, at=entry.at, how="")


@RULES.register(
    ClaimTask,
    Claimed,
    permission="task.claim",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Claim of a task"),
    decide=_decide_claim,
    stream=_stream,
    documents=("case",),
    reach=Reach.ASKED,
    ahead=_ahead,
    lasting=False,
)
def _apply_claim_task(tx: Transaction, entry: Entry[ClaimTask, Claimed]) -> None:
    _write_claim(tx, entry)


@RULES.register(
    Reassign,
    Claimed,
    permission="task.reassign",
    roles=(
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    ),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Giving a task to another officer"),
    decide=_decide_reassign,
    stream=_stream,
    documents=("case",),
    reach=Reach.ASKED,
    lasting=False,
)
def _apply_reassign(tx: Transaction, entry: Entry[Reassign, Claimed]) -> None:
    _write_claim(tx, entry)


def _decide_keep(tx: Transaction, command: KeepClaim, moment: Moment) -> Claimed:
    row = held_task(tx, command.task, command.fence, moment)
    task_after(row["state"], "renew")
    return Claimed(
        task=row["id"],
        organ=row["organ"],
        staff=moment.actor.id,
        fence=row["fence"],
        lease_until=moment.decided_at + LEASE,
    )


@RULES.register(
    KeepClaim,
    Claimed,
    permission="task.claim",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Renewal of a claim"),
    decide=_decide_keep,
    stream=_stream,
    documents=("case",),
    reach=Reach.ASKED,
    lasting=False,
)
def _apply_keep(tx: Transaction, entry: Entry[KeepClaim, Claimed]) -> None:
    tx.change("tasks", {"id": entry.decision.task}, lease_until=entry.decision.lease_until)
    tx.touch(f"organ/{entry.decision.organ}", f"case/{entry.decision.task[:LENGTH]}")


def _decide_release(tx: Transaction, command: ReleaseTask, moment: Moment) -> Released:
    row = held_task(tx, command.task, command.fence, moment)
    task_after(row["state"], "release")
    return Released(organ=row["organ"], fence=row["fence"])


def _decide_take_back(tx: Transaction, command: TakeBack, _: Moment) -> Released:
    row = read_task(tx, command.task)
    task_after(row["state"], "take_back")
    _need_reason(command.reason)
    return Released(organ=row["organ"], fence=row["fence"])


def _write_release(tx: Transaction, entry: Entry[ReleaseTask, Released] | Entry[TakeBack, Released]) -> None:
    task, how = entry.command.task, "released" if isinstance(entry.command, ReleaseTask) else "taken_back"
    move_task(tx, task, entry.decision.organ, "claimed", "pooled", owner=None, lease_until=None)
    tx.change("claims", {"task": task, "fence": entry.decision.fence}, ended_at=entry.at, how=how)


@RULES.register(
    ReleaseTask,
    Released,
    permission="task.release",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Putting a task back"),
    decide=_decide_release,
    stream=_stream,
    documents=("case",),
    reach=Reach.ASKED,
    lasting=False,
)
def _apply_release_task(tx: Transaction, entry: Entry[ReleaseTask, Released]) -> None:
    _write_release(tx, entry)


@RULES.register(
    TakeBack,
    Released,
    permission="task.take_back",
    roles=(
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    ),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Taking a task back"),
    decide=_decide_take_back,
    stream=_stream,
    documents=("case",),
    reach=Reach.ASKED,
    lasting=False,
)
def _apply_take_back(tx: Transaction, entry: Entry[TakeBack, Released]) -> None:
    _write_release(tx, entry)


def _decide_end_leases(tx: Transaction, _: EndLeases, __: Moment) -> LeasesEnded:
    held = tx.all("cases.claimed")
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
        tx.run("cases.end_claim", task=task, at=entry.at, how="expired")
    tx.run("cases.raise_fences", by=FENCES)
    for row in tx.all("cases.open_by_organ"):
        tx.touch(f"organ/{row['organ']}", f"case/{row['case_number']}")


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("reason", "A reason is needed: it is kept with the case.")
