from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.comparisons import TODAY
from clerk_app.catalogue.conditions import evaluate_condition
from clerk_app.catalogue.model import Condition
from tests.catalogue.catalogue_builder import make_catalogue, make_matter

FACTS = {
    "start": "2026-02-27",
    "end": "2026-03-02",
    "area": "12.50",
    "zero": "0",
    "name": "王 芳",
    "number": "310101199003071234",
    TODAY: "2026-11-30",
}
F = {name: {"field": name} for name in ("start", "end", "area", "zero", "name", "number", "absent")}


def outcome(left: Any, test: str, right: Any, facts: dict[str, str] | None = None) -> str:
    condition = Condition.model_validate({"compare": {"left": left, "is": test, "right": right}})
    return evaluate_condition(condition, FACTS if facts is None else facts)


@pytest.mark.parametrize(
    ("left", "test", "right", "expected"),
    [
        (F["end"], "more", F["start"], "yes"),
        (F["end"], "at_most", F["start"], "no"),
        ({"days": [F["start"], F["end"]]}, "equal", {"value": "3"}, "yes"),
        ({"subtract": [F["end"], F["start"]]}, "equal", {"value": "3"}, "unknown"),
        ({"add": [F["start"], {"value": "3"}]}, "equal", F["end"], "yes"),
        ({"subtract": [F["end"], {"value": "3"}]}, "equal", F["start"], "yes"),
        ({"add": [F["start"], F["area"]]}, "equal", F["end"], "unknown"),
        (F["start"], "less", {"today": True}, "yes"),
        (F["area"], "equal", {"value": "12.5"}, "yes"),
        ({"multiply": [F["area"], {"value": "4"}]}, "equal", {"value": "50"}, "yes"),
        ({"divide": [{"value": "1"}, {"value": "3"}]}, "less", {"value": "0.333333333333"}, "no"),
        ({"divide": [F["area"], F["zero"]]}, "more", {"value": "1"}, "unknown"),
        ({"add": [F["start"], {"value": "99999999"}]}, "more", F["end"], "unknown"),
        (F["start"], "less", F["area"], "unknown"),
        (F["name"], "less", F["area"], "unknown"),
        (F["name"], "same", {"value": "王芳"}, "yes"),
        (F["name"], "different", {"value": "王方"}, "yes"),
        (F["absent"], "less", F["area"], "unknown"),
        ({"born": "number"}, "equal", {"value": "1990-03-07"}, "yes"),
        ({"born": "name"}, "less", F["start"], "unknown"),
        ({"age": [{"born": "number"}, F["start"]]}, "equal", {"value": "35"}, "yes"),
        ({"age": [{"born": "number"}, {"value": "2026-03-07"}]}, "equal", {"value": "36"}, "yes"),
        ({"age": [{"value": "2024-02-29"}, {"value": "2025-02-28"}]}, "equal", {"value": "0"}, "yes"),
    ],
)
def test_a_comparison_is_exact_and_what_does_not_fit_is_unknown(
    left: Any, test: str, right: Any, expected: str
) -> None:
    assert outcome(left, test, right) == expected


_VALUES = st.sampled_from(
    ["", "0", "-3", "12.50", "2026-02-29", "2024-02-29", "0001-01-01", "9999-12-31", "王芳", "9" * 40]
)
_LEAVES = st.one_of(
    st.sampled_from(["a", "b"]).map(lambda name: {"field": name}),
    st.just({"born": "a"}),
    st.just({"today": True}),
    _VALUES.filter(bool).map(lambda value: {"value": value}),
)
_OPERANDS: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: st.builds(
        lambda name, pair: {name: pair},
        st.sampled_from(["add", "subtract", "multiply", "divide", "days", "age"]),
        st.lists(inner, min_size=2, max_size=2),
    ),
    max_leaves=8,
)
_TESTS = st.sampled_from(["less", "at_most", "equal", "unequal", "at_least", "more", "same", "different"])


@given(_OPERANDS, _TESTS, _OPERANDS, _VALUES, _VALUES)
def test_no_comparison_raises_and_a_further_fact_never_changes_a_decision(
    left: Any, test: str, right: Any, first: str, second: str
) -> None:
    known = outcome(left, test, right, {"a": first})
    both = outcome(left, test, right, {"a": first, "b": second, TODAY: "2026-11-30"})
    assert known in ("yes", "no", "unknown")
    assert known == "unknown" or both == known


def test_a_catalogue_without_comparisons_keeps_its_bytes() -> None:
    catalogue = make_catalogue(
        [make_matter("one", applies={"when": {"field": "a", "is": "x"}, "reason": {"zh": "-", "en": "-"}})]
    )
    assert b'"compare"' not in catalogue.to_bytes()
    assert b'"rules"' not in catalogue.to_bytes()
    rule = {
        "id": "order",
        "must": {"compare": {"left": F["end"], "is": "more", "right": F["start"]}},
        "reason": {"zh": "-", "en": "-"},
    }
    ruled = make_catalogue([make_matter("one", rules=[rule])])
    assert type(ruled).from_bytes(ruled.to_bytes()) == ruled
