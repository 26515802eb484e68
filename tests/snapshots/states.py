"""Eight situations that everybody meets, each at a sample desk: how to open them and the keys that lead there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clerk_app.desk import Desks, SignedIn
from screens.base import ClerkApp
from screens.counter import Counter
from screens.department import Department
from screens.kiosk import KioskApp
from screens.role import RoleScreen
from screens.signin import DeskApp
from screens.supervisor import Supervisor
from tests.screens.sample_data import CASE, CODE
from tests.screens.sample_department import SampleDepartment
from tests.screens.sample_desk import SampleDesks
from tests.screens.sample_kiosk import Clock, SampleKioskDesks
from tests.screens.sample_supervisor import SampleSupervisor

SIGN_IN = ("1001", "enter", "2468", "enter")
FORM = (*SIGN_IN, "f2", CODE, "enter", "enter", "f5", "cs", "enter", "enter")
ANSWERS = ("Xiao An", "pagedown", "110101198805050010", "pagedown", "13800000000", "tab", "down", "down", "space")


@dataclass(frozen=True)
class State:
    """A program and the keys typed into it; names of keys, or text."""

    app: Callable[[], ClerkApp]
    keys: tuple[str, ...] = ()


class Seat(ClerkApp):
    """A program in which somebody sits at a role's screen already."""

    def __init__(self, screen: RoleScreen) -> None:
        super().__init__()
        self._first = screen

    def on_mount(self) -> None:
        self.perform(self._arrive())

    async def _arrive(self) -> None:
        await self.push_screen(self._first)
        await self._first.arrive()


def window() -> ClerkApp:
    """The counter, before anybody has signed in."""
    return DeskApp(SampleDesks, _at_the_counter)


def _at_the_counter(desks: Desks, signed: SignedIn) -> RoleScreen | None:
    return Counter(signed.counter, desks.lens) if signed.counter else None


STATES = {
    "sign-in": State(window),
    "hall": State(window, (*SIGN_IN, "f2")),
    "birth": State(window, FORM),
    "receipt": State(window, (*FORM, *ANSWERS, "f9")),
    "case": State(window, (*SIGN_IN, "f2", CASE, "enter")),
    "task": State(lambda: Seat(Department(SampleDepartment())), ("f2",)),
    "supervisor": State(lambda: Seat(Supervisor(SampleSupervisor()))),
    "kiosk": State(lambda: KioskApp(SampleKioskDesks, clock=Clock())),
}
