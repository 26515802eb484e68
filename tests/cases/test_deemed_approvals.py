"""Deemed approval: the schedule approves an overdue task only where the catalogue allows it."""

from __future__ import annotations

import pytest

from clerk_app.cases.tasks.deemed_approvals import DeemApproved
from clerk_app.cases.tasks.escalations import AnswerEscalation
from clerk_app.cases.tasks.procedures import BeginProcedure
from clerk_app.catalogue.model import Catalogue
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.people import SCHEDULE
from clerk_app.roles.department.escalations import list_escalations
from tests.cases.bundles import accept, after, publish
from tests.catalogue.catalogue_builder import make_catalogue, make_matter
from tests.city_policy import publish_policy
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.printed_notices import print_notices
from tests.sample_data import sample_city

pytestmark = pytest.mark.usefixtures("english")


def catalogue(*, deemed: bool) -> Catalogue:
    """Return two matters in a row; the first has ten working days by law."""
    first = make_matter("first", organ="health", statutory_days=10, promised_days=5, deemed_approval=deemed)
    second = make_matter("second", organ="police", after=[after("first")])
    return make_catalogue([first, second], calendars=[row.model_dump() for row in sample_city().calendars])


def accept_one(office: SampleOffice, *, deemed: bool) -> str:
    content = catalogue(deemed=deemed)
    publish(office, content)
    return accept(office, content)


def test_it_is_off_by_default(office: SampleOffice) -> None:
    assert not make_matter("first").get("deemed_approval")
    number = accept_one(office, deemed=False)
    office.clock.set("2026-05-29 10:00")
    run_due_commands(office.office)
    assert office.task(number, "first")["state"] == "pooled"
    with pytest.raises(Refused, match="escalated only"):
        office.door.perform(DeemApproved(task=office.task(number, "first")["id"]), SCHEDULE)


def test_the_schedule_approves_without_a_signer_after_the_statutory_date(office: SampleOffice) -> None:
    number = accept_one(office, deemed=True)
    assert local_date(office.task(number, "first")["statutory_at"]) == "2026-05-19"
    office.clock.set("2026-05-19 17:00")
    run_due_commands(office.office)
    assert office.task(number, "first")["state"] == "pooled"
    office.clock.set("2026-05-20 09:00")
    run_due_commands(office.office)
    assert office.task_states(number) == {"first": "approved", "second": "pooled"}
    (decision,) = office.select("decisions")
    assert (decision["signer"], decision["outcome"]) == ("", "approved")
    assert local_date(decision["paper_due_at"]) == "2026-05-21"
    (notice,) = office.select("notices", kind="deemed")
    assert notice["state"] == "pending"
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_notice_that_is_not_printed_in_time_is_an_alert(office: SampleOffice) -> None:
    number = accept_one(office, deemed=True)
    office.clock.set("2026-05-20 09:00")
    run_due_commands(office.office)

    def late() -> list[int]:
        with office.store.read() as tx:
            return [row["many"] for row in tx.query_all("cases.unprinted_deemed_approvals", now=office.clock())]

    assert late() == []
    office.clock.set("2026-05-22 09:00")
    assert late() == [1]
    print_notices(office, number)
    assert late() == []


@postgresql_wide
def test_a_paused_task_is_not_approved(office: SampleOffice) -> None:
    number = accept_one(office, deemed=True)
    held = office.claim_of(number, "first")
    command = BeginProcedure(task=held.task, fence=held.fence, kind="hearing", working_days=5, reason="a neighbour")
    office.door.perform(command, held.staff)
    print_notices(office, number)
    office.clock.set("2026-06-20 09:00")
    run_due_commands(office.office)
    assert office.task(number, "first")["state"] == "procedure"


@postgresql_wide
def test_the_policy_of_the_city_forbids_it_altogether(office: SampleOffice) -> None:
    number = accept_one(office, deemed=True)
    publish_policy(office.office, forbid_deemed_approval=True)
    office.clock.set("2026-05-29 10:00")
    run_due_commands(office.office)
    assert office.task(number, "first")["state"] == "pooled"


def test_the_organ_sees_that_a_task_was_approved_by_time_until_it_acknowledges_that(office: SampleOffice) -> None:
    number = accept_one(office, deemed=True)
    office.clock.set("2026-05-20 09:00")
    run_due_commands(office.office)
    run_due_commands(office.office)
    with office.store.read() as tx:
        (row,) = [row for row in list_escalations(tx, "health", "Asia/Shanghai") if row.id.endswith("-9")]
    assert row.hint == "approved by the lapse of time; the period ended on 2026-05-19"
    assert office.task(number, "first")["state"] == "approved"
    office.door.perform(AnswerEscalation(escalation=row.id, note="the notice is out"), "health-1")
    with office.store.read() as tx:
        assert not [row for row in list_escalations(tx, "health", "Asia/Shanghai") if row.id.endswith("-9")]
    assert find_faults(office.store) == []
