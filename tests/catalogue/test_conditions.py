from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from clerk_app.catalogue.conditions import evaluate_condition
from clerk_app.catalogue.model import Condition

FIELDS = ("a", "b", "c")
VALUES = ("x", "y", "z")

_tests = st.one_of(
    st.builds(lambda f, v: {"field": f, "is": v}, st.sampled_from(FIELDS), st.sampled_from(VALUES)),
    st.builds(
        lambda f, vs, how: {"field": f, how: vs},
        st.sampled_from(FIELDS),
        st.lists(st.sampled_from(VALUES), min_size=1),
        st.sampled_from(["in", "not_in"]),
    ),
    st.builds(lambda f: {"field": f, "known": True}, st.sampled_from(FIELDS)),
)
conditions = st.recursive(
    _tests,
    lambda inner: st.one_of(
        st.builds(lambda parts, how: {how: parts}, st.lists(inner, min_size=1), st.sampled_from(["all", "any"])),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
).map(Condition.model_validate)
facts = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(VALUES))


def test_an_unknown_fact_is_never_a_yes() -> None:
    insured = Condition.model_validate({"field": "insured", "is": "yes"})
    assert evaluate_condition(insured, {"insured": "yes"}) == "yes"
    assert evaluate_condition(insured, {"insured": "no"}) == "no"
    assert evaluate_condition(insured, {}) == "unknown"
    assert evaluate_condition(insured, {"insured": ""}) == "unknown"


def test_one_no_decides_all_and_one_yes_decides_any_despite_an_unknown() -> None:
    both = Condition.model_validate({"all": [{"field": "a", "is": "x"}, {"field": "b", "is": "x"}]})
    either = Condition.model_validate({"any": [{"field": "a", "is": "x"}, {"field": "b", "is": "x"}]})
    assert evaluate_condition(both, {"a": "y"}) == "no"
    assert evaluate_condition(both, {"a": "x"}) == "unknown"
    assert evaluate_condition(either, {"a": "x"}) == "yes"
    assert evaluate_condition(either, {"a": "y"}) == "unknown"


def test_known_waits_for_the_fact() -> None:
    asked = Condition.model_validate({"field": "a", "known": True})
    assert evaluate_condition(asked, {}) == "unknown"
    assert evaluate_condition(asked, {"a": "anything"}) == "yes"


@given(conditions, facts, facts)
def test_an_additional_fact_never_changes_a_yes_or_no(
    condition: Condition, known: dict[str, str], more: dict[str, str]
) -> None:
    before = evaluate_condition(condition, known)
    if before != "unknown":
        assert evaluate_condition(condition, {**more, **known}) == before


@given(conditions, facts)
def test_what_a_condition_does_not_ask_about_changes_nothing(condition: Condition, known: dict[str, str]) -> None:
    asked = {name: value for name, value in known.items() if name in condition.field_ids()}
    assert evaluate_condition(condition, asked) == evaluate_condition(condition, known)


@given(conditions)
def test_without_facts_nothing_is_certain(condition: Condition) -> None:
    assert evaluate_condition(condition, {}) == "unknown"


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"field": "a"},
        {"is": "x"},
        {"field": "a", "is": "x", "in": ["y"]},
        {"field": "a", "all": [{"field": "b", "is": "x"}]},
        {"all": []},
        {"all": [{"field": "a", "is": "x"}], "not": {"field": "a", "is": "x"}},
    ],
)
def test_a_condition_has_exactly_one_test_or_join(shape: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Condition.model_validate(shape)
