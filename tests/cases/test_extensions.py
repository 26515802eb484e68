"""The period of a task is extended once, by up to ten working days, with a second person's approval (art. 42)."""

from __future__ import annotations

import pytest

from clerk_app.cases.tasks.extensions import AskExtension, DecideExtension
from clerk_app.errors import Refused
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults

pytestmark = pytest.mark.usefixtures("english")

TRAFFIC, OFFICER, COLLEAGUE = "excavation-traffic", "police-1", "police-2"


def ask(office: SampleOffice, number: str, days: int = 5, reason: str = "a second survey is needed") -> None:
    claimed = office.claim_of(number, TRAFFIC, OFFICER)
    command = AskExtension(task=claimed.task, fence=claimed.fence, working_days=days, reason=reason)
    office.door.perform(command, OFFICER)


def answer(office: SampleOffice, number: str, officer: str, *, approved: bool = True, note: str = "") -> None:
    task = office.task(number, TRAFFIC)["id"]
    office.door.perform(DecideExtension(task=task, approved=approved, note=note), officer)


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case accepted on Wednesday 6 May 2026."""
    return office.accept_road()


def test_an_approved_extension_moves_the_dates_of_task_and_case(office: SampleOffice, number: str) -> None:
    before = office.task(number, TRAFFIC), office.case(number)
    ask(office, number)
    assert office.task(number, TRAFFIC)["due_at"] == before[0]["due_at"]
    answer(office, number, COLLEAGUE)
    assert (local_date(before[0]["due_at"]), local_date(office.task(number, TRAFFIC)["due_at"])) == (
        "2026-05-11",
        "2026-05-18",
    )
    assert office.task(number, TRAFFIC)["statutory_at"] > before[0]["statutory_at"]
    assert office.case(number)["promised_at"] > before[1]["promised_at"]
    assert [row["kind"] for row in office.select("notices", case_number=number, state="pending")].count(
        "extension"
    ) == 1
    assert find_faults(office.store) == []


@postgresql_wide
def test_who_asks_does_not_approve(office: SampleOffice, number: str) -> None:
    ask(office, number)
    with pytest.raises(Refused, match="a colleague does"):
        answer(office, number, OFFICER)
    with pytest.raises(Refused, match="another organ"):
        answer(office, number, "health-1")


@postgresql_wide
def test_a_term_is_extended_once(office: SampleOffice, number: str) -> None:
    ask(office, number)
    task = office.task(number, TRAFFIC)
    again = AskExtension(task=task["id"], fence=task["fence"], working_days=1, reason="more")
    with pytest.raises(Refused, match="waits for a colleague"):
        office.door.perform(again, OFFICER)
    answer(office, number, COLLEAGUE)
    with pytest.raises(Refused, match="extended once"):
        office.door.perform(again, OFFICER)


@postgresql_wide
def test_a_declined_extension_leaves_the_dates_and_may_be_asked_for_again(office: SampleOffice, number: str) -> None:
    due_at = office.task(number, TRAFFIC)["due_at"]
    ask(office, number)
    with pytest.raises(Refused, match="reason is needed"):
        answer(office, number, COLLEAGUE, approved=False)
    answer(office, number, COLLEAGUE, approved=False, note="the survey is done")
    task = office.task(number, TRAFFIC)
    assert task["due_at"] == due_at
    office.door.perform(AskExtension(task=task["id"], fence=task["fence"], working_days=1, reason="more"), OFFICER)
    assert office.select("extensions")[0]["outcome"] == ""


@postgresql_wide
@pytest.mark.parametrize(("days", "reason", "match"), [(11, "x", "1 to 10"), (0, "x", "1 to 10"), (5, " ", "needed")])
def test_an_extension_has_its_limit_and_its_reason(
    office: SampleOffice, number: str, days: int, reason: str, match: str
) -> None:
    with pytest.raises(Refused, match=match):
        ask(office, number, days, reason)


@postgresql_wide
def test_a_term_that_is_over_is_not_extended(office: SampleOffice, number: str) -> None:
    office.clock.set("2026-08-06 10:00")
    with pytest.raises(Refused, match="has passed"):
        ask(office, number)
