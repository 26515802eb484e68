"""Rules that compare enterprise names: parts, sameness, sound, nearness, forbidden words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clerk_app.errors import BadData
from clerk_app.similarity.names.comparison import check_alone, compare_names, is_closed
from clerk_app.similarity.names.folding import fold_name
from clerk_app.similarity.names.keys import list_keys
from clerk_app.similarity.names.parts import split_name
from clerk_app.similarity.names.sounds import list_readings
from clerk_app.similarity.names.words import OWN_FILE, load_words

WORDS = load_words()
CHARACTERS = "华联宏达顺丰永盛金瑞仇查长乐一二三"
CORES = st.text(CHARACTERS, min_size=2, max_size=5)
TRADES = st.sampled_from(["科技", "餐饮管理", "建筑工程", "物流", ""])
NAMES = st.builds(lambda core, trade: f"海州市{core}{trade}有限公司", CORES, TRADES)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("海州市华联科技有限公司", ("海州市", "华联", "technology", "有限公司")),
        ("华联（海州）科技有限公司", ("海州市", "华联", "technology", "有限公司")),
        ("海州市華聯國際貿易有限責任公司", ("海州市", "华联", "trade", "有限责任公司")),
        ("示范市示范区三一重工股份有限公司", ("示范区", "三一重工", "", "股份有限公司")),
        ("海州市万家管理合伙企业（有限合伙）", ("海州市", "万家", "consulting", "合伙企业有限合伙")),
        ("海州市顺丰超市有限公司", ("海州市", "顺丰", "trade", "有限公司")),
        ("临溪县青禾种植专业合作社", ("临溪县", "青禾", "farming", "专业合作社")),
        ("青禾农业有限公司", ("", "青禾", "farming", "有限公司")),
        ("华联贸易（海州）有限公司", ("海州市", "华联", "trade", "有限公司")),
        ("海州市华联电力工程有限公司", ("海州市", "华联", "building", "有限公司")),
    ],
)
def test_a_name_is_split_into_its_four_parts(name: str, parts: tuple[str, ...]) -> None:
    found = split_name(name)
    assert (found.place, found.core, found.trade, found.form) == parts


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ("海州市华联科技有限公司", "海州市華聯技術有限責任公司", "same"),
        ("海州市华联科技有限公司", "海州市华联有限公司", "same"),
        ("海州市８８八科技有限公司", "海州市捌八8科技有限公司", "same"),
        ("海州市华联科技有限公司", "海州市化联科技有限公司", "same_sound"),
        ("海州市查氏餐饮有限公司", "海州市扎氏餐饮有限公司", "same_sound"),
        ("海州市仇家餐饮有限公司", "海州市求家餐饮有限公司", "same_sound"),
        ("海州市华联达科技有限公司", "海州市华联科技有限公司", "near"),
        ("海州市金宏达科技有限公司", "海州市金宏远科技有限公司", "near"),
        ("海州市金宏达科技有限公司", "海州市金达宏科技有限公司", "near"),
        ("海州市联华科技有限公司", "海州市华联科技有限公司", "near"),
        ("海州市华联科技有限公司", "示范省华联科技有限公司", "elsewhere"),
        ("海州市青山绿水科技有限公司", "海州市绿水青山科技有限公司", "near"),
        ("海州市宏达科技有限公司", "海州市宏远科技有限公司", ""),
        ("海州市宏达钟表有限公司", "海州市宏远钟表有限公司", ""),
        ("海州市金宏达钟表有限公司", "海州市金宏远钟表有限公司", "near"),
        ("海州市华联科技有限公司", "海州市华联餐饮有限公司", ""),
        ("海州市华联科技有限公司", "广州市华联科技有限公司", ""),
    ],
)
def test_two_names_are_the_same_or_near_by_core_trade_and_place(left: str, right: str, kind: str) -> None:
    found = compare_names(left, right)
    assert (found.kind if found else "") == kind


def test_a_finding_marks_the_characters_that_are_the_same() -> None:
    found = compare_names("海州市金宏达科技有限公司", "金宏远（海州）科技有限公司")
    assert found is not None
    assert (
        "".join("海州市金宏达科技有限公司"[at] for at in found.marks),
        "".join("金宏远（海州）科技有限公司"[at] for at in found.other_marks),
    ) == ("金宏", "金宏")


@given(NAMES, st.sampled_from(["plain", "full width", "blanks", "traditional"]))
def test_a_name_is_the_same_as_itself_in_each_way_of_writing(name: str, way: str) -> None:
    written = {
        "plain": name,
        "full width": name.replace("三", "３").replace("二", "2").replace("一", "壹"),
        "blanks": " ".join(name),
        "traditional": name.translate(str.maketrans("华联达丰长乐", "華聯達豐長樂")),
    }[way]
    found = compare_names(name, written)
    if split_name(name).core:
        assert found is not None
        assert found.kind == "same"


@given(NAMES, NAMES)
def test_the_comparison_is_symmetric(left: str, right: str) -> None:
    one, other = compare_names(left, right), compare_names(right, left)
    assert (one and one.kind) == (other and other.kind)
    if one is not None and other is not None:
        assert (len(one.marks), len(one.other_marks)) == (len(other.other_marks), len(other.marks))


@given(NAMES, NAMES)
def test_names_that_are_the_same_or_near_share_a_key(left: str, right: str) -> None:
    if compare_names(left, right) is not None:
        assert set(list_keys(split_name(left).core)) & set(list_keys(split_name(right).core))


@given(
    st.sampled_from([(word, row.rule) for row in WORDS.forbidden for word in row.words]),
    st.text(CHARACTERS, max_size=4),
    st.text(CHARACTERS, max_size=4),
)
def test_a_forbidden_word_is_found_wherever_it_stands(forbidden: tuple[str, str], before: str, after: str) -> None:
    word, rule = forbidden
    # a word such as 国瑞 after 美: the next test
    assume(not any(f"{word[-1]}{after}科技".startswith(harmless) for harmless in WORDS.harmless))
    name = f"海州市{before}{word}{after}科技有限公司"
    found = [finding for finding in check_alone(name) if finding.word == word]
    assert [finding.severity for finding in found] == [rule]
    assert "".join(name[at] for at in found[0].marks) == word
    assert found[0].article[0].startswith("企业名称登记管理规定")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("海州市仁德国际贸易有限公司", "德国"),
        ("海州市美国瑞科技有限公司", "美国"),
        ("海州市英国泰商贸有限公司", "英国"),
    ],
)
def test_a_forbidden_word_across_two_words_needs_a_person(name: str, word: str) -> None:
    (found,) = check_alone(name)
    assert (found.word, found.severity) == (word, "reason")


def test_a_forbidden_word_that_also_stands_alone_is_not_allowed() -> None:
    (found,) = check_alone("海州市美国瑞美国科技有限公司")
    assert (found.word, found.severity) == ("美国", "stop")


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("海州市华联科技有限公司", []),
        ("海州市华联科技", ["no_form"]),
        ("海州市科技有限公司", ["no_core"]),
        ("海州市华有限公司", ["no_core"]),
        ("海州市华联😀科技有限公司", ["characters"]),
        ("海州市华\u202e联科技有限公司", ["characters"]),
    ],
)
def test_a_name_needs_a_core_a_form_and_standard_characters(name: str, kinds: list[str]) -> None:
    assert [finding.kind for finding in check_alone(name)] == kinds


@given(st.text(max_size=300))
def test_no_text_makes_the_rules_fail(text: str) -> None:
    check_alone(text)
    compare_names(text, "海州市华联科技有限公司")
    list_readings(split_name(text).core)


def test_ten_thousand_characters_are_folded_to_a_hundred() -> None:
    assert len(fold_name("华" * 10_000).text) == 100
    assert "characters" in {finding.kind for finding in check_alone("华" * 10_000)}


def test_a_surname_has_all_its_readings() -> None:
    assert {"chou jia", "qiu jia"} == set(list_readings("仇家"))


def test_a_name_is_closed_for_a_year_after_the_end_of_its_registration() -> None:
    assert is_closed("in_use", "", date(2026, 5, 6))
    assert is_closed("cancelled", "2025-06-01", date(2026, 5, 6))
    assert not is_closed("revoked", "2024-06-01", date(2026, 5, 6))
    assert is_closed("cancelled", "", date(2026, 5, 6))


def test_a_mistake_in_the_words_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "names.yaml"
    file.write_text(OWN_FILE.read_text("utf-8").replace("same: stop ", "same: never"), "utf-8")
    with pytest.raises(BadData, match=r"names\.yaml"):
        load_words(file)
