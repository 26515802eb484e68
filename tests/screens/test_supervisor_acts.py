"""The supervisor acts on windows, waiting tickets and calls for help by keys."""

from __future__ import annotations

import pytest

from clerk_app.views.supervisor import OpenEmergency
from tests.screens.stage import press, screen_text, wait_until_idle
from tests.screens.test_supervisor import signed_in_supervisor

CALL = OpenEmergency("e1", "w2", "Window 3 (Wu Gang) calls for help since 10:42.")


@pytest.mark.parametrize("size", [(80, 24), pytest.param((140, 40), marks=pytest.mark.wide)])
async def test_enter_on_a_window_shows_its_details_and_acts(size: tuple[int, int]) -> None:
    async with signed_in_supervisor(size) as (app, pilot):
        await press(pilot, "4", "right", "enter")
        assert "State: open" in screen_text(app)
        await press(pilot, "down", "enter")
        assert "Pause: Meal" in screen_text(app)
        await press(pilot, "4", "enter")
        assert app.service.asked == ["close_window w1"]


async def test_c_pauses_a_window_with_a_reason_or_closes_it_after_the_visit() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "4", "c", "1", "enter", "c", "3", "enter")
        assert app.service.asked == ["pause_window w0 meal", "close_after_visit w0"]


@pytest.mark.wide
async def test_c_ends_the_pause_of_a_paused_window() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "4", "right", "right", "c")
        assert "End the pause" in screen_text(app)
        assert "Pause: Meal" not in screen_text(app)
        await press(pilot, "1", "enter")
        assert app.service.asked == ["open_window w2"]


@pytest.mark.wide
async def test_t_on_a_window_shows_its_tickets_and_f_there_sets_further_windows() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "4", "t")
        assert "A024: In the order of arrival." in screen_text(app)
        await press(pilot, "f", "down", "space", "enter")
        assert app.service.asked == ["set_stations A24 B"]


async def test_o_opens_a_closed_window_for_a_clerk() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "4", "end", "o", "enter")
        assert app.service.asked == ["open_window w3 c1"]


async def test_f_changes_what_a_window_serves() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "4", "f", "down", "space", "enter")
        assert app.service.asked == ["set_functions w0 AB"]


async def test_m_sends_a_message_to_a_window() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "4", "m", "Please come to 5", "enter")
        assert app.service.asked == ["send_message w0 Please come to 5"]


@pytest.mark.wide
async def test_a_adds_a_closed_window_for_the_category_under_the_cursor() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "a", "enter", "enter")
        assert app.service.asked == ["add_window A w3 c1"]


async def test_several_waiting_tickets_are_marked_and_moved_together() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "enter")
        assert "A024: In the order of arrival." in screen_text(app)
        await press(pilot, "space", "space", "t", "1", "enter")
        assert app.service.asked == ["move_tickets A24,A25 category:B"]
        assert "marked" not in screen_text(app)
        await press(pilot, "escape")
        assert "Longest" in screen_text(app)


@pytest.mark.wide
async def test_p_gives_a_ticket_priority_for_a_reason_and_takes_it_back() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "t", "down", "p", "1", "enter")
        await press(pilot, "p")
        assert app.service.asked == ["prioritise_tickets A25 frail", "remove_priority A25"]


@pytest.mark.wide
async def test_the_keys_of_a_window_are_on_the_key_line_of_a_narrow_screen() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "4")
        assert "o Open  c Close, pause" in screen_text(app).split("\n")[-1]


async def test_a_call_for_help_is_named_until_the_supervisor_comes_and_ends_it() -> None:
    async with signed_in_supervisor() as (app, pilot):
        app.service.emergencies = [CALL]
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        assert "x Window 3 (Wu Gang) calls for help since 10:42.  [^E I come]" in screen_text(app)
        await press(pilot, "ctrl+e")
        assert "[^E has ended]" in screen_text(app)
        await press(pilot, "ctrl+e", "enter")
        assert app.service.asked == ["answer_emergency e1", "end_emergency e1"]
        assert "calls for help" not in screen_text(app)


@pytest.mark.wide
async def test_a_call_for_help_is_shown_below_an_open_dialog() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "4", "m")
        app.service.emergencies = [CALL]
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        assert "calls for help since 10:42" in screen_text(app)
