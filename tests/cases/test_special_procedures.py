"""A special procedure is not counted in the period of its task, from the written notice until its result (art. 45)."""

from __future__ import annotations

import pytest

from clerk_app.cases.tasks.procedures import BeginProcedure, EndProcedure
from clerk_app.errors import Refused
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.printed_notices import print_notices

pytestmark = pytest.mark.usefixtures("english")

TRAFFIC = "excavation-traffic"


def begin(office: SampleOffice, number: str, **changed: object) -> None:
    claimed = office.claim_of(number, TRAFFIC)
    values = {"kind": "expert_review", "working_days": 10, "reason": "the drawings", **changed}
    office.door.perform(BeginProcedure(task=claimed.task, fence=claimed.fence, **values), claimed.staff)  # type: ignore[arg-type]


def end(office: SampleOffice, number: str, officer: str, result: str = "no objection") -> None:
    office.door.perform(EndProcedure(task=office.task(number, TRAFFIC)["id"], result=result), officer)


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case accepted on Wednesday 6 May 2026, whose traffic task has four working days."""
    number = office.accept_road()
    assert local_date(office.task(number, TRAFFIC)["due_at"]) == "2026-05-11"
    return number


def test_the_days_between_the_notice_and_the_result_are_not_counted(office: SampleOffice, number: str) -> None:
    begin(office, number)
    officer = str(office.select("supplements")[0]["asked_by"])
    assert local_date(office.task(number, TRAFFIC)["due_at"]) == "2026-05-11"  # no notice yet
    office.clock.set("2026-05-08 10:00")
    print_notices(office, number)
    assert (office.task(number, TRAFFIC)["state"], office.task(number, TRAFFIC)["due_at"]) == ("procedure", None)
    assert office.case(number)["promised_at"] is None
    assert local_date(office.select("supplements")[0]["deadline_at"]) == "2026-05-21"  # ten working days: 9 May is one
    office.clock.set("2026-05-20 10:00")
    end(office, number, officer)
    # 7 May was counted before the notice; three of the four days are left: 21, 22, 25
    assert office.task(number, TRAFFIC)["state"] == "pooled"
    assert local_date(office.task(number, TRAFFIC)["due_at"]) == "2026-05-25"
    assert find_faults(office.store) == []


@postgresql_wide
def test_papers_that_are_brought_do_not_end_a_procedure(office: SampleOffice, number: str) -> None:
    begin(office, number)
    print_notices(office, number)
    office.take_in(number, "safety-plan")
    assert office.task(number, TRAFFIC)["state"] == "procedure"


@postgresql_wide
def test_a_procedure_that_ends_before_its_notice_leaves_no_pause(office: SampleOffice, number: str) -> None:
    begin(office, number)
    officer = str(office.select("supplements")[0]["asked_by"])
    office.clock.set("2026-05-08 10:00")
    end(office, number, officer)
    (notice,) = office.select("notices", case_number=number, kind="procedure")
    assert notice["state"] == "withdrawn"
    assert local_date(office.task(number, TRAFFIC)["due_at"]) == "2026-05-11"


@postgresql_wide
def test_a_procedure_has_a_known_kind_an_expected_length_and_a_reason(office: SampleOffice, number: str) -> None:
    with pytest.raises(Refused, match="no special procedure"):
        begin(office, number, kind="lunch")
    office.clock.set("2026-05-06 16:00")  # after the lease of the claim
    with pytest.raises(Refused, match="from 1 to 250"):
        begin(office, number, working_days=0)
    office.clock.set("2026-05-06 18:00")
    with pytest.raises(Refused, match="reason is needed"):
        begin(office, number, reason=" ")


@postgresql_wide
def test_only_the_organ_of_the_task_ends_its_procedure_with_a_result(office: SampleOffice, number: str) -> None:
    begin(office, number)
    officer = str(office.select("supplements")[0]["asked_by"])
    with pytest.raises(Refused, match="another organ"):
        end(office, number, "health-1")
    with pytest.raises(Refused, match="reason is needed"):
        end(office, number, officer, result="")


@postgresql_wide
def test_a_withdrawn_application_ends_its_procedure(office: SampleOffice, number: str) -> None:
    begin(office, number)
    office.withdraw(number)
    assert office.task(number, TRAFFIC)["state"] == "withdrawn"
    assert office.select("supplements")[0]["answered_at"] is not None
    assert find_faults(office.store) == []
