"""Outside text as it is stored: one table for names, one for codes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.errors import BadData
from clerk_app.text.characters import is_ignorable
from clerk_app.text.cleaning import clean_code, clean_input, clean_scan, clean_text
from clerk_app.text.folding import fold_code, fold_text, is_same_text
from clerk_app.text.private_use import standard_characters

ANYTHING = st.text(st.characters(codec=None), max_size=40)  # lone surrogates too
TRICKY = st.text(
    st.sampled_from(
        "王·•a 1\u00a0\u3000\u200b\u200c\u200d\ufeff\ufe0d\U000e0100\u180b\u180e\u3164\u0646\u0915\u094d\u1820\n\r\t.é"
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("outside", "inside"),
    [
        ("\U00031350\U0002ebf0\U000323b0", "\U00031350\U0002ebf0\U000323b0"),  # CJK extensions H, I, J
        ("\U00033480", "\U00033480"),  # not assigned by any version yet: plane 3 is for ideographs
        ("\u1c89\ua7cb", "\u1c89\ua7cb"),  # letters of Unicode 16
        ("王\u3000小\u00a0明", "王 小 明"),
        ("\u2003张三\u202f", "张三"),
        ("王小明\r\n李华\t张三\n", "王小明 李华 张三"),
        ("一\u2028二\u2029三\x85四\x0b五", "一 二 三 四 五"),
        ("\ufeff张\u200b三\u2060", "张三"),
        ("\u3164", ""),  # the Hangul filler
        ("\u115f\u1160\uffa0", ""),
        ("\u2800\u2800", ""),  # a blank of Braille
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("神\ufe0d", "神\ufe0d"),
        ("\U00031350\ufe00", "\U00031350\ufe00"),
        ("a\ufe0d\ufe0f", "a"),
        ("葛\ufe00\ufe01", "葛\ufe00"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("王\u200d明\u200c", "王明"),
        ("\u200dनी", "नी"),
        ("ᠠ\u180bᠨ\u180eᠠ", "ᠠ\u180bᠨ\u180eᠠ"),
        ("王\u180b\u180e", "王"),
        ("e\u0301 \u00e9", "e\u0301 \u00e9"),  # no normalisation form
        ("\uf900\u212b", "\uf900\u212b"),
        ("བསྒྲུབས", "བསྒྲུབས"),
        ("\ue863", "䶮"),
        ("\ue816\ue831\ue855", "\U00020087\U000215d7\U000241fe"),
        ("\ue78d", "\ufe10"),
        ("买买提·艾力", "买买提·艾力"),
        ("\u0646\u200c\ufeff\u0646", "\u0646\u200c\u0646"),
        ("买买提•艾力", "买买提•艾力"),
    ],
)
def test_a_name_is_stored_as_given_without_invisible_characters(outside: str, inside: str) -> None:
    assert clean_text(outside) == inside


@pytest.mark.parametrize(
    "outside",
    [
        "\u202d张三\u202c", "a\u202eb", "\u200f", "\u2066a\u2069", "\u061c",  # bidirectional controls
        "\x1b[31m", "a\x00", "\x1d", "\x9b", "\x7f",
        "\ue000", "\U000f0000",  # private use without a standard code
        "\ufffd", chr(0xD800), "\ufdd0", "\U0001fffe", "\U00050000", "\ufffc", "\ufff9",
    ],
)  # fmt: skip
def test_a_character_that_cannot_be_stored_is_refused_with_a_sentence(outside: str) -> None:
    for function in (clean_text, clean_code):
        with pytest.raises(BadData) as caught:
            function(f"王{outside}明")
        assert str(caught.value)


@pytest.mark.parametrize(
    ("outside", "inside"),
    [
        ("１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"),
        ("110105 19491231 002x", "11010519491231002X"),
        ("110105-19491231-002X", "11010519491231002X"),
        ("110105–19491231—002X", "11010519491231002X"),
        ("110105.19491231/002X", "11010519491231002X"),
        ("\u3000110105\u00a019491231\u2009002X\ufeff", "11010519491231002X"),
        ("Ｈ－０００１·２３", "H000123"),
    ],
)
def test_a_code_loses_its_width_and_its_separators(outside: str, inside: str) -> None:
    assert clean_code(outside) == inside
    assert fold_code(outside) == inside


@pytest.mark.parametrize(
    ("outside", "inside"),
    [
        ("２６０００００００１０７", "260000000107"),
        ("2600 0000 0107\r\n", "260000000107"),
        ("Ａ－００１", "A001"),
        ("a 001", "a001"),
        ("110105-19491231-002x", "11010519491231002x"),
        ("EL1:6BF A-B/.Z", "EL1:6BF A-B/.Z"),
        ("ＥＬ１：６ＢＦ", "EL1:6BF"),
        ("1.2.156.3005.2.11100000000013338W011", "1.2.156.3005.2.11100000000013338W011"),
        ("https://ex\uff41mple.cn/x", "https://ex\uff41mple.cn/x"),
    ],
)
def test_a_scanned_number_is_ungrouped_and_a_signed_text_is_never_changed(outside: str, inside: str) -> None:
    assert clean_scan(outside) == inside


@given(ANYTHING | TRICKY)
def test_cleaning_again_changes_nothing_and_nothing_invisible_is_left_alone(text: str) -> None:
    for function in (clean_text, clean_code):
        try:
            stored = function(text)
        except BadData:
            return
        assert function(stored) == stored
        assert stored == stored.strip()
        assert not stored or not all(is_ignorable(character) for character in stored)
        assert not any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Zl", "Zp") for character in stored)


@given(ANYTHING | TRICKY)
def test_a_part_of_a_line_keeps_everything_that_the_line_will_keep(text: str) -> None:
    try:
        expected = clean_text(text)
    except BadData:
        return
    assert clean_text(clean_input(text)) == expected


def test_a_lost_character_stays_in_the_input_so_that_a_scan_with_one_is_refused() -> None:
    assert clean_input("A\ufffd001") == "A\ufffd001"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("买买提·艾力", "买买提•艾力"),
        ("买买提·艾力", "买买提・艾力"),
        ("买买提·艾力", "买买提 ･ 艾力"),
        ("买买提·艾力", "买买提‧艾力"),
        ("买买提·艾力", "买买提.艾力"),
        ("买买提·艾力", "买买提．艾力"),
        ("买买提·艾力", "买买提。艾力"),
        ("买买提·艾力", "买买提｡艾力"),
        ("买买提·艾力", "买买提··艾力"),
        *(("买买提·艾力", f"买买提{dot}艾力") for dot in "˙●⦁⚫⬤◦ㆍᆞ᛫⸰🞄"),
        ("李\u3000华", "李华"),
        ("葛\U000e0100城", "葛城"),
        ("神\ufe0d", "神"),
        ("\uf900", "\u8c48"),  # a compatibility ideograph
        ("\ue863", "䶮"),
        ("ＳＭＩＴＨ  John", "Smith\u00a0John"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_two_ways_of_writing_a_name_are_the_same_person(left: str, right: str) -> None:
    assert is_same_text(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("李华", "李桦"), ("买买提·艾力", "买买提艾力"), ("李〇", "李·"), ("An Li", "AnLi"), ("\U00031350", "\U00031351")],
)
def test_different_names_stay_different(left: str, right: str) -> None:
    assert not is_same_text(left, right)


@given(ANYTHING | TRICKY)
def test_folding_never_fails_and_is_stable(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)
    assert fold_code(fold_code(text)) == fold_code(text)


def test_each_private_use_character_has_one_standard_character() -> None:
    table = standard_characters()
    assert len(set(table.values())) == len(table) == 106
    assert all(unicodedata.category(private) == "Co" for private in table)
    assert not any(unicodedata.category(standard) == "Co" for standard in table.values())
    basic = {private: standard for private, standard in table.items() if len(standard.encode("gb18030")) == 2}
    gbk_rows = [standard.encode("gb18030") for private, standard in sorted(basic.items()) if private >= "\ue815"]
    assert gbk_rows == sorted(gbk_rows)  # code page 936 numbers them in the order of their bytes
