"""Scenario 2, a missing material and no phone, without the sample city: one notice names everything, once."""

from __future__ import annotations

import pytest

from clerk_app.cases.dates import to_local_time
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from clerk_app.people import SYSTEM
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.department import DepartmentService
from clerk_app.views.workstation import Workstation
from tests.cases.imported_city import OLD_MAN, agree, identify, make_code, materials, read_papers, sign_in_clerk
from tests.sample_data import CITY_PIN
from tests.store_faults import find_faults

ANSWERS = {
    "holds_residence_permit": "no",
    "housing_kind": "rented",
    "residence_address": "梧桐巷82号",
}


def begin(office: Office, counter: CounterService) -> CounterView:
    """Identify the old man by a printed code, and fill in the form, all but the reason of his residence."""
    identify(counter, make_code(office, OLD_MAN))
    view = agree(counter, counter.begin_draft("residence-permit"), "0004")
    for field, value in ANSWERS.items():
        view = counter.fill_field(field, value)
    return view


def sign_in_officer(workstation: Workstation) -> DepartmentService:
    department = workstation.sign_in("2006", CITY_PIN).department
    assert department is not None
    return department


@pytest.mark.wide
def test_everything_that_is_missing_is_on_one_page_before_the_acceptance(
    new_office: Office, new_workstation: Workstation
) -> None:
    counter = sign_in_clerk(new_workstation)
    view = begin(new_office, counter)
    assert materials(view)["applicant-id"].state == "held"  # a printed code of the own trust list, without a network
    assert {name for name, row in materials(view).items() if row.state == "missing"} == {"lease", "applicant-photo"}
    with pytest.raises(Refused):
        counter.accept_case()
    counter.print_missing()
    (notice,) = read_papers(new_office)
    for name in ("房屋租赁合同", "照片", "居住事由"):
        assert name in notice, name
    with new_office.store.read() as tx:
        assert tx.select("cases") == []


@pytest.mark.wide
def test_one_notice_stops_the_clock_and_a_later_one_for_what_was_visible_is_refused(
    new_office: Office, new_workstation: Workstation
) -> None:
    counter = sign_in_clerk(new_workstation)
    begin(new_office, counter)
    counter.fill_field("residence_reason", "family")
    for paper in ("lease", "applicant-photo"):
        counter.toggle_paper(paper)
    counter.describe_paper("lease", {"lease/valid_to": "20301231"})
    accepted = counter.accept_case()
    assert accepted.receipt is not None
    number = accepted.receipt.id[:12]
    counter.finish_visit("finish")

    officer = sign_in_officer(new_workstation)
    officer.claim_next()
    officer.return_task(["lease"], "合同没有签字，复印件不清楚，租期已满")
    counter = sign_in_clerk(new_workstation)
    (request,) = counter.read_view().unprinted
    counter.reprint_paper(request.id)
    with new_office.store.read() as tx:
        (supplement,) = tx.select("supplements", case_number=number)
        task = tx.get("tasks", case_number=number, matter="residence-registration")
        (visit, *_later) = tx.select("visits", order=("started_at",))
    assert task is not None
    assert (task["state"], task["due_at"]) == ("returned", None)  # the clock of the task stands still
    assert visit["ended_at"] is not None
    _receipt, notice = read_papers(new_office)
    assert "合同没有签字" in notice
    assert "租期已满" in notice
    assert to_local_time(supplement["deadline_at"], "Asia/Shanghai").date().isoformat() in notice
    counter.finish_visit("finish")

    ticket = new_office.door.perform(PrepareTicket(hall="1", category="C", priority="return"), SYSTEM).ticket
    new_office.door.perform(RecordSlipPrint(ticket=ticket, printed=True), SYSTEM)
    called = counter.call_next()
    assert called.serving is not None
    assert (called.serving.category, called.serving.priority) == ("领证补件", "复办")
    counter.open_case(number)
    with pytest.raises(Refused, match="2020-01-31"):
        counter.receive_supplements(["lease"], {"lease/valid_to": "2020-01-31"})
    counter.receive_supplements(["lease"], {"lease/valid_to": "2030-12-31"})
    officer = sign_in_officer(new_workstation)
    officer.claim_next()
    with pytest.raises(Refused) as late:
        officer.return_task(["applicant-id"], "身份证照片不清楚")
    assert late.value.reason == "late_request"
    officer.approve("")
    with new_office.store.read() as tx:
        assert len(tx.select("supplements", case_number=number)) == 1
    assert find_faults(new_office.store) == []
