"""Forms, lists, pick lists, dialogs and pictures, driven by keys."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import pytest
from rich.cells import cell_len

from clerk_app.views.case import FieldRow
from clerk_app.views.shared import Option, Picture, Status
from screens.kept_reasons import KeptReasons
from screens.undo import undo_typing
from screens.widgets.choice_input import ChoiceInput
from screens.widgets.columns import PAGE_SIZE, Column, ListRow, column_widths, natural_widths
from screens.widgets.dialogs import ConfirmDialog, TextDialog
from screens.widgets.fields import FormInput
from screens.widgets.form import Form
from screens.widgets.paint import fit, flow, wrap
from screens.widgets.pick import PickDialog, PickRow, matching_rows
from screens.widgets.pick_many import PickManyDialog
from screens.widgets.picture import PictureWidget
from screens.widgets.picture_cells import cell_characters, outline, scaled
from screens.widgets.reasons import ReasonDialog
from screens.widgets.row_list import RowList
from screens.widgets.top_line import TopLine
from tests.screens.sample_drawing import SampleDrawing
from tests.screens.stage import flowing_text, on_stage, press, screen_text, wait_until_idle

SEX = (Option("m", "male"), Option("f", "female"))


def field(number: int, value: str = "", *, required: bool = True, error: str = "", sex: bool = False) -> FieldRow:
    source = "household register, 2 days old" if value else ""
    kind: Literal["choice", "text"] = "choice" if sex else "text"
    choices = SEX if sex else ()
    return FieldRow(f"f{number}", number, f"Field {number}", value, kind, choices, required, source, "", error, "")


FIELDS = (field(1, "欧阳建国"), field(2), field(3, sex=True), field(4))


async def test_a_form_starts_in_the_first_field_that_needs_an_answer_and_enter_goes_on() -> None:
    async with on_stage(lambda: [Form(id="form")]) as (app, pilot):
        form = app.screen.query_one(Form)
        await form.show_fields(FIELDS)
        assert form.focus_first_unanswered()
        await press(pilot, "anna", "enter", "2", "enter", "last", "enter", "er")
        assert [line.input.value for line in form.field_lines] == ["欧阳建国", "anna", "f", "laster"]
        assert "household register" in screen_text(app)


async def test_a_locked_field_is_not_changed_by_keys_until_it_is_shown_in_full() -> None:
    async with on_stage(lambda: [Form(id="form")]) as (app, pilot):
        form = app.screen.query_one(Form)
        await form.show_fields((replace(field(1, "欧**"), locked=True), replace(field(2, "***"), locked=True)))
        form.focus_field("f1")
        await press(pilot, "x", "backspace", "enter", "2")
        assert [line.input.value for line in form.field_lines] == ["欧**", "***"]
        form.focus_field("f2")
        await form.show_fields((field(1, "欧阳建国"), field(2, sex=True)))
        await press(pilot, "2", "up", "end", "x")
        assert [line.input.value for line in form.field_lines] == ["欧阳建国x", "f"]


async def test_undo_brings_a_field_back_and_redo_goes_forward_again() -> None:
    async with on_stage(lambda: [FormInput(id="one")]) as (app, pilot):
        app.screen.set_focus(field := app.screen.query_one(FormInput))
        await press(pilot, "first", "space", "second", "ctrl+z")
        assert field.value == "first"
        await press(pilot, "ctrl+z")
        assert field.value == ""
        await press(pilot, "ctrl+y")
        assert field.value == "first"


async def test_an_error_is_shown_at_its_field_until_the_field_is_changed() -> None:
    async with on_stage(lambda: [Form(id="form")]) as (app, pilot):
        form = app.screen.query_one(Form)
        await form.show_fields((field(1, "12", error="18 characters are needed."), field(2)))
        form.focus_first_unanswered()
        await wait_until_idle(pilot)
        assert "x 18 characters are needed." in screen_text(app)
        await press(pilot, "3")
        assert "18 characters" not in screen_text(app)


async def test_input_survives_an_update_from_the_service() -> None:
    async with on_stage(lambda: [Form(id="form")]) as (app, pilot):
        form = app.screen.query_one(Form)
        await form.show_fields(FIELDS)
        form.focus_field("f2")
        await press(pilot, "typed")
        await form.show_fields((*FIELDS[:2], field(9, "new"), *FIELDS[2:]))
        await wait_until_idle(pilot)
        assert [line.row.id for line in form.field_lines] == ["f1", "f2", "f9", "f3", "f4"]
        assert form.current_line is not None
        assert form.current_line.input.value == "typed"


@pytest.mark.wide
async def test_two_updates_with_the_same_new_field_show_it_once() -> None:
    async with on_stage(lambda: [Form(id="form")]) as (app, pilot):
        form = app.screen.query_one(Form)
        await form.show_fields((field(1), field(4)))
        await asyncio.gather(form.show_fields(FIELDS), form.show_fields(FIELDS))
        await wait_until_idle(pilot)
        assert [line.row.id for line in form.field_lines] == ["f1", "f2", "f3", "f4"]


async def test_an_older_update_does_not_overwrite_a_later_value() -> None:
    async with on_stage(lambda: [Form(id="form")]) as (app, pilot):
        form = app.screen.query_one(Form)
        await form.show_fields(FIELDS)
        form.focus_field("f2")
        await press(pilot, "anna", "enter")
        await form.show_fields(FIELDS)  # an older answer, from before f2 was kept
        assert form.field_lines[1].input.value == "anna"
        form.confirm_save("f2", saved=True)
        await form.show_fields((FIELDS[0], field(2, "Anna"), *FIELDS[2:]))
        assert form.field_lines[1].input.value == "Anna"


async def test_a_digit_answers_a_choice_and_other_letters_do_nothing() -> None:
    async with on_stage(lambda: [ChoiceInput("", SEX)]) as (app, pilot):
        choice = app.screen.query_one(ChoiceInput)
        app.screen.set_focus(choice)
        await press(pilot, "x", "7", "2")
        assert choice.value == "f"
        await press(pilot, "right")
        assert choice.value == "m"
        undone = [undo_typing(choice) and choice.value for _press in range(3)]
        assert undone == ["f", "", False]


def rows_of(count: int) -> Sequence[ListRow]:
    return [ListRow(f"k{index}", (f"A{index:05d}", "欧阳建国" if index % 2 else "Ann Lee")) for index in range(count)]


COLUMNS = (Column(lambda: "Number", 8), Column(lambda: "Name", 10, grow=1))


async def test_a_list_reads_only_the_pages_that_come_into_view() -> None:
    asked: list[int] = []

    class NumberList(RowList):
        def request_page(self, offset: int) -> None:
            asked.append(offset)
            page = [ListRow(str(index), (str(index), "x")) for index in range(offset, offset + PAGE_SIZE)]
            self.call_later(self.put_page, offset, page[: 100_000 - offset], 100_000)

    async with on_stage(lambda: [NumberList(COLUMNS)]) as (app, pilot):
        rows = app.screen.query_one(RowList)
        rows.request_page(0)
        app.screen.set_focus(rows)
        await press(pilot, "pagedown", "down", "end")
        assert rows.current_row is not None
        assert rows.current_row.key == "99999"
        assert len(asked) <= 3
        assert "99999" in screen_text(app)


@pytest.mark.wide
async def test_the_cursor_stays_on_its_row_when_the_list_is_read_again() -> None:
    async with on_stage(lambda: [RowList(COLUMNS)]) as (app, pilot):
        rows = app.screen.query_one(RowList)
        rows.show_rows(rows_of(50))
        app.screen.set_focus(rows)
        await press(pilot, "down", "down", "down")
        rows.show_rows([ListRow("new", ("B1", "new")), *rows_of(50)])
        assert rows.current_row is not None
        assert rows.current_row.key == "k3"
        assert rows.cursor == 4


async def test_pages_read_in_the_background_are_requested_once_and_added_later() -> None:
    async with on_stage(lambda: [RowList(COLUMNS)]) as (app, pilot):
        rows = app.screen.query_one(RowList)
        rows.put_page(0, rows_of(200), 450)
        app.screen.set_focus(rows)
        await press(pilot, "end")
        assert rows.current_row is None
        rows.put_page(400, rows_of(50), 450)
        await wait_until_idle(pilot)
        assert rows.current_row is not None
        assert rows.current_row.key == "k49"


async def test_chinese_and_english_columns_line_up() -> None:
    async with on_stage(lambda: [RowList((*COLUMNS, Column(lambda: "End", 5)))]) as (app, pilot):
        app.screen.query_one(RowList).show_rows([ListRow(r.key, (*r.cells, "|")) for r in rows_of(4)])
        await wait_until_idle(pilot)
        ends = {cell_len(line.split("|")[0]) for line in screen_text(app).splitlines() if "|" in line}
        assert len(ends) == 1


async def test_a_pick_list_takes_initials_numbers_and_the_first_row() -> None:
    rows = [
        PickRow("birth", "A child is born", "1", "sheng"),
        PickRow("move", "Moving house", "2"),
        PickRow("hire", "Hiring staff", "12"),
    ]
    assert [row.id for row in matching_rows(rows, "acib")] == ["birth"]
    assert [row.id for row in matching_rows(rows, "mh")] == ["move"]
    assert matching_rows(rows, "2")[0].id == "move"
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: PickDialog("What is it about?", rows))
        await wait_until_idle(pilot)
        await press(pilot, "hir", "enter")
        app.show_dialog(lambda: PickDialog("What is it about?", rows))
        await wait_until_idle(pilot)
        await press(pilot, "down", "enter")
        app.show_dialog(lambda: PickDialog("What is it about?", rows))
        await wait_until_idle(pilot)
        await press(pilot, "ctrl+g")
        assert app.answers == ["hire", "move", None]


async def test_several_rows_are_ticked_with_space_and_taken_with_enter() -> None:
    rows = [
        PickRow("a", "Identity card", ticked=True),
        PickRow("b", "Household register", ticked=True),
        PickRow("c", "Marriage certificate"),
    ]
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: PickManyDialog("Consent", "The citizen agrees that these are used:", rows))
        await wait_until_idle(pilot)
        await press(pilot, "space", "down", "down", "space", "enter")
        assert app.answers == [("b", "c")]


async def test_a_reason_must_be_written_and_a_question_can_be_left() -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: TextDialog("Withdraw", "Why?"))
        await wait_until_idle(pilot)
        await press(pilot, "enter")
        assert "Please enter a text." in screen_text(app)
        await press(pilot, "moved away", "enter")
        app.show_dialog(lambda: ConfirmDialog("Leave", "The draft stays."))
        await wait_until_idle(pilot)
        await press(pilot, "enter")
        app.show_dialog(lambda: ConfirmDialog("Leave", "The draft stays."))
        await wait_until_idle(pilot)
        await press(pilot, "escape")
        assert app.answers == ["moved away", True, None]


async def test_a_picture_is_painted_in_half_blocks_with_the_code_outlined() -> None:
    picture = Picture(4, 4, bytes(range(48)))
    rows = scaled(picture, 4, 4)
    outline(rows, ((0, 0), (1, 0), (1, 1), (0, 1)))
    assert rows[0][0] == rows[3][3] == (120, 255, 120)
    assert rows[1][1] == (15, 16, 17)
    async with on_stage(lambda: [PictureWidget()]) as (app, pilot):
        app.screen.query_one(PictureWidget).show_frame(picture, [((0, 0), (1, 0), (1, 1))])
        await wait_until_idle(pilot)
        assert "▀▀▀" in screen_text(app)


async def test_a_still_picture_is_painted_in_quadrants_and_without_colours_in_characters() -> None:
    picture = Picture(2, 2, bytes((255, 0, 0, 0, 0, 255, 0, 0, 255, 255, 0, 0)))  # red at two opposite corners
    async with on_stage(lambda: [PictureWidget()]) as (app, pilot):
        widget = app.screen.query_one(PictureWidget)
        widget.show_picture(picture)
        await wait_until_idle(pilot)
        assert "▀▀" in screen_text(app)
        app.drawing_service = SampleDrawing()
        await pilot.resize_terminal(90, 30)
        await wait_until_idle(pilot)
        assert set("▘▝▖▌▞▛") & set(screen_text(app))
        assert not widget.is_coarse
        app.no_color = True
        widget.refresh()
        await wait_until_idle(pilot)
        assert ":::" in screen_text(app)


async def test_without_colours_a_picture_is_painted_in_characters_the_denser_the_lighter() -> None:
    picture = Picture(3, 2, bytes((0, 0, 0, 128, 128, 128, 255, 255, 255) * 2))
    assert cell_characters(scaled(picture, 3, 2)[0], [None] * 3) == " =#"
    async with on_stage(lambda: [PictureWidget()]) as (app, pilot):
        app.no_color = True
        app.screen.query_one(PictureWidget).show_frame(picture, [((0, 0), (0, 1))])
        await wait_until_idle(pilot)
        assert "@" in screen_text(app)
        assert "▀" not in screen_text(app)


def test_a_column_that_is_kept_whole_takes_cells_from_a_growing_one() -> None:
    columns = [Column(lambda: "For", 12, grow=1), Column(lambda: "Waited", 10, keep_whole=True)]
    rows = [ListRow("a", ("Family matters", "less than 2 minutes")), ListRow("b", ("x" * 40,), full_width=True)]
    assert natural_widths(columns, rows) == [0, 19]
    assert column_widths(columns, 40) == [28, 10]
    assert column_widths(columns, 40, natural_widths(columns, rows)) == [19, 19]
    assert column_widths(columns, 30, natural_widths(columns, rows)) == [9, 19]
    assert column_widths(columns, 24, natural_widths(columns, rows)) == [8, 14]


@pytest.mark.wide
async def test_ticked_rows_are_cut_at_the_edge_and_the_current_one_is_shown_whole() -> None:
    rows = [PickRow("a", "Birth certificate", hint="Household registration of the child in the house of its mother")]
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: PickManyDialog("Consent", "Ask.", rows))
        await wait_until_idle(pilot)
        assert "[ ] Birth certificate" in screen_text(app)
        assert "~" in screen_text(app)
        whole = flowing_text(app)
        assert "Birth certificate; Household registration of the child in the house of its mother" in whole


@pytest.mark.wide
async def test_a_long_stock_reason_is_shown_whole() -> None:
    sentence = "The papers asked for were not brought in time; what there is does not prove that the conditions are met"
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: ReasonDialog("Refuse", "Why?", kept=KeptReasons(), stock=[Option("late", sentence)]))
        await wait_until_idle(pilot)
        assert sentence in flowing_text(app)


@pytest.mark.wide
async def test_an_error_in_a_dialog_is_removed_when_something_is_typed() -> None:
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: TextDialog("Reason", "Why?"))
        await wait_until_idle(pilot)
        await press(pilot, "enter")
        assert "Please enter a text." in screen_text(app)
        await press(pilot, "x")
        assert "Please enter a text." not in screen_text(app)


def test_texts_are_cut_and_wrapped_by_cells() -> None:
    assert fit("欧阳建国", 5) == "欧阳~"
    assert cell_len(fit("欧阳建国", 6)) == 6
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("欧阳建国，男", 10) == ["欧阳建国，", "男"]
    assert all(cell_len(line) <= 7 for line in wrap("a欧b阳 longlonglong建国 c", 7))


async def test_the_top_line_keeps_connection_and_clock_when_it_is_narrow(sample_status: Status) -> None:
    async with on_stage() as (app, pilot):
        top = app.screen.query_one(TopLine)
        top.show_status(sample_status, "A023")
        await wait_until_idle(pilot)
        first = screen_text(app).splitlines()[0]
        assert "online since 08:00" in first
        assert "09:30" in first
        assert "A023" in first
        assert cell_len(first) <= 80


async def test_a_typed_number_takes_its_row_even_if_other_rows_contain_the_digit() -> None:
    rows = [PickRow("a", "Wang", "1", "310***1233"), PickRow("b", "Li", "2", "33"), PickRow("c", "Zhao", "3")]
    async with on_stage() as (app, pilot):
        app.show_dialog(lambda: PickDialog("Who", rows))
        await wait_until_idle(pilot)
        await press(pilot, "3", "enter")
        assert app.answers == ["c"]


@pytest.mark.parametrize(
    "sentence",
    [
        "正在复核；此前决定仍有效：" + "某某市道路挖掘施工交通组织方案许可" * 3 + "不予批准（2026-12-24）。",
        "Checked again; in force until then: " + "a long name " * 7 + "refused (2026-12-24).",
    ],
)
async def test_a_full_width_row_continues_in_further_rows_in_every_width(sentence: str) -> None:
    rows = [
        ListRow("a", ("matter",)),
        ListRow("a:reason", ("  " + sentence,), "warn", full_width=True),
        ListRow("b", ("z",)),
    ]
    async with on_stage(lambda: [RowList(COLUMNS)]) as (app, pilot):
        listed = app.screen.query_one(RowList)
        listed.show_rows(rows)
        listed.move_to("b")
        for width in (80, 140, 200, 80):
            await pilot.resize_terminal(width, 24)
            await wait_until_idle(pilot)
            text = screen_text(app)
            shown = "".join(line.strip("! ") for line in text.splitlines())
            assert sentence.replace(" ", "") in shown.replace(" ", ""), width
            assert listed.current_row == rows[2]


def test_spans_that_do_not_fit_in_one_line_go_to_the_next_one_whole() -> None:
    lines = flow([("3 days left", "strong"), ("promised 2027-01-05 (expected)", ""), ("", ""), ("until 10:30", "")], 36)
    texts = ["".join(text for text, _style in line) for line in lines]
    assert texts == ["3 days left", "promised 2027-01-05 (expected)", "until 10:30"]
    assert len(flow([("3 days left", ""), ("until 10:30", "")], 36)) == 1
