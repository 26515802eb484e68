"""The states of the snapshot tests: the app, and the keys that lead to the state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clerk_app.views.workstation import StaffSession, Workstation
from screens.admin.screen import AdminScreen
from screens.app import ClerkApp
from screens.counter.screen import CounterScreen
from screens.department.screen import DepartmentScreen
from screens.kiosk.app import KioskApp
from screens.role_screen import RoleScreen
from screens.sign_in import StaffApp
from screens.supervisor.screen import SupervisorScreen
from tests.screens.sample_admin import SampleAdminService
from tests.screens.sample_data import CASE, CODE
from tests.screens.sample_department import SampleDepartmentService
from tests.screens.sample_kiosk import Clock, SampleKioskWorkstation
from tests.screens.sample_supervisor import SampleSupervisorService
from tests.screens.sample_workstation import SampleWorkstation
from tests.screens.stage import ScreenApp

SIGN_IN = ("1001", "enter", "2468", "enter")
FORM = (*SIGN_IN, "f2", CODE, "enter", "enter", "enter", "f5", "cs", "enter", "a", "enter")
ANSWERS = ("Xiao An", "pagedown", "110101198805050010", "pagedown", "13800000000", "tab", "down", "down", "space")


@dataclass(frozen=True)
class ScreenState:
    """An app and the keys to press: names of keys, or text."""

    app: Callable[[], ClerkApp]
    keys: tuple[str, ...] = ()


def counter_app() -> ClerkApp:
    """Return the app of a counter, before sign-in."""
    return StaffApp(SampleWorkstation, _counter_screen)


def _counter_screen(workstation: Workstation, session: StaffSession) -> RoleScreen | None:
    return CounterScreen(session.counter, workstation.camera) if session.counter else None


STATES = {
    "sign-in": ScreenState(counter_app),
    "hall": ScreenState(counter_app, (*SIGN_IN, "f2")),
    "birth": ScreenState(counter_app, FORM),
    "receipt": ScreenState(counter_app, (*FORM, *ANSWERS, "f9")),
    "case": ScreenState(counter_app, (*SIGN_IN, "f2", CASE, "enter")),
    "task": ScreenState(lambda: ScreenApp(DepartmentScreen(SampleDepartmentService())), ("f2",)),
    "supervisor": ScreenState(lambda: ScreenApp(SupervisorScreen(SampleSupervisorService()))),
    "kiosk": ScreenState(lambda: KioskApp(SampleKioskWorkstation, clock=Clock())),
    "admin": ScreenState(lambda: ScreenApp(AdminScreen(SampleAdminService()))),
    "queue": ScreenState(lambda: ScreenApp(DepartmentScreen(SampleDepartmentService())), ("down", "down")),
    "decision": ScreenState(
        lambda: ScreenApp(DepartmentScreen(SampleDepartmentService())), ("f2", "f9", "r", "2", "enter", "the address")
    ),
    "registry": ScreenState(lambda: ScreenApp(AdminScreen(SampleAdminService())), ("f5", "3")),
}
