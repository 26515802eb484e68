"""The queue of the department screen: preview, narrowing, and the decisions of the day."""

from __future__ import annotations

from screens.widgets.preview import REST_SECONDS
from tests.screens.officer_stage import current_task_id, signed_in_officer
from tests.screens.stage import press, screen_text, wait_until_idle


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


async def test_the_queue_is_filtered_and_sorted_by_the_service() -> None:
    async with signed_in_officer((140, 40)) as (app, pilot):
        await press(pilot, "/", "Excavation")
        await pilot.pause(REST_SECONDS)
        await wait_until_idle(pilot)
        text = screen_text(app)
        assert "Household registration  " not in text
        assert current_task_id(app) == "t2"
        await press(pilot, "escape")
        await press(pilot, "escape", "s", "s")
        await pilot.pause(REST_SECONDS)
        await wait_until_idle(pilot)
        await press(pilot, "home")
        assert "Matter^" in screen_text(app)
        assert current_task_id(app) == "t2"
