"""The board: what is shown large, in which order, and what it shows when something is missing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from clerk_app.locales import set_language
from screens.board.app import SHOW_SECONDS, BoardApp
from screens.board.layout import BoardState, board_lines
from screens.widgets.paint import Line, cell_width
from tests.screens.sample_board import CATEGORIES, CODE, SampleBoardService, SampleBoardWorkstation, call
from tests.screens.sample_kiosk import Clock
from tests.screens.stage import press, screen_text, wait_for, wait_until_idle

pytestmark = pytest.mark.usefixtures("english")

BLOCKS = frozenset("▀▄█")


@asynccontextmanager
async def on_board(station: SampleBoardWorkstation) -> AsyncIterator[tuple[BoardApp, Pilot[Any], Clock]]:
    """Run the board of a workstation, and wait until it shows the hall."""
    clock = Clock()
    app = BoardApp(lambda: station, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await wait_for(pilot, lambda: "Open windows" in screen_text(app))
        yield app, pilot, clock


async def let_time_pass(app: BoardApp, pilot: Pilot[Any], clock: Clock, seconds: float) -> None:
    clock.now += seconds
    app.tick()
    await wait_until_idle(pilot)


def painted(service: SampleBoardService, width: int, height: int, **state: Any) -> list[str]:
    """Return the lines of a board that shows the newest call of a service."""
    view = service.read_view()
    lines = board_lines(BoardState(view, view.calls[0], **state), width, height, lambda _text, _pixels: ())
    return [text_of(line) for line in lines]


def text_of(line: Line) -> str:
    return "".join(text for text, _style in line)


async def test_each_call_of_a_burst_is_shown_and_announced_in_order() -> None:
    station = SampleBoardWorkstation(call("A001", 1))
    async with on_board(station) as (app, pilot, clock):
        station.board.make_calls(call("A002", 2), call("A003", 3), call("B001", 5))
        shown = []
        for number in ("A002", "A003", "B001"):
            await let_time_pass(app, pilot, clock, SHOW_SECONDS)
            shown += [number] if f"Ticket {number}, please" in screen_text(app) else []
        assert station.board.announced == shown == ["A002", "A003", "B001"]


@pytest.mark.wide
async def test_calls_of_the_store_are_shown_at_the_start_and_not_announced() -> None:
    station = SampleBoardWorkstation(*(call(f"A{number:03}", number) for number in range(1, 8)))
    async with on_board(station) as (app, _pilot, _clock):
        text = screen_text(app)
        assert "Ticket A007, please go to Window 7" in text
        assert [number for number in range(1, 7) if f"A{number:03}  →  Window {number}" in text] == [1, 2, 3, 4, 5, 6]
        assert station.board.announced == []


async def test_a_code_ends_the_program_and_a_wrong_one_does_not() -> None:
    station = SampleBoardWorkstation(call("A001", 1))
    async with on_board(station) as (app, pilot, _clock):
        await press(pilot, "f12", *"1111", "enter")
        await wait_for(pilot, lambda: "not the code of this machine" in screen_text(app))
        await press(pilot, "q", "escape", "ctrl+q", "ctrl+c", "f12", *CODE)
        await pilot.press("enter")
        await pilot.pause()
    assert station.board.closed
    assert station.closed


async def test_the_bell_rings_for_a_call_that_cannot_be_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    station = SampleBoardWorkstation(call("A001", 1))
    station.board.has_voice = False
    async with on_board(station) as (app, pilot, clock):
        rings: list[int] = []
        monkeypatch.setattr(app, "bell", lambda: rings.append(1))
        station.board.make_calls(call("A002", 2))
        await let_time_pass(app, pilot, clock, SHOW_SECONDS)
        await wait_for(pilot, lambda: rings == [1])


@pytest.mark.many_cases
@pytest.mark.parametrize("size", [(80, 24), (140, 40), (200, 60)], ids=str)
@pytest.mark.parametrize("window", [3, 12])
def test_the_present_call_is_at_least_a_sixth_of_the_height(size: tuple[int, int], window: int) -> None:
    lines = painted(SampleBoardService(call("A137", window)), *size)
    heading = next(row for row, line in enumerate(lines) if "Now called" in line)
    rows = next(row for row, line in enumerate(lines[heading + 1 :]) if not BLOCKS & set(line))
    assert rows >= size[1] / 6


@pytest.mark.many_cases
@pytest.mark.parametrize("size", [(80, 24), (140, 40), (200, 60)], ids=str)
def test_every_line_of_the_board_fits_into_the_terminal(size: tuple[int, int]) -> None:
    service = SampleBoardService(*(call(f"A{number:03}", number + 8) for number in range(1, 8)))
    service.view = replace(service.view, as_of="10:42")
    lines = painted(service, *size, is_new=True, is_lit=True)
    assert len(lines) == size[1]
    assert max(cell_width([(line, "")]) for line in lines) <= size[0]


@pytest.mark.wide
def test_a_new_call_is_marked_by_words_and_moving_arrows_too() -> None:
    service = SampleBoardService(call("A001", 1))
    lit, unlit = (painted(service, 80, 24, is_new=True, is_lit=is_lit) for is_lit in (True, False))
    assert any(">>>  New call  新的呼叫  <<<" in line for line in lit)
    assert any(">  New call  新的呼叫  <" in line and ">>>" not in line for line in unlit)


@pytest.mark.wide
def test_old_data_show_their_time() -> None:
    service = SampleBoardService(call("A001", 1))
    service.view = replace(service.view, as_of="10:42")
    assert "x As of 10:42: no connection to the center" in "\n".join(painted(service, 80, 24))


def test_a_closed_hall_shows_that_it_is_closed_and_no_call() -> None:
    service = SampleBoardService(call("A001", 1))
    service.view = replace(service.view, is_open=False)
    text = "\n".join(painted(service, 80, 24))
    assert "The hall is closed" in text
    assert "A001" not in text


@pytest.mark.wide
def test_fqm_172_the_last_called_tickets_are_shown_and_none_that_still_waits() -> None:
    """FQM #172: people asked to see the last called tickets instead of the upcoming ones."""
    text = "\n".join(painted(SampleBoardService(call("A001", 1), call("A002", 2)), 80, 24))
    assert "Last called" in text
    assert "A001  →  Window 1" in text
    assert "A003" not in text


