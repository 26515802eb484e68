"""Changing a PIN at the screen: when it is due, and by choice; a badge replaces the staff number."""

from __future__ import annotations

import pytest

from clerk_app.errors import BadData, Refused
from clerk_app.views.connection import ClockQuestion
from clerk_app.views.workstation import StaffSession, Workstation
from screens.counter.screen import CounterScreen
from screens.pin_dialog import PinDialog
from screens.role_screen import RoleScreen
from screens.sign_in import StaffApp
from screens.sign_in_screen import SignInScreen
from tests.screens.sample_workstation import SampleWorkstation
from tests.screens.stage import press, scan, screen_text

pytestmark = pytest.mark.usefixtures("english")


class DuePinWorkstation(SampleWorkstation):
    """A workstation at which the PIN 1234 is due and 000000 is easy to guess."""

    pin = "1234"

    def sign_in(self, number: str, pin: str) -> StaffSession:
        if pin != self.pin:
            raise Refused("wrong", "Number or PIN is wrong.")
        if pin == "1234":
            return StaffSession("Li Mei", pin_due=True)
        return super().sign_in("1001", "2468")

    def change_pin(self, number: str, pin: str, new_pin: str) -> None:
        if pin != self.pin:
            raise Refused("wrong", "Number or PIN is wrong.")
        if new_pin == "000000":
            raise BadData("This PIN is easy to guess.")
        self.pin = new_pin


class WrongDateWorkstation(SampleWorkstation):
    """A workstation with a clock that is far ahead."""

    def sign_in(self, number: str, pin: str) -> StaffSession:
        return StaffSession("", clock=ClockQuestion("The clock shows 2027-01-10 09:00.", "2027-01-10 09:00"))

    def sign_in_at(self, number: str, pin: str, time: str) -> StaffSession:
        if time == "x":
            raise BadData("Write date and time like this.")
        return super().sign_in("1001", "2468") if time.startswith("2026") else self.sign_in(number, pin)


def staff_app(workstation: Workstation) -> StaffApp:
    def make_screen(found: Workstation, session: StaffSession) -> RoleScreen | None:
        return CounterScreen(session.counter, found.camera) if session.counter else None

    return StaffApp(lambda: workstation, make_screen)


async def test_a_due_pin_is_changed_before_anything_opens() -> None:
    workstation = DuePinWorkstation()
    app = staff_app(workstation)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", "1234", "enter")
        assert isinstance(app.screen, PinDialog)
        await press(pilot, "escape")
        assert isinstance(app.screen, SignInScreen)
        await press(pilot, "1234", "enter", "000000", "enter", "000000", "enter")
        assert "easy to guess" in screen_text(app)
        await press(pilot, "739461", "enter", "739462", "enter")
        assert "not the same" in screen_text(app)
        await press(pilot, "739461", "enter", "739461", "enter")
        assert isinstance(app.screen, CounterScreen)
    assert workstation.pin == "739461"


@pytest.mark.wide
async def test_a_person_changes_the_own_pin_with_the_present_one() -> None:
    workstation = SampleWorkstation()
    app = staff_app(workstation)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", "2468", "enter", "f10", "2468", "enter", "739461", "enter")
        assert "739461" not in screen_text(app)
        await press(pilot, "739461", "enter")
        assert isinstance(app.screen, CounterScreen)
    assert "change_pin 1001 2468 739461" in workstation.counter.asked


async def test_a_scanned_badge_replaces_the_number_and_the_pin_is_asked_for() -> None:
    app = staff_app(SampleWorkstation())
    async with app.run_test(size=(80, 24)) as pilot:
        await scan(pilot, "]C0BADGE-9999")
        assert "Sign in first" in screen_text(app)
        await scan(pilot, "]C0BADGE-1001")
        await press(pilot, "2468", "enter")
        assert isinstance(app.screen, CounterScreen)


@pytest.mark.wide
async def test_up_and_down_go_from_line_to_line_at_sign_in_and_in_the_pin_dialog() -> None:
    app = staff_app(DuePinWorkstation())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1009", "enter", "12", "up", "backspace", "1", "down", "34", "enter")
        assert isinstance(app.screen, PinDialog)
        await press(pilot, "112233", "enter", "up", "backspace", "4", "down", "112234", "enter")
        assert not isinstance(app.screen, PinDialog)


@pytest.mark.wide
async def test_a_wrong_date_is_corrected_before_the_sign_in() -> None:
    app = staff_app(WrongDateWorkstation())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", "2468", "enter")
        assert "The clock shows" in screen_text(app)
        await press(pilot, "enter")
        assert "By this date too" in screen_text(app)
        await press(pilot, *["backspace"] * 16, "x", "enter")
        assert "Write date and time" in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, SignInScreen)
        await press(pilot, "2468", "enter", *["backspace"] * 16, "2026-05-06 09:00", "enter")
        assert isinstance(app.screen, CounterScreen)
