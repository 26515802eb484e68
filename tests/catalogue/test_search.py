from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.search import search_catalogue

CITY = load_folder(SAMPLE_CITY)


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
    ],
)
def test_a_typed_query_finds_the_expected_entry_first(query: str, first: str) -> None:
    assert search_catalogue(CITY, query, "zh_CN")[0].id == first


def test_an_empty_query_lists_the_one_things(city: Catalogue) -> None:
    assert search_catalogue(city, "  ", "zh_CN") == city.one_things


def test_a_query_without_a_match_finds_nothing(city: Catalogue) -> None:
    assert search_catalogue(city, "qqqqqq", "en") == ()


def test_a_one_thing_of_a_single_matter_is_listed_once(city: Catalogue) -> None:
    assert [found.id for found in search_catalogue(city, "普通护照申领", "zh_CN")] == ["passport"]


@given(st.sampled_from(CITY.one_things), st.integers(1, 8), st.sampled_from(["zh_CN", "en"]))
@pytest.mark.wide
def test_every_one_thing_is_found_by_the_beginning_of_its_name_or_initials(
    one_thing: object, length: int, language: str
) -> None:
    from clerk_app.catalogue.model import OneThing

    assert isinstance(one_thing, OneThing)
    assert one_thing in search_catalogue(CITY, one_thing.name.in_language(language)[:length], language)
    assert one_thing in search_catalogue(CITY, one_thing.initials[:length], language)


@given(st.text(max_size=20))
def test_any_text_is_a_valid_query(query: str) -> None:
    found = search_catalogue(CITY, query, "en")
    assert len(set(map(id, found))) == len(found)
