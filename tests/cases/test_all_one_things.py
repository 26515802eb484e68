"""Every one thing and single matter of the sample city: accepted, decided by all organs, issued and handed over."""

from __future__ import annotations

import pytest

from tests.cases.one_thing_runs import (
    OneThingRun,
    accept_run,
    describe_run,
    finish_in_time,
    finish_run,
    measure_run,
)
from tests.clock import local_date
from tests.office import SampleOffice, find_faults
from tests.sample_data import sample_city

RUNS = (
    OneThingRun("birth", {"mother_insured": "yes"}),
    OneThingRun("hiring", {"worker_has_card": "no"}),
    OneThingRun("passport"),
    OneThingRun("residence-permit", {"holds_residence_permit": "no", "housing_kind": "rented"}),
    OneThingRun("road-excavation", {"excavation_depth": "medium", "risk_class": "ordinary"}),
    OneThingRun("construction", {"project_class": "ordinary"}),
    OneThingRun("credit-repair", {"breach_class": "ordinary"}),
    OneThingRun("disability-fund", {"quota_result": "over"}, frozenset({"disabled-staff-count", "over-quota-reward"})),
    OneThingRun("driving-licence", {"applicant_birth_date": "1990-03-07"}),
    OneThingRun("foreign-enterprise", {"handles_food": "yes", "trades_abroad": "yes"}),
    OneThingRun("school-bus"),
    OneThingRun("ship-sailing"),
    OneThingRun("social-assistance", {"has_student": "yes"}),
    OneThingRun("talent-settlement"),
)
# critical path; promised working days; day promised to an application of 6 May 2026; steps, days, papers, visits after
FIGURES = {
    "birth": ("birth-medical-certificate household-registration social-security-card", 5, "2026-05-12", (2, 5, 0, 1)),
    "hiring": ("worker-social-security-card", 3, "2026-05-09", (2, 3, 1, 1)),
    "passport": ("passport-issue", 7, "2026-05-14", (2, 7, 0, 1)),
    "residence-permit": ("residence-registration residence-permit-new", 7, "2026-05-14", (2, 7, 0, 1)),
    "road-excavation": ("excavation-planning", 5, "2026-05-12", (2, 5, 3, 1)),
    "construction": (
        "construction-site construction-design-review construction-planning-permit construction-works-permit",
        48,
        "2026-07-13",
        (2, 48, 76, 1),
    ),
    "credit-repair": ("credit-repair-decision", 10, "2026-05-19", (2, 10, 1, 1)),
    "disability-fund": ("disabled-staff-count over-quota-reward", 10, "2026-05-19", (2, 10, 0, 1)),
    "driving-licence": ("driver-health-check driving-licence-renewal", 1, "2026-05-07", (2, 1, 1, 1)),
    "foreign-enterprise": ("foreign-approval foreign-business-licence foreign-food", 8, "2026-05-15", (2, 8, 4, 1)),
    "school-bus": (
        "school-bus-traffic-opinion school-bus-review school-bus-permit school-bus-plate",
        10,
        "2026-05-19",
        (2, 10, 4, 1),
    ),
    "ship-sailing": ("ship-inspection ship-nationality ship-safety-management", 15, "2026-05-26", (2, 15, 5, 1)),
    "social-assistance": ("household-check living-allowance", 15, "2026-05-26", (2, 15, 1, 1)),
    "talent-settlement": ("talent-pre-review talent-file-check talent-registration", 20, "2026-06-02", (2, 20, 2, 1)),
}
SINGLE_ANSWERS = {
    "occupational-health": {"hazard_class": "ordinary"},  # a light hazard needs a signed commitment
    "residence-change-address": {"holds_residence_permit": "yes"},
    "residence-change-employer": {"holds_residence_permit": "yes"},
    "maternity-certificate": {"mother_insured": "yes"},
    "worker-social-security-card": {"worker_has_card": "no"},
    "hiring-subsidy": {"worker_group": "graduate"},
    "insurance-subsidy": {"worker_group": "hard_to_place"},
}
SINGLE_MATTERS = [matter.id for matter in sample_city().matters if matter.alone]
QUICK = ("school-bus", "talent-settlement")


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "run",
    [pytest.param(run, id=run.one_thing, marks=() if run.one_thing in QUICK else pytest.mark.wide) for run in RUNS],
)
def test_a_one_thing_is_accepted_decided_issued_and_handed_over(office: SampleOffice, run: OneThingRun) -> None:
    plan, number = accept_run(office, run)
    after = plan.reductions.after
    assert (
        " ".join(plan.critical_path),
        plan.promised_days,
        local_date(office.case(number)["promised_at"]),
        (after.steps, after.days, after.papers, after.visits),
    ) == FIGURES[run.one_thing]
    finish_in_time(office, number)
    _check_end(office, number)
    print(describe_run(office, plan, number))  # noqa: T201 - shown by `pytest -s`
    measured = measure_run(office, plan, number)
    assert (measured.days.median, measured.visits.median, measured.kept) == (plan.promised_days, 2, 1)
    assert measured.steps.median == after.steps


def test_every_one_thing_of_the_catalogue_has_a_run() -> None:
    assert {run.one_thing for run in RUNS} == {one_thing.id for one_thing in sample_city().one_things} == {*FIGURES}


@pytest.mark.wide
@pytest.mark.parametrize(
    "matter",
    [pytest.param(name, marks=() if name == "marriage-registration" else pytest.mark.wide) for name in SINGLE_MATTERS],
)
def test_a_matter_chosen_alone_is_handled_like_a_one_thing(office: SampleOffice, matter: str) -> None:
    plan, number = accept_run(office, OneThingRun(f"matter.{matter}", SINGLE_ANSWERS.get(matter, {})))
    assert [planned.id for planned in plan.active_matters] == [matter]
    assert [task["matter"] for task in office.tasks(number)] == [matter]
    finish_run(office, number)
    _check_end(office, number)


def _check_end(office: SampleOffice, number: str) -> None:
    assert office.case(number)["state"] == "delivered"
    assert set(office.task_states(number).values()) == {"approved"}
    assert find_faults(office.store) == []
