"""A few cities in a box, well and under faults; and that the looking finds what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from clerk_app.cli import main
from clerk_app.simulate.city import opened_city
from clerk_app.simulate.city_diary import Broken
from clerk_app.simulate.city_founding import Templates
from clerk_app.simulate.city_invariants import check
from clerk_app.simulate.city_plan import HOUR, Act, Size, script
from clerk_app.simulate.city_seeds import run, shrunk

SMALL = Size(windows=3, departments=2, hours=0.5)


@pytest.fixture(scope="module")
def templates() -> Iterator[Templates]:
    with closing(Templates()) as made:
        yield made


def test_a_seed_is_always_the_same_city() -> None:
    assert script(SMALL, 5) == script(SMALL, 5)
    assert script(SMALL, 5) != script(SMALL, 6)


def test_a_city_where_nothing_fails_is_in_order(templates: Templates) -> None:
    assert run(templates, SMALL, 1, script(SMALL, 1)) is None


@pytest.mark.parametrize("seed", range(1, 5))
def test_a_city_where_everything_fails_is_in_order_again_afterwards(templates: Templates, seed: int) -> None:
    size = replace(SMALL, faults=True)
    assert run(templates, size, seed, script(size, seed)) is None


def test_a_case_that_is_gone_at_the_center_is_missed(templates: Templates) -> None:
    with opened_city(templates, SMALL) as city:
        city.perform(Act(1, "n1", "birth", 4))
        city.heal()
        city.quiet()
        check(city)
        with city.center.store.write() as tx:
            tx.remove("ledger_entries", kind="AcceptCase")
        with pytest.raises(Broken, match="no accepted case is lost"):
            check(city)


def test_a_failure_becomes_a_short_story(templates: Templates) -> None:
    acts = [*script(SMALL, 1), Act(HOUR, "center", "no such misfortune", 0)]  # a failure of the program itself
    found = run(templates, SMALL, 1, acts)
    assert found is not None
    assert len(found.story) > 20
    story = shrunk(templates, SMALL, found, acts, 30.0)
    assert story.invariant == found.invariant
    assert story.story == []


def test_the_command_says_how_many_cities_were_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(
        ["simulate", "city", "--windows", "2", "--departments", "1", "--hours", "0.2", "--seeds", "2", "--json"]
    )
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert code == 0
    assert last == {"seeds": 2, "violations": 0, "first_failing_seed": None}
