"""The tour: a step ends when the screens show that it was done; a tour that was left is resumed at its step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from clerk_app.demo.tour_progress import FileProgress
from clerk_app.demo.tour_steps import STEPS_FILE, read_tour_steps
from clerk_app.errors import BadData
from clerk_app.locales import set_language
from clerk_app.views.workstation import StaffSession, Workstation
from screens.counter.screen import CounterScreen
from screens.department.screen import DepartmentScreen
from screens.role_screen import RoleScreen
from screens.supervisor.screen import SupervisorScreen
from screens.tour.app import TourApp
from screens.tour.checks import CHECKS
from screens.widgets.paint import wrap
from tests.screens.sample_data import CODE
from tests.screens.sample_department import SampleDepartmentService
from tests.screens.sample_supervisor import SampleSupervisorService
from tests.screens.sample_workstation import SampleWorkstation
from tests.screens.stage import press, screen_text, wait_until_idle

pytestmark = pytest.mark.usefixtures("english")


class ThreePersons(SampleWorkstation):
    """A workstation with the clerk 1001, the officer 2001 and the supervisor 3001; all have the PIN 2468."""

    def sign_in(self, number: str, pin: str) -> StaffSession:
        if (number, pin) == ("2001", "2468"):
            return StaffSession("Officer", id="officer", department=SampleDepartmentService())
        if (number, pin) == ("3001", "2468"):
            return StaffSession("Supervisor", id="supervisor", supervisor=SampleSupervisorService())
        return super().sign_in(number, pin)


def make_screen(workstation: Workstation, session: StaffSession) -> RoleScreen | None:
    if session.counter is not None:
        return CounterScreen(session.counter, workstation.camera)
    if session.department is not None:
        return DepartmentScreen(session.department)
    return SupervisorScreen(session.supervisor) if session.supervisor is not None else None


@asynccontextmanager
async def on_tour(folder: Path, *, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[TourApp, Pilot[None]]]:
    """Run the tour; its progress is stored in the folder."""
    app = TourApp(ThreePersons, make_screen, FileProgress(folder), read_tour_steps())
    async with app.run_test(size=size) as pilot:
        await wait_until_idle(pilot)
        yield app, pilot


async def step_is(pilot: Pilot[None], name: str) -> bool:
    """Wait until the tour has come to a step; return False if it does not."""
    app = pilot.app
    assert isinstance(app, TourApp)
    for _round in range(20):
        if (app.tour_step.id if app.tour_step is not None else "") == name:
            return True
        await pilot.pause(0.1)
    return False


@pytest.mark.wide
async def test_the_tour_is_done_by_keys_and_ends_at_the_supervisor(tmp_path: Path) -> None:
    async with on_tour(tmp_path) as (app, pilot):
        for keys, following in (
            (["1001", "enter", "2468", "enter"], "call"),
            (["f2"], "scan"),
            ([CODE, "enter"], "confirm"),
            (["f9", "enter"], "choose"),
            (["f5", "cs", "enter"], "consent"),
            (["a", "enter"], "form"),
        ):
            await press(pilot, *keys)
            assert await step_is(pilot, following), screen_text(app)
        assert "7/18" in screen_text(app)
        await press(pilot, "Xiao An", "pagedown", "110101198805050010", "pagedown", "13800000000", "f8", "5", "enter")
        await press(pilot, "down", "down", "space")
        for keys, following in (
            ([], "accept"),
            (["f9"], "receipt"),
            (["escape"], "hold"),
            (["alt+s"], "undo"),  # the sample service keeps neither a ticket on hold nor the accepted case
            (["alt+s"], "find"),
            (["alt+s"], "lock"),
            (["f12"], "officer"),
            (["2001", "enter", "2468", "enter"], "task"),
            (["f2"], "decide"),
            (["f9", "a", "enter"], "supervisor"),
            (["f12", "3001", "enter", "2468", "enter"], "organ"),
            (["2", "enter"], ""),
        ):
            await press(pilot, *keys)
            assert await step_is(pilot, following), f"{following}\n{screen_text(app)}"
        assert "Tour finished." in screen_text(app)
        assert FileProgress(tmp_path).read() == ""


async def test_the_tour_is_resumed_where_it_was_left_and_its_strip_can_be_hidden(tmp_path: Path) -> None:
    FileProgress(tmp_path).save("task")
    async with on_tour(tmp_path) as (app, pilot):
        await pilot.pause(0.5)
        assert "15/18" in screen_text(app)
        await press(pilot, "alt+t")
        assert "15/18" not in screen_text(app)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_step_has_a_check_and_fits_above_the_key_line(language: str) -> None:
    set_language(language)
    steps = read_tour_steps()
    assert [step.check for step in steps if step.check not in CHECKS] == []
    for step in steps:
        assert len(wrap(f"18/18 {step.task.localized()}", 78)) + len(wrap(step.reason.localized(), 78)) <= 4


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    reason:\n", "    why:\n"),  # an unknown and a missing field
        ("id: call\n", "id: sign_in\n"),  # the same step twice
        ("    check: ticket_is_called\n", ""),
        ("steps:\n", "steps: [\n"),  # no YAML
    ],
)
def test_a_file_of_steps_that_differs_from_the_schema_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = STEPS_FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "steps.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BadData):
        read_tour_steps(path)


def test_a_step_with_an_unknown_check_is_refused(tmp_path: Path) -> None:
    (first, *_others) = read_tour_steps()
    with pytest.raises(ValueError, match="no_such_check"):
        TourApp(ThreePersons, make_screen, FileProgress(tmp_path), [replace(first, check="no_such_check")])
