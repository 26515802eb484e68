"""The index of names finds what a comparison with every name finds, in the same order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.name_index import CANDIDATES, NameIndex
from clerk_app.catalogue.names import Name, normalize_name
from clerk_app.catalogue.search import ENOUGH_MATCHES, MISTAKE, SOUND, Query, rank_exactly
from clerk_app.text.pinyin import read_pinyin
from db.engines import Store
from tests.catalogue.catalogue_builder import make_catalogue, make_matter
from tests.catalogue.module_store import open_module_store, publish
from tests.catalogue.name_search import names_of, search_names
from tests.engines import ENGINES

MANY = 1000
THINGS = ("食品", "药品", "道路运输", "户外广告", "重点绿化", "长期居住", "银行")
ACTS = ("经营许可", "备案", "变更", "注销", "补发", "核准", "行驶证")
STATES = ("首次申请", "变更地址", "遗失补发")


def make_city() -> Catalogue:
    items = [
        {
            "id": f"state-{place}",
            "name": {"zh": state, "en": f"state {place}"},
            "when": {"field": "state", "is": f"s{place}"},
            "number": f"3201{place}",
        }
        for place, state in enumerate(STATES)
    ]
    matters = [
        make_matter(f"m{number}-{place}", alone=True)
        | {
            "name": {"zh": thing + act, "en": f"Permit {number} for {'abcdefg'[place] * 4}"},
            "number": f"11320{number}{place}0",
            "themes": ["food" if number < 2 else "roads"],
            "variants": [item | {"number": f"11320{number}{place}0-{item['number']}"} for item in items],
        }
        for number, thing in enumerate(THINGS)
        for place, act in enumerate(ACTS)
    ]
    choices = [{"id": f"s{place}", "name": {"zh": state, "en": state}} for place, state in enumerate(STATES)]
    return make_catalogue(
        matters,
        fields=[{"id": "state", "name": {"zh": "情形", "en": "State"}, "kind": "choice", "choices": choices}],
        themes=[{"id": name, "name": {"zh": zh, "en": name}} for name, zh in (("food", "餐饮"), ("roads", "出行"))],
    )


CITIES = {"sample": load_folder(SAMPLE_CITY), "made": make_city()}
NAMES = {which: names_of(city) for which, city in CITIES.items()}


@pytest.fixture(scope="module", params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_module_store(request, tmp_path_factory) as store:
        with store.write() as tx:
            for which, city in CITIES.items():
                publish(tx, city, which, 1)
        yield store


def typed_from(name: Name) -> st.SearchStrategy[str]:
    zh, spelled = name.zh, "".join(syllables[-1] for syllables in name.readings)
    texts = [zh, name.en, spelled, "".join(syllables[0][0] for syllables in name.readings), name.number, name.id]
    return st.sampled_from([text for text in texts if text]).flatmap(
        lambda text: st.tuples(st.integers(0, len(text) - 1), st.integers(1, 12)).map(
            lambda place: text[place[0] : place[0] + place[1]]
        )
    )


queries = st.one_of(
    st.sampled_from([name for names in NAMES.values() for name in names]).flatmap(typed_from),
    st.lists(st.sampled_from([*THINGS, *ACTS, *STATES, "sp", "jy", "permit"]), min_size=1, max_size=3).map(" ".join),
    st.text(alphabet="食药经营许可变更地址spjyxkbgdz130 -", max_size=6),
)


@pytest.mark.many_cases
@given(st.sampled_from(sorted(CITIES)), queries, st.sampled_from(["zh", "en"]))
def test_the_index_finds_what_a_comparison_with_every_name_finds(
    store: Store, which: str, typed: str, language: str
) -> None:
    query = Query.of(typed, language)
    with store.read() as tx:
        found = NameIndex(tx, which, 1).find(query, {}, MANY)
    if not query.text:
        assert [match.name.kind for match in found.matches] == ["one_thing"] * len(CITIES[which].one_things)
        return
    exact = [match.name for match in found.matches if match.rank < SOUND]
    expected = search_names(NAMES[which], typed, language)
    assert exact == [name for name in expected if rank_exactly(name, query) is not None]
    assert found.total == len(found.matches)
    assert {match.name.id for match in found.matches} <= {name.id for name in expected}


@given(st.sampled_from(NAMES["made"]), st.data())
def test_a_name_with_one_mistake_is_found(store: Store, name: Name, data: st.DataObject) -> None:
    spelled = "".join(syllables[0] for syllables in name.readings)[:12]
    place = data.draw(st.integers(0, len(spelled) - 2))
    typed = spelled[:place] + spelled[place + 1] + spelled[place] + spelled[place + 2 :]
    with store.read() as tx:
        found = NameIndex(tx, "made", 1).find(Query.of(typed, "zh"), {}, MANY)
    assume(sum(match.rank < SOUND for match in found.matches) < ENOUGH_MATCHES)  # else mistakes are not searched
    assert name in [match.name for match in found.matches]
    assert all(match.rank <= MISTAKE for match in found.matches if match.name == name)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("食品径营许可", "食品经营许可"),
        ("实品经营", "食品经营许可"),
        ("药平备案", "药品备案"),
        ("dlyszx", "道路运输注销"),
    ],
)
def test_wrong_characters_of_the_same_sound_and_of_another_are_found(store: Store, typed: str, first: str) -> None:
    with store.read() as tx:
        found = NameIndex(tx, "made", 1).find(Query.of(typed, "zh"), {}, MANY)
    assert found.matches[0].name.zh == first


@pytest.mark.parametrize("typed", ["", "许可"])
def test_facets_leave_their_names_and_each_value_has_its_count(store: Store, typed: str) -> None:
    query = Query.of(typed, "zh")
    with store.read() as tx:
        index = NameIndex(tx, "made", 1)
        counts = index.count_values(query, {}, "theme", ["food", "roads"])
        found = index.find(query, {"theme": "food"}, MANY)
        names = [name for name in NAMES["made"] if "food" in name.themes and "许可"[: len(typed)] in name.zh]
        assert [match.name.themes for match in found.matches] == [("food",)] * len(names)
        assert counts["food"] == found.total == len(names)
        assert index.count_values(query, {"theme": "food"}, "organ", ["office", "none"]) == {
            "office": len(names),
            "none": 0,
        }


def test_a_topic_finds_its_names(store: Store) -> None:
    with store.read() as tx:
        found = NameIndex(tx, "made", 1).find(Query.of("餐饮", "zh"), {}, MANY)
    assert {match.name.themes for match in found.matches} == {("food",)}


def test_more_names_than_are_compared_are_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(NAMES["made"]) < CANDIDATES
    monkeypatch.setattr("clerk_app.catalogue.name_index.CANDIDATES", 10)
    with store.read() as tx:
        found = NameIndex(tx, "made", 1).find(Query.of("许可", "zh"), {}, MANY)
    assert not found.is_exact
    assert found.total == sum("许可" in name.zh for name in NAMES["made"])


def test_a_handling_item_is_read_as_its_whole_name_would_be() -> None:
    for name in (name for names in NAMES.values() for name in names):
        assert name.folded_zh == normalize_name(name.zh).replace(" ", "")
        assert name.folded_en == normalize_name(name.en)
        assert name.readings == read_pinyin(name.zh)
