from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import plan
from clerk_app.errors import BadData
from tests.catalogue.small import catalogue, material, matter, text, yes_no

YES = {"field": "sure", "is": "yes"}


def test_the_date_is_the_longest_chain_and_not_the_sum() -> None:
    made = plan(
        catalogue(
            [
                matter("a", promised_days=2),
                matter("b", promised_days=3, after=[{"matter": "a"}]),
                matter("c", promised_days=4),
                matter("d", promised_days=1, after=[{"matter": "b"}, {"matter": "c"}]),
            ]
        ),
        "bundle",
        None,
        {},
    )
    assert made.critical_path == ("a", "b", "d")
    assert made.promised_days == 6
    assert made.reductions.before.days == 10
    assert made.reductions.after.days == 6


def test_days_of_issuing_follow_a_decision_and_hold_up_nobody() -> None:
    passport = catalogue([matter("a", promised_days=0, issue_days=7), matter("b", after=[{"matter": "a"}])])
    made = plan(passport, "bundle", None, {})
    assert (made.critical_path, made.promised_days) == (("a",), 7)


def test_a_paper_that_an_earlier_matter_makes_is_not_asked_for() -> None:
    chain = catalogue(
        [
            matter("a", produces=[{"name": text("paper"), "material": "paper"}]),
            matter("b", materials=["paper", "id-card"], after=[{"matter": "a"}]),
            matter("c", materials=["paper"], after=[{"matter": "b"}]),
            matter("d", materials=["paper"]),
        ],
        materials=[material("id-card"), material("paper")],
    )
    made = plan(chain, "bundle", None, {})
    assert [(one.material.id, one.needed_by) for one in made.materials] == [("id-card", ("b",)), ("paper", ("d",))]
    alone = plan(chain, "bundle", frozenset({"b", "c"}), {})
    assert ("paper", ("b", "c")) in [(one.material.id, one.needed_by) for one in alone.materials]


@pytest.mark.parametrize("arrow", [{"join": "committed"}, {"if_refused": "go_on"}])
def test_a_paper_that_may_not_be_there_in_time_is_asked_for(arrow: dict[str, str]) -> None:
    loose = catalogue(
        [
            matter("a", produces=[{"name": text("paper"), "material": "paper"}]),
            matter("b", materials=["paper"], after=[{"matter": "a", **arrow}]),
        ],
        materials=[material("paper")],
    )
    assert [one.material.id for one in plan(loose, "bundle", None, {}).materials] == ["paper"]


def test_a_matter_is_dropped_on_a_no_kept_in_doubt_on_an_unknown_and_the_question_stays() -> None:
    chain = catalogue(
        [
            matter("a", applies={"when": YES, "reason": text("not sure")}, fields=["other"]),
            matter("b", after=[{"matter": "a"}]),
        ],
        fields=yes_no("sure", "other"),
    )
    unknown, no = (plan(chain, "bundle", None, facts) for facts in ({}, {"sure": "no"}))
    assert [(one.id, one.doubtful) for one in unknown.active] == [("a", True), ("b", False)]
    assert [one.field.id for one in unknown.fields] == ["sure", "other"]
    assert [one.id for one in no.active] == ["b"]
    assert no.matters[0].dropped is not None
    assert no.matters[0].dropped.en == "not sure"
    assert no.active[0].after == ()
    assert [one.field.id for one in no.fields] == ["sure"]


def test_a_variant_needs_a_certain_yes_and_changes_only_what_it_says() -> None:
    risky = catalogue(
        [
            matter(
                "a",
                promised_days=5,
                materials=["plan", "survey"],
                commitment_allowed=True,
                variants=[
                    {
                        "id": "low",
                        "name": text("low"),
                        "when": YES,
                        "promised_days": 1,
                        "materials": ["plan"],
                        "by_commitment": True,
                    },
                    {"id": "high", "name": text("high"), "when": {"field": "sure", "is": "no"}},
                ],
            )
        ],
        fields=yes_no("sure"),
        materials=[material("plan"), material("survey")],
    )
    unknown, low, high = (
        plan(risky, "bundle", None, facts).active[0] for facts in ({}, {"sure": "yes"}, {"sure": "no"})
    )
    assert (unknown.variant, unknown.promised_days, unknown.by_commitment) == (None, 5, False)
    assert (low.promised_days, low.materials, low.by_commitment) == (1, ("plan",), True)
    assert high.variant is not None
    assert (high.promised_days, high.materials) == (5, ("plan", "survey"))


