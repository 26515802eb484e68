"""The pre-review at the counter screen: papers are read in the background, F8 60 and ^K show what was read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from screens.papers.review import PaperReviewDialog
from screens.widgets.row_list import RowList
from tests.screens.officer_stage import signed_in_officer
from tests.screens.sample_paper_reviews import sample_review
from tests.screens.stage import press, screen_text, wait_for
from tests.screens.test_counter import signed_in_clerk, start_birth_case

REVIEW = ("f8", "60", "enter")


@pytest.mark.wide
async def test_a_paper_that_waits_is_read_without_a_key_and_its_row_names_what_was_found() -> None:
    async with signed_in_clerk(size=(140, 40)) as (app, pilot, service):
        service.reading = "waiting"
        await start_birth_case(pilot)
        await wait_for(pilot, lambda: "record_reading birth" in service.asked)
        assert "other name?" in screen_text(app)
        assert service.asked.count("read_paper birth") == 1


@pytest.mark.wide
async def test_f8_60_shows_findings_values_and_the_cut_out_of_the_page() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.reading = "done"
        await start_birth_case(pilot)
        await press(pilot, *REVIEW)
        assert isinstance(app.screen, PaperReviewDialog)
        text = screen_text(app)
        for part in ("Pre-review: Birth certificate", "another name, 陈志强", "2026-01-31 is over", "unsure, 87 %"):
            assert part in text
        await press(pilot, "down", "down", "down")
        await wait_for(pilot, lambda: "draw_value birth father_name" in service.asked)
        assert "draw_value birth father_name" in service.asked


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("keys", "asked"),
    [
        (("down", "down", "down", "enter"), "take_value birth father_name"),
        (("down", "i"), "ignore_finding birth double:number:id-card"),
        (("i", "1", "enter"), "ignore_finding birth expired:valid_until misread"),
        (("i", "2", "enter", *"proof", "enter"), "ignore_finding birth expired:valid_until other proof"),
        (("f5",), "read_again birth"),
    ],
)
async def test_a_key_takes_a_value_sets_a_finding_aside_or_reads_again(keys: tuple[str, ...], asked: str) -> None:
    async with signed_in_clerk() as (_app, pilot, service):
        service.reading = "done"
        await start_birth_case(pilot)
        await press(pilot, *REVIEW, *keys)
        await wait_for(pilot, lambda: asked in service.asked)
        assert asked in service.asked


@pytest.mark.wide
async def test_after_an_act_the_review_is_shown_again_with_the_same_row() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.reading = "done"
        await start_birth_case(pilot)
        await press(pilot, *REVIEW, "down", "down", "down", "enter")
        await wait_for(pilot, lambda: service.asked.count("review_paper birth") == 2)
        await wait_for(pilot, lambda: isinstance(app.screen, PaperReviewDialog))
        row = app.screen.query_one(RowList).current_row
        assert row is not None
        assert row.key == "value:father_name"


@pytest.mark.wide
async def test_a_row_that_does_not_allow_an_act_rings_the_bell_and_stays_open() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.reading = "done"
        await start_birth_case(pilot)
        await press(pilot, *REVIEW, "enter", "r", "down", "down", "enter", "i")
        assert isinstance(app.screen, PaperReviewDialog)
        assert not any(asked.startswith(("take_value", "ignore", "explain")) for asked in service.asked)


@pytest.mark.wide
async def test_where_reading_is_not_installed_a_calm_line_states_size_and_command() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.reading = "done"
        sentence = (
            "Papers are not read on this machine. An optional package of 135 MB reads them: pip install 'clerk[text]'"
        )
        service.review = replace(sample_review(), state="off", headline=sentence, findings=(), values=())
        await start_birth_case(pilot)
        await press(pilot, *REVIEW)
        assert "135 MB" in screen_text(app)


@pytest.mark.wide
async def test_the_key_on_the_row_opens_the_review_of_this_paper() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.reading = "done"
        await start_birth_case(pilot)
        app.screen.set_focus(app.screen.query_one("#needs", RowList))
        app.screen.query_one("#needs", RowList).move_to("material:birth")
        await press(pilot, "ctrl+k")
        await wait_for(pilot, lambda: isinstance(app.screen, PaperReviewDialog))
        assert isinstance(app.screen, PaperReviewDialog)


async def test_an_officer_has_a_paper_read_and_the_review_opens_when_it_is_there() -> None:
    async with signed_in_officer() as (app, pilot):
        service = app.service
        service.has_paper = True
        await press(pilot, "f2", "f8", "60", "enter")
        await wait_for(pilot, lambda: "another name, 陈志强" in screen_text(app))
        assert "another name, 陈志强" in screen_text(app)
        assert "review_paper birth" in service.asked
        await press(pilot, "down", "down", "down", "enter", "i", "r")  # an officer changes nothing
        assert isinstance(app.screen, PaperReviewDialog)
        await press(pilot, "f5")
        await wait_for(pilot, lambda: "review_paper birth again" in service.asked)
        assert "review_paper birth again" in service.asked
