"""A matter of public safety: no commitment replaces what is checked there, and the ordinary procedure is offered."""

from __future__ import annotations

from clerk_app.cases.promises.offers import MATERIAL, find_bar, list_offers
from clerk_app.catalogue.plan import make_plan
from tests.cases.one_thing_runs import OneThingRun, accept_run
from tests.cases.promise_city import promises_of
from tests.office import SampleOffice
from tests.sample_data import sample_city

ROUTE = "bus-route-plan"


def test_the_plan_of_a_school_bus_route_is_not_replaced_by_a_commitment(english: None) -> None:
    plan = make_plan(sample_city(), "school-bus", None, {})
    assert sample_city().material(ROUTE).promise_allowed
    assert ROUTE not in {offer.subject for offer in list_offers(sample_city(), plan, ())}
    bar = find_bar(sample_city(), plan, MATERIAL, ROUTE)
    assert bar is not None
    assert str(bar) == (
        "Opinion on the safety of the route concerns public safety: no commitment replaces what is checked there."
    )


def test_without_the_excluded_matter_the_same_material_may_be_promised() -> None:
    plan = make_plan(sample_city(), "school-bus", frozenset({"school-bus-transport-opinion"}), {})
    assert find_bar(sample_city(), plan, MATERIAL, ROUTE) is None


def test_the_ordinary_procedure_of_an_excluded_matter_is_accepted_without_promises(office: SampleOffice) -> None:
    _plan, number = accept_run(office, OneThingRun("school-bus"))
    assert promises_of(office, number) == []
    assert office.task(number, "school-bus-traffic-opinion")["promised_days"] == 3
