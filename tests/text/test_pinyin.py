from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.text.pinyin import find_pinyin, pinyin_initials, read_pinyin


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("changqi", (0, 2)),
        ("zhangqi", (0, 2)),
        ("cq", (0, 2)),
        ("zq", (0, 2)),
        ("juzhu", (2, 4)),
        ("jzz", (2, 5)),
        ("jzhuz", (2, 5)),
        ("uzhu", None),
        ("x", None),
        ("", None),
    ],
)
def test_a_text_is_found_by_syllables_initials_and_both_mixed(typed: str, found: tuple[int, int] | None) -> None:
    assert find_pinyin(typed, read_pinyin("长期居住证")) == found


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("重新办理", ("chongxin", "zhongxin", "cx", "zx")),
        ("银行开户", ("yinhang", "yinxing", "yh", "yx")),
        ("长江", ("changjiang", "zhangjiang")),
    ],
)
def test_a_character_of_several_readings_is_found_by_each(text: str, typed: tuple[str, ...]) -> None:
    assert all(find_pinyin(word, read_pinyin(text)) == (0, 2) for word in typed)


def test_the_first_reading_is_that_of_the_phrase() -> None:
    assert pinyin_initials("长期居住证") == "cqjzz"
    assert pinyin_initials("校长") == "xz"


def test_letters_and_digits_are_their_own_reading_and_signs_are_left_out() -> None:
    assert pinyin_initials("新生儿（A2）") == "xsea2"


@given(st.text(alphabet="出生长重行调还更办理登记证A2（", min_size=1, max_size=8), st.data())
def test_any_choice_of_readings_and_of_their_beginnings_is_found(text: str, data: st.DataObject) -> None:
    readings = read_pinyin(text)
    chosen = [data.draw(st.sampled_from(syllables)) for syllables in readings]
    typed = "".join(syllable[: data.draw(st.integers(1, len(syllable)))] for syllable in chosen)
    found = find_pinyin(typed, readings)
    assert found is not None if readings else found is None
    assert found is None or found[0] == 0


@given(st.text(max_size=30))
def test_any_text_has_readings(text: str) -> None:
    assert all(syllable for syllables in read_pinyin(text) for syllable in syllables)


@given(st.text(alphabet="chsz", min_size=1, max_size=4), st.text(alphabet="出生长重", min_size=1, max_size=4))
def test_finding_equals_a_comparison_with_all_ways_to_type(typed: str, text: str) -> None:
    readings = read_pinyin(text)
    ways = {
        "".join(parts)
        for start in range(len(readings))
        for end in range(start + 1, len(readings) + 1)
        for parts in product(
            *[{word[:cut] for word in words for cut in range(1, len(word) + 1)} for words in readings[start:end]]
        )
    }
    assert (find_pinyin(typed, readings) is not None) == (typed in ways)
