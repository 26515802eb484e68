from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import BadData
from tests.catalogue.catalogue_builder import make_catalogue, make_material, make_matter, make_text, make_yes_no_fields

YES = {"field": "sure", "is": "yes"}


def test_the_date_is_the_longest_chain_and_not_the_sum() -> None:
    plan = make_plan(
        make_catalogue(
            [
                make_matter("a", promised_days=2),
                make_matter("b", promised_days=3, after=[{"matter": "a"}]),
                make_matter("c", promised_days=4),
                make_matter("d", promised_days=1, after=[{"matter": "b"}, {"matter": "c"}]),
            ]
        ),
        "bundle",
        None,
        {},
    )
    assert plan.critical_path == ("a", "b", "d")
    assert plan.promised_days == 6
    assert plan.reductions.before.days == 10
    assert plan.reductions.after.days == 6


def test_issue_days_follow_a_decision_and_delay_no_other_matter() -> None:
    passport = make_catalogue(
        [make_matter("a", promised_days=0, issue_days=7), make_matter("b", after=[{"matter": "a"}])]
    )
    plan = make_plan(passport, "bundle", None, {})
    assert (plan.critical_path, plan.promised_days) == (("a",), 7)


def test_a_material_produced_by_an_earlier_matter_is_not_required() -> None:
    chain = make_catalogue(
        [
            make_matter("a", produces=[{"name": make_text("paper"), "material": "paper"}]),
            make_matter("b", materials=["paper", "id-card"], after=[{"matter": "a"}]),
            make_matter("c", materials=["paper"], after=[{"matter": "b"}]),
            make_matter("d", materials=["paper"]),
        ],
        materials=[make_material("id-card"), make_material("paper")],
    )
    plan = make_plan(chain, "bundle", None, {})
    assert [(planned.material.id, planned.needed_by) for planned in plan.materials] == [
        ("id-card", ("b",)),
        ("paper", ("d",)),
    ]
    alone = make_plan(chain, "bundle", frozenset({"b", "c"}), {})
    assert ("paper", ("b", "c")) in [(planned.material.id, planned.needed_by) for planned in alone.materials]


@pytest.mark.parametrize("arrow", [{"join": "committed"}, {"if_refused": "go_on"}])
def test_a_material_that_may_be_produced_too_late_is_required(arrow: dict[str, str]) -> None:
    loose = make_catalogue(
        [
            make_matter("a", produces=[{"name": make_text("paper"), "material": "paper"}]),
            make_matter("b", materials=["paper"], after=[{"matter": "a", **arrow}]),
        ],
        materials=[make_material("paper")],
    )
    assert [planned.material.id for planned in make_plan(loose, "bundle", None, {}).materials] == ["paper"]


def test_a_matter_is_inapplicable_on_no_and_kept_on_unknown_and_its_field_stays_on_the_form() -> None:
    chain = make_catalogue(
        [
            make_matter("a", applies={"when": YES, "reason": make_text("not sure")}, fields=["other"]),
            make_matter("b", after=[{"matter": "a"}]),
        ],
        fields=make_yes_no_fields("sure", "other"),
    )
    unknown, no = (make_plan(chain, "bundle", None, facts) for facts in ({}, {"sure": "no"}))
    assert [(planned.id, planned.applicability_unknown) for planned in unknown.active_matters] == [
        ("a", True),
        ("b", False),
    ]
    assert [planned.field.id for planned in unknown.fields] == ["sure", "other"]
    assert [planned.id for planned in no.active_matters] == ["b"]
    assert no.matters[0].inapplicable_reason is not None
    assert no.matters[0].inapplicable_reason.en == "not sure"
    assert no.active_matters[0].after == ()
    assert [planned.field.id for planned in no.fields] == ["sure"]


def test_a_variant_needs_a_certain_yes_and_changes_only_its_own_values() -> None:
    risky = make_catalogue(
        [
            make_matter(
                "a",
                promised_days=5,
                materials=["plan", "survey"],
                commitment_allowed=True,
                variants=[
                    {
                        "id": "low",
                        "name": make_text("low"),
                        "when": YES,
                        "promised_days": 1,
                        "materials": ["plan"],
                        "by_commitment": True,
                    },
                    {"id": "high", "name": make_text("high"), "when": {"field": "sure", "is": "no"}},
                ],
            )
        ],
        fields=make_yes_no_fields("sure"),
        materials=[make_material("plan"), make_material("survey")],
    )
    unknown, low, high = (
        make_plan(risky, "bundle", None, facts).active_matters[0] for facts in ({}, {"sure": "yes"}, {"sure": "no"})
    )
    assert (unknown.variant, unknown.promised_days, unknown.by_commitment) == (None, 5, False)
    assert (low.promised_days, low.materials, low.by_commitment) == (1, ("plan",), True)
    assert high.variant is not None
    assert (high.promised_days, high.materials) == (5, ("plan", "survey"))


