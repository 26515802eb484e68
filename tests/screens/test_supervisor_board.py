"""The supervisor's board: panels by digit and size, the alert strip, window cards, preview, enlarged panels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clerk_app.views.supervisor import Alert
from screens.supervisor.alert_strip import cover_causes, strip_lines
from screens.supervisor.arrangement import DEPARTMENTS, PANELS, WAITING
from screens.supervisor.card_lines import card_lines
from screens.supervisor.overview import Board, Overview
from screens.supervisor.plot_panel import PlotPanel
from screens.supervisor.titles import title_panels
from screens.supervisor.window_cards import WindowCards
from screens.widgets.paint import cell_width
from tests.screens.sample_supervisor import SampleSupervisorService
from tests.screens.stage import press, screen_text, wait_until_idle
from tests.screens.test_supervisor import signed_in_supervisor


@pytest.mark.parametrize(
    "size", [(140, 40), *(pytest.param(size, marks=pytest.mark.wide) for size in ((110, 24), (200, 60)))]
)
async def test_panels_fill_the_board_without_overlapping(size: tuple[int, int]) -> None:
    async with signed_in_supervisor(size) as (app, _pilot):
        board = app.screen.query_one(Board)
        regions = [panel.region for panel in board.children if panel.display]
        assert sum(region.area for region in regions) == board.region.area
        assert not any(one.overlaps(other) for at, one in enumerate(regions) for other in regions[:at])


@pytest.mark.wide
def test_the_strip_shows_one_alert_of_each_place_before_a_second_one() -> None:
    late = [Alert("bad", f"organ {number} late", "departments", f"o{number}") for number in range(5)]
    wait = Alert("bad", "General: longest 41 min > 30 min", "waiting", "A")
    soon = Alert("warn", "organ 9 due soon", "departments", "o9")
    closed = Alert("warn", "The hall is closed.", "day")
    shown = cover_causes((closed, *late, wait, soon))
    assert [alert.text for alert in shown[:3]] == [closed.text, "organ 0 late", wait.text]
    assert shown[-1] == soon


def test_alerts_without_room_are_counted_and_the_first_is_never_cut() -> None:
    long = Alert("bad", "a very long sentence " * 8, "connection")
    (first, *others) = strip_lines((long, *[Alert("warn", "one more", "waiting")] * 30), 60)
    text = " ".join(span[0].strip() for line in (first, *others) for span, _index in line)
    assert "a very long sentence [^O]" in text
    assert all(cell_width([span for span, _index in line]) <= 60 for line in (first, *others))
    lines = strip_lines([Alert("warn", f"alert number {number}", "waiting") for number in range(30)], 60)
    assert len(lines) == 2
    assert lines[-1][-1][1] == -1


async def test_digits_and_tab_select_panels_and_z_enlarges_one() -> None:
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        overview = app.screen.query_one(Overview)
        await press(pilot, "4")
        assert isinstance(app.focused, WindowCards)
        await press(pilot, "tab")
        assert app.focused is not None
        assert app.focused.id == "events-rows"
        await press(pilot, "z")
        assert [name for name in PANELS if overview.shows(name)] == ["events"]
        await press(pilot, "2")
        assert [name for name in PANELS if overview.shows(name)] == ["departments"]
        await press(pilot, "escape")
        assert overview.shows(WAITING)
        assert overview.shows(DEPARTMENTS)


@pytest.mark.wide
async def test_a_narrow_screen_shows_one_panel_with_tabs_and_follows_a_resize() -> None:
    async with signed_in_supervisor() as (app, pilot):
        assert "[1 Waiting x] 2 Departments x" in screen_text(app)
        await press(pilot, "5")
        text = screen_text(app)
        assert "10:21 Window 3 was paused" in text
        assert "Health Commission" not in text
        await pilot.resize_terminal(140, 40)
        await wait_until_idle(pilot)
        assert "Health Commission" in screen_text(app)
        await pilot.resize_terminal(80, 24)
        await wait_until_idle(pilot)
        assert "Health Commission" not in screen_text(app)
        assert "[5 Events]" in screen_text(app)


async def test_n_goes_to_the_cause_of_the_worst_alert_and_enter_on_an_alert_too() -> None:
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        await press(pilot, "n", "n")
        assert app.screen.query_one(Overview).subject.key == "works"
        await press(pilot, "5", "home", "down", "down", "down", "enter")
        assert app.screen.query_one(WindowCards).current_window == "w1"


@pytest.mark.wide
async def test_a_click_on_an_alert_leads_to_its_row() -> None:
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        await pilot.click("#alerts", offset=(60, 0))
        await wait_until_idle(pilot)
        assert app.screen.query_one(Overview).selected == WAITING
        await pilot.click(WindowCards, offset=(33, 2))
        await wait_until_idle(pilot)
        assert app.screen.query_one(WindowCards).current_window == "w1"


@pytest.mark.wide
async def test_the_preview_follows_the_cursor() -> None:
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        await press(pilot, "2")
        await pilot.pause(0.15)
        await wait_until_idle(pilot)
        text = screen_text(app)
        assert "6 Preview  Public Security" in text
        assert "The most urgent tasks, 20 of 446" in text


@pytest.mark.wide
async def test_the_plot_is_that_of_the_row_under_the_cursor_and_turns_with_the_arrow_keys() -> None:
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        panel = app.screen.query_one(PlotPanel)
        assert "3 Course of the day  Family matters" in screen_text(app)
        assert "promised 30 min" in screen_text(app)
        await press(pilot, "2")
        assert "3 Course of the day  Public Security" in screen_text(app)
        await press(pilot, "3", "right")
        assert "3 Course of the day  longest wait" in screen_text(app)
        await press(pilot, "z")
        assert sum(plot.display for plot in panel.children) == 4


@pytest.mark.wide
async def test_a_second_repaints_only_the_line_of_the_service_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        assert "B007" in screen_text(app)  # painted once
        cards = app.screen.query_one(WindowCards)
        painted: list[tuple[int, int]] = []
        monkeypatch.setattr(cards, "refresh_lines", lambda y, count=1: painted.append((y, count)))
        app.service.seconds += 1
        app.supervisor.refresh_in_background()
        await wait_until_idle(pilot)
        assert len(painted) == 1


async def test_a_service_that_takes_too_long_is_marked_by_symbol_and_word() -> None:
    async with signed_in_supervisor((140, 40)) as (app, _pilot):
        line = next(line for line in screen_text(app).split("\n") if "! Window 2" in line)
        assert "B007" in line
        assert "> usual 8 min" in screen_text(app)


EMPTY_CELLS_AT_MOST = 0.80
FRAME = set("─│╭╮╰╯┌┐└┘━┃┏┓┗┛")


@pytest.mark.wide
async def test_at_140_columns_the_board_is_filled_with_facts_that_80_columns_leave_out() -> None:
    facts = ("A023", "B007", "Zhou Lan", "12 served", "last 30 min", "Health Commission", "10:21", "Window 4", "Tax")
    async with signed_in_supervisor() as (app, _pilot):
        narrow = screen_text(app)
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        await press(pilot, "2")
        await pilot.pause(0.15)
        await wait_until_idle(pilot)
        wide = screen_text(app)
    assert sum(fact in wide and fact not in narrow for fact in facts) >= 6
    glyphs = sum(not character.isspace() and character not in FRAME for character in wide)
    assert 1 - glyphs / (140 * 40) <= EMPTY_CELLS_AT_MOST


@pytest.mark.parametrize("height", [2, 6])
def test_the_card_of_a_free_window_names_its_clerk(height: int) -> None:
    row = replace(SampleSupervisorService().read_view().windows[0], ticket="", seconds=75)
    text = "\n".join("".join(text for text, _style in line) for line in card_lines(row, 40, height))
    assert row.person in text
    assert "空闲" in text


@pytest.mark.parametrize("cells", [26, 33, 60, 90])
def test_a_card_fits_its_place_and_names_window_ticket_and_time_at_every_height(cells: int) -> None:
    for row in SampleSupervisorService().read_view().windows[:2]:
        for height in range(1, 7):
            lines = card_lines(row, cells, height)
            assert len(lines) <= height
            assert all(cell_width(line) <= cells for line in lines)
            text = " ".join(span for line in lines for span, _style in line)
            assert row.name in text
            assert row.ticket in text
            assert f"{(row.seconds or 0) // 60:02d}:{(row.seconds or 0) % 60:02d}" in text


@pytest.mark.parametrize("ticket", ["", "A023"])
@pytest.mark.parametrize("height", [1, 2, 6])
def test_the_card_of_a_paused_window_names_the_pause_also_while_somebody_is_served(height: int, ticket: str) -> None:
    row = SampleSupervisorService().read_view().windows[0]
    paused = replace(row, state="暂停：用餐", is_paused=True, ticket=ticket, seconds=75 if ticket else None)
    lines = card_lines(paused, 40, height)
    assert "暂停：用餐" in " ".join(span for line in lines for span, _style in line)
    assert all(cell_width(line) <= 40 for line in lines)


@pytest.mark.parametrize("ticket", ["", "A023"])
def test_a_narrow_card_of_a_paused_window_shows_the_word_without_its_reason(ticket: str) -> None:
    row = SampleSupervisorService().read_view().windows[0]
    paused = replace(row, state="暂停：设备故障", is_paused=True, ticket=ticket, seconds=75 if ticket else None)
    (line,) = card_lines(paused, 26, 1)
    assert "暂停" in "".join(text for text, _style in line)
    assert cell_width(line) <= 26


async def test_a_paused_window_is_not_counted_as_open() -> None:
    async with signed_in_supervisor((140, 40)) as (app, pilot):
        windows = app.service.read_view().windows
        view = replace(app.service.read_view(), windows=(*windows[:2], replace(windows[2], is_paused=True)))
        title_panels(app.screen.query_one(Board), view)
        await wait_until_idle(pilot)
        assert "4 Windows 2/3" in screen_text(app)
        assert "1 paused" in screen_text(app)
