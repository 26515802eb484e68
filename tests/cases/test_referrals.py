"""An officer who agrees but may not decide alone refers the matter to the superior organ (art. 43)."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.status_query import list_matter_statuses
from clerk_app.cases.tasks.claims import TaskClaimed
from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.cases.tasks.referrals import ReferTask, SendBackTask, TaskReferred, TaskSentBack
from clerk_app.cases.tasks.referred_list import QueryReferred
from clerk_app.errors import Refused
from clerk_app.people.joined_accounts import SetPerson
from clerk_app.roles.department.referred import read_referred
from tests.clock import local_date
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults

pytestmark = pytest.mark.usefixtures("english")

TRAFFIC, GOVERNMENT = "excavation-traffic", "district-government"


def refer(office: SampleOffice, number: str, matter: str = TRAFFIC) -> TaskReferred:
    """Claim the task of a matter and refer it."""
    held = office.claim_of(number, matter)
    return office.door.perform(
        ReferTask(task=held.task, fence=held.fence, opinion="agreed, the road is a main road"), held.staff
    )


def send_back(office: SampleOffice, held: TaskClaimed, reason: str = "within your own power") -> TaskSentBack:
    """Send a claimed task back to the organ that referred it."""
    return office.door.perform(SendBackTask(task=held.task, fence=held.fence, reason=reason), held.staff)


@pytest.fixture
def number(office: SampleOffice) -> str:
    """Return the number of a case accepted on Wednesday 6 May 2026."""
    return office.accept_road()


def test_the_superior_organ_gets_a_task_with_a_term_of_its_own(office: SampleOffice, number: str) -> None:
    office.clock.set("2026-05-08 10:00")
    before = office.case(number)
    referred = refer(office, number)
    lower, upper = [row for row in office.tasks(number) if row["matter"] == TRAFFIC]
    assert (lower["state"], upper["state"]) == ("referred", "pooled")
    assert (lower["organ"], upper["organ"]) == ("police", GOVERNMENT)
    assert upper["referred_from"] == lower["id"]
    assert local_date(referred.review_due_at) <= local_date(lower["statutory_at"])
    assert local_date(upper["due_at"]) == "2026-05-13"  # four working days from 8 May; Saturday 9 May is one
    assert office.case(number)["promised_at"] > before["promised_at"]
    assert office.case(number)["pending"] == before["pending"]
    (notice,) = office.select("notices", case_number=number, kind="referral")
    assert notice["state"] == "pending"
    assert find_faults(office.store) == []


@postgresql_wide
def test_the_decision_of_the_superior_organ_is_that_of_the_matter(office: SampleOffice, number: str) -> None:
    refer(office, number)
    office.approve_all(number)
    task = office.task(number, TRAFFIC)
    (decision,) = office.select("decisions", task=task["id"])
    (referral,) = office.select("referrals", case_number=number)
    assert (decision["organ"], decision["signer"]) == (GOVERNMENT, f"{GOVERNMENT}-1")
    assert (referral["organ"], referral["referred_by"], referral["successor"]) == ("police", "police-1", task["id"])
    assert office.select("decisions", task=referral["task"]) == []
    assert office.case(number)["state"] == "closed"
    office.issue(number)
    assert office.case(number)["state"] == "issued"
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_refusal_by_the_superior_organ_needs_its_reason(office: SampleOffice, number: str) -> None:
    refer(office, number)
    held = office.claim_of(number, TRAFFIC)
    with pytest.raises(Refused, match="needs its reason"):
        office.door.perform(DecideTask(task=held.task, fence=held.fence, outcome="refused"), held.staff)
    office.decide(held, "refused", "the road is closed that week")
    assert office.task_states(number)[TRAFFIC] == "refused"


@pytest.mark.wide
@postgresql_wide
def test_what_is_sent_back_has_the_days_that_were_left(office: SampleOffice, number: str) -> None:
    office.clock.set("2026-05-08 10:00")
    refer(office, number)  # two of four days are left: 9 and 11 May
    office.clock.set("2026-05-12 10:00")
    with pytest.raises(Refused, match="reason is needed"):
        send_back(office, office.claim_of(number, TRAFFIC), reason=" ")
    task = office.task(number, TRAFFIC)
    office.door.perform(SendBackTask(task=task["id"], fence=task["fence"], reason="your own power"), task["owner"])
    states = [(row["organ"], row["state"]) for row in office.tasks(number) if row["matter"] == TRAFFIC]
    assert states == [("police", "referred"), (GOVERNMENT, "sent_back"), ("police", "pooled")]
    assert local_date(office.task(number, TRAFFIC)["due_at"]) == "2026-05-14"
    (referral,) = office.select("referrals", case_number=number)
    assert (referral["returned_by"], referral["return_reason"]) == (f"{GOVERNMENT}-1", "your own power")
    office.approve_all(number)
    assert office.case(number)["state"] == "closed"
    assert find_faults(office.store) == []


@postgresql_wide
def test_only_a_referred_task_is_sent_back(office: SampleOffice, number: str) -> None:
    with pytest.raises(Refused, match="No organ has referred"):
        send_back(office, office.claim_of(number, TRAFFIC))


@postgresql_wide
def test_the_highest_organ_cannot_refer(office: SampleOffice, number: str) -> None:
    refer(office, number)
    refer(office, number)  # of the district to the city
    assert office.task(number, TRAFFIC)["organ"] == "city-government"
    with pytest.raises(Refused, match="names no organ"):
        refer(office, number)


@postgresql_wide
def test_who_referred_a_matter_does_not_decide_it_under_another_account(office: SampleOffice, number: str) -> None:
    refer(office, number)
    office.door.perform(SetPerson(staff=f"{GOVERNMENT}-1", other="police-1"), "admin")
    held = office.claim_of(number, TRAFFIC)
    with pytest.raises(Refused, match="Who referred a matter does not decide it"):
        office.decide(held, "approved")


@pytest.mark.wide
@postgresql_wide
def test_a_recheck_goes_to_the_organ_that_decided(office: SampleOffice, number: str) -> None:
    refer(office, number)
    office.approve_all(number)
    office.take_in(number, "traffic-plan")
    assert office.task(number, TRAFFIC)["organ"] == GOVERNMENT
    assert office.task_states(number)[TRAFFIC] == "pooled"
    assert find_faults(office.store) == []


@pytest.mark.wide
@postgresql_wide
def test_a_rebuild_has_the_same_referrals(office: SampleOffice, number: str) -> None:
    refer(office, number)
    send_back(office, office.claim_of(number, TRAFFIC))
    refer(office, number)
    assert find_faults(office.store) == []
    assert len(office.select("referrals", case_number=number)) == 2


@postgresql_wide
def test_the_organ_that_referred_a_matter_sees_its_state(office: SampleOffice, number: str) -> None:
    assert office.door.perform(QueryReferred(), "police-1").matters == ()
    referred = refer(office, number)
    assert read_referred(office.office, "police-1")[0].hint == "to District government on 05-06; in the queue"
    assert office.door.perform(QueryReferred(), "planning-1").matters == ()
    assert referred.successor is not None
    with office.store.read() as tx:
        status = {each.matter: each for each in list_matter_statuses(tx, read_case(tx, number), office.office.now)}
    assert (status[TRAFFIC].is_referred, status[TRAFFIC].organ) == (True, GOVERNMENT)
    office.approve_all(number)
    (row,) = office.door.perform(QueryReferred(), "police-1").matters
    assert (row.state, row.superior) == ("approved", GOVERNMENT)
