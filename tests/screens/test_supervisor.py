"""A supervisor at a glance: where it jams, and the two acts that mend it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from clerk_app.locales import current_language, set_language
from screens.app import ClerkApp
from screens.department.queue import TaskList
from screens.supervisor.overview import TitledList
from screens.supervisor.screen import SupervisorScreen
from tests.screens.sample_supervisor import SampleSupervisorService
from tests.screens.stage import press, screen_text, wait_until_idle


class SupervisorApp(ClerkApp):
    """A program with one supervisor's desk."""

    def __init__(self, service: SampleSupervisorService) -> None:
        super().__init__()
        self.service = service
        self.supervisor = SupervisorScreen(service)

    def on_mount(self) -> None:
        self.perform(self._arrive())

    async def _arrive(self) -> None:
        await self.push_screen(self.supervisor)
        await self.supervisor.load_first_view()


@asynccontextmanager
async def signed_in_supervisor(size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[SupervisorApp, Pilot[None]]]:
    """A supervisor in front of seven organs and a hall."""
    before = current_language()
    set_language("en")
    app = SupervisorApp(SampleSupervisorService())
    try:
        async with app.run_test(size=size) as pilot:
            await wait_until_idle(pilot)
            yield app, pilot
    finally:
        set_language(before)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_every_organ_category_and_window_is_on_one_screen(size: tuple[int, int]) -> None:
    async with signed_in_supervisor(size) as (app, _pilot):
        text = screen_text(app)
        for words in ("Health Commission", "Municipal Works", "Enterprises", "Pick-up", "Window 1", "Window 4"):
            assert words in text
        assert "475 in the queues, 6 taken" in text
        assert "longest wait 34 minutes" in text


async def test_a_level_is_a_symbol_and_a_word() -> None:
    async with signed_in_supervisor() as (app, _pilot):
        lines = screen_text(app).split("\n")
        police = next(line for line in lines if "446" in line and "Public" in line)
        assert police.startswith("x ")
        assert police.rstrip().endswith("overdue")
        assert any(line.startswith("! Human Resources") and "due soon" in line for line in lines)
        assert any(line.startswith("+ Tax") and "in time" in line for line in lines)
        assert any("too long" in line for line in lines)


async def test_alerts_stand_above_and_those_without_room_are_counted() -> None:
    async with signed_in_supervisor() as (app, pilot):
        assert "x and 2 more: Municipal Works" in screen_text(app)
        app.service.calm = True
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        assert "+ Nothing is late, nobody waits too long." in screen_text(app)


async def test_a_new_snapshot_paints_only_the_list_that_has_changed() -> None:
    async with signed_in_supervisor() as (app, pilot):
        boards = {board.id: board for board in app.supervisor.query(TitledList)}
        before = {name: board.rows._pages for name, board in boards.items()}
        app.service.waiting = 11
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        assert [name for name, board in boards.items() if board.rows._pages is not before[name]] == ["hall"]
        assert "11 34 minutes" in screen_text(app)


async def test_enter_goes_into_an_organs_tasks_and_escape_back_to_the_same_organ() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "down", "enter")
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


async def test_a_claim_is_released_with_a_reason() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "down", "enter", "down", "f8", "1", "enter")
        assert "Why is the task taken back from Sun Hao?" in screen_text(app)
        await press(pilot, "ill today", "enter")
        assert app.service.asked == ["release t1: ill today"]
        text = screen_text(app)
        assert "The claim was released." in text
        assert "Sun Hao" not in text


async def test_a_task_is_reassigned_to_a_chosen_officer_with_a_reason() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "down", "enter", "down", "enter", "2", "enter", "zhao", "enter", "overload", "enter")
        assert app.service.asked == ["reassign t1 2001: overload"]
        row = next(line for line in screen_text(app).split("\n") if "Zhao Min" in line)
        assert "in review" in row


async def test_nobody_holds_it_so_it_can_only_be_given_away() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "down", "enter", "f8")
        text = screen_text(app)
        assert "1 Reassign to another officer" in text
        assert "Release: take" not in text
        await press(pilot, "escape")
        assert app.service.asked == []


async def test_f8_on_the_overview_says_where_to_find_the_tasks() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "f8")
        assert "Enter opens an organ's tasks" in screen_text(app)


async def test_the_cursor_stays_on_its_task_while_the_queue_moves() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "down", "enter", "down", "down", "down")
        app.service.queues.ended |= {0, 1}
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        task = app.supervisor.query_one(TaskList).current_task
        assert task is not None
        assert task.id == "t3"


async def test_tab_goes_through_the_three_lists() -> None:
    async with signed_in_supervisor() as (app, pilot):
        seen = []
        for _step in range(3):
            await press(pilot, "tab")
            seen.append(app.focused.id if app.focused else "")
        assert seen == ["hall-rows", "windows-rows", "queues-rows"]


async def test_the_language_changes_inside_an_organ() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "down", "enter", "ctrl+l")
        assert "公安局" in screen_text(app)
        assert app.supervisor.organ == "police"
