"""Several tasks marked by a supervisor are given to one officer for one reason; the time that is left is named."""

from __future__ import annotations

import pytest

from screens.widgets.progress import TimeLeft, describe_progress, progress_line
from tests.screens.stage import press, screen_text
from tests.screens.test_supervisor import signed_in_supervisor

pytestmark = pytest.mark.usefixtures("english")


async def test_marked_tasks_are_reassigned_for_one_reason() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "2", "enter", "space", "space")
        assert "2 marked" in screen_text(app)
        await press(pilot, "f8", "2", "enter", "1", "enter", "ill today", "enter", "enter")
        assert [asked.partition(" ")[2] for asked in app.service.asked] == [
            "t0 2001: ill today",
            "t1 2001: ill today",
        ]
        assert "2 marked" not in screen_text(app)


@pytest.mark.wide
async def test_one_marked_task_is_the_subject_wherever_the_cursor_is() -> None:
    async with signed_in_supervisor() as (app, pilot):
        await press(pilot, "2", "enter", "space", "f8", "2", "enter", "1", "enter", "ill today", "enter", "enter")
        assert [asked.partition(" ")[2] for asked in app.service.asked] == ["t0 2001: ill today"]


def test_the_time_left_is_that_of_the_present_speed_and_unknown_without_progress() -> None:
    left = TimeLeft()
    assert left.add_sample(0.0, 100, 500) is None
    assert left.add_sample(10.0, 200, 500) == pytest.approx(30.0)
    assert left.add_sample(60.0, 200, 500) is None
    assert left.add_sample(61.0, 500, 500) is None


def test_a_progress_is_a_bar_with_numbers_and_time() -> None:
    text = "".join(part for part, _style in progress_line("Sent", 30, 120, 300.0, 60, label_cells=8))
    assert text.startswith("Sent")
    assert "30 of 120  5 min left" in text
    assert text.count("\u2501") * 3 == text.count("\u2500")
    assert describe_progress(1, 2, None) == "1 of 2"
