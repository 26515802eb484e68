"""Rules across fields at intake: a broken one stops the acceptance, an undecided one is not kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clerk_app.cases.completeness import find_gaps
from clerk_app.cases.rule_objection import BROKEN_RULE, find_rule_objection
from clerk_app.catalogue.broken_rules import find_broken_rules
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.errors import Refused
from tests.catalogue.catalogue_builder import make_catalogue, make_matter, make_text
from tests.office import SampleOffice
from tests.sample_data import sample_city

TODAY = date(2026, 5, 4)
ORDER = {"left": {"field": "ends"}, "is": "at_least", "right": {"field": "begins"}}


def plan_with(**rule: Any) -> Plan:
    rules = [{"id": "order", "must": {"compare": ORDER}, "reason": make_text("not in order"), **rule}]
    names = ("begins", "ends", "area", "paid")
    kinds = ("date", "date", "number", "money")
    catalogue = make_catalogue(
        [make_matter("works", fields=list(names), rules=rules)],
        fields=[
            {"id": name, "name": make_text(name), "kind": kind, "required": name in ("begins", "ends")}
            for name, kind in zip(names, kinds, strict=True)
        ],
    )
    return make_plan(catalogue, "bundle", None, {})


def gaps_of(plan: Plan, **values: str) -> list[tuple[str, str]]:
    return [(gap.kind, gap.id) for gap in find_gaps(plan, values, (), TODAY)]


def test_answers_that_break_a_rule_stop_the_acceptance() -> None:
    plan = plan_with()
    assert gaps_of(plan, begins="2026-06-02", ends="2026年6月1日") == [("rule", "ends")]
    assert gaps_of(plan, begins="2026-06-02", ends="2026-06-02") == []


def test_a_rule_is_not_named_while_its_answer_is_missing_or_wrong() -> None:
    plan = plan_with()
    assert gaps_of(plan, begins="2026-06-02") == [("field", "ends")]
    assert gaps_of(plan, begins="2026-06-02", ends="soon") == [("wrong", "ends")]


def test_a_warning_stops_nothing_and_is_never_given_for_what_is_unknown() -> None:
    plan = plan_with(effect="warn")
    broken = {"begins": "2026-06-02", "ends": "2026-06-01"}
    assert gaps_of(plan, **broken) == []
    assert [finding.rule.id for finding in find_broken_rules(plan, broken, TODAY)] == ["order"]
    assert find_broken_rules(plan, {"begins": "2026-06-02"}, TODAY) == []


def test_a_rule_that_cannot_be_decided_does_not_let_pass() -> None:
    rate = {"left": {"divide": [{"field": "paid"}, {"field": "area"}]}, "is": "at_most", "right": {"value": "10"}}
    plan = plan_with(must={"compare": rate})
    dates = {"begins": "2026-06-01", "ends": "2026-06-02"}
    assert gaps_of(plan, **dates, area="10", paid="99") == []
    assert gaps_of(plan, **dates, area="10", paid="101") == [("rule", "paid")]
    assert gaps_of(plan, **dates, area="0", paid="99") == [("rule", "paid")]
    (finding,) = find_broken_rules(plan, {**dates, "area": "0", "paid": "99.00"}, TODAY)
    assert finding.is_open


def test_a_rule_holds_only_where_its_condition_does() -> None:
    when = {"compare": {"left": {"field": "area"}, "is": "more", "right": {"value": "0"}}}
    plan = plan_with(when=when)
    broken = {"begins": "2026-06-02", "ends": "2026-06-01"}
    assert gaps_of(plan, **broken, area="1") == [("rule", "ends")]
    assert gaps_of(plan, **broken, area="0") == []


def test_the_day_of_the_check_counts() -> None:
    plan = plan_with(must={"compare": {"left": {"field": "begins"}, "is": "more", "right": {"today": True}}})
    assert gaps_of(plan, begins="2026-05-05", ends="2026-06-01") == []
    assert gaps_of(plan, begins="2026-05-04", ends="2026-06-01") == [("rule", "begins")]


def test_the_center_objects_to_an_acceptance_that_breaks_a_rule(office: SampleOffice) -> None:
    broken = office.prepare_road(works_end="2026-05-31")
    with pytest.raises(Refused) as refused:
        office.accept(broken)
    assert (refused.value.reason, refused.value.facts["what"]) == ("incomplete", "works_end")
    accepted_at = office.clock()
    objection = find_rule_objection(broken, sample_city(), accepted_at)
    assert objection is not None
    assert objection.reason == BROKEN_RULE
    assert "cannot end before they begin" in str(objection.facts["rules"])
    right = office.prepare_road(visit=broken.visit)
    assert find_rule_objection(right, sample_city(), accepted_at) is None
    office.accept(right)
