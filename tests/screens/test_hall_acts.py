"""The hall at the counter: a certain ticket, transfer, further windows, pause, functions, closing after the visit."""

from __future__ import annotations

import pytest

from screens.counter.menu import MENU
from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk


async def test_a_certain_ticket_is_called_with_a_reason() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, "f8", "2", "7", "enter", "2", "enter")
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


def test_each_item_of_the_menu_has_a_number_of_its_own() -> None:
    numbers = [item.number for item in MENU]
    assert len(set(numbers)) == len(numbers)
