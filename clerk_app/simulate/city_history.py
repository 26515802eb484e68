"""What the center's log says about time and ownership, read again from its beginning."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import msgspec

from clerk_app.cases.accept import Accepted
from clerk_app.cases.claims import FENCES
from clerk_app.cases.dates import due_at, due_on, end_of_day
from clerk_app.ledger import proof
from clerk_app.ledger.heads import ASKS, speaker
from clerk_app.simulate.city import City
from clerk_app.simulate.city_diary import Broken
from clerk_app.simulate.city_founding import CENTER, catalogue
from db.engines import Row

_CLAIMING = ("ClaimTask", "Reassign", "KeepClaim")
_DECIDING = ("DecideTask", "ReturnTask", "CommitTask")
_ACTING = (*_DECIDING, "ReleaseTask", "TakeBack")
TOLERANCE = 2_000_000  # microseconds between a legal moment and the true one


@dataclass
class _Held:
    """A task as the log has it up to some entry."""

    owner: str = ""
    fence: int = 0
    until: int = 0


def one_owner_at_a_time(city: City) -> None:
    """At no moment of the center's clock two people hold a task, and whoever acts on one holds it."""
    tasks: defaultdict[str, _Held] = defaultdict(_Held)
    last = 0
    for row in proof.entries(city.center.store):
        if row["outcome"] != "done":
            continue
        if row["kind"] in _CLAIMING:
            if row["decided_at"] < last:
                raise Broken("the center's clock goes on", position=row["position"])
            last = row["decided_at"]
            made = msgspec.json.decode(row["decision"])
            _claimed(tasks[made["task"]], row, made)
        elif row["kind"] == "EndLeases":
            for held in tasks.values():
                held.owner, held.fence = "", held.fence + FENCES
        elif row["kind"] in _ACTING:
            said = msgspec.json.decode(row["command"])
            _acted(city, tasks[said["task"]], row, said)


def _acted(city: City, held: _Held, row: Row, said: dict[str, Any]) -> None:
    if row["kind"] in _DECIDING and (held.owner, held.fence) != (row["actor"], said["fence"]):  # noqa: SIM102
        if not _was_remembered(city, row):
            raise Broken("no task has two owners", task=said["task"], owner=held.owner, acted=row["actor"])
    if row["kind"] != "CommitTask":
        held.owner = ""


def _claimed(held: _Held, row: Row, made: dict[str, Any]) -> None:
    facts = {"task": made["task"], "owner": held.owner, "claimed": made["staff"], "position": row["position"]}
    kept = row["kind"] == "KeepClaim"
    if kept and (held.owner, held.fence) != (made["staff"], made["fence"]):
        raise Broken("no task has two owners", **facts)
    if not kept and made["fence"] <= held.fence:
        raise Broken("no task has two owners", **facts, fence=made["fence"])
    if row["kind"] == "ClaimTask" and held.owner and row["decided_at"] < held.until:
        raise Broken("no task has two owners", **facts)
    held.owner, held.fence, held.until = made["staff"], made["fence"], made["lease_until"]


def _was_remembered(city: City, row: Row) -> bool:
    """Whether the center had decided it before it was put back, and its node told it so again."""
    return any(
        begun["decided_at"] > row["corrected_at"] - TOLERANCE
        for begun in city.center.rows("ledger_entries", kind="BeginIncarnation", node=CENTER)
    )


def deadlines_are_right(city: City) -> None:
    """Every legal moment is the true one, and every term is what the catalogue makes of it."""
    for row in proof.entries(city.center.store):
        place = (speaker(row["node"]), row["said_at"])
        truly = city.diary.shown.get(place)
        if truly is None or place in city.diary.doubtful or row["node"].endswith(ASKS):
            continue
        if abs(row["corrected_at"] - truly) > TOLERANCE:
            raise Broken(
                "deadlines are right",
                node=place[0],
                kind=row["kind"],
                number=row["number"],
                off=f"{(row['corrected_at'] - truly) / 1e6:.3f} s",
            )
        if row["kind"] == "AcceptCase" and row["outcome"] == "done":
            _accepted_rightly(msgspec.json.decode(row["decision"], type=Accepted), row["corrected_at"])
    _tasks_are_due_rightly(city)


def _accepted_rightly(made: Accepted, at: int) -> None:
    city = catalogue()
    for task in made.tasks:
        if task.started:
            due = due_on(city, at, task.promised_days)
            assert due is not None
            if task.due_at != end_of_day(due.date, city.time_zone):
                raise Broken("deadlines are right", task=task.id, due=task.due_at)


def _tasks_are_due_rightly(city: City) -> None:
    made = catalogue()
    supplements: dict[str, list[Row]] = {}
    for row in city.center.rows("supplements", order=("id",)):
        supplements.setdefault(row["task"], []).append(row)
    for task in city.center.rows("tasks"):
        if task["started_at"] is None or task["ended_at"] is not None or task["state"] == "returned":
            continue
        stood = supplements.get(task["id"], [])
        due = due_on(made, task["started_at"], task["promised_days"], stood)
        right = end_of_day(due.date, made.time_zone) if due else None
        if task["due_at"] != right or task["statutory_at"] != due_at(
            made, task["started_at"], task["statutory_days"], stood
        ):
            raise Broken("deadlines are right", task=task["id"], due=task["due_at"], right=right)
