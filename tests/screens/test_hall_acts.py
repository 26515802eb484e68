"""The hall at the counter: a certain ticket, transfer, further windows, pause, functions, closing after the visit."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from clerk_app.views.hall import WindowNumbers
from screens.counter.day_panels import WindowPanel
from screens.counter.menu import MENU
from screens.counter.steps_panel import StepsPanel
from tests.screens.stage import press, screen_text, wait_until_idle
from tests.screens.test_counter import signed_in_clerk


@pytest.mark.wide
async def test_a_certain_ticket_is_called_with_a_reason() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f8", "2", "7", "enter", "2", "enter")
        assert "before its turn" in screen_text(app)
        await press(pilot, "1", "enter")
        assert service.asked[-1] == "pick_ticket t1 frail"


async def test_f5_calls_the_ticket_marked_in_the_waiting_list_and_the_key_line_names_it() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        assert "F5 Find" in screen_text(app)
        await press(pilot, "alt+1", "down")
        assert "F5 This ticket" in screen_text(app)
        await press(pilot, "f5")
        assert "before its turn" in screen_text(app)
        await press(pilot, "1", "enter")
        assert service.asked[-1] == "pick_ticket t1 frail"


@pytest.mark.wide
async def test_a_ticket_is_transferred_and_comes_back() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, "f2", "f8", "2", "8", "enter", "1", "enter", "2", "enter")
        assert service.asked[-1] == "transfer_ticket window:w2 back"


@pytest.mark.wide
async def test_a_window_is_paused_with_a_reason() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, "f8", "3", "0", "enter", "1", "enter")
        assert service.asked[-1] == "pause_window meal"


@pytest.mark.wide
@pytest.mark.parametrize(
    ("size", "in_a_line"),
    [((120, 36), 2), *(pytest.param(*case, marks=pytest.mark.wide) for case in (((140, 40), 3), ((200, 60), 1)))],
)
async def test_the_windows_of_a_large_hall_are_listed_in_columns_where_lines_are_short(
    size: tuple[int, int], in_a_line: int
) -> None:
    async with signed_in_clerk(size=size) as (app, pilot, service):
        windows = tuple(WindowNumbers(f"Window {number}", "open", f"A{number:03}") for number in range(4, 29))
        view = service.read_view()
        assert view.day is not None
        app.screen.query_one(WindowPanel).show_view(replace(view, day=replace(view.day, windows=windows)))
        await wait_until_idle(pilot)
        steps = app.screen.query_one(StepsPanel).size.height
        line = next(line for line in screen_text(app).splitlines() if "Window 4" in line)
    assert steps >= 5
    assert len(re.findall(r"Window \d+ +A\d", line)) == in_a_line


def test_each_item_of_the_menu_has_a_number_of_its_own() -> None:
    numbers = [item.number for item in MENU]
    assert len(set(numbers)) == len(numbers)
