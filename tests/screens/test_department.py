"""The department screen driven by keys: the queue, one task, a decision, the next task."""

from __future__ import annotations

import pytest
from textual.geometry import Region

from screens.department.screen import DepartmentScreen
from tests.screens.officer_stage import current_task_id, signed_in_officer
from tests.screens.stage import press, screen_text, wait_until_idle


async def test_the_queue_is_sorted_by_urgency_and_the_tabs_show_their_counts() -> None:
    async with signed_in_officer() as (app, _pilot):
        text = screen_text(app)
        assert "1 All open 448" in text
        assert "3 Overdue 3 x" in text
        assert "4 Papers, procedures 2 !" in text
        rows = [line for line in text.split("\n") if "-0" in line]
        assert "1 days over" in rows[0]
        assert rows[0].startswith("x ")
        assert rows[3].startswith("! ")
        assert current_task_id(app) == "t0"


@pytest.mark.wide
async def test_a_reservation_that_is_over_is_not_called_the_officers_own() -> None:
    async with signed_in_officer() as (app, pilot):
        app.service.lease_over = True
        await press(pilot, "f2")
        assert "09:45; others can take it" in screen_text(app)
        assert "yours until" not in screen_text(app)


async def test_f2_takes_the_most_urgent_task_and_shows_only_what_belongs_to_it() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2")
        assert app.service.asked == ["claim_next"]
        text = screen_text(app)
        for words in (
            "Household registration",
            "Wang *",
            "yours until 09:45",
            "promised 2026-11-19",
            "Name of the child",
        ):
            assert words in text
        assert "Father's identity card" in text
        assert "missing" in text
        await press(pilot, "end")
        text = screen_text(app)
        assert "Other matters of the case" in text
        assert "in review" in text
        assert "Household registration: taken up" in text


@pytest.mark.wide
async def test_one_task_after_another_takes_three_keys_each() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "a", "f2", "f9", "1", "f2")
        assert app.service.asked == ["claim_next", "approve ", "claim_next", "approve ", "claim_next"]
        assert app.department.shown_task is not None


async def test_no_decision_is_preselected() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "enter", "enter")
        assert "Choose first" in screen_text(app)
        assert app.service.asked == ["claim_next"]
        await press(pilot, "down", "enter")
        assert app.service.asked == ["claim_next", "approve "]


async def test_a_refusal_and_an_approval_with_a_note_ask_for_words() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "r", "enter")
        assert "Please enter a reason." in screen_text(app)
        await press(pilot, "no permit", "enter", "enter", "f2", "f9", "n", "checked twice", "enter", "enter")
        assert app.service.asked == ["claim_next", "refuse no permit", "claim_next", "approve checked twice"]
        assert "Recorded." in screen_text(app)


@pytest.mark.wide
async def test_several_reasons_are_given_typed_or_by_the_number_of_a_stock_reason() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "r")
        assert "1 The conditions are not met" in screen_text(app)
        await press(pilot, "2", "enter", "the address is wrong", "enter", "2", "enter")
        assert "+ The papers are not true" in screen_text(app)
        await press(pilot, "enter")
        assert app.service.asked[-1] == "refuse [facts-not-true]the address is wrong"


@pytest.mark.wide
async def test_the_last_reason_is_taken_back_and_corrected() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "r", "no permitt", "enter", "up", "backspace", "enter", "enter")
        assert app.service.asked[-1] == "refuse no permit"


@pytest.mark.wide
async def test_escape_keeps_the_reasons_of_each_task_until_they_are_recorded() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(
            pilot, "f2", "f9", "r", "first reason", "enter", "half a", "escape", "f6", "space", "enter", "blurred"
        )
        await press(pilot, "escape", "escape", "down", "down", "enter", "f9", "r")  # another task
        assert "first reason" not in screen_text(app)
        await press(pilot, "escape", "escape", "home", "enter", "f9", "r")
        text = screen_text(app)
        assert "+ first reason" in text
        assert "half a" in text
        await press(pilot, "escape", "f6")
        assert "[x] Father's identity card" in screen_text(app)  # ticked before the reason was left
        await press(pilot, "enter")
        assert "blurred" in screen_text(app)
        await press(pilot, "escape", "f9", "r", " word", "enter", "enter")
        assert app.service.asked[-1] == "refuse first reason\nhalf a word"


@pytest.mark.wide
async def test_going_back_from_a_dialog_changes_nothing() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "escape", "f9", "r", "typed", "escape", "f6", "escape", "f8", "escape")
        assert app.service.asked == ["claim_next"]
        assert app.department.shown_task is not None


async def test_a_return_shows_missing_materials_first_and_ticks_none_by_itself() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f6")
        text = screen_text(app)
        assert "[x]" not in text
        assert text.index("] Father's identity card") < text.index("] Birth certificate")
        await press(pilot, "space", "down", "space", "enter", "1", "enter", "enter")
        assert app.service.asked == ["claim_next", "return_task father,birth: [copy-not-legible]"]
        assert "4 Papers, procedures 3 !" in screen_text(app)


