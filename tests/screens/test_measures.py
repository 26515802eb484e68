"""The measures of the hall's days on the supervisor's screen."""

from __future__ import annotations

import pytest

from screens.widgets.row_list import RowList
from tests.screens.stage import press, screen_text
from tests.screens.test_supervisor import signed_in_supervisor


async def test_the_measures_are_shown_by_group() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "r")
        assert "Family matters" in screen_text(app)
        assert "at most one visit" in screen_text(app)
        await press(pilot, "2")
        assert "Window 1 " in screen_text(app)


@pytest.mark.wide
async def test_figures_are_sorted_as_numbers() -> None:
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        await press(pilot, "r", "2", "s", "s", "S")
        rows = app.screen.query_one(RowList)
        assert [row.key for row in map(rows.row_at, range(3)) if row is not None] == ["w24", "w23", "w22"]


@pytest.mark.wide
@pytest.mark.parametrize(("keys", "day"), [(("left",), "2026-11-23"), (("f5", "2", "enter"), "2026-11-23")])
async def test_another_day_is_read(keys: tuple[str, ...], day: str) -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "r", *keys)
        assert f"Measures of the day {day}" in screen_text(app)


async def test_the_measures_are_written_to_a_file() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "r", "left", "f9", "enter")
        assert app.service.written == [("2026-11-23", "measures.csv")]


@pytest.mark.wide
@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_the_page_names_the_file_that_was_written(size: tuple[int, int]) -> None:
    async with signed_in_supervisor(size) as (app, pilot):
        await press(pilot, "r", "f9", "enter")
        assert "Written: measures.csv" in screen_text(app)
