"""Layout of text in rows of cells."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clerk_app.paper.page import FillInLine, TextLine, TwoColumnLine
from clerk_app.paper.printers.layout import count_cells, lay_out_rows, printable_text, wrap_text

MIXED = st.text(alphabet=st.sampled_from("市政务 服务,。（）《》「」aA1 2-3.:９é\u3000?x0579"), max_size=120)
ANYTHING = st.text(st.characters(codec=None), max_size=80)  # lone surrogates too


def _without_spaces(text: str) -> str:
    return text.replace(" ", "")


@settings(deadline=None)
@given(st.one_of(MIXED, ANYTHING), st.integers(2, 48))
@example("A" * 40 + "123456" + "B" * 40, 16)
@example("（" * 40, 3)
def test_no_row_is_longer_than_the_paper_and_no_character_is_lost(text: str, columns: int) -> None:
    rows = wrap_text(text, columns)
    assert all(count_cells(row) <= columns for row in rows)
    assert _without_spaces("".join(rows)) == _without_spaces(printable_text(text))


@settings(deadline=None)
@given(MIXED, st.integers(4, 48))
@example("电话0571-88888888转1234，编号261234567893。", 12)
@example("http://example.test/" + "x" * 20 + "261234567893" + "y" * 20, 32)
def test_a_number_that_fits_into_a_row_is_not_split(text: str, columns: int) -> None:
    numbers = [number for number in re.findall(r"\d+", text) if count_cells(number) <= columns]
    in_rows = [number for row in wrap_text(text, columns) for number in re.findall(r"\d+", row)]
    for number in set(numbers):
        assert in_rows.count(number) >= numbers.count(number)


def test_chinese_breaks_between_characters_but_not_before_a_closing_mark() -> None:
    assert wrap_text("市政务服务中心，欢迎", 14) == ["市政务服务中", "心，欢迎"]
    assert wrap_text("办理《许可证》", 6) == ["办理", "《许可", "证》"]


def test_english_breaks_at_spaces() -> None:
    assert wrap_text("Whoever holds this slip is served", 12) == ["Whoever", "holds this", "slip is", "served"]


def test_a_wide_line_has_half_the_columns() -> None:
    rows = lay_out_rows(TextLine("一次性补正告知书副本", wide=True), 32)
    assert [row.text for row in rows] == ["一次性补正告知书", "副本"]


def test_an_indent_holds_for_every_row() -> None:
    rows = lay_out_rows(TextLine("补充夜间施工时段的疏导方案", indent=2), 16)
    assert [row.text for row in rows] == ["  补充夜间施工时", "  段的疏导方案"]


def test_label_and_value_are_at_both_edges_or_on_two_rows() -> None:
    assert [row.text for row in lay_out_rows(TwoColumnLine("电话", "12345"), 16)] == ["电话       12345"]
    long = lay_out_rows(TwoColumnLine("一件事", "新生儿出生一件事"), 16)
    assert [row.pad_to(16) for row in long] == ["一件事", "新生儿出生一件事"]


@settings(deadline=None)
@given(ANYTHING, ANYTHING, st.sampled_from([32, 48]), st.integers(0, 4))
def test_two_column_and_fill_in_lines_never_exceed_the_paper(label: str, value: str, columns: int, indent: int) -> None:
    for block in (TwoColumnLine(label, value, indent=indent), FillInLine(label)):
        assert all(count_cells(row.text) <= columns for row in lay_out_rows(block, columns))


def test_a_fill_in_line_leaves_a_third_of_the_row_to_write_on() -> None:
    assert [row.text for row in lay_out_rows(FillInLine("日期"), 16)] == ["日期 ___________"]
    assert [row.text for row in lay_out_rows(FillInLine("受送达人签字"), 16)] == ["受送达人签字", "_" * 16]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("\x1b@李\x1d!\x11华", "?@李?!?华"),
        ("a\u202eb\u200bc\ufeff", "a?bc"),
        ("一\r\n二\t三\u00a0四", "一  二 三 四"),
        ("葛\U000e0100城\u3164", "葛城"),
        ("\U00031350\U0002ebf0\ue863", "\U00031350\U0002ebf0䶮"),
        ("\x9b31m\x7f\ud800", "?31m??"),
        ("神\u3000々𠮷", "神\u3000々𠮷"),
    ],
)
def test_control_and_invisible_characters_are_replaced(text: str, printed: str) -> None:
    assert printable_text(text) == printed
