"""Invariants of time and ownership, checked over the center's whole log."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import msgspec

from clerk_app.cases.dates import compute_task_dates, compute_task_due_date, end_of_day
from clerk_app.cases.intake.accepted_case import Accepted
from clerk_app.cases.states import WAITING_STATES
from clerk_app.cases.tasks.claims import FENCE_MARGIN
from clerk_app.catalogue.legal_calendar import LegalCalendar, build_calendar
from clerk_app.ledger import audit
from clerk_app.ledger.chain_tips import CALLS_SUFFIX, node_of_chain
from db.engines import Row
from tests.simulation.city import SimulatedCity
from tests.simulation.city_files import catalogue
from tests.simulation.ground_truth import InvariantViolation
from tests.simulation.sign_ins import CENTER

_CLAIM_COMMANDS = ("ClaimTask", "Reassign", "KeepClaim")
_DECISION_COMMANDS = ("DecideTask", "ReturnTask", "CommitTask", "BeginProcedure", "AskExtension")
_KEEPING_COMMANDS = ("CommitTask", "AskExtension")  # after which the officer still holds the task
_OWNER_COMMANDS = (*_DECISION_COMMANDS, "ReleaseTask", "TakeBack")
TOLERANCE = 2_000_000  # largest difference between a corrected time and the true time, in microseconds


@dataclass
class _TaskHolder:
    """Owner, fence and end of the lease of a task, after the entries read so far."""

    owner: str = ""
    fence: int = 0
    until: int = 0


def check_task_ownership(city: SimulatedCity) -> None:
    """Check that no task ever has two owners (by the center's clock), and that only the owner acts on a task."""
    tasks: defaultdict[str, _TaskHolder] = defaultdict(_TaskHolder)
    last = 0
    for row in audit.read_entries(city.center.store):
        if row["outcome"] != "done":
            continue
        if row["kind"] in _CLAIM_COMMANDS:
            if row["decided_at"] < last:
                raise InvariantViolation("the center's clock is monotonic", position=row["position"])
            last = row["decided_at"]
            decision = msgspec.json.decode(row["decision"])
            _check_claim(tasks[decision["task"]], row, decision)
        elif row["kind"] == "EndLeases":
            for held in tasks.values():
                held.owner, held.fence = "", held.fence + FENCE_MARGIN
        elif row["kind"] in _OWNER_COMMANDS:
            command = msgspec.json.decode(row["command"])
            _check_action(city, tasks[command["task"]], row, command)


def _check_action(city: SimulatedCity, held: _TaskHolder, row: Row, command: dict[str, Any]) -> None:
    if row["kind"] in _DECISION_COMMANDS and (held.owner, held.fence) != (row["actor"], command["fence"]):  # noqa: SIM102
        if not _was_resent_after_restore(city, row):
            raise InvariantViolation(
                "no task has two owners", task=command["task"], owner=held.owner, acted=row["actor"]
            )
    if row["kind"] not in _KEEPING_COMMANDS:
        held.owner = ""


def _check_claim(held: _TaskHolder, row: Row, decision: dict[str, Any]) -> None:
    facts = {"task": decision["task"], "owner": held.owner, "claimed": decision["staff"], "position": row["position"]}
    renewed = row["kind"] == "KeepClaim"
    if renewed and (held.owner, held.fence) != (decision["staff"], decision["fence"]):
        raise InvariantViolation("no task has two owners", **facts)
    if not renewed and decision["fence"] <= held.fence:
        raise InvariantViolation("no task has two owners", **facts, fence=decision["fence"])
    if row["kind"] == "ClaimTask" and held.owner and row["decided_at"] < held.until:
        raise InvariantViolation("no task has two owners", **facts)
    held.owner, held.fence, held.until = decision["staff"], decision["fence"], decision["lease_until"]


def _was_resent_after_restore(city: SimulatedCity, row: Row) -> bool:
    """Return whether the node may have sent this entry again after the center was restored from a backup."""
    return any(
        begin_entry["decided_at"] > row["corrected_at"] - TOLERANCE
        for begin_entry in city.center.rows("ledger_entries", kind="BeginIncarnation", node=CENTER)
    )


def check_deadlines(city: SimulatedCity) -> None:
    """Check that every corrected time equals the true time (within TOLERANCE), and deadlines follow the catalogue."""
    for row in audit.read_entries(city.center.store):
        reading = (node_of_chain(row["node"]), row["said_at"])
        true_time = city.truth.clock_readings.get(reading)
        if true_time is None or reading in city.truth.unsure_readings or row["node"].endswith(CALLS_SUFFIX):
            continue
        if abs(row["corrected_at"] - true_time) > TOLERANCE:
            raise InvariantViolation(
                "deadlines are correct",
                node=reading[0],
                kind=row["kind"],
                number=row["number"],
                off=f"{(row['corrected_at'] - true_time) / 1e6:.3f} s",
            )
        if row["kind"] == "AcceptCase" and row["outcome"] == "done":
            _check_acceptance_deadlines(msgspec.json.decode(row["decision"], type=Accepted), row["corrected_at"])
    _check_task_deadlines(city)


def _check_acceptance_deadlines(accepted: Accepted, at: int) -> None:
    calendar, at = _calendar(), accepted.deemed_from or at  # by law, the periods began before
    for task in accepted.tasks:
        if task.started:
            due = compute_task_due_date(calendar, task.organ, at, task.promised_days)
            assert due is not None
            if task.due_at != end_of_day(due.date, calendar.zone):
                raise InvariantViolation("deadlines are correct", task=task.id, due=task.due_at)


def _check_task_deadlines(city: SimulatedCity) -> None:
    calendar = _calendar()
    supplements: dict[str, list[Row]] = {}
    for row in city.center.rows("supplements", order=("id",)):
        supplements.setdefault(row["task"], []).append(row)
    for task in city.center.rows("tasks"):
        if task["started_at"] is None or task["ended_at"] is not None or task["state"] in WAITING_STATES:
            continue
        pauses = supplements.get(task["id"], [])
        promised, statutory = (task[name] + task["extended_days"] for name in ("promised_days", "statutory_days"))
        dates = compute_task_dates(calendar, task["organ"], task["started_at"], promised, statutory, pauses)
        if (task["due_at"], task["statutory_at"]) != (dates.due_at, dates.statutory_at):
            raise InvariantViolation("deadlines are correct", task=task["id"], due=task["due_at"], right=dates.due_at)


def _calendar() -> LegalCalendar:
    return build_calendar(catalogue(), catalogue())