@pytest.mark.wide
async def test_a_material_that_could_be_seen_before_is_asked_for_with_a_reason() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f6", "down", "down", "down", "space", "enter", "not readable", "enter", "enter")
        assert "This was visible at your previous notice" in screen_text(app)
        await press(pilot, "2", "enter", "missed it", "enter", "enter")
        (_claim, returned) = app.service.asked
        assert returned.endswith(": not readable late overlooked: missed it")


@pytest.mark.wide
async def test_leaving_the_reason_of_a_late_request_returns_nothing() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(
            pilot, "f2", "f6", "down", "down", "down", "space", "enter", "not readable", "enter", "enter", "escape"
        )
        assert app.service.asked == ["claim_next"]
        assert app.department.shown_task is not None


@pytest.mark.wide
async def test_a_return_of_nothing_is_no_return() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f6", "enter")
        assert app.service.asked == ["claim_next"]
        assert "Nothing is ticked" in screen_text(app)


@pytest.mark.wide
async def test_f8_commits_in_writing_and_puts_back() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f8", "2", "enter", "the address only", "enter", "enter")
        assert "Committed." in screen_text(app)
        await press(pilot, "f8", "put", "enter")
        assert app.service.asked == ["claim_next", "commit_to_approve the address only", "release_task"]
        assert app.department.shown_task is None


async def test_enter_on_a_material_opens_it_and_on_anything_else_does_nothing() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "enter")
        assert app.service.asked == ["claim_next"]
        await press(pilot, "tab", "enter")
        assert app.service.asked[1:] == ["open_material birth"]
        assert "Only for: A child is born" in screen_text(app)
        await press(pilot, "escape")
        assert app.department.is_current


@pytest.mark.wide
async def test_enter_takes_the_marked_task_or_names_the_officer_who_holds_it() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "down", "enter")
        assert "Sun Hao holds this task." in screen_text(app)
        await press(pilot, "down", "enter")
        assert app.service.asked == ["open_task t1", "open_task t2"]
        await press(pilot, "escape", "2", "enter")
        assert app.service.asked[2:] == ["open_task t2"]


@pytest.mark.wide
async def test_digits_and_tab_change_the_view_of_the_queue() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "4")
        assert "clock stands" in screen_text(app)
        await press(pilot, "tab")
        assert app.department.page.tab == "decided"
        await press(pilot, "shift+tab", "2")
        assert "You hold no task. F2 takes the most urgent one" in screen_text(app)


async def test_the_queue_is_read_by_pages_and_its_end_is_one_key_away() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "end")
        await wait_until_idle(pilot)
        await press(pilot, "up")
        assert current_task_id(app) == "t448"
        assert "148 days left" in screen_text(app)
        await press(pilot, "home")
        assert current_task_id(app) == "t0"


@pytest.mark.wide
async def test_a_queue_that_changes_in_the_background_keeps_the_cursor_on_its_task() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "pagedown")
        before = current_task_id(app)
        app.service.queues.ended |= {0, 2, 3}
        app.department.refresh_in_background()
        await wait_until_idle(pilot)
        assert current_task_id(app) == before
        assert "1 All open 445" in screen_text(app)


async def test_the_lease_is_renewed_while_the_task_is_on_the_screen_and_also_beneath_a_dialog() -> None:
    async with signed_in_officer() as (app, pilot):
        app.department.renew_lease()
        await press(pilot, "f2")
        app.department.renew_lease()
        await press(pilot, "f9", "r")
        app.department.renew_lease()
        await wait_until_idle(pilot)
        assert app.service.asked == ["claim_next", "renew_claim", "renew_claim"]
        await press(pilot, "escape", "escape")
        app.department.renew_lease()
        await wait_until_idle(pilot)
        assert app.service.asked == ["claim_next", "renew_claim", "renew_claim"]


async def test_a_lost_lease_is_reported_and_nothing_can_be_decided_any_more() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2")
        app.service.take_away()
        app.department.renew_lease()
        await wait_until_idle(pilot)
        text = screen_text(app)
        assert "x The task was given to Sun Hao." in text
        assert "You do not hold this task now." in text
        assert "F9" not in text
        await press(pilot, "f9")
        assert "First take a task" in screen_text(app)
        await press(pilot, "f2")
        assert app.service.asked == ["claim_next", "renew_claim", "claim_next"]


@pytest.mark.wide
async def test_a_task_taken_away_by_a_supervisor_is_noticed_without_a_key() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2")
        app.service.take_away()
        app.department.refresh_in_background()
        await wait_until_idle(pilot)
        assert "You no longer hold" in screen_text(app)