def test_zmskvr_225_each_category_shows_how_long_the_wait_is_in_a_word_and_a_sign() -> None:
    """ZMSKVR-225: a traffic light for the waits."""
    lines = painted(SampleBoardService(call("A001", 1)), 80, 24)
    assert any("A Personal affairs" in line and "10-15 min" in line and "+ short wait" in line for line in lines)
    assert any("B Enterprises" in line and "35-50 min" in line and "x long wait" in line for line in lines)


@pytest.mark.wide
def test_all_categories_of_a_large_hall_are_listed_on_a_low_screen() -> None:
    service = SampleBoardService(*(call(f"A{number:03}", number) for number in range(1, 8)))
    more = tuple(CATEGORIES[1]._replace(id=letter) for letter in "DEF")
    service.view = replace(service.view, categories=(*CATEGORIES, *more))
    text = "\n".join(painted(service, 80, 24))
    assert [name for name in "ABCDEF" if f"  {name} " not in text] == []


@pytest.mark.wide
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_names_and_waits_are_whole_on_a_low_screen(language: str) -> None:
    set_language(language)
    text = "\n".join(painted(SampleBoardService(call("A001", 1)), 80, 24))
    assert [name for category in CATEGORIES for name in category.name if name not in text] == []
    assert "35-50" in text


@pytest.mark.wide
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_names_and_waits_are_whole_at_the_right_of_large_calls(language: str) -> None:
    set_language(language)
    service = SampleBoardService(call("A001", 1), call("A002", 2))
    more = tuple(CATEGORIES[2]._replace(id=letter, wait=(20, 25)) for letter in "DEF")
    service.view = replace(service.view, categories=(*CATEGORIES, *more))
    text = "\n".join(painted(service, 140, 40))
    assert [name for category in CATEGORIES for name in category.name if name not in text] == []
    assert text.count("20-25") == 3


@pytest.mark.parametrize("size", [(140, 40), (200, 60)])
def test_two_rows_of_large_calls_do_not_touch(size: tuple[int, int]) -> None:
    lines = painted(SampleBoardService(*(call(f"A{number:03}", 2) for number in range(1, 8))), *size)
    first = next(row for row, line in enumerate(lines) if "Last called" in line) + 1
    shown = [bool(BLOCKS & set(line[: size[0] - 50])) for line in lines[first:]]
    groups = sum(now and not before for before, now in zip([False, *shown], shown, strict=False))
    assert groups == 3


@pytest.mark.wide
def test_zmskvr_78_the_windows_in_work_are_listed() -> None:
    """ZMSKVR-78: an overview of the counters in work."""
    assert any(
        "Open windows" in line and "1  2  5  12" in line
        for line in painted(SampleBoardService(call("A001", 1)), 80, 24)
    )
