"""The figures of the source articles (S0 to S4), as the plans of the sample city reproduce them."""

from __future__ import annotations

import pytest

from clerk_app.catalogue.model import Catalogue, Reduction
from clerk_app.catalogue.plan import Plan, make_plan

ALL_SEVEN = {"handles_food": "yes", "trades_abroad": "yes"}


def _plan(city: Catalogue, one_thing: str, **facts: str) -> Plan:
    return make_plan(city, one_thing, None, facts)


def test_a_birth_has_nine_matters(city: Catalogue) -> None:
    assert len(_plan(city, "birth", mother_insured="yes").active_matters) == 9


def test_a_school_bus_takes_10_working_days_and_took_20(city: Catalogue) -> None:
    plan = _plan(city, "school-bus")
    assert (plan.one_thing.before.days, plan.reductions.before.days, plan.promised_days) == (20, 20, 10)
    assert (plan.one_thing.before.visits > 10, plan.reductions.after.visits <= 2) == (True, True)


def test_a_ship_sails_after_15_days_with_5_papers_and_one_visit_and_had_35_54_and_14(city: Catalogue) -> None:
    plan = _plan(city, "ship-sailing")
    assert len(plan.active_matters) == 10
    for before in (plan.one_thing.before, plan.reductions.before):
        assert (before.days, before.papers, before.visits) == (35, 54, 14)
    after = plan.reductions.after
    assert (after.days, after.papers, after.visits) == (15, 5, 1)


def test_seven_permits_of_a_foreign_enterprise_take_8_days_and_took_30(city: Catalogue) -> None:
    plan = _plan(city, "foreign-enterprise", **ALL_SEVEN)
    assert len(plan.active_matters) == 7
    assert (plan.one_thing.before.days, plan.promised_days) == (30, 8)


def test_the_drawings_of_a_project_are_reviewed_in_28_days_and_took_55(city: Catalogue) -> None:
    reviews = frozenset(f"construction-{name}-review" for name in ("design", "fire", "water", "traffic"))
    plan = make_plan(city, "construction", reviews, {"project_class": "ordinary"})
    assert (plan.reductions.before.days, plan.promised_days) == (55, 28)


@pytest.mark.parametrize(("project_class", "days"), [("ordinary", 48), ("small", 15)])
def test_a_building_project_takes_15_to_48_days_and_76_papers_and_had_131(
    city: Catalogue, project_class: str, days: int
) -> None:
    plan = _plan(city, "construction", project_class=project_class)
    assert plan.promised_days == days
    assert (plan.one_thing.before.days, plan.one_thing.before.papers) == (100, 131)
    assert (plan.reductions.before.papers, plan.reductions.after.papers) == (131, 76)


def test_a_passport_is_collected_after_7_days_and_was_after_10(city: Catalogue) -> None:
    plan = _plan(city, "passport")
    assert (plan.one_thing.before.days, plan.promised_days) == (10, 7)


def test_credit_is_repaired_within_10_days(city: Catalogue) -> None:
    assert _plan(city, "credit-repair", breach_class="serious").promised_days == 10


def test_the_figures_before_are_not_below_those_that_are_promised(city: Catalogue) -> None:
    for one_thing in city.one_things:
        after: Reduction = make_plan(city, one_thing.id, None, {}).reductions.after
        before = one_thing.before
        assert after.days < before.days, one_thing.id
        assert (after.steps <= before.steps, after.papers <= before.papers, after.visits <= before.visits) == (
            True,
            True,
            True,
        ), one_thing.id


def test_both_join_rules_and_the_one_that_leaves_it_to_the_organ_are_used(city: Catalogue) -> None:
    arrows = [arrow for matter in city.matters for arrow in matter.after]
    assert {arrow.join for arrow in arrows} == {"finished", "committed", "lead"}
    assert {arrow.if_refused for arrow in arrows} == {"lapse", "go_on"}


def test_every_matter_has_the_items_of_the_implementing_list(city: Catalogue) -> None:
    for matter in city.matters:
        assert matter.number, matter.id
        assert matter.conditions, matter.id
        assert matter.process, matter.id
        assert matter.themes, matter.id
        assert matter.life_events, matter.id
        assert (matter.scope, matter.applicant_kind, matter.consultation_phone, matter.complaint_phone) != (
            None,
            None,
            None,
            None,
        ), matter.id
        days = sum(step.days or 0 for step in matter.process)
        assert days == matter.promised_days + matter.issue_days, matter.id
