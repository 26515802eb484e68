"""The linear mode: whole lines, no escape sequence, the same acts as on the screens."""

from __future__ import annotations

import pytest

from screens.plain.questions import has_line_form
from tests.screens.dialog_kinds import list_dialog_kinds
from tests.screens.plain.line_stage import TwoPersons, linear_mode
from tests.screens.sample_data import CASE, CODE


@pytest.mark.usefixtures("english")
async def test_a_birth_is_accepted_in_the_linear_mode() -> None:
    office = TwoPersons()
    async with linear_mode(office, "1001") as reader:
        await reader.answer("Hall:", "F2")
        assert "Ticket A023" in await reader.answer("Ticket:", CODE)
        assert "warning: The code is doubtful" in await reader.answer("Person:", "confirm")
        await reader.answer("Number or letters:", "y")
        assert "The person is confirmed." in await reader.answer("Person:", "F5")
        await reader.answer("Number or letters:", "cs")
        assert "consent is to be asked for" in await reader.answer("Numbers:", "a")
        await reader.answer("Numbers:")
        await reader.answer("Name of the child:", "?")
        assert "Field 1 of 12, required." in await reader.answer("Name of the child:", "Xiao An")
        await reader.answer("Sex:", ".")
        await reader.answer("Draft:", "9")
        assert "error: Something is still missing" in await reader.answer("Father's number:", "110101198805050010")
        assert "warning: the household register says 14" in await reader.answer("Register at:", "<")
        assert "110101198805050010" in await reader.answer("Father's number:", ".")
        await reader.answer("Draft:", "field")
        await reader.answer("Number or letters:", "mobile")
        await reader.answer("Mobile phone:", "13800000000")
        await reader.answer("Send by post:", ".")
        await reader.answer("Draft:", "8")
        await reader.answer("Number or letters:", "5")
        await reader.answer("Number or letters:", "father's")
        await reader.answer("Draft:", "F9")
        assert "Receipt" in await reader.answer("Paper:", "read")
        assert CASE in await reader.answer("Paper:", "2")
        await reader.answer("Ticket:", "quit")
        await reader.answer("y signs out, n goes back:", "y")
        reader.check_output()
    assert "accept_case" in office.counter.asked
    assert "sign_out" in office.counter.asked


async def test_an_officer_refuses_a_task_with_a_reason_in_chinese() -> None:
    office = TwoPersons()
    async with linear_mode(office, "2001") as reader:
        await reader.answer("队列：", "F2")
        await reader.answer("任务：", "读")
        assert "经过：" in await reader.answer("任务：", "F9")
        await reader.answer("a、n或r：")
        assert "a：批准" not in await reader.answer("a、n或r：", "r")
        await reader.answer("理由：", "照片不清")
        await reader.answer("理由：")
        await reader.answer("队列：", "?")
        reader.check_output()
    assert office.department.asked[-1] == "refuse 照片不清"


@pytest.mark.usefixtures("english")
async def test_a_pin_is_not_echoed_and_what_was_typed_can_be_deleted() -> None:
    async with linear_mode(TwoPersons()) as reader:
        await reader.answer("Staff number:", "王\x7f1001")
        await reader.answer("PIN:", "9999")
        assert "error: " in await reader.answer("Staff number:", "1001")
        await reader.answer("PIN:", "2468")
        await reader.answer("Hall:", "lock")
        assert "Everything is as it was left." in await reader.answer("Staff number:")
        assert "9999" not in reader.text
        reader.check_output()


@pytest.mark.wide
@pytest.mark.usefixtures("english")
async def test_a_question_is_repeated_explained_and_left_without_a_record() -> None:
    office = TwoPersons()
    async with linear_mode(office, "1001") as reader:
        await reader.answer("Hall:", "F1")
        assert "Next step: F2 calls the next ticket." in await reader.answer("Hall:", CASE)
        await reader.answer("Case:", "8")
        asked = len(office.counter.asked)
        await reader.answer("Number or letters:", "?")
        assert "Type the number of a row" in await reader.answer("Number or letters:", "\x1b", end="")
        assert len(office.counter.asked) == asked
        await reader.answer("Case:", "read")
        assert "History:" in await reader.answer("Case:", "<")
        await reader.answer("Hall:", "xy")
        assert "This is no command here." in await reader.answer("Hall:")
        reader.check_output()


def test_every_dialog_of_counter_and_department_can_be_asked_in_lines() -> None:
    places = ("screens.counter", "screens.department", "screens.papers", "screens.widgets", "screens.connection")
    kinds = [kind for kind in list_dialog_kinds() if kind.__module__.startswith(places)]
    assert [kind.__name__ for kind in kinds if not has_line_form(kind)] == []
