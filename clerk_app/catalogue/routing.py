"""Which matters of a plan may start now, and which fall because of another.

Organs decide separately: a refusal touches only those matters whose arrow says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from clerk_app.catalogue.model import After
from clerk_app.catalogue.plan import Plan


class State(StrEnum):
    """Where a matter of a case stands, as far as the graph cares."""

    WAITING = "waiting"  # for others
    POOLED = "pooled"  # in its organ's queue
    CLAIMED = "claimed"
    RETURNED = "returned"  # for a supplement
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({State.APPROVED, State.REFUSED, State.LAPSED, State.WITHDRAWN})
_FAILED = ENDED - {State.APPROVED}


@dataclass(frozen=True)
class MatterState:
    """A matter's state, and whether its organ has committed itself in writing before deciding."""

    state: State = State.WAITING
    committed: bool = False


_WAITING = MatterState()


def ready(plan: Plan, states: Mapping[str, MatterState]) -> frozenset[str]:
    """The waiting matters all of whose arrows are satisfied. A matter that `states` leaves out is waiting."""
    fallen = lapsed(plan, states)
    return frozenset(
        planned.id
        for planned in plan.active
        if _state(planned.id, states, fallen) is State.WAITING
        and all(_satisfied(arrow, states, fallen) for arrow in planned.after)
    )


def lapsed(plan: Plan, states: Mapping[str, MatterState]) -> frozenset[str]:
    """The undecided matters that fall because one before them failed, through as many arrows as it takes.

    A matter that started on a commitment falls too; a decision that was made stays.
    """
    fallen: frozenset[str] = frozenset()
    while True:
        more = frozenset(
            planned.id
            for planned in plan.active
            if _state(planned.id, states, fallen) not in ENDED
            and any(
                arrow.if_refused == "lapse" and _state(arrow.matter, states, fallen) in _FAILED
                for arrow in planned.after
            )
        )
        if not more:
            return fallen
        fallen |= more


def _state(matter_id: str, states: Mapping[str, MatterState], fallen: frozenset[str]) -> State:
    return State.LAPSED if matter_id in fallen else states.get(matter_id, _WAITING).state


def _satisfied(arrow: After, states: Mapping[str, MatterState], fallen: frozenset[str]) -> bool:
    state = _state(arrow.matter, states, fallen)
    if state in _FAILED:
        return arrow.if_refused == "go_on"
    return state is State.APPROVED or (arrow.join == "committed" and states.get(arrow.matter, _WAITING).committed)
