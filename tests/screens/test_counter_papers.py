"""The papers of a case: its prints, a reprint or a new version, and the question whether a paper came out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clerk_app.views.shared import Option
from tests.screens.sample_data import CASE, PRINT_QUESTION, PRINTED_PAPER
from tests.screens.stage import press, screen_text, wait_until_idle
from tests.screens.test_counter import signed_in_clerk


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("key", "asked"), [("1", "reprint_paper p1"), ("2", "print_new_version p1"), ("3", "list_papers")]
)
async def test_a_printed_paper_is_printed_again_in_a_new_version_or_its_prints_are_read(key: str, asked: str) -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.papers = (PRINTED_PAPER,)
        await press(pilot, "f2", CASE, "enter", "f8", "10", "enter")
        assert "its content has changed" in screen_text(app)
        await press(pilot, key, "enter")
        if key == "3":
            assert "Template version 0123456789ab" in screen_text(app)
            assert "Li Mei, Window 1, receipts" in screen_text(app)
        else:
            assert service.asked[-1] == asked


@pytest.mark.wide
async def test_a_paper_is_printed_in_a_language_of_its_template() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.papers = (replace(PRINTED_PAPER, languages=(Option("mn", "Mongolian"),)),)
        await press(pilot, "f2", CASE, "enter", "f8", "10", "enter")
        assert "Print it in Mongolian" in screen_text(app)
        await press(pilot, "4", "enter")
        assert service.asked[-1] == "print_in_language p1 mn"


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("1", ["answer_print p3 came_out"]),
        ("2", ["answer_print p3 missing", "reprint_paper p1"]),
        ("3", ["answer_print p3 damaged", "reprint_paper p1"]),
    ],
)
async def test_a_clerk_is_asked_on_the_case_whether_a_paper_came_out(key: str, asked: list[str]) -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.questions = (PRINT_QUESTION,)
        await press(pilot, "f2", CASE, "enter")
        assert "Did the paper come out?" in screen_text(app)
        await press(pilot, key, "enter")
        assert service.asked[-len(asked) :] == asked
        assert "Did the paper come out?" not in screen_text(app)


@pytest.mark.wide
async def test_enter_alone_answers_nothing_and_the_question_is_asked_once() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.questions = (PRINT_QUESTION,)
        await press(pilot, "f2", CASE, "enter", "enter")
        assert len(service.questions) == 1
        assert "Did it come out of the printer? Receipt" in " ".join(screen_text(app).split())
        await press(pilot, "f8", "11", "enter", "1", "enter")  # when the clerk has looked
        assert not service.questions


@pytest.mark.wide
async def test_what_the_city_holds_is_offered_before_papers_are_taken_in() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.held_supplements = (Option("father", "Father's identity card", hint="Public Security"),)
        await press(pilot, "f2", CASE, "enter", "f6")
        assert "No paper is needed for these" in screen_text(app)
        await press(pilot, "a", "enter")
        assert service.asked[-1] == "use_held_supplements father"


async def test_paper_for_what_the_city_holds_asks_for_the_reason() -> None:
    async with signed_in_clerk() as (app, pilot, service):
        service.held_supplements = (Option("father", "Father's identity card", hint="Public Security"),)
        await press(pilot, "f2", CASE, "enter", "f6", "escape")
        assert "What did the citizen bring?" in screen_text(app)
        await press(pilot, "a", "enter")
        await wait_until_idle(pilot)
        assert "Paper although it is held" in screen_text(app)
        await press(pilot, "1", "enter")
        await wait_until_idle(pilot)
        await press(pilot, "f9")
        assert service.asked[-1] == "receive_supplements father,marriage father:unavailable"
