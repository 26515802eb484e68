"""The lower edge of a dialog: keys, and how many rows follow the visible ones."""

from __future__ import annotations

import pytest

from screens.widgets.dialogs import ReadDialog
from screens.widgets.pick import PickDialog, PickRow
from tests.screens.stage import on_stage, press, screen_text, wait_until_idle
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


async def test_a_dialog_that_closes_while_its_list_changes_ends_with_its_answer() -> None:
    async with on_stage() as (app, pilot):
        dialog = PickDialog("Title", [PickRow("1", "1", "One"), PickRow("2", "2", "Two")])
        app.show_dialog(lambda: dialog)
        await wait_until_idle(pilot)
        removal = dialog.remove_children()
        dialog.on_row_list_resized()
        dialog.close("2")
        await removal
        await wait_until_idle(pilot)
        assert app.answers == ["2"]


async def test_a_long_text_leaves_the_keys_of_its_dialog_in_view() -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: ReadDialog("Title", [[(f"line {number}", "")] for number in range(60)]))
        await wait_until_idle(pilot)
        assert "Enter closes" in screen_text(app)


def _read_rest(text: str) -> int:
    edge = next(line for line in text.splitlines() if "Esc goes back" in line)
    return int(edge.partition("\u2193 ")[2].partition(" more")[0]) if "\u2193" in edge else 0
