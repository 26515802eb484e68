"""A catalogue states which organ decides a matter by place, and which service centre accepts it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.competence import find_accepting_site, find_matter_above
from clerk_app.catalogue.loader import check_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import make_plan
from tests.catalogue.catalogue_builder import make_catalogue, make_matter, make_text
from tests.catalogue.conftest import Folder
from tests.catalogue.good_folder import HEAD, THINGS
from tests.sample_data import sample_city

pytestmark = pytest.mark.usefixtures("english")

PLACES = ("east", "west", "harbour")


def city_of(**matter: Any) -> Catalogue:
    """Build a catalogue whose matter is decided by the east or the west, and by the city elsewhere."""
    decides = [{"organ": place, "when": {"field": "place", "is": place}} for place in ("east", "west")]
    choices = [{"id": place, "name": make_text(place)} for place in PLACES]
    organs = [{"id": name, "name": make_text(name), "level": "district"} for name in ("east", "west")]
    return make_catalogue(
        [make_matter("permit", decides=decides, **matter)],
        organs=[{"id": "office", "name": make_text("office"), "level": "city"}, *organs],
        fields=[{"id": "place", "name": make_text("place"), "kind": "choice", "choices": choices}],
        sites=[
            {"id": name, "name": make_text(name), "level": level, "address": make_text("road"), "phone": "1"}
            for name, level in (("counter", "street"), ("hall", "district"), ("palace", "city"))
        ],
    )


@pytest.mark.parametrize(("place", "organ"), [("east", "east"), ("west", "west"), ("harbour", "office"), ("", "")])
def test_the_place_decides_the_organ_and_an_unknown_place_is_never_guessed(place: str, organ: str) -> None:
    plan = make_plan(city_of(), "bundle", None, {"place": place})
    assert [planned.decided_by for planned in plan.matters] == [organ]
    assert [(field.field.id, field.needed_by) for field in plan.fields] == [("place", ("permit",))]


@given(st.dictionaries(st.just("place"), st.sampled_from((*PLACES, ""))))
def test_a_further_fact_never_changes_an_organ_that_was_found(facts: dict[str, str]) -> None:
    before, after = (make_plan(city_of(), "bundle", None, known).matters[0] for known in ({}, facts))
    assert before.decided_by in ("", after.decided_by)


def test_a_site_of_a_lower_level_than_the_matter_is_not_accepting_it() -> None:
    catalogue = city_of(level="district")
    matters = catalogue.matters
    above = {name: find_matter_above(catalogue.sites, name, matters) for name in ("counter", "hall", "palace", "other")}
    assert {name: found is not None for name, found in above.items()} == {
        "counter": True,
        "hall": False,
        "palace": False,
        "other": False,
    }
    site = find_accepting_site(catalogue.sites, "district")
    assert site is not None
    assert site.id == "hall"


def test_places_are_stored_and_a_catalogue_without_them_keeps_its_bytes() -> None:
    assert Catalogue.from_bytes(city_of().to_bytes()) == city_of()
    stored = make_catalogue([make_matter("a")]).to_bytes()
    assert b'"decides"' not in stored
    assert b'"sites"' not in stored


@pytest.mark.parametrize(
    ("decides", "words"),
    [
        ("{organ: ofice, when: {field: sure, is: yes}}", "Did you mean office?"),
        ("{organ: office, when: {field: shure, is: yes}}", "Did you mean sure?"),
        ("{organ: office, when: {field: sure, is: east}}", "east is not an answer of the field sure."),
        ("{organ: office, when: {field: sure, is: yes}}", "so it must be required"),
    ],
)
def test_mistakes_in_who_decides_are_named(folder: Folder, decides: str, words: str) -> None:
    things = THINGS.replace("    promised_days: 2\n", f"    promised_days: 2\n    decides: [{decides}]\n")
    if "required" in words:
        things = things.replace("kind: yes_no", "kind: yes_no\n    required: false")
    mistakes = check_folder(folder(HEAD, things))
    assert any(words in mistake.sentence for mistake in mistakes), mistakes


def test_the_sample_city_lets_streets_and_districts_decide() -> None:
    found = {
        place: make_plan(sample_city(), "matter.outdoor-advertisement", None, {"advertisement_place": place})
        .matters[0]
        .decided_by
        for place in ("east_street", "main_road", "landmark", "")
    }
    assert found == {
        "east_street": "street-office",
        "main_road": "housing-construction",
        "landmark": "city-government",
        "": "",
    }
