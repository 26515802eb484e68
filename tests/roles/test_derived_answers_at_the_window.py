"""The class of risk follows from other answers at the window; who overrules it writes down why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.views.case import FieldRow
from clerk_app.views.counter import CounterService, CounterView
from tests.roles.test_identity_of_a_visit import intake, serve

Code = Callable[[str], str]


def risk(view: CounterView) -> FieldRow:
    return next(row for row in intake(view).fields if row.id == "risk_class")


@pytest.fixture
def road(counter: CounterService, code: Code, english: None) -> CounterService:
    serve(counter, code("builder"))
    counter.begin_draft("road-excavation")
    return counter


def test_the_class_is_filled_in_with_its_rule_and_follows_the_answers(road: CounterService) -> None:
    assert risk(road.fill_field("excavation_depth", "shallow")).value == ""
    row = risk(road.fill_field("on_main_road", "no"))
    assert (row.value, row.source) == ("low", "by rule: at most 1.5 m deep, and on no main road")
    assert risk(road.fill_field("excavation_depth", "deep")).value == "high"
    assert risk(road.fill_field("excavation_depth", "")).value == ""  # unknown again


def test_an_overruled_class_stays_and_needs_a_reason(road: CounterService) -> None:
    road.fill_field("excavation_depth", "deep")
    row = risk(road.fill_field("risk_class", "low"))
    assert row.warning == "High (by rule: deeper than 3 m)"
    view = intake(road.fill_field("on_main_road", "no"))
    assert [(row.field, row.reason) for row in view.differences] == [("risk_class", "")]
    view = intake(road.explain_difference("risk_class", "the depth was measured again"))
    assert [(row.field, row.reason) for row in view.differences] == [("risk_class", "the depth was measured again")]
    assert risk(road.fill_field("excavation_depth", "shallow")).warning == ""


@pytest.mark.wide
def test_an_answer_that_is_emptied_follows_the_rule_again(road: CounterService) -> None:
    road.fill_field("excavation_depth", "deep")
    road.fill_field("risk_class", "low")
    assert risk(road.fill_field("risk_class", "")).value == "high"
