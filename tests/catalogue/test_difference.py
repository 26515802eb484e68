"""Two catalogues are compared completely: what is not named as a difference is the same."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.difference import compare_catalogues
from clerk_app.catalogue.model import Catalogue
from tests.catalogue.catalogue_builder import make_catalogue, make_matter


def _content(catalogue: Catalogue) -> bytes:
    return catalogue.model_copy(update={"version": 1}).to_bytes()


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    names = draw(st.lists(st.sampled_from("abcd"), min_size=1, unique=True))
    matters = []
    for name in names:
        more: dict[str, Any] = {"promised_days": draw(st.integers(0, 2)), "fee": draw(st.sampled_from([0, 100]))}
        if draw(st.booleans()):
            when = {"field": "f", "is": draw(st.sampled_from(["yes", "no"]))}
            more["variants"] = [{"id": "v", "name": {"zh": "甲", "en": "V"}, "when": when}]
        matters.append(make_matter(name, **more))
    return make_catalogue(
        matters, version=draw(st.integers(1, 3)), valid_from=draw(st.sampled_from(["2026-01-01", "2026-02-01"]))
    )


@given(catalogues(), catalogues())
def test_catalogues_without_a_difference_have_the_same_content(before: Catalogue, after: Catalogue) -> None:
    differences = compare_catalogues(before, after)
    assert bool(differences) == (_content(before) != _content(after))
    for difference in differences:
        assert (difference.kind == "changed") == bool(difference.changes)
    swapped = compare_catalogues(after, before)
    opposite = {"added": "removed", "removed": "added", "changed": "changed"}
    assert {(found.section, found.id, opposite[found.kind]) for found in differences} == {
        (found.section, found.id, found.kind) for found in swapped
    }
