"""What the center's log says about time and ownership, read again from its beginning."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import msgspec

from clerk_app.cases.dates import compute_due_timestamp, compute_task_due_date, end_of_day
from clerk_app.cases.intake.acceptance import Accepted
from clerk_app.cases.tasks.claims import FENCE_MARGIN
from clerk_app.ledger import audit
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, node_of_chain
from db.engines import Row
from tests.simulation.city import SimulatedCity
from tests.simulation.city_files import CENTER, catalogue
from tests.simulation.ground_truth import InvariantViolation

_CLAIM_COMMANDS = ("ClaimTask", "Reassign", "KeepClaim")
_DECISION_COMMANDS = ("DecideTask", "ReturnTask", "CommitTask")
_OWNER_COMMANDS = (*_DECISION_COMMANDS, "ReleaseTask", "TakeBack")
TOLERANCE = 2_000_000  # microseconds between a legal moment and the true one


@dataclass
class _TaskHolder:
    """A task as the log has it up to some entry."""

    owner: str = ""
    fence: int = 0
    until: int = 0


def check_task_ownership(city: SimulatedCity) -> None:
    """At no moment of the center's clock two people hold a task, and whoever acts on one holds it."""
    tasks: defaultdict[str, _TaskHolder] = defaultdict(_TaskHolder)
    last = 0
    for row in audit.read_entries(city.center.store):
        if row["outcome"] != "done":
            continue
        if row["kind"] in _CLAIM_COMMANDS:
            if row["decided_at"] < last:
                raise InvariantViolation("the center's clock goes on", position=row["position"])
            last = row["decided_at"]
            made = msgspec.json.decode(row["decision"])
            _check_claim(tasks[made["task"]], row, made)
        elif row["kind"] == "EndLeases":
            for held in tasks.values():
                held.owner, held.fence = "", held.fence + FENCE_MARGIN
        elif row["kind"] in _OWNER_COMMANDS:
            said = msgspec.json.decode(row["command"])
            _check_action(city, tasks[said["task"]], row, said)


def _check_action(city: SimulatedCity, held: _TaskHolder, row: Row, said: dict[str, Any]) -> None:
    if row["kind"] in _DECISION_COMMANDS and (held.owner, held.fence) != (row["actor"], said["fence"]):  # noqa: SIM102
        if not _was_resent_after_restore(city, row):
            raise InvariantViolation("no task has two owners", task=said["task"], owner=held.owner, acted=row["actor"])
    if row["kind"] != "CommitTask":
        held.owner = ""


def _check_claim(held: _TaskHolder, row: Row, made: dict[str, Any]) -> None:
    facts = {"task": made["task"], "owner": held.owner, "claimed": made["staff"], "position": row["position"]}
    kept = row["kind"] == "KeepClaim"
    if kept and (held.owner, held.fence) != (made["staff"], made["fence"]):
        raise InvariantViolation("no task has two owners", **facts)
    if not kept and made["fence"] <= held.fence:
        raise InvariantViolation("no task has two owners", **facts, fence=made["fence"])
    if row["kind"] == "ClaimTask" and held.owner and row["decided_at"] < held.until:
        raise InvariantViolation("no task has two owners", **facts)
    held.owner, held.fence, held.until = made["staff"], made["fence"], made["lease_until"]


def _was_resent_after_restore(city: SimulatedCity, row: Row) -> bool:
    """Whether the center had decided it before it was put back, and its node told it so again."""
    return any(
        begun["decided_at"] > row["corrected_at"] - TOLERANCE
        for begun in city.center.rows("ledger_entries", kind="BeginIncarnation", node=CENTER)
    )


def check_deadlines(city: SimulatedCity) -> None:
    """Every legal moment is the true one, and every term is what the catalogue makes of it."""
    for row in audit.read_entries(city.center.store):
        place = (node_of_chain(row["node"]), row["said_at"])
        truly = city.truth.clock_readings.get(place)
        if truly is None or place in city.truth.unsure_readings or row["node"].endswith(CALLS_SUFFIX):
            continue
        if abs(row["corrected_at"] - truly) > TOLERANCE:
            raise InvariantViolation(
                "deadlines are right",
                node=place[0],
                kind=row["kind"],
                number=row["number"],
                off=f"{(row['corrected_at'] - truly) / 1e6:.3f} s",
            )
        if row["kind"] == "AcceptCase" and row["outcome"] == "done":
            _check_acceptance_deadlines(msgspec.json.decode(row["decision"], type=Accepted), row["corrected_at"])
    _check_task_deadlines(city)


def _check_acceptance_deadlines(made: Accepted, at: int) -> None:
    city = catalogue()
    for task in made.tasks:
        if task.started:
            due = compute_task_due_date(city, at, task.promised_days)
            assert due is not None
            if task.due_at != end_of_day(due.date, city.time_zone):
                raise InvariantViolation("deadlines are right", task=task.id, due=task.due_at)


def _check_task_deadlines(city: SimulatedCity) -> None:
    made = catalogue()
    supplements: dict[str, list[Row]] = {}
    for row in city.center.rows("supplements", order=("id",)):
        supplements.setdefault(row["task"], []).append(row)
    for task in city.center.rows("tasks"):
        if task["started_at"] is None or task["ended_at"] is not None or task["state"] == "returned":
            continue
        stood = supplements.get(task["id"], [])
        due = compute_task_due_date(made, task["started_at"], task["promised_days"], stood)
        right = end_of_day(due.date, made.time_zone) if due else None
        if task["due_at"] != right or task["statutory_at"] != compute_due_timestamp(
            made, task["started_at"], task["statutory_days"], stood
        ):
            raise InvariantViolation("deadlines are right", task=task["id"], due=task["due_at"], right=right)
