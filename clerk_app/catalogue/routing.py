"""Computes which matters of a plan may start now, and which lapse because another one failed.

Organs decide separately: a refusal affects only the matters that depend on it with `if_refused: lapse`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Dependency
    from clerk_app.catalogue.plan import Plan


class TaskState(StrEnum):
    """State of a matter of a case, as the plan's graph of dependencies uses it."""

    WAITING = "waiting"  # waits for other matters
    POOLED = "pooled"  # in the queue of its organ
    CLAIMED = "claimed"
    RETURNED = "returned"  # waits for a supplement
    PROCEDURE = "procedure"  # a hearing, inspection or the like is under way
    EXTERNAL = "external"  # waits for a document from an office outside
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


ENDED_STATES = frozenset({TaskState.APPROVED, TaskState.REFUSED, TaskState.LAPSED, TaskState.WITHDRAWN})
_FAILED_STATES = ENDED_STATES - {TaskState.APPROVED}


class MatterProgress(msgspec.Struct, frozen=True):
    """State of a matter, and whether its organ has given a written commitment before its decision."""

    state: TaskState = TaskState.WAITING
    committed: bool = False


_NOT_STARTED = MatterProgress()


def find_ready(plan: Plan, states: Mapping[str, MatterProgress]) -> frozenset[str]:
    """Return the waiting matters whose dependencies are all satisfied. A matter missing in `states` is waiting."""
    lapsed_ids = find_lapsed(plan, states)
    return frozenset(
        planned.id
        for planned in plan.active_matters
        if _effective_state(planned.id, states, lapsed_ids) is TaskState.WAITING
        and all(_is_satisfied(dependency, states, lapsed_ids) for dependency in planned.after)
    )


def find_lapsed(plan: Plan, states: Mapping[str, MatterProgress]) -> frozenset[str]:
    """Return the undecided matters that lapse because a matter that they depend on, directly or not, failed.

    A matter that started on a commitment lapses too; decided matters are not affected.
    """
    lapsed_ids: frozenset[str] = frozenset()
    while True:
        more = frozenset(
            planned.id
            for planned in plan.active_matters
            if _effective_state(planned.id, states, lapsed_ids) not in ENDED_STATES
            and any(
                dependency.if_refused == "lapse"
                and _effective_state(dependency.matter, states, lapsed_ids) in _FAILED_STATES
                for dependency in planned.after
            )
        )
        if not more:
            return lapsed_ids
        lapsed_ids |= more


def _effective_state(matter_id: str, states: Mapping[str, MatterProgress], lapsed_ids: frozenset[str]) -> TaskState:
    return TaskState.LAPSED if matter_id in lapsed_ids else states.get(matter_id, _NOT_STARTED).state


def _is_satisfied(dependency: Dependency, states: Mapping[str, MatterProgress], lapsed_ids: frozenset[str]) -> bool:
    state = _effective_state(dependency.matter, states, lapsed_ids)
    if state in _FAILED_STATES:
        return dependency.if_refused == "go_on"
    if dependency.join == "lead":
        return True
    return state is TaskState.APPROVED or (
        dependency.join == "committed" and states.get(dependency.matter, _NOT_STARTED).committed
    )
