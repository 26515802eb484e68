"""The queue of the department screen: preview, narrowing, and the decisions of the day."""

from __future__ import annotations

import pytest

from screens.department.preview import TaskPreview
from screens.widgets.cursor_reader import REST_SECONDS
from screens.widgets.help import HelpDialog
from tests.screens.officer_stage import current_task_id, signed_in_officer
from tests.screens.stage import press, screen_text, wait_for, wait_until_idle


async def test_the_preview_follows_the_cursor_and_reads_only_where_it_rests() -> None:
    async with signed_in_officer((140, 40)) as (app, pilot):
        assert app.service.previewed == ["t0"]
        await press(pilot, *["down"] * 8)
        await pilot.pause(REST_SECONDS * 2)
        await wait_until_idle(pilot)
        assert app.service.previewed[1:] == ["t10"]
        text = screen_text(app)
        for words in (
            "Wang *",
            "Service centre",
            "Nobody holds it",
            "Wait for this one",
            "Birth certificate",
        ):
            assert words in text
        assert app.service.asked == []  # nothing was claimed


@pytest.mark.wide
async def test_a_narrow_screen_shows_the_essential_lines_of_the_preview_beneath_the_queue() -> None:
    async with signed_in_officer() as (app, pilot):
        text = screen_text(app)
        assert "Nobody holds it: it is in the queue since 11-02 09:12." in text
        assert "missing: " in text
        await pilot.resize_terminal(140, 40)
        await wait_until_idle(pilot)
        await press(pilot, "down")
        assert "History 2" in screen_text(app)


async def test_f5_narrows_the_queue_and_escape_shows_all() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f5")
        assert "due today" in screen_text(app)
        await press(pilot, "1", "enter")
        text = screen_text(app)
        assert "All open 2  ! due today" in text
        assert current_task_id(app) == "t3"
        await press(pilot, "escape")
        assert "All open 448" in screen_text(app)


async def test_decisions_of_the_day_are_listed_and_one_is_corrected_with_a_reason() -> None:
    async with signed_in_officer((140, 40)) as (app, pilot):
        await press(pilot, "f2", "f9", "a", "f2", "f9", "r", "no", "enter", "enter", "5")
        text = screen_text(app)
        assert "Decided today 2" in text
        assert "The results are made out." in text
        await press(pilot, "enter")  # the refusal cannot be corrected any more
        assert app.department.shown_task is None
        await press(pilot, "down", "enter", "a wrong key", "enter", "enter")
        assert app.service.asked[-1] == "reopen_decision t0: a wrong key"
        assert app.department.shown_task is not None


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.wide
async def test_a_click_on_a_tab_or_key_does_what_its_key_does(columns: int) -> None:
    async with signed_in_officer((columns, 32)) as (app, pilot):
        for words, tab in (("3 Overdue", "overdue"), ("1 All open", "open"), ("5 Decided", "decided")):
            line = next(line for line in screen_text(app).splitlines() if "4 Papers, procedures" in line)
            for place in (line.index(words), line.index(words) + len(words)):
                await pilot.click("#views", offset=(place, 0))
                await wait_until_idle(pilot)
                assert app.department.page.tab == tab
        keys = screen_text(app).splitlines()[-1]
        await pilot.click("#keys", offset=(keys.index("F1 Help") + 4, 0))
        await wait_until_idle(pilot)
        assert isinstance(app.screen, HelpDialog)


@pytest.mark.wide
async def test_the_queue_is_filtered_and_sorted_by_the_service() -> None:
    async with signed_in_officer((140, 40)) as (app, pilot):
        await press(pilot, "/", "Excavation")
        await wait_for(pilot, lambda: "Household registration  " not in screen_text(app))
        text = screen_text(app)
        assert "Household registration  " not in text
        assert current_task_id(app) == "t2"
        await press(pilot, "escape")
        await press(pilot, "escape", "s", "s")
        await wait_for(pilot, lambda: current_task_id(app) == "t2")
        await press(pilot, "home")
        assert "Matter^" in screen_text(app)
        assert current_task_id(app) == "t2"


FRAME = set("─│╭╮╰╯━┃┏┓┗┛")
FACTS = (
    "Service centre",  # where it was accepted
    "2026-11-02 09:12",  # and when
    "A child is born",
    "valid to",
    "Wait for this one",
    "Due next: ",
    "critical path",
    "History",
    "due today 3",
    "due this week 12",
)


@pytest.mark.wide
async def test_140_columns_have_at_least_six_facts_more_than_80_and_at_most_80_percent_empty_cells() -> None:
    async with signed_in_officer() as (app, _pilot):
        narrow = screen_text(app)
    async with signed_in_officer((140, 40)) as (app, pilot):
        wide = screen_text(app)
        more = [fact for fact in FACTS if fact in wide and fact not in narrow]
        assert len(more) >= 6, more
        await press(pilot, "f2")
        for text in (wide, screen_text(app)):
            glyphs = sum(not character.isspace() and character not in FRAME for character in text)
            assert 1 - glyphs / (140 * 40) <= 0.8


@pytest.mark.wide
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), "next due 2026-11-19"),  # the nearest due date
        ((), "Nobody holds it: it is in the queue since"),  # who holds a case and why it waits
        (("f2", "f9", "a", "f1"), "5 lists what you decided today"),  # how to undo
    ],
)
async def test_a_new_officer_finds_due_date_holder_and_undo_on_the_first_screen_or_with_f1(
    keys: tuple[str, ...], expected: str
) -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, *keys)
        assert expected in " ".join(screen_text(app).split())


@pytest.mark.wide
async def test_measuring_the_height_of_a_preview_does_not_change_what_is_painted() -> None:
    """A preview with a scroll bar was measured and painted in two widths, each of which asked for a layout."""
    async with signed_in_officer((140, 40)) as (app, _pilot):
        preview = app.department.query_one(TaskPreview)
        before = preview.virtual_size
        assert preview.get_content_height(preview.size, preview.size, before.width - 10) >= before.height
        assert preview.virtual_size == before
