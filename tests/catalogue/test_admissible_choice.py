"""The best admissible choice among matters that exclude each other."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.admissible_choice import list_choices
from clerk_app.catalogue.loader import check_folder
from clerk_app.catalogue.plan import Plan, make_plan
from tests.catalogue.catalogue_builder import make_catalogue, make_matter, make_text
from tests.catalogue.conftest import Folder
from tests.catalogue.good_folder import HEAD, THINGS

NAMES = ("a", "b", "c", "d", "e", "f")


def plan_with(*groups: tuple[str, ...], amounts: dict[str, int] | None = None, **more: Any) -> Plan:
    catalogue = make_catalogue(
        [make_matter(name, amount=(amounts or {}).get(name)) for name in NAMES],
        {"exclusions": [{"matters": list(group), "reason": make_text("not both"), **more} for group in groups]},
    )
    return make_plan(catalogue, "bundle", None, {})


def test_the_choice_that_leaves_the_most_matters_is_proposed() -> None:
    first, second = list_choices(plan_with(("a", "b"), ("a", "c")))
    assert (first.drop, first.keep) == (("a",), ("b", "c"))
    assert second.drop == ("b", "c")


def test_among_as_many_the_preferred_then_the_largest_amount_then_the_order_decides() -> None:
    assert list_choices(plan_with(("a", "b")))[0].drop == ("b",)
    assert list_choices(plan_with(("a", "b"), amounts={"a": 100, "b": 900}))[0].drop == ("a",)
    preferred = plan_with(("a", "b"), amounts={"a": 100, "b": 900}, prefer=["a"])
    assert list_choices(preferred)[0].drop == ("b",)


def test_without_an_exclusion_there_is_nothing_to_choose_and_decided_matters_are_kept() -> None:
    assert list_choices(plan_with()) == []
    assert list_choices(plan_with(("a", "b")), fixed=("b",))[0].drop == ("a",)


@given(st.lists(st.lists(st.sampled_from(NAMES), min_size=2, max_size=3, unique=True).map(tuple), max_size=6))
def test_every_choice_is_admissible_maximal_and_the_first_one_leaves_the_most(groups: list[tuple[str, ...]]) -> None:
    plan = plan_with(*groups)
    pairs = {frozenset(pair) for group in groups for pair in combinations(group, 2)}
    choices = list_choices(plan)
    assert bool(choices) == bool(groups)
    for choice in choices:
        left = make_plan(
            make_catalogue(
                [make_matter(name) for name in NAMES],
                {"exclusions": [{"matters": list(group), "reason": make_text("-")} for group in groups]},
            ),
            "bundle",
            frozenset(NAMES).difference(choice.drop),
            {},
        )
        assert not left.exclusions
        for name in choice.drop:
            assert any({name, kept} in pairs for kept in choice.keep), "nothing is left out that could remain"
    if choices:
        brute = max(
            len(kept)
            for size in range(len(NAMES) + 1)
            for kept in combinations(NAMES, size)
            if not any(frozenset(pair) in pairs for pair in combinations(kept, 2))
        )
        assert len(NAMES) - len(choices[0].drop) == brute


@pytest.mark.usefixtures("english")
def test_a_preferred_matter_outside_its_exclusion_is_a_mistake(folder: Folder) -> None:
    exclusion = "exclusions: [{matters: [first, second], reason: {zh: 斥, en: No}, prefer: [third]}]\n    before: {"
    mistakes = check_folder(folder(HEAD, THINGS.replace("before: {", exclusion)))
    assert any("third is not one of the matters of this exclusion" in str(mistake) for mistake in mistakes)
