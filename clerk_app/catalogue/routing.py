"""Which matters of a plan may start now, and which fall because of another.

Organs decide separately: a refusal touches only those matters whose arrow says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from clerk_app.catalogue.model import Dependency
from clerk_app.catalogue.plan import Plan


class TaskState(StrEnum):
    """Where a matter of a case stands, as far as the graph cares."""

    WAITING = "waiting"  # for others
    POOLED = "pooled"  # in its organ's queue
    CLAIMED = "claimed"
    RETURNED = "returned"  # for a supplement
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


ENDED_STATES = frozenset({TaskState.APPROVED, TaskState.REFUSED, TaskState.LAPSED, TaskState.WITHDRAWN})
_FAILED_STATES = ENDED_STATES - {TaskState.APPROVED}


@dataclass(frozen=True)
class MatterProgress:
    """A matter's state, and whether its organ has committed itself in writing before deciding."""

    state: TaskState = TaskState.WAITING
    committed: bool = False


_NOT_STARTED = MatterProgress()


def find_ready(plan: Plan, states: Mapping[str, MatterProgress]) -> frozenset[str]:
    """The waiting matters all of whose arrows are satisfied. A matter that `states` leaves out is waiting."""
    fallen = find_lapsed(plan, states)
    return frozenset(
        planned.id
        for planned in plan.active_matters
        if _effective_state(planned.id, states, fallen) is TaskState.WAITING
        and all(_is_satisfied(arrow, states, fallen) for arrow in planned.after)
    )


def find_lapsed(plan: Plan, states: Mapping[str, MatterProgress]) -> frozenset[str]:
    """The undecided matters that fall because one before them failed, through as many arrows as it takes.

    A matter that started on a commitment falls too; a decision that was made stays.
    """
    fallen: frozenset[str] = frozenset()
    while True:
        more = frozenset(
            planned.id
            for planned in plan.active_matters
            if _effective_state(planned.id, states, fallen) not in ENDED_STATES
            and any(
                arrow.if_refused == "lapse" and _effective_state(arrow.matter, states, fallen) in _FAILED_STATES
                for arrow in planned.after
            )
        )
        if not more:
            return fallen
        fallen |= more


def _effective_state(matter_id: str, states: Mapping[str, MatterProgress], fallen: frozenset[str]) -> TaskState:
    return TaskState.LAPSED if matter_id in fallen else states.get(matter_id, _NOT_STARTED).state


def _is_satisfied(arrow: Dependency, states: Mapping[str, MatterProgress], fallen: frozenset[str]) -> bool:
    state = _effective_state(arrow.matter, states, fallen)
    if state in _FAILED_STATES:
        return arrow.if_refused == "go_on"
    return state is TaskState.APPROVED or (
        arrow.join == "committed" and states.get(arrow.matter, _NOT_STARTED).committed
    )
