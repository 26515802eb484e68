"""F5 at the counter: typing finds, facets narrow, and the guide is read and printed from there."""

from __future__ import annotations

import pytest

from screens.counter.guide import GuideDialog
from screens.counter.offers import OfferDialog
from screens.widgets.dialog_frame import DialogFrame
from screens.widgets.row_list import RowList
from tests.screens.sample_data import CODE
from tests.screens.stage import press, scan, screen_text, wait_for
from tests.screens.test_counter import signed_in_clerk

DRAFT = ("f2", CODE, "enter", "enter", "enter")


async def test_typing_finds_and_enter_begins_the_draft() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, *DRAFT, "f5", "jzz")
        assert isinstance(app.screen, OfferDialog)
        await wait_for(pilot, lambda: "Hiring staff" not in screen_text(app))
        assert "Residence permit" in screen_text(app)
        assert "Hiring staff" not in screen_text(app)
        await press(pilot, "enter")
        assert service.asked[-1] == "begin_draft permit"


async def test_the_first_list_has_the_columns_of_offers_and_one_search_follows_each_key() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, *DRAFT, "f5")
        rows = app.screen.query_one("#found", RowList)
        assert rows.current_row is not None
        assert rows.current_row.cells[2:4] == ("One thing", "Health")
        before = service.searches
        await press(pilot, "j")
        await wait_for(pilot, lambda: "Residence permit" in screen_text(app) and "Hiring staff" not in screen_text(app))
        assert service.searches == before + 1


@pytest.mark.wide
async def test_keys_typed_in_a_burst_begin_the_draft_that_they_name() -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        await press(pilot, *DRAFT, "f5")
        await scan(pilot, "zyyg", "enter", seconds=0.03)
        assert "begin_draft hire" in service.asked


async def test_a_department_is_chosen_by_its_key_with_its_count_and_dropped_again() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, *DRAFT, "f5", "f4")
        await wait_for(pilot, lambda: "Department: Health (1)" in screen_text(app))
        assert "Department: Health (1)" in screen_text(app)
        assert "Hiring staff" not in screen_text(app)
        await press(pilot, "f6")
        await wait_for(pilot, lambda: "Hiring staff" in screen_text(app))
        assert "Hiring staff" in screen_text(app)


@pytest.mark.wide
async def test_nothing_found_is_one_sentence_with_what_can_be_done() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, *DRAFT, "f5", "qqq")
        await wait_for(pilot, lambda: "Nothing matches: type less" in screen_text(app))
        assert "Nothing matches: type less" in screen_text(app)
        await press(pilot, "enter")
        assert "begin_draft" not in service.asked[-1]


@pytest.mark.wide
@pytest.mark.parametrize("size", [(140, 40), (200, 60)])
async def test_a_wide_screen_previews_the_marked_row(size: tuple[int, int]) -> None:
    async with signed_in_clerk(size=size) as (app, pilot, _service):
        await press(pilot, *DRAFT, "f5")
        await wait_for(pilot, lambda: "Identity card" in screen_text(app))
        assert "Identity card" in screen_text(app)


@pytest.mark.wide
async def test_the_guide_of_the_marked_row_is_scrolled_and_printed() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, *DRAFT, "f5", "f8")
        await wait_for(pilot, lambda: isinstance(app.screen, GuideDialog))
        assert isinstance(app.screen, GuideDialog)
        assert "Condition 1: the child was born here  [S1]" in screen_text(app)
        assert "Condition 39" not in screen_text(app)
        await press(pilot, "pagedown", "pagedown", "pagedown")
        await wait_for(pilot, lambda: "Condition 39" in screen_text(app))
        assert "Condition 39" in screen_text(app)
        await press(pilot, "f9")
        await wait_for(pilot, lambda: service.asked[-1] == "print_guide birth")
        assert service.asked[-1] == "print_guide birth"
        assert isinstance(app.screen, OfferDialog)


@pytest.mark.wide
async def test_the_guide_of_a_draft_has_a_number_in_the_menu() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        await press(pilot, *DRAFT, "f5", "1", "enter", "escape", "f8", "71", "enter")
        await wait_for(pilot, lambda: isinstance(app.screen, GuideDialog))
        assert isinstance(app.screen, GuideDialog)
        await press(pilot, "f9")
        assert service.asked[-1] == "print_guide"


@pytest.mark.wide
async def test_a_list_of_f5_that_is_open_uses_the_room_of_a_larger_terminal() -> None:
    async with signed_in_clerk() as (app, pilot, _service):
        await press(pilot, *DRAFT, "f5")
        narrow = app.screen.query_one(DialogFrame).size.width
        await pilot.resize_terminal(140, 40)
        await wait_for(pilot, lambda: app.screen.query_one(DialogFrame).size.width > narrow)
        assert app.screen.query_one(DialogFrame).size.width > narrow
