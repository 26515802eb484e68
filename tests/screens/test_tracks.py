"""The tracks of a case: bars on an axis of time, who holds a matter and why it waits, keys and mouse."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len
from textual.containers import Vertical
from textual.pilot import Pilot

from screens.widgets.time_axis import make_axis
from screens.widgets.track_columns import track_columns
from screens.widgets.tracks import TrackChart
from tests.screens.sample_tracks import BEGIN, DAY, days_off, sample_tracks
from tests.screens.stage import Stage, on_stage, press, screen_text, wait_until_idle


class Opening(Vertical):
    """Records the tracks that were opened."""

    def __init__(self, chart: TrackChart) -> None:
        super().__init__(chart)
        self.opened: list[str] = []

    def on_track_chart_opened(self, message: TrackChart.Opened) -> None:
        self.opened.append(message.track)


@asynccontextmanager
async def chart_on_stage(
    size: tuple[int, int] = (80, 24), language: str = "en"
) -> AsyncIterator[tuple[Stage, Pilot[None], TrackChart]]:
    chart = TrackChart(classes="panel")
    async with on_stage(lambda: [Opening(chart)], size=size, language=language) as (app, pilot):
        chart.show_tracks(sample_tracks())
        chart.title_frame()
        app.screen.set_focus(chart)
        await wait_until_idle(pilot)
        yield app, pilot, chart


@pytest.mark.many_cases
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_bars_show_what_is_done_in_work_paused_and_expected(size: tuple[int, int], language: str) -> None:
    async with chart_on_stage(size, language) as (app, _pilot, _chart):
        lines = screen_text(app).splitlines()
        marks = ("█", "▒", "z", "└░")
        for glyph in marks:
            assert any(glyph in line for line in lines)
        assert sum(":" in line for line in lines) >= 4  # today's line crosses each track
        assert sum("|" in line for line in lines) >= 4
        assert "1/4" in screen_text(app)
        assert all(cell_len(line) <= size[0] for line in lines)


@pytest.mark.many_cases
@pytest.mark.parametrize("width", [52, 60, 86, 140])
def test_a_column_is_whole_or_has_most_of_its_texts_or_is_left_out(width: int) -> None:
    tracks = sample_tracks()
    longer = tuple(replace(track, name="Household registration of the child") for track in tracks.tracks)
    columns = track_columns(replace(tracks, tracks=longer), width)
    organ = max(cell_len(track.organ) for track in longer)
    assert columns.name >= 0.6 * cell_len(longer[0].name)
    assert columns.organ == 0 or columns.organ >= 0.7 * organ
    assert columns.bar >= 8


async def test_what_is_due_next_and_the_matter_under_the_cursor_are_in_words() -> None:
    async with chart_on_stage() as (app, pilot, _chart):
        await press(pilot, "down")
        text = screen_text(app)
        assert "Due next: Household registration, 2026-11-30, 2 days left" in text
        assert "Household registration (Police)  in review: Zhao Min" in text
        await press(pilot, "end")
        assert "waits for others: Household" in screen_text(app)


async def test_a_click_chooses_a_track_and_enter_or_a_second_click_opens_it() -> None:
    async with chart_on_stage() as (app, pilot, chart):
        await pilot.click(chart, offset=(5, 3))
        assert chart.current_track is not None
        assert chart.current_track.id == "vaccine"
        await press(pilot, "enter")
        await pilot.click(chart, offset=(5, 3))
        await wait_until_idle(pilot)
        assert app.screen.query_one(Opening).opened == ["vaccine", "vaccine"]


@pytest.mark.wide
async def test_a_chart_follows_a_resize_and_keeps_its_matter() -> None:
    async with chart_on_stage((140, 40)) as (app, pilot, chart):
        await press(pilot, "down", "down")
        await pilot.resize_terminal(80, 24)
        await wait_until_idle(pilot)
        assert chart.current_track is not None
        assert chart.current_track.id == "vaccine"
        assert "Vaccination record (Health)" in screen_text(app)


@pytest.mark.parametrize("cells", [1, 20, 37, 60, 120])
@pytest.mark.parametrize("length", [0.2, 3, 30, 200, 900])
def test_an_axis_places_moments_in_order_and_its_texts_do_not_overlap(length: float, cells: int) -> None:
    off = days_off(BEGIN.date(), 1_500)
    axis = make_axis(BEGIN, BEGIN + length * DAY, off, cells)
    positions = [axis.position(BEGIN + part * length * DAY / 20) for part in range(21)]
    assert positions == sorted(positions)
    assert 0 <= positions[0] <= positions[-1] <= axis.width
    free_from = 0
    for cell, text in axis.labels():
        assert cell >= free_from
        free_from = cell + cell_len(text)


def test_an_axis_of_one_day_counts_hours_and_days_off_take_one_cell() -> None:
    hours = make_axis(BEGIN, BEGIN + timedelta(hours=3), frozenset(), 50)
    assert next(text for _cell, text in hours.labels()) in ("9:00", "9时")
    days = make_axis(BEGIN, BEGIN + 7 * DAY, days_off(BEGIN.date(), 40), 60)
    saturday, monday = datetime(2026, 11, 28, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
    assert days.position(monday) - days.position(saturday) == 1


async def test_a_case_longer_than_the_screen_is_scrolled_by_left_and_right() -> None:
    async with chart_on_stage() as (app, pilot, chart):
        tracks = sample_tracks()
        chart.show_tracks(replace(tracks, number="", end=BEGIN + 900 * DAY))
        await wait_until_idle(pilot)
        before = screen_text(app).splitlines()
        await press(pilot, "right", "right")
        assert screen_text(app).splitlines() != before
        await press(pilot, "left", "left")
        assert screen_text(app).splitlines() == before
