"""Actions of officers and supervisors at the departments of a simulated city."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from clerk_app.cases.tasks.claims import ClaimTask, ReassignTask, ReleaseTask, RenewClaim, TakeBackTask
from clerk_app.cases.tasks.decisions import CommitTask, DecideTask
from clerk_app.cases.tasks.extensions import AskExtension, DecideExtension
from clerk_app.cases.tasks.external_waits import (
    BeginExternalWait,
    EndExternalWait,
    ExtendExternalWait,
    RemindOffice,
)
from clerk_app.cases.tasks.procedures import PROCEDURES, BeginProcedure, EndProcedure
from clerk_app.cases.tasks.referrals import ReferTask, SendBackTask
from clerk_app.cases.tasks.supplements import ReturnTask
from clerk_app.ledger.commands import Command
from db.engines import Row
from tests.simulation.city_files import OFFICERS, catalogue
from tests.simulation.programs import SimulatedNode

_OUTCOMES = ("approved", "refused", "return", "commit", "procedure", "extend", "refer", "wait")


class Officers:
    """The officers of a department at its workstation."""

    def __init__(self, node: SimulatedNode, rng: Random) -> None:
        self.node, self.rng = node, rng
        self.people = {f"{organ}-{at}": organ for organ in node.spec.organs for at in range(1, OFFICERS + 1)}

    def actions(self) -> dict[str, Callable[[], str]]:
        """Return the actions by their names in a scenario."""
        return {
            "claim": self.claim,
            "work": self.work,
            "release": self.release,
            "keep": self.renew_lease,
            "end_procedure": self.end_procedure,
            "act_on_wait": self.act_on_wait,
            "answer_extension": self.decide_extension,
            "take_back": self.take_back,
            "reassign": self.reassign,
        }

    def claim(self) -> str:
        """Claim the most urgent task, or a random one."""
        officer, organ = self.rng.choice(list(self.people.items()))
        pooled = self._tasks(organ=organ, state="pooled")
        chosen = self.rng.choice(pooled)["id"] if pooled and self.rng.random() < 0.5 else ""
        claimed = self.node.perform(ClaimTask(organ=organ, task=chosen), officer)
        return f"{officer} {claimed.task}"

    def work(self) -> str:
        """Finish up to three claimed tasks, each in a random way."""
        held = self._held_tasks()[: self.rng.randint(1, 3)]
        done = [f"{row['id']} {self._finish_task(row)}" for row in held]
        return ", ".join(done) or "nothing held"

    def decide(self, row: Row, outcome: str = "approved") -> None:
        """Decide a task."""
        reason = "" if outcome == "approved" else "does not hold"
        command = DecideTask(
            task=row["id"],
            fence=row["fence"],
            outcome="approved" if outcome == "approved" else "refused",
            reason=reason,
        )
        self.node.perform(command, row["owner"])

    def _finish_task(self, row: Row) -> str:
        outcome = self.rng.choices(_OUTCOMES, weights=(58, 10, 11, 6, 5, 4, 3, 3))[0]
        if outcome == "return":
            matter = next(matter for matter in catalogue().matters if matter.id == row["matter"])
            lists = [variant.materials for variant in matter.variants if variant.materials is not None]
            wanted = (self.rng.choice(sorted(set(matter.materials).intersection(*lists))),)
            self.node.perform(
                ReturnTask(
                    task=row["id"],
                    fence=row["fence"],
                    materials=wanted,
                    reason="unreadable",
                    late_code="overlooked",
                    late_reason="not seen before",
                ),
                row["owner"],
            )
        elif outcome == "commit":
            self.node.perform(CommitTask(task=row["id"], fence=row["fence"], note="we will"), row["owner"])
        elif outcome == "procedure":
            kind, days = self.rng.choice(list(PROCEDURES)), self.rng.randint(1, 30)
            self.node.perform(
                BeginProcedure(task=row["id"], fence=row["fence"], kind=kind, working_days=days, reason="the plan"),
                row["owner"],
            )
        elif outcome == "extend":
            days = self.rng.randint(1, 10)
            command = AskExtension(task=row["id"], fence=row["fence"], working_days=days, reason="a second survey")
            self.node.perform(command, row["owner"])
        elif outcome == "refer":
            self._pass_on(row)
        elif outcome == "wait":
            self.node.perform(
                BeginExternalWait(
                    task=row["id"],
                    fence=row["fence"],
                    office="archive of the county",
                    document="file",
                    working_days=self.rng.randint(1, 20),
                    reason="it has to be compared",
                ),
                row["owner"],
            )
        else:
            self.decide(row, outcome)
        return outcome

    def _pass_on(self, row: Row) -> None:
        """Refer a task to the superior organ, or send a referred one back."""
        if row["referred_from"] and self.rng.random() < 0.5:
            self.node.perform(SendBackTask(task=row["id"], fence=row["fence"], reason="your own power"), row["owner"])
        else:
            self.node.perform(ReferTask(task=row["id"], fence=row["fence"], opinion="agreed"), row["owner"])

    def act_on_wait(self) -> str:
        """Let an officer remind an office outside, or extend or end the wait for it."""
        waits = self.node.rows("external_waits", order=("id",), outcome="")
        waits = [row for row in waits if row["organ"] in self.node.spec.organs]
        if not waits:
            return "no wait"
        wait = self.rng.choice(waits)
        commands: tuple[Command[Any], ...] = (
            RemindOffice(wait=wait["id"]),
            ExtendExternalWait(wait=wait["id"], working_days=self.rng.randint(1, 10), reason="the archive moves"),
            EndExternalWait(wait=wait["id"], outcome="arrived"),
            EndExternalWait(wait=wait["id"], outcome="without", note="known otherwise"),
            EndExternalWait(wait=wait["id"], outcome="not_come", note="no answer"),
        )
        command = self.rng.choice(commands)
        self.node.perform(command, f"{wait['organ']}-1")
        return f"{wait['id']} {command.stored_name}"

    def end_procedure(self) -> str:
        """Let an officer record the result of a special procedure."""
        tasks = [row for row in self._tasks(state="procedure") if row["organ"] in self.node.spec.organs]
        if not tasks:
            return "no procedure"
        task = self.rng.choice(tasks)
        self.node.perform(EndProcedure(task=task["id"], result="no objection"), f"{task['organ']}-1")
        return str(task["id"])

    def decide_extension(self) -> str:
        """Let a colleague approve or decline an extension."""
        asked = self.node.rows("extensions", order=("task",), outcome="")
        if not asked:
            return "nothing asked"
        row = self.rng.choice(asked)
        colleagues = [
            name for name in self.people if name != row["asked_by"] and name.startswith(_organ(row["asked_by"]))
        ]
        if not colleagues:
            return "nobody else"
        approved = self.rng.random() < 0.7
        command = DecideExtension(task=row["task"], approved=approved, note="" if approved else "the survey is done")
        self.node.perform(command, self.rng.choice(colleagues))
        return f"{row['task']} {approved}"

    def release(self) -> str:
        """Release a claimed task."""
        held = self._held_tasks()
        if not held:
            return "nothing held"
        self.node.perform(ReleaseTask(task=held[0]["id"], fence=held[0]["fence"]), held[0]["owner"])
        return str(held[0]["id"])

    def renew_lease(self) -> str:
        """Renew the lease of a claimed task."""
        held = self._held_tasks()
        if not held:
            return "nothing held"
        self.node.perform(RenewClaim(task=held[0]["id"], fence=held[0]["fence"]), held[0]["owner"])
        return str(held[0]["id"])

    def take_back(self) -> str:
        """Let the supervisor take a task from its owner."""
        row = self._pick_held_task()
        if row is None:
            return "nothing held"
        self.node.perform(TakeBackTask(task=row["id"], reason="ill"), f"super-{self.node.spec.node}")
        return str(row["id"])

    def reassign(self) -> str:
        """Let the supervisor assign a task to another officer."""
        row = self._pick_held_task()
        if row is None:
            return "nothing held"
        other = self.rng.choice([name for name, organ in self.people.items() if organ == row["organ"]])
        self.node.perform(ReassignTask(task=row["id"], staff=other, reason="ill"), f"super-{self.node.spec.node}")
        return f"{row['id']} {other}"

    def _tasks(self, **key: str) -> list[Row]:
        return self.node.rows("tasks", order=("rank", "id"), **key)

    def _held_tasks(self) -> list[Row]:
        held = [row for row in self._tasks(state="claimed") if row["owner"] in self.people]
        self.rng.shuffle(held)
        return held

    def _pick_held_task(self) -> Row | None:
        held = [row for row in self._tasks(state="claimed") if row["organ"] in self.node.spec.organs]
        return self.rng.choice(held) if held else None


def _organ(officer: str) -> str:
    """Return the prefix of the ids of an officer's organ."""
    return officer.rpartition("-")[0] + "-"
