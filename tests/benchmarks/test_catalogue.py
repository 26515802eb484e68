"""The benchmark of a city-size catalogue; these tests check no time."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from benchmarks import catalogue
from benchmarks.catalogue import Line
from benchmarks.catalogue_queries import KINDS
from benchmarks.synthetic_catalogue import build_catalogue
from clerk_app.catalogue.names import ITEM
from clerk_app.catalogue.search import Query, rank_exactly
from clerk_app.errors import BadData
from tests.catalogue.name_search import names_of

_WITH_MISTAKES = {"wrong character", "swapped letters"}


@pytest.mark.wide
def test_the_catalogue_is_the_same_each_time_and_has_as_many_items_as_asked_for() -> None:
    made = build_catalogue(20, 130)
    assert made.to_bytes() == build_catalogue(20, 130).to_bytes()
    items = [name for name in names_of(made) if name.kind == ITEM and name.id.startswith("s-")]
    assert len(items) == 130
    assert len({name.number for name in items}) == 130


def test_each_kind_of_query_without_a_mistake_matches_its_name() -> None:
    name = next(name for name in names_of(build_catalogue(20, 130)) if name.id == "s-3" and name.kind == ITEM)
    for kind, typed in KINDS.items():
        if kind not in _WITH_MISTAKES:
            assert rank_exactly(name, Query.of(typed(name, Random(1)), "zh")) is not None, kind


def test_a_bar_is_compared_with_the_ratio_where_there_is_one() -> None:
    assert Line("key", 500.0, ratio=1.9, bar=2.0).held
    assert not Line("result", 101.0, bar=100.0).held
    assert "BROKEN" in Line("result", 101.0, bar=100.0).as_text()


def test_rounds_and_a_scale_are_needed() -> None:
    for options in (["--rounds", "0"], ["--scale", "0"], ["--queries", "0"]):
        with pytest.raises(BadData):
            catalogue.main(options)


@pytest.mark.wide
def test_a_small_catalogue_is_published_found_and_loaded(tmp_path: Path) -> None:
    lines = {line.name: line for line in catalogue.measure(tmp_path, 0.02, 1, 2, with_feel=False)}
    assert lines["names that can be found"].value > 700
    assert lines["found by number, p95"].recall == 1.0
    assert lines["key in F5, paint"].count == sum(map(len, catalogue.WORDS))
