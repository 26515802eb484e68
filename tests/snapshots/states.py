"""Eight situations that everybody meets, each at a sample desk: how to open them and the keys that lead there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clerk_app.views import StaffSession, Workstation
from screens.app import ClerkApp
from screens.counter.screen import CounterScreen
from screens.department.screen import DepartmentScreen
from screens.kiosk.app import KioskApp
from screens.role_screen import RoleScreen
from screens.sign_in import StaffApp
from screens.supervisor.screen import SupervisorScreen
from tests.screens.sample_counter import SampleWorkstation
from tests.screens.sample_data import CASE, CODE
from tests.screens.sample_department import SampleDepartmentService
from tests.screens.sample_kiosk import Clock, SampleKioskWorkstation
from tests.screens.sample_supervisor import SampleSupervisorService

SIGN_IN = ("1001", "enter", "2468", "enter")
FORM = (*SIGN_IN, "f2", CODE, "enter", "enter", "f5", "cs", "enter", "enter")
ANSWERS = ("Xiao An", "pagedown", "110101198805050010", "pagedown", "13800000000", "tab", "down", "down", "space")


@dataclass(frozen=True)
class ScreenState:
    """A program and the keys typed into it; names of keys, or text."""

    app: Callable[[], ClerkApp]
    keys: tuple[str, ...] = ()


class ScreenApp(ClerkApp):
    """A program in which somebody sits at a role's screen already."""

    def __init__(self, screen: RoleScreen) -> None:
        super().__init__()
        self._first = screen

    def on_mount(self) -> None:
        self.perform(self._arrive())

    async def _arrive(self) -> None:
        await self.push_screen(self._first)
        await self._first.load_first_view()


def counter_app() -> ClerkApp:
    """The counter, before anybody has signed in."""
    return StaffApp(SampleWorkstation, _counter_screen)


def _counter_screen(desks: Workstation, signed: StaffSession) -> RoleScreen | None:
    return CounterScreen(signed.counter, desks.camera) if signed.counter else None


STATES = {
    "sign-in": ScreenState(counter_app),
    "hall": ScreenState(counter_app, (*SIGN_IN, "f2")),
    "birth": ScreenState(counter_app, FORM),
    "receipt": ScreenState(counter_app, (*FORM, *ANSWERS, "f9")),
    "case": ScreenState(counter_app, (*SIGN_IN, "f2", CASE, "enter")),
    "task": ScreenState(lambda: ScreenApp(DepartmentScreen(SampleDepartmentService())), ("f2",)),
    "supervisor": ScreenState(lambda: ScreenApp(SupervisorScreen(SampleSupervisorService()))),
    "kiosk": ScreenState(lambda: KioskApp(SampleKioskWorkstation, clock=Clock())),
}
