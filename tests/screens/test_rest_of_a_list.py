"""The lower edge of a dialog states how many rows follow the visible ones."""

from __future__ import annotations

import pytest

from tests.screens.stage import press, screen_text
from tests.screens.test_counter import signed_in_clerk


@pytest.mark.usefixtures("english")
async def test_the_list_of_f8_states_how_many_rows_follow_and_counts_down() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, "f8")
        first = _read_rest(screen_text(app))
        await press(pilot, *["down"] * 20)
        later = _read_rest(screen_text(app))
        assert 0 <= later < first
        await press(pilot, *["pagedown"] * 5)
        assert _read_rest(screen_text(app)) == 0


def _read_rest(text: str) -> int:
    edge = next(line for line in text.splitlines() if "Esc goes back" in line)
    return int(edge.partition("\u2193 ")[2].partition(" more")[0]) if "\u2193" in edge else 0