@pytest.mark.wide
async def test_a_task_that_lapses_while_it_is_on_the_screen_is_noticed_without_a_key_until_it_is_acknowledged() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2")
        app.service.lapse("260000000015-02: Ended without a decision, because this was refused: Birth certificate.")
        app.department.refresh_in_background()
        await wait_until_idle(pilot)
        text = screen_text(app)
        assert "260000000015-02: Ended without a decision" in text
        assert "2 Mine" in text  # the queue is on the screen
        await press(pilot, "f2")
        assert app.service.asked == ["claim_next", "claim_next"]
        await press(pilot, "escape")
        assert "Your tasks that ended without a decision: 1. F8 shows them." in screen_text(app)
        await press(pilot, "f8", "escape")
        assert "without a decision: 1" in screen_text(app)
        await press(pilot, "f8", "enter", "enter")
        assert app.service.asked[-1] == "acknowledge_ended"
        assert "without a decision: 1" not in screen_text(app)


@pytest.mark.wide
async def test_escape_goes_back_to_the_queue_and_f3_opens_the_task_again() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "escape")
        text = screen_text(app)
        assert "2 Mine 1" in text
        assert "F3 Last task" in text
        await press(pilot, "f3")
        assert "Name of the child" in screen_text(app)
        assert app.service.asked == ["claim_next"]


@pytest.mark.wide
async def test_keys_that_need_a_task_show_a_warning_without_one() -> None:
    async with signed_in_officer() as (app, pilot):
        for key in ("f6", "f9"):
            await press(pilot, key)
            assert "First take a task" in screen_text(app)
        assert app.service.asked == []


@pytest.mark.wide
async def test_f8_at_the_queue_receives_papers_with_the_number_of_the_counter() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f8", "37", "enter", "1", "enter", "a", "enter")
        assert app.service.asked == ["receive_papers IH30518264 1,2"]


@pytest.mark.wide
async def test_a_long_value_continues_in_the_rows_beneath() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2")
        words = " ".join(line[25:].strip() for line in screen_text(app).split("\n"))
        assert "Room 1203, Building 7, Lane 1888 Yan'an Middle Road, Jing'an District, Shanghai" in words
        assert "above the post office" in words


@pytest.mark.wide
async def test_a_wide_screen_shows_pages_tracks_and_decision_and_a_narrow_one_keeps_what_was_typed() -> None:
    async with signed_in_officer((140, 40)) as (app, pilot):
        await press(pilot, "f2")
        text = screen_text(app)
        for words in ("Stated details", "Birth certificate", "Due next", "F9 Decision", "nothing chosen"):
            assert words in text
        await press(pilot, "f9", "r", "not yet", "pagedown", " true")  # the pages scroll while reasons are written
        assert app.department.panel.own.cursor > 1
        await pilot.resize_terminal(80, 24)
        await wait_until_idle(pilot)
        assert "not yet true" in screen_text(app)
        await press(pilot, "escape", "home")
        text = screen_text(app)
        assert "not yet true" not in text
        assert "Name of the child" in text
        await press(pilot, "f9", "enter")
        assert "not yet true" in screen_text(app)
        assert app.service.asked == ["claim_next"]


@pytest.mark.wide
async def test_tab_goes_through_pages_tracks_and_form_of_a_wide_screen() -> None:
    async with signed_in_officer((140, 40)) as (app, pilot):
        await press(pilot, "f2", *["tab"] * 4)
        assert app.department.query_one("#casetracks").has_focus
        await press(pilot, "tab")
        assert app.department.panel.form.acts.has_focus
        await press(pilot, "enter")
        assert "Choose first" in screen_text(app)
        await press(pilot, "tab")
        assert app.department.panel.own.has_focus


@pytest.mark.wide
async def test_f9_records_what_is_typed_and_another_act_has_its_own_reasons() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "r", "no permit", "escape", "f9", "n", "checked", "f9")
        assert app.service.asked == ["claim_next", "approve checked"]


async def test_the_language_changes_on_the_task_without_losing_it() -> None:
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "ctrl+l")
        assert "新生儿姓名" in screen_text(app)
        assert app.department.shown_task is not None


@pytest.mark.wide
async def test_after_a_resize_under_a_dialog_nothing_is_painted_in_the_former_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Textual painted the screen below again and again, which cut Chinese characters at its edge."""
    async with signed_in_officer() as (app, pilot):
        await press(pilot, "f2", "f9", "r", "no permit", "enter")
        await pilot.resize_terminal(140, 40)
        widths: list[int] = []
        refresh = app.department.refresh

        def watch(*regions: Region, **options: bool) -> DepartmentScreen:
            widths.extend(region.width for region in regions)
            return refresh(*regions, **options)

        monkeypatch.setattr(app.department, "refresh", watch)
        await press(pilot, "enter")
        await wait_until_idle(pilot)
        assert 80 not in widths
