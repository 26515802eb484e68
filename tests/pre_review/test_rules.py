"""The rules of values, over generated values and damaged readings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.pre_review.kinds import PaperField, load_kinds
from clerk_app.pre_review.layout import lay_out
from clerk_app.pre_review.money import parse_amounts
from clerk_app.pre_review.paper_reader import read_paper
from clerk_app.pre_review.value_types import parse_value
from clerk_app.text.check_characters import compute_id_check
from clerk_app.text.written_variants import fold_read_text
from scanners import PageText, TextLine
from tests.pre_review.drawn_text import line, page

CHINESE = "〇一二三四五六七八九"
ALPHABET = "姓名性别住址出生公民身份号码王甲乙方：（），。·至自起0123456789Xx 年月日¥元室号"


def field(type: str, **more: object) -> PaperField:
    return PaperField.model_validate(
        {"id": "f", "name": {"zh": "字段", "en": "F"}, "type": type, "labels": ["字段"], **more}
    )


def parsed(type: str, text: str, **more: object) -> tuple[str, bool] | None:
    rows = lay_out(page(line(text, 0, 1)))
    value = parse_value(field(type, **more), rows[0].characters) if rows else None
    return (value.text, value.is_valid) if value is not None else None


@given(
    st.from_regex(
        r"[1-6][0-9]{5}(19[5-9][0-9]|20[01][0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True
    )
)
def test_only_the_right_check_digit_of_an_identity_number_is_valid(digits: str) -> None:
    check = compute_id_check(digits + "0")
    for last in "0123456789X":
        assert parsed("id_number", f" {digits}{last} ") == (digits + last, last == check)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_date_is_read_in_every_form(day: date) -> None:
    year = "".join(CHINESE[int(digit)] for digit in str(day.year))
    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month:02} 月 {day.day:02} 日",
        day.isoformat(),
        f"{day:%Y.%m.%d}",
        f"{day:%Y%m%d}",
        f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日",
    ):
        assert parsed("date", text) == (day.isoformat(), True)


def chinese_number(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else CHINESE[tens] + "十"
    return head + (CHINESE[ones] if ones or not tens else "")


@pytest.mark.parametrize("text", ["2026年2月30日", "2026.13.01", "20261301", "2026年2月", "二〇二六年十三月一日"])
def test_a_date_that_does_not_exist_is_not_valid(text: str) -> None:
    value = parsed("date", text)
    assert value is None or not value[1]


def test_the_end_of_a_period_is_read_also_if_it_is_unlimited() -> None:
    assert parsed("date", "2016.06.05-2036.06.05", pick="last") == ("2036-06-05", True)
    assert parsed("date", "2016.06.05-长期", pick="last") == ("长期", True)
    assert parsed("date", "2016.06.05-", pick="last") == ("2016-06-05", False)
    assert parsed("date", "有效期至2036.06.05", pick="last") == ("2036-06-05", True)


@given(st.integers(1, 9_999_999))
def test_an_amount_in_capital_numerals_is_read_as_the_same_number(amount: int) -> None:
    assert [found.value for found in parse_amounts(capital(amount) + "元整")] == [Decimal(amount)]
    assert [found.value for found in parse_amounts(f"¥{amount:,}.00元")] == [Decimal(amount)]


def capital(amount: int) -> str:
    digits, units = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")
    if amount >= 10000:
        low = amount % 10000
        return capital(amount // 10000) + "万" + (("零" if low < 1000 else "") + capital(low) if low else "")
    text = ""
    for place in (3, 2, 1, 0):
        digit = amount // 10**place % 10
        if digit:
            text += digits[digit] + units[place]
        elif text and amount % 10**place:
            text += "零"
    return text.replace("零零", "零")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王秀英", ("王秀英", True)),
        ("王 秀 英", ("王秀英", True)),
        ("买买提·艾合买提", ("买买提·艾合买提", True)),
        ("示范（上海）科技有限公司", ("示范(上海)科技有限公司", True)),
        ("王秀英（签字）", ("王秀英", True)),
        ("（签字）", ("签字", False)),
        ("签字", ("签字", False)),
        ("王", ("王", False)),
        ("应当按照约定的方法使用租赁物", ("应当按照约定的方法使用租赁物", False)),
    ],
)
def test_a_name_is_that_of_a_person_or_a_body(text: str, expected: tuple[str, bool] | None) -> None:
    assert parsed("name", text) == expected


def test_variants_of_characters_widths_and_blanks_make_no_difference() -> None:
    assert fold_read_text("住　　所：") == "住所"
    assert fold_read_text("李国強") == fold_read_text("李国强")
    assert fold_read_text("ＡＢ１２") == "ab12"
    assert fold_read_text("示范区甯宁苏") == "示范区甯宁苏"


corner = st.tuples(st.floats(0, 1), st.floats(0, 1))
lines = st.builds(
    TextLine,
    st.text(ALPHABET, min_size=1, max_size=30),
    st.floats(0, 1),
    st.tuples(corner, corner, corner, corner),
)


@given(st.lists(st.lists(lines, max_size=12), max_size=3))
def test_no_page_however_damaged_stops_reading(pages: list[list[TextLine]]) -> None:
    reading = read_paper([PageText(tuple(part), 0) for part in pages], load_kinds())
    assert 0 <= reading.kind_score <= 1
    for read in reading.fields:
        assert read.value
        assert read.page in range(1, len(pages) + 1)


@given(st.lists(st.integers(0, 8), max_size=6), st.floats(0.3, 1))
def test_a_sure_identity_number_always_has_its_check_digit(dropped: list[int], score: float) -> None:
    from tests.pre_review.test_reading import ID_CARD

    kept = [part for number, part in enumerate(ID_CARD.lines) if number not in dropped]
    reading = read_paper([page(*(part._replace(certainties=(score,) * len(part.text)) for part in kept))], load_kinds())
    for read in reading.fields:
        if read.is_sure:
            assert read.score >= 0.98
        if read.id == "id_number" and read.is_sure:
            assert read.value[-1] == compute_id_check(read.value)
