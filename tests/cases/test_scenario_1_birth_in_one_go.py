"""Scenario 1, birth in one go: one acceptance, five organs, one receipt, results handed over together."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.ledger.numbers import is_case_number
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import BIRTH, SampleOffice, find_faults

pytestmark = postgresql_wide

ORGANS = {"health", "police", "hr", "medical-insurance", "tax"}
DROPPED = {"maternity-certificate", "maternity-benefit"}


def test_one_acceptance_makes_a_task_in_each_of_five_organs_at_once(office: SampleOffice) -> None:
    number = office.accept_birth()
    assert is_case_number(number)
    assert {task["organ"] for task in office.tasks(number)} == ORGANS
    assert [task["id"] for task in office.tasks(number)] == [f"{number}{position:02d}" for position in range(1, 8)]
    case = office.case(number)
    assert (case["state"], case["pending"], case["applicant_name"]) == ("accepted", 7, "王芳")
    feeds = {row["scope"] for row in office.select("feed") if row["document"].startswith("case/")}
    assert feeds == {f"organ/{organ}" for organ in (*ORGANS, "centre")}  # all in the same transaction


def test_two_of_nine_matters_are_dropped_by_rule_with_a_reason(office: SampleOffice) -> None:
    number = office.accept_birth(mother_insured="no")
    matters = {row["matter"]: row["dropped"] for row in office.select("matters", case_number=number)}
    assert len(matters) == 9
    assert {name: why for name, why in matters.items() if why} == dict.fromkeys(DROPPED, "母亲未参加生育保险")
    insured = office.accept_birth(mother_insured="yes")
    assert len(office.tasks(insured)) == 9
    assert office.queue("health") == ["birth-medical-certificate", "birth-medical-certificate", "maternity-certificate"]


def test_the_household_registration_comes_before_the_card(office: SampleOffice) -> None:
    number = office.accept_birth()
    assert office.queue("police") == office.queue("hr") == []
    office.approve(number, "birth-medical-certificate")
    assert office.queue("police") == ["household-registration"]
    assert office.queue("health") == ["vaccination-record"]
    assert office.queue("hr") == []
    with pytest.raises(Refused) as early:
        office.claim_of(number, "social-security-card")
    assert early.value.reason == "task_state"
    office.approve(number, "household-registration")
    assert office.queue("hr") == ["social-security-card"]
    assert office.queue("medical-insurance") == ["medical-insurance-registration"]
    assert office.queue("tax") == []  # the fee waits for the enrolment


def test_the_promised_date_follows_the_critical_path_and_not_the_sum(office: SampleOffice) -> None:
    number = office.accept_birth()
    days = [task["promised_days"] for task in office.tasks(number)]
    assert sum(days) == 9
    # Wednesday 6 May, then 7, 8, the worked Saturday 9, 11, 12: five working days
    assert local_date(office.case(number)["promised_at"]) == "2026-05-12"
    assert local_date(office.case(number)["statutory_at"]) > "2026-05-12"
    assert not office.case(number)["expected"]


def test_dates_beyond_the_published_calendar_are_marked_as_expected(office: SampleOffice) -> None:
    office.clock.set("2026-12-30 09:00")
    number = office.accept_birth()
    assert office.case(number)["expected"]
    assert not office.task(number, "birth-medical-certificate")["expected"]


def test_the_period_of_each_task_begins_when_it_starts(office: SampleOffice) -> None:
    number = office.accept_birth()
    assert local_date(office.task(number, "birth-medical-certificate")["due_at"]) == "2026-05-06"  # on the spot
    assert office.task(number, "household-registration")["due_at"] is None
    office.clock.set("2026-05-07 15:00")
    office.approve(number, "birth-medical-certificate")
    registration = office.task(number, "household-registration")
    assert (local_date(registration["due_at"]), registration["rank"]) == ("2026-05-09", registration["due_at"])
    assert local_date(registration["statutory_at"]) > local_date(registration["due_at"])


def test_the_most_urgent_task_is_claimed_first(office: SampleOffice) -> None:
    late = office.accept_birth()
    office.clock.advance(days=1)
    office.accept_birth(mother_insured="yes")
    assert office.claim("health").task == f"{late}01"


def test_from_acceptance_to_the_hand_over_of_all_results(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.approve_all(number)
    case = office.case(number)
    assert (case["state"], case["pending"]) == ("closed", 0)
    decisions = office.select("decisions", order=("task",))
    assert {row["signer"] for row in decisions} == {f"{organ}-1" for organ in ORGANS}  # each organ its own signer
    office.issue(number)
    issued = office.select("issuances", order=("number",), case_number=number)
    assert [row["number"] for row in issued] == [f"{number}-{position:02d}" for position in range(1, 8)]
    assert "refusal" not in {row["produces"] for row in issued}
    office.hand_over(number)
    assert office.case(number)["state"] == "delivered"
    assert office.select("deliveries")[0]["signature"] == "王芳"
    assert [row["kind"] for row in office.select("notices", order=("made_at",))] == ["receipt", "hand_over"]
    assert find_faults(office.store) == []


@pytest.mark.parametrize("field", ["child_name", "register_with", "bank_account"])
def test_nothing_is_accepted_while_something_is_missing(office: SampleOffice, field: str) -> None:
    command = office.prepare_birth(**{field: ""})
    with pytest.raises(Refused) as refused:
        office.accept(command)
    assert (refused.value.reason, refused.value.facts["what"]) == ("incomplete", field)
    assert office.select("cases") == []
    assert [row["id"] for row in office.select("drafts")] == [command.draft]


def test_each_form_value_has_its_own_row(office: SampleOffice) -> None:
    number = office.accept_birth()
    values = {row["field"]: row["value"] for row in office.select("field_values", case_number=number)}
    assert values == BIRTH
