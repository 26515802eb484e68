"""What officers and supervisors do at the departments of a simulated city."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from clerk_app.cases.claims import ClaimTask, KeepClaim, Reassign, ReleaseTask, TakeBack
from clerk_app.cases.decide import CommitTask, DecideTask
from clerk_app.cases.supplements import ReturnTask
from clerk_app.simulate.city_founding import OFFICERS, catalogue
from clerk_app.simulate.city_node import Node
from db.engines import Row


class Officers:
    """The people of a department, at its workstation."""

    def __init__(self, node: Node, chance: Random) -> None:
        self.node, self.chance = node, chance
        self.people = {f"{organ}-{at}": organ for organ in node.place.organs for at in range(1, OFFICERS + 1)}

    def acts(self) -> dict[str, Callable[[], str]]:
        """By the name that each has in a script."""
        return {
            "claim": self.claim,
            "work": self.work,
            "release": self.release,
            "keep": self.keep,
            "take_back": self.take_back,
            "reassign": self.reassign,
        }

    def claim(self) -> str:
        """The most urgent task, or one that was chosen."""
        officer, organ = self.chance.choice(list(self.people.items()))
        pooled = self._tasks(organ=organ, state="pooled")
        chosen = self.chance.choice(pooled)["id"] if pooled and self.chance.random() < 0.5 else ""
        made = self.node.do(ClaimTask(organ=organ, task=chosen), officer)
        return f"{officer} {made.task}"

    def work(self) -> str:
        """Something is done about up to three tasks that are held."""
        held = self._held()[: self.chance.randint(1, 3)]
        done = [f"{row['id']} {self._do_one(row)}" for row in held]
        return ", ".join(done) or "nothing held"

    def decide(self, row: Row, outcome: str = "approved") -> None:
        """The organ's answer."""
        reason = "" if outcome == "approved" else "does not hold"
        command = DecideTask(
            task=row["id"],
            fence=row["fence"],
            outcome="approved" if outcome == "approved" else "refused",
            reason=reason,
        )
        self.node.do(command, row["owner"])

    def _do_one(self, row: Row) -> str:
        what = self.chance.choices(("approved", "refused", "return", "commit"), weights=(70, 10, 12, 8))[0]
        if what == "return":
            names = next(one.materials for one in catalogue().matters if one.id == row["matter"])
            wanted = (self.chance.choice(names),)
            self.node.do(
                ReturnTask(task=row["id"], fence=row["fence"], materials=wanted, reason="unreadable"), row["owner"]
            )
        elif what == "commit":
            self.node.do(CommitTask(task=row["id"], fence=row["fence"], note="we will"), row["owner"])
        else:
            self.decide(row, what)
        return what

    def release(self) -> str:
        """A task goes back."""
        held = self._held()
        if not held:
            return "nothing held"
        self.node.do(ReleaseTask(task=held[0]["id"], fence=held[0]["fence"]), held[0]["owner"])
        return str(held[0]["id"])

    def keep(self) -> str:
        """A lease begins anew."""
        held = self._held()
        if not held:
            return "nothing held"
        self.node.do(KeepClaim(task=held[0]["id"], fence=held[0]["fence"]), held[0]["owner"])
        return str(held[0]["id"])

    def take_back(self) -> str:
        """The supervisor takes a task from its owner."""
        row = self._any_held()
        if row is None:
            return "nothing held"
        self.node.do(TakeBack(task=row["id"], reason="ill"), f"super-{self.node.place.node}")
        return str(row["id"])

    def reassign(self) -> str:
        """The supervisor gives a task to somebody."""
        row = self._any_held()
        if row is None:
            return "nothing held"
        other = self.chance.choice([name for name, organ in self.people.items() if organ == row["organ"]])
        self.node.do(Reassign(task=row["id"], staff=other, reason="ill"), f"super-{self.node.place.node}")
        return f"{row['id']} {other}"

    def _tasks(self, **key: str) -> list[Row]:
        return self.node.rows("tasks", order=("rank", "id"), **key)

    def _held(self) -> list[Row]:
        held = [row for row in self._tasks(state="claimed") if row["owner"] in self.people]
        self.chance.shuffle(held)
        return held

    def _any_held(self) -> Row | None:
        held = [row for row in self._tasks(state="claimed") if row["organ"] in self.node.place.organs]
        return self.chance.choice(held) if held else None
