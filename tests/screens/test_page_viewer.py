"""The page viewer: zoom, pan, turn, watermark, and what it shows when a page cannot be shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from textual.pilot import Pilot

from clerk_app.errors import OutOfReach
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.roles.papers.viewing import FilePages
from clerk_app.views.shared import LabelledValue
from screens.papers.viewer import PageViewer
from screens.papers.viewer_page import PageWidget
from tests.scanners.papers.samples import draw_page, encode
from tests.screens.sample_drawing import SampleDrawing
from tests.screens.sample_pages import draw_lease, open_pages
from tests.screens.stage import Stage, flowing_text, on_stage, press, screen_text, wait_for, wait_until_idle

FACTS = (LabelledValue("Came in", "2026-11-30"),)


@pytest.fixture(autouse=True, scope="module")
def _ended_child() -> Iterator[None]:
    yield
    PAPER_CLIENT.close()


async def show(app: Stage, pilot: Pilot[None], pages: FilePages, *, sends_pixels: bool = False) -> PageViewer:
    """Show a viewer and wait until a page or a sentence is on the screen."""
    app.drawing_service = SampleDrawing(sends_pixels=sends_pixels)
    app.show_dialog(lambda: PageViewer("Lease", pages, FACTS))
    await wait_until_idle(pilot)
    viewer = app.screen
    assert isinstance(viewer, PageViewer)
    await wait_for(pilot, lambda: bool(viewer.problem) or has_page(viewer))
    return viewer


def has_page(viewer: PageViewer) -> bool:
    return viewer.query_one(PageWidget).is_drawn


def drawn_cells(app: Stage) -> str:
    """Return the quadrants on the screen."""
    return "".join(character for character in screen_text(app) if character in "▘▝▀▖▌▞▛")


async def test_a_page_is_drawn_with_purpose_time_and_reader_across_it() -> None:
    async with on_stage() as (app, pilot):
        await show(app, pilot, open_pages(draw_lease))
        text = screen_text(app)
        assert text.count("For Residence permit only, until ") == 2
        assert text.count("opened by 2003") == 2
        assert "page 1 of 1 · whole page" in text
        assert drawn_cells(app)


async def test_zoom_pan_and_turn_draw_another_part_each() -> None:
    async with on_stage() as (app, pilot):
        viewer = await show(app, pilot, open_pages(draw_lease))
        seen = [screen_text(app)]
        for key in ("+", "+", "right", "down", "r", "-"):
            await press(pilot, key)
            await wait_until_idle(pilot)
            seen.append(screen_text(app))
        assert len(set(seen)) == len(seen)
        assert "turned by 90 degrees" in screen_text(app)
        assert viewer.place.zoom == 1


@pytest.mark.wide
async def test_a_resize_keeps_the_place() -> None:
    async with on_stage() as (app, pilot):
        viewer = await show(app, pilot, open_pages(draw_lease))
        await press(pilot, "+", "+", "+", "down", "right")
        before = viewer.place
        await pilot.resize_terminal(140, 40)
        await wait_for(pilot, lambda: "Came in" in screen_text(app))
        assert viewer.place == before
        assert "4 times the width" in screen_text(app)


@pytest.mark.wide
async def test_the_facts_are_beside_the_page_on_a_wide_terminal_and_by_a_key_on_a_narrow_one() -> None:
    async with on_stage() as (app, pilot):
        await show(app, pilot, open_pages(draw_lease))
        assert "Came in" not in screen_text(app)
        await press(pilot, "i")
        assert "2026-11-30" in screen_text(app)
        await press(pilot, "i")
        await wait_for(pilot, lambda: "For Residence permit only" in screen_text(app))
        assert "For Residence permit only" in screen_text(app)
    async with on_stage(size=(140, 40)) as (app, pilot):
        await show(app, pilot, open_pages(draw_lease))
        assert "Came in" in screen_text(app)


@pytest.mark.wide
async def test_keys_are_taken_while_the_file_is_fetched() -> None:
    arrived = threading.Event()

    def read() -> bytes:
        arrived.wait(10)
        return draw_lease()

    async with on_stage() as (app, pilot):
        pages = open_pages(read)
        app.drawing_service = SampleDrawing()
        app.show_dialog(lambda: PageViewer("Lease", pages))
        await wait_until_idle(pilot)
        viewer = app.screen
        assert isinstance(viewer, PageViewer)
        assert "being fetched" in screen_text(app)
        await press(pilot, "+", "+")
        assert viewer.place.zoom == 2
        arrived.set()
        await wait_for(pilot, lambda: has_page(viewer))
        assert "2 times the width" in screen_text(app)
        await press(pilot, "escape")
        assert app.answers == [None]


async def test_a_file_that_has_not_arrived_is_a_sentence_and_f5_tries_again() -> None:
    answers: list[bytes] = []

    def read() -> bytes:
        if not answers:
            raise OutOfReach("The file of this paper is not kept here. Ask for the original.")
        return answers[0]

    async with on_stage() as (app, pilot):
        pages = open_pages(read)
        viewer = await show(app, pilot, pages)
        assert "not kept here. Ask for the original. F5 tries again" in flowing_text(app)
        answers.append(draw_lease())
        await press(pilot, "f5")
        await wait_for(pilot, lambda: has_page(viewer))
        assert "not kept here" not in screen_text(app)


@pytest.mark.wide
async def test_a_damaged_file_is_named() -> None:
    async with on_stage() as (app, pilot):
        pages = open_pages(lambda: b"\xff\xd8 no picture")
        viewer = await show(app, pilot, pages)
        assert viewer.problem


async def test_a_page_is_not_drawn_any_more_after_the_time_for_which_it_was_opened() -> None:
    async with on_stage() as (app, pilot):
        await show(app, pilot, open_pages(draw_lease, minutes=-1))
        assert "The time for which this paper was opened is over." in flowing_text(app)
        assert not drawn_cells(app)


@pytest.mark.wide
async def test_pixels_are_sent_where_the_terminal_shows_them_and_dropped_at_the_end() -> None:
    async with on_stage() as (app, pilot):
        await show(app, pilot, open_pages(draw_lease), sends_pixels=True)
        assert len(app.sent_graphics) == 1
        assert "opened by 2003" in screen_text(app)
        await press(pilot, "enter")
        assert app.sent_graphics[-1].startswith("\x1b_Ga=d")
        assert app.answers == [True]


@pytest.mark.wide
async def test_without_colours_the_page_is_drawn_in_characters() -> None:
    async with on_stage() as (app, pilot):
        app.no_color = True
        await show(app, pilot, open_pages(draw_lease))
        assert "#" in screen_text(app)
        assert "opened by 2003" in screen_text(app)


@pytest.mark.wide
async def test_the_help_names_the_keys_of_the_viewer() -> None:
    async with on_stage(size=(140, 40)) as (app, pilot):
        await show(app, pilot, open_pages(draw_lease))
        await press(pilot, "f1")
        text = flowing_text(app)
        for words in ("larger / smaller", "move over the page", "turns the page", "page before / after"):
            assert words in text


async def test_the_file_is_opened_in_another_program_after_a_question() -> None:
    opened: list[str] = []

    def open_original() -> str:
        opened.append("lease")
        return "Opened in another program."

    async with on_stage() as (app, pilot):
        await show(app, pilot, open_pages(draw_lease, open_original=open_original))
        assert "O original" in screen_text(app)
        await press(pilot, "o")
        assert "no lines across it. That you opened it is recorded." in flowing_text(app)
        await press(pilot, "escape")
        assert not opened
        await press(pilot, "o", "enter")
        assert opened == ["lease"]
        assert "Opened in another program." in screen_text(app)


@pytest.mark.wide
async def test_where_the_city_does_not_allow_it_the_key_names_that() -> None:
    async with on_stage() as (app, pilot):
        await show(app, pilot, open_pages(draw_lease))
        assert "O original" not in screen_text(app)
        await press(pilot, "o")
        assert "The city does not allow papers to be opened in another program." in screen_text(app)


@pytest.mark.wide
async def test_the_next_page_keeps_the_zoom_begins_at_its_top_and_shows_what_it_lacks() -> None:
    pages = PAPER_CLIENT.join([draw_lease(), encode(draw_page(2)), encode(np.full((1400, 990, 3), 255, np.uint8))])
    async with on_stage() as (app, pilot):
        viewer = await show(app, pilot, open_pages(lambda: pages))
        assert "page 1 of 3" in screen_text(app)
        await press(pilot, "+", "down", "pagedown")
        await wait_for(pilot, lambda: "page 2 of 3 · page width" in screen_text(app))
        assert viewer.place.page == 1
        assert viewer.visible_part.part.top == 0
        await press(pilot, "n", "n")
        await wait_for(pilot, lambda: "The page is blank." in screen_text(app))
        assert "page 3 of 3" in screen_text(app)
        assert "The page is blank." in screen_text(app)
        await press(pilot, "p")
        await wait_for(pilot, lambda: "page 2 of 3" in screen_text(app))
        assert "The page is blank." not in screen_text(app)
