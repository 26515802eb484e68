from __future__ import annotations

import pytest

from clerk_app.catalogue.loader import check_folder
from clerk_app.catalogue.model import Condition
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.single_matters import find_fixed_answers, format_single_id, split_single_id
from clerk_app.errors import BadData
from tests.catalogue.catalogue_builder import make_catalogue, make_matter, make_text, make_yes_no_fields
from tests.catalogue.conftest import Folder
from tests.catalogue.good_folder import HEAD, THINGS
from tests.catalogue.name_search import names_of, search_names

pytestmark = pytest.mark.usefixtures("english")

PARTIES = [
    {"id": "enterprise", "name": make_text("enterprise"), "kind": "organisation", "applicant": True},
    {"id": "worker", "name": make_text("worker")},
    {"id": "agent", "name": make_text("agent"), "required": False},
]


def test_a_matter_chosen_alone_is_a_one_thing_of_this_matter_only() -> None:
    catalogue = make_catalogue(
        [
            make_matter("a", produces=[{"name": make_text("paper")}]),
            make_matter("b", alone=True, promised_days=3, issue_days=2, after=[{"matter": "a"}], visits=2),
        ]
    )
    plan = make_plan(catalogue, "matter.b", None, {})
    assert [planned.id for planned in plan.active_matters] == ["b"]
    assert plan.active_matters[0].after == ()
    assert (plan.promised_days, plan.one_thing.promised_days, plan.one_thing.lead) == (5, 5, "office")
    assert (plan.one_thing.before.days, plan.one_thing.before.visits) == (5, 2)


@pytest.mark.parametrize("name", ["matter.a", "matter.unknown", "matter."])
def test_a_matter_that_is_not_offered_alone_is_no_one_thing(name: str) -> None:
    with pytest.raises(BadData):
        make_plan(make_catalogue([make_matter("a"), make_matter("b", alone=True)]), name, None, {})


def test_its_parties_are_those_of_the_one_thing_that_contains_it_as_far_as_it_uses_them() -> None:
    fields = [{"id": "wage", "name": make_text("wage"), "kind": "money", "party": "worker"}]
    catalogue = make_catalogue(
        [make_matter("a", alone=True), make_matter("b", alone=True, fields=["wage"])],
        {"parties": PARTIES},
        fields=fields,
    )
    assert [role.id for role in catalogue.one_thing("matter.a").parties] == ["enterprise", "agent"]
    assert [role.id for role in catalogue.one_thing("matter.b").parties] == ["enterprise", "worker", "agent"]
    assert catalogue.one_thing("matter.b").applicant_role().id == "enterprise"


@pytest.mark.parametrize(("kind", "role"), [("person", "applicant"), ("organisation", "enterprise")])
def test_a_matter_of_no_one_thing_has_one_applicant(kind: str, role: str) -> None:
    catalogue = make_catalogue([make_matter("a"), make_matter("b", alone=True, applicant_kind=kind)])
    catalogue = catalogue.model_copy(
        update={"one_things": (catalogue.one_things[0].model_copy(update={"matters": ("a",)}),)}
    )
    (party,) = catalogue.one_thing("matter.b").parties
    assert (party.id, party.applicant) == (role, True)


def test_a_handling_item_is_found_by_number_initials_and_name_and_fixes_the_answers_of_its_condition() -> None:
    items = [
        {
            "id": "lost",
            "name": make_text("replacement"),
            "when": {"all": [{"field": "lost", "is": "yes"}, {"field": "stolen", "in": ["no"]}]},
            "number": "31-7",
            "initials": "bl",
        },
        {"id": "plain", "name": make_text("plain"), "when": {"field": "lost", "is": "no"}},
    ]
    catalogue = make_catalogue(
        [make_matter("a", alone=True, variants=items)], fields=make_yes_no_fields("lost", "stolen")
    )
    for query in ("31-7", "bl", "replac"):
        assert [found.item for found in search_names(names_of(catalogue), query, "en")] == ["lost"]
    variant = catalogue.matter("a").variants[0]
    assert find_fixed_answers(variant.when) == {"lost": "yes", "stolen": "no"}
    assert find_fixed_answers(Condition.model_validate({"not": {"field": "lost", "is": "yes"}})) == {}
    assert split_single_id(format_single_id("a", "lost")) == ("matter.a", "lost")
    assert split_single_id("bundle") == ("bundle", "")


def test_a_matter_offered_alone_must_not_need_what_only_another_matter_makes(folder: Folder) -> None:
    things = THINGS.replace("    after: [{matter: first}]\n", "    after: [{matter: first}]\n    alone: true\n")
    (mistake,) = check_folder(folder(HEAD, things))
    assert (mistake.field, "Nobody provides record" in mistake.sentence) == ("matters[1].alone", True)
