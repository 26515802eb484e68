from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.names import Name, normalize_name
from clerk_app.catalogue.search import Query, has_mistakes_only
from tests.catalogue.name_search import names_of, search_names

CITY = names_of(load_folder(SAMPLE_CITY))


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("birth", "birth"),
        ("xhcs", "birth"),
        ("XH", "birth"),
        ("小孩", "birth"),
        ("出生", "birth-medical-certificate"),
        ("child is", "birth"),
        ("brith", "birth"),
        ("passprot", "passport"),
        ("hz", "passport"),
        ("jzz", "residence-permit"),
        ("residance permit", "residence-permit"),
        ("dig", "road-excavation"),
        ("道路", "road-excavation"),
        ("招用", "hiring"),
        ("hiring-subsidy", "hiring-subsidy"),
        ("预防", "vaccination-record"),
        ("putonghuzhao", "passport"),
        ("pthuzhao", "passport"),
        ("huzhao", "passport"),
        ("putong huzhoa", "passport"),
        ("juzhu", "residence-permit"),
        ("普通护罩", "passport"),
        ("普通 申领", "passport"),
    ],
)
def test_a_typed_query_finds_the_expected_entry_first(query: str, first: str) -> None:
    assert search_names(CITY, query, "zh_CN")[0].id == first


def test_a_query_without_a_match_finds_nothing() -> None:
    assert search_names(CITY, "qqqqqq", "en") == []


def test_a_one_thing_of_a_single_matter_is_listed_once() -> None:
    found = search_names(CITY, "普通护照申领", "zh_CN")
    assert [name.id for name in found if name.zh.startswith("普通护照")] == ["passport"]


@given(st.sampled_from(CITY), st.integers(2, 8), st.data())
def test_every_name_is_found_by_consecutive_characters_initials_and_pinyin(
    name: Name, length: int, data: st.DataObject
) -> None:
    zh = normalize_name(name.zh).replace(" ", "")
    start = data.draw(st.integers(0, len(zh) - 2))
    initials = "".join(syllables[0][0] for syllables in name.readings)
    spelled = "".join(data.draw(st.sampled_from(syllables)) for syllables in name.readings[start : start + length])
    for query in (zh[start : start + 2], initials[start : start + length], spelled, zh[:length]):
        if len(query) > 1:
            assert name in search_names(CITY, query, "zh")
    assert name in search_names(CITY, name.en[: max(length, 3)], "en")


@given(st.sampled_from(CITY), st.data())
def test_every_name_is_found_with_one_typing_error(name: Name, data: st.DataObject) -> None:
    spelled = "".join(syllables[0] for syllables in name.readings)
    place = data.draw(st.integers(1, len(spelled) - 2))
    swapped = spelled[:place] + spelled[place + 1] + spelled[place] + spelled[place + 2 :]
    assert has_mistakes_only(name, Query.of(swapped, "zh"))
    assert has_mistakes_only(name, Query.of(spelled[:place] + spelled[place + 1 :], "zh"))


@given(st.text(max_size=20))
def test_any_text_is_a_valid_query(query: str) -> None:
    found = search_names(CITY, query, "en")
    assert len(set(map(id, found))) == len(found)