def test_matters_that_exclude_each_other_are_named_with_the_reason_and_how_certain_it_is() -> None:
    rivals = make_catalogue(
        [make_matter("a"), make_matter("b"), make_matter("c")],
        {"exclusions": [{"matters": ["a", "b"], "reason": make_text("one only"), "when": YES}], "on_request": ["b"]},
        fields=make_yes_no_fields("sure"),
    )
    both = frozenset({"a", "b"})
    assert make_plan(rivals, "bundle", None, {"sure": "yes"}).exclusions == ()
    assert make_plan(rivals, "bundle", both, {"sure": "no"}).exclusions == ()
    for facts, certain in (({}, False), ({"sure": "yes"}, True)):
        (found,) = make_plan(rivals, "bundle", both, facts).exclusions
        assert (found.matters, found.reason.en, found.certain) == (("a", "b"), "one only", certain)
    assert [planned.field.id for planned in make_plan(rivals, "bundle", both, {}).fields] == ["sure"]


def test_joint_handling_takes_at_most_45_statutory_days() -> None:
    chain = [make_matter("a"), make_matter("b", after=[{"matter": "a"}]), make_matter("c", after=[{"matter": "b"}])]
    assert make_plan(make_catalogue(chain), "bundle", None, {}).statutory_days == 60
    assert make_plan(make_catalogue(chain, {"handling": "joint"}), "bundle", None, {}).statutory_days == 45


def test_only_matters_of_the_bundle_can_be_chosen(city: Catalogue) -> None:
    with pytest.raises(BadData):
        make_plan(city, "birth", frozenset({"passport-issue"}), {})
    with pytest.raises(BadData):
        make_plan(city, "wedding", None, {})
    nothing = make_plan(city, "birth", frozenset(), {})
    assert (nothing.matters, nothing.promised_days, nothing.critical_path) == ((), 0, ())


@st.composite
def graphs(draw: st.DrawFn) -> Catalogue:
    """Return a catalogue of matters that depend on earlier ones, need some materials and produce some."""
    names = [f"m{number}" for number in range(draw(st.integers(1, 8)))]
    papers = ["p0", "p1", "p2"]
    some_papers = st.lists(st.sampled_from(papers), unique=True)
    matters = []
    for place, name in enumerate(names):
        before = draw(st.lists(st.sampled_from(names[:place]), unique=True)) if place else []
        matters.append(
            make_matter(
                name,
                promised_days=draw(st.integers(0, 9)),
                materials=draw(some_papers),
                fields=draw(st.lists(st.sampled_from(["f0", "f1"]), unique=True)),
                after=[
                    {
                        "matter": predecessor,
                        "join": draw(st.sampled_from(["finished", "committed"])),
                        "if_refused": draw(st.sampled_from(["lapse", "go_on"])),
                    }
                    for predecessor in before
                ],
                produces=[{"name": make_text(paper), "material": paper} for paper in draw(some_papers)],
                **draw(
                    st.sampled_from(
                        [{}, {"applies": {"when": {"field": "f0", "is": "yes"}, "reason": make_text("no")}}]
                    )
                ),
            )
        )
    order = draw(st.permutations(matters))
    return make_catalogue(
        list(order), fields=make_yes_no_fields("f0", "f1"), materials=[make_material(paper) for paper in papers]
    )


@given(graphs(), st.dictionaries(st.sampled_from(["f0", "f1"]), st.sampled_from(["yes", "no"])))
def test_every_plan_is_consistent(small: Catalogue, facts: dict[str, str]) -> None:
    plan = make_plan(small, "bundle", None, facts)
    inside = {planned.id for planned in plan.active_matters}
    days = {planned.id: planned.promised_days for planned in plan.active_matters}
    assert {arrow.matter for planned in plan.active_matters for arrow in planned.after} <= inside
    assert sum(days[name] for name in plan.critical_path) == plan.promised_days
    assert max(days.values(), default=0) <= plan.promised_days <= sum(days.values())
    for asked in plan.materials:
        assert set(asked.needed_by) <= inside
    assert len({planned.field.id for planned in plan.fields}) == len(plan.fields)
    assert plan.reductions.after.days <= plan.reductions.before.days
    assert plan.reductions.after.papers <= plan.reductions.before.papers
    assert plan == make_plan(small, "bundle", None, facts)
