"""Fees of a plan: lines with amount and legal basis, each asked for once, and what may be due."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clerk_app.catalogue.fees import sum_fees
from clerk_app.catalogue.loader import check_folder
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.roles.fee_lines import build_fees, describe_fees, print_fees
from clerk_app.roles.service_guide import build_service_guide
from tests.catalogue.catalogue_builder import make_catalogue, make_matter, make_text, make_yes_no_fields
from tests.catalogue.conftest import Folder
from tests.catalogue.good_folder import HEAD, THINGS

pytestmark = pytest.mark.usefixtures("english")

BOOKLET = {"id": "booklet", "name": make_text("booklet"), "amount": 1000, "basis": make_text("Fee act")}
EXTRA = {"id": "extra", "name": make_text("extra"), "amount": 550, "when": {"field": "large", "is": "yes"}}


def catalogue_of(*matters: dict[str, Any]) -> Catalogue:
    return make_catalogue(list(matters), fields=make_yes_no_fields("large"))


def plan_of(*matters: dict[str, Any], **facts: str) -> Plan:
    return make_plan(catalogue_of(*matters), "bundle", None, facts)


def test_two_matters_that_name_one_fee_ask_for_it_once() -> None:
    plan = plan_of(make_matter("a", fees=[BOOKLET]), make_matter("b", fees=[BOOKLET]))
    assert [(fee.line.id, fee.matters, fee.certain) for fee in plan.fees] == [("booklet", ("a", "b"), True)]
    assert sum_fees(plan.fees) == (1000, 0)
    assert describe_fees(plan) == "10 yuan: booklet 10 yuan (Fee act)"


def test_the_single_amounts_of_older_matters_are_separate_fees() -> None:
    plan = plan_of(make_matter("a", fee=100), make_matter("b", fee=100))
    assert [fee.matters for fee in plan.fees] == [("a",), ("b",)]
    assert sum_fees(plan.fees) == (200, 0)


@pytest.mark.parametrize(
    ("facts", "expected", "total"),
    [
        ({}, [("booklet", True), ("extra", False)], "10 yuan; up to 5.50 yuan more may be due"),
        ({"large": "yes"}, [("booklet", True), ("extra", True)], "15.50 yuan"),
        ({"large": "no"}, [("booklet", True)], "10 yuan"),
    ],
)
def test_a_fee_whose_condition_is_unknown_may_be_due(
    facts: dict[str, str], expected: list[tuple[str, bool]], total: str
) -> None:
    plan = plan_of(make_matter("a", fees=[BOOKLET, EXTRA]), **facts)
    assert [(fee.line.id, fee.certain) for fee in plan.fees] == expected
    assert build_fees(plan).total == total
    assert [field.field.id for field in plan.fields] == ["large"]  # the answer is asked for
    assert [fee.may_be_due for fee in print_fees(plan)] == [not certain for _id, certain in expected]


def test_a_plan_without_fees_is_free_of_charge() -> None:
    plan = plan_of(make_matter("a"))
    assert (build_fees(plan).rows, describe_fees(plan), print_fees(plan)) == ((), "", ())


def test_the_guide_counts_a_fee_of_two_matters_once() -> None:
    catalogue = catalogue_of(make_matter("a", fees=[BOOKLET, EXTRA]), make_matter("b", fees=[BOOKLET]))
    assert build_service_guide(catalogue, "bundle", office="O", phone="1", today=date(2026, 5, 6)).fee == "10"


def test_one_fee_id_with_two_amounts_is_a_mistake(folder: Folder) -> None:
    things = THINGS
    for days, amount in (("2", 100), ("3", 200)):
        fee = f"    fees: [{{id: print, name: {{zh: 费, en: Print}}, amount: {amount}}}]\n"
        things = things.replace(f"    promised_days: {days}\n", f"    promised_days: {days}\n{fee}", 1)
    (mistake,) = check_folder(folder(HEAD, things))
    assert "another amount or name" in mistake.sentence
