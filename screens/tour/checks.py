"""Checks that a step of the tour was done: functions of what the screens show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual.screen import Screen

from clerk_app.views.counter import CounterView
from clerk_app.views.department import DepartmentView
from screens.counter.actions import Mode
from screens.counter.screen import CounterScreen
from screens.department.screen import DepartmentScreen
from screens.role_screen import RoleScreen
from screens.sign_in_screen import SignInScreen
from screens.supervisor.screen import SupervisorScreen


@dataclass(frozen=True)
class Observation:
    """What the topmost screen of a role shows; nothing of the other roles."""

    counter: CounterView | None = None
    mode: Mode = "hall"
    department: DepartmentView | None = None
    has_task: bool = False
    is_supervisor: bool = False
    organ: str = ""
    is_locked: bool = False


def observe(stack: Sequence[Screen[Any]]) -> Observation:
    """Return what the topmost role screen of a stack shows; dialogs above it do not count."""
    screen = next((screen for screen in reversed(stack) if isinstance(screen, RoleScreen)), None)
    if isinstance(screen, CounterScreen):
        return Observation(counter=screen.view, mode=screen.mode)
    if isinstance(screen, DepartmentScreen):
        return Observation(department=screen.view, has_task=screen.shown_task is not None)
    if isinstance(screen, SupervisorScreen):
        return Observation(is_supervisor=True, organ=screen.organ)
    return Observation(is_locked=isinstance(screen, SignInScreen))


def _counter(holds: Callable[[CounterView], bool]) -> Callable[[Observation], bool]:
    """Return a check of the counter's view."""
    return lambda seen: seen.counter is not None and holds(seen.counter)


def _is_confirmed(view: CounterView) -> bool:
    return view.applicant is not None and view.applicant.confirmed


def _has_consent(view: CounterView) -> bool:
    intake = view.intake
    return (
        intake is not None
        and any(row.consent == "given" for row in intake.materials)
        and not any(row.consent == "asked" for row in intake.materials)
        and not intake.has_unreleased
    )


def _is_accepted(view: CounterView) -> bool:
    return view.receipt is not None or view.case is not None


CHECKS: dict[str, Callable[[Observation], bool]] = {
    "counter_is_open": _counter(lambda _view: True),
    "ticket_is_called": _counter(lambda view: view.serving is not None),
    "code_was_shown": _counter(lambda view: view.applicant is not None),
    "person_is_confirmed": _counter(_is_confirmed),
    "draft_is_open": _counter(lambda view: view.intake is not None),
    "consent_was_recorded": _counter(_has_consent),
    "form_is_complete": _counter(lambda view: view.intake is not None and not view.intake.gaps),
    "case_is_accepted": _counter(_is_accepted),
    "receipt_is_closed": lambda seen: seen.counter is not None and seen.mode != "receipt",
    "ticket_is_held": _counter(lambda view: bool(view.held)),
    "ticket_came_back": _counter(lambda view: view.serving is not None and not view.held),
    "case_was_found": lambda seen: seen.counter is not None and seen.counter.serving is None and seen.mode == "case",
    "screen_is_locked": lambda seen: seen.is_locked,
    "queue_is_open": lambda seen: seen.department is not None,
    "task_is_open": lambda seen: seen.has_task,
    "task_is_decided": lambda seen: seen.department is not None and seen.department.decided > 0,
    "overview_is_open": lambda seen: seen.is_supervisor,
    "organ_is_open": lambda seen: bool(seen.organ),
}