def test_matters_that_exclude_each_other_are_named_with_the_reason_and_how_certain_it_is() -> None:
    rivals = catalogue(
        [matter("a"), matter("b"), matter("c")],
        {"exclusions": [{"matters": ["a", "b"], "reason": text("one only"), "when": YES}], "on_request": ["b"]},
        fields=yes_no("sure"),
    )
    both = frozenset({"a", "b"})
    assert plan(rivals, "bundle", None, {"sure": "yes"}).exclusions == ()
    assert plan(rivals, "bundle", both, {"sure": "no"}).exclusions == ()
    for facts, certain in (({}, False), ({"sure": "yes"}, True)):
        (found,) = plan(rivals, "bundle", both, facts).exclusions
        assert (found.matters, found.reason.en, found.certain) == (("a", "b"), "one only", certain)
    assert [one.field.id for one in plan(rivals, "bundle", both, {}).fields] == ["sure"]


def test_organs_that_handle_together_have_45_days_whatever_the_chain() -> None:
    chain = [matter("a"), matter("b", after=[{"matter": "a"}]), matter("c", after=[{"matter": "b"}])]
    assert plan(catalogue(chain), "bundle", None, {}).statutory_days == 60
    assert plan(catalogue(chain, {"handling": "joint"}), "bundle", None, {}).statutory_days == 45


def test_only_matters_of_the_bundle_can_be_chosen(city: Catalogue) -> None:
    with pytest.raises(BadData):
        plan(city, "birth", frozenset({"passport-issue"}), {})
    with pytest.raises(BadData):
        plan(city, "wedding", None, {})
    nothing = plan(city, "birth", frozenset(), {})
    assert (nothing.matters, nothing.promised_days, nothing.critical_path) == ((), 0, ())


@st.composite
def graphs(draw: st.DrawFn) -> Catalogue:
    """Matters that wait for earlier ones, need some papers and make some."""
    names = [f"m{number}" for number in range(draw(st.integers(1, 8)))]
    papers = ["p0", "p1", "p2"]
    some_papers = st.lists(st.sampled_from(papers), unique=True)
    matters = []
    for place, name in enumerate(names):
        before = draw(st.lists(st.sampled_from(names[:place]), unique=True)) if place else []
        matters.append(
            matter(
                name,
                promised_days=draw(st.integers(0, 9)),
                materials=draw(some_papers),
                fields=draw(st.lists(st.sampled_from(["f0", "f1"]), unique=True)),
                after=[
                    {
                        "matter": one,
                        "join": draw(st.sampled_from(["finished", "committed"])),
                        "if_refused": draw(st.sampled_from(["lapse", "go_on"])),
                    }
                    for one in before
                ],
                produces=[{"name": text(one), "material": one} for one in draw(some_papers)],
                **draw(
                    st.sampled_from([{}, {"applies": {"when": {"field": "f0", "is": "yes"}, "reason": text("no")}}])
                ),
            )
        )
    order = draw(st.permutations(matters))
    return catalogue(list(order), fields=yes_no("f0", "f1"), materials=[material(one) for one in papers])


@given(graphs(), st.dictionaries(st.sampled_from(["f0", "f1"]), st.sampled_from(["yes", "no"])))
def test_every_plan_holds_together(small: Catalogue, facts: dict[str, str]) -> None:
    made = plan(small, "bundle", None, facts)
    inside = {one.id for one in made.active}
    days = {one.id: one.promised_days for one in made.active}
    assert {arrow.matter for one in made.active for arrow in one.after} <= inside
    assert sum(days[name] for name in made.critical_path) == made.promised_days
    assert max(days.values(), default=0) <= made.promised_days <= sum(days.values())
    for asked in made.materials:
        assert set(asked.needed_by) <= inside
    assert len({one.field.id for one in made.fields}) == len(made.fields)
    assert made.reductions.after.days <= made.reductions.before.days
    assert made.reductions.after.papers <= made.reductions.before.papers
    assert made == plan(small, "bundle", None, facts)
