"""The supervisor screen: overview, tasks of an organ, release and reassign."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from threading import Event

import pytest
from textual.pilot import Pilot

from clerk_app.locales import current_language, set_language
from clerk_app.views.supervisor import Alert, SupervisorView
from screens.supervisor.panel_lists import ListPanel
from screens.supervisor.screen import SupervisorScreen
from screens.widgets.task_list import TaskList
from tests.screens.sample_supervisor import SampleSupervisorService
from tests.screens.stage import ScreenApp, press, screen_text, wait_for, wait_until_idle


class SupervisorApp(ScreenApp):
    """An app that shows the supervisor screen."""

    def __init__(self, service: SampleSupervisorService) -> None:
        self.service = service
        self.supervisor = SupervisorScreen(service)
        super().__init__(self.supervisor)


@asynccontextmanager
async def signed_in_supervisor(size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[SupervisorApp, Pilot[None]]]:
    """Run the supervisor screen with seven organs and a hall."""
    before = current_language()
    set_language("en")
    app = SupervisorApp(SampleSupervisorService())
    try:
        async with app.run_test(size=size) as pilot:
            await wait_until_idle(pilot)
            yield app, pilot
    finally:
        set_language(before)


async def test_every_organ_category_and_window_is_on_one_screen() -> None:
    async with signed_in_supervisor((140, 40)) as (app, _pilot):
        text = screen_text(app)
        for words in ("Health Commission", "Municipal Works", "Enterprises", "Pick-up", "Window 1", "Window 4"):
            assert words in text
        assert "2 Departments 475  x 4 overdue  6 taken" in text
        assert "1 Waiting 12  x longest wait 34 minutes" in text


async def test_a_level_is_a_symbol_and_a_word() -> None:
    async with signed_in_supervisor() as (app, pilot):
        assert any("too long" in line for line in screen_text(app).split("\n"))
        await press(pilot, "2")
        lines = screen_text(app).split("\n")
        police = next(line for line in lines if "446" in line and "Public" in line)
        assert police.startswith("x ")
        assert "overdue" in police
        assert any(line.startswith("! Human Resources") and "due soon" in line for line in lines)
        assert any(line.startswith("+ Tax") and "in time" in line for line in lines)


@pytest.mark.wide
async def test_alerts_are_at_the_top_and_those_without_room_are_counted() -> None:
    async with signed_in_supervisor() as (app, pilot):
        top = "\n".join(screen_text(app).split("\n")[1:3])
        assert "x Public Security: 3 tasks overdue [2]" in top
        assert "x Family matters: longest 34 min > 20 min [1]" in top  # before the second one of the departments
        assert "2 more [5]" in top
        app.service.calm = True
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        calm = "+ All normal: 12 waiting, longest 34 minutes of 20 min; 2 of 4 windows open; 481 tasks, none late"
        assert calm in " ".join(screen_text(app).split())


@pytest.mark.wide
async def test_a_new_snapshot_paints_only_the_list_that_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with signed_in_supervisor() as (app, pilot):
        painted: list[str | None] = []
        for panel in app.supervisor.query(ListPanel):
            monkeypatch.setattr(panel.rows, "show_rows", lambda rows, name=panel.id: painted.append(name))
        app.service.waiting = 11
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        assert painted == ["waiting"]


async def test_enter_goes_into_an_organs_tasks_and_escape_back_to_the_same_organ() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "2", "enter")
        text = screen_text(app)
        assert "446 in the queue, 1 taken, 2 wait for papers" in text
        assert "x 3 overdue" in text
        assert "Sun Hao" in text
        await press(pilot, "end", "up")
        task = app.supervisor.query_one(TaskList).current_task
        assert task is not None
        assert task.id == "t444"
        await press(pilot, "escape", "enter")
        assert app.supervisor.organ == "police"


@pytest.mark.wide
async def test_the_tasks_of_an_organ_are_filtered_and_their_details_are_beside_them() -> None:
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        await press(pilot, "2", "enter", "/", "Residence", "enter")
        await wait_for(pilot, lambda: "Excavation of a road" not in screen_text(app))
        text = screen_text(app)
        assert "Residence permit" in text
        assert "Excavation of a road" not in text
        assert "Held by    nobody" in text
        assert "2 Reassign to another officer" in text
        await press(pilot, "escape")
        await wait_for(pilot, lambda: "Excavation of a road" in screen_text(app))
        assert "Excavation of a road" in screen_text(app)
        assert app.supervisor.organ == "police"


async def test_a_claim_is_released_with_a_reason() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "2", "enter", "down", "f8", "1", "enter")
        assert "Why is the task taken back from Sun Hao?" in screen_text(app)
        await press(pilot, "ill today", "enter", "enter")
        assert app.service.asked == ["release_task t1: ill today"]
        text = screen_text(app)
        assert "The claim was released." in text
        assert "Sun Hao" not in text


async def test_a_task_is_reassigned_to_a_chosen_officer_with_a_reason() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "2", "enter", "down", "enter", "2", "enter", "zhao", "enter", "overload", "enter", "enter")
        assert app.service.asked == ["reassign_task t1 2001: overload"]
        row = next(line for line in screen_text(app).split("\n") if "Zhao Min" in line)
        assert "in review" in row


@pytest.mark.wide
async def test_a_task_without_a_holder_can_only_be_reassigned() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "2", "enter", "f8")
        text = screen_text(app)
        assert "2 Reassign to another officer" in text
        assert "Release: take" not in text
        await press(pilot, "escape")
        assert app.service.asked == []


async def test_f5_lets_a_person_sign_in_again_who_typed_too_many_wrong_pins() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "f5")
        assert "Li Mei  1001" in screen_text(app)
        await press(pilot, "escape")
        assert app.service.asked == []
        await press(pilot, "f5", "enter")
        assert app.service.asked == ["end_lockout 1001"]
        assert "This person can sign in again." in screen_text(app)


async def test_f8_on_the_overview_closes_and_opens_the_day_after_a_list_of_who_waits() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "f8")
        assert "A024" in screen_text(app)
        await press(pilot, "enter")  # the first row changes nothing
        await press(pilot, "f8", "escape")
        assert app.service.asked == []
        await press(pilot, "f8", "down", "enter")
        assert app.service.asked == ["close_day"]
        text = screen_text(app)
        assert "! The hall is closed since 17:30. F8 opens it." in text
        assert "The day was closed." in text
        await press(pilot, "f8", "down", "enter")
        assert app.service.asked == ["close_day", "open_day"]
        assert "The hall is closed" not in screen_text(app)


@pytest.mark.wide
async def test_the_act_chosen_in_the_details_of_a_window_is_performed_and_no_other() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "4", "enter", "down", "enter")
        assert app.service.asked == ["open_day"]


@pytest.mark.wide
async def test_amber_rows_are_named_at_the_top_and_never_called_good() -> None:
    async with signed_in_supervisor() as (app, pilot):
        view = app.service.read_view()
        amber = (Alert("warn", "Traffic Police: 1 task due soon"),)
        app.service.read_view = lambda: replace(view, alerts=amber)  # type: ignore[method-assign]
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        text = screen_text(app)
        assert "! Traffic Police: 1 task due soon" in text
        assert "All normal" not in text


@pytest.mark.wide
async def test_the_cursor_stays_on_its_task_while_the_queue_moves() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "2", "enter", "down", "down", "down")
        app.service.queues.ended |= {0, 1}
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        task = app.supervisor.query_one(TaskList).current_task
        assert task is not None
        assert task.id == "t3"


@pytest.mark.wide
async def test_the_language_changes_inside_an_organ() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "2", "enter", "ctrl+l")
        assert "公安局" in screen_text(app)
        assert app.supervisor.organ == "police"


@pytest.mark.wide
async def test_a_message_about_the_hall_is_cleared_when_it_is_not_true_any_more() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "f8", "down", "enter")
        assert "The day was closed." in screen_text(app)
        await app.supervisor.refresh_view()
        assert "The day was closed." in screen_text(app)
        app.service.is_open = True  # somebody else opened it
        await app.supervisor.refresh_view()
        await wait_until_idle(pilot)
        assert "The day was closed." not in screen_text(app)


@pytest.mark.wide
async def test_a_language_changed_while_the_screen_is_being_opened_raises_no_error() -> None:
    async with signed_in_supervisor() as (app, pilot):
        opened = app.push_screen(SupervisorScreen(app.service))
        app.change_language("zh_CN")
        await opened
        await wait_until_idle(pilot)
        assert app.message.severity != "error"


class SlowSupervisorService(SampleSupervisorService):
    """Reads the view only when `may_answer` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = Event()
        self.may_answer.set()

    def read_view(self) -> SupervisorView:
        self.may_answer.wait(20)
        return super().read_view()


@pytest.mark.wide
async def test_a_screen_that_is_closed_while_its_view_is_read_raises_no_error() -> None:
    service = SlowSupervisorService()
    app = SupervisorApp(service)
    async with app.run_test() as pilot:
        await wait_until_idle(pilot)
        service.may_answer.clear()
        app.change_language(current_language())
        await pilot.pause()
        await app.pop_screen()
        service.may_answer.set()
        await wait_until_idle(pilot)
        assert app.message.severity != "error"
