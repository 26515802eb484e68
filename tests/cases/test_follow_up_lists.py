"""Promises in the lists of the department and in the alerts of the supervisor."""

from __future__ import annotations

from clerk_app.roles.department.service import OfficeDepartment
from clerk_app.roles.supervisor.service import OfficeSupervisor
from tests.cases.promise_city import GAP, accept_low_risk, prepare_residence, sign
from tests.office import SampleOffice


def department(office: SampleOffice, officer: str) -> OfficeDepartment:
    return OfficeDepartment(office.office, office.select("staff", id=officer)[0])


def promise_alerts(office: SampleOffice) -> list[str]:
    service = OfficeSupervisor(office.office, office.select("staff", id="supervisor")[0])
    return [alert.text for alert in service.read_view().alerts if "promise" in alert.text]


def test_the_department_lists_its_promises_with_what_was_promised(office: SampleOffice, english: None) -> None:
    accept_low_risk(office)
    (row,) = department(office, "transport-1").read_view().follow_ups
    assert row.what == "By commitment: Permit to dig up a city road"
    assert (row.is_gap, row.is_overdue, row.reported_by) == (False, False, "")
    (task,) = [task for task in office.select("tasks") if task["organ"] == "transport"]
    shown = department(office, "transport-1").preview_task(task["id"])
    assert shown is not None
    assert "decide on what the applicant committed to in writing; it is checked later, by 20" in shown.waiting[0]


def test_a_promise_is_followed_up_by_two_officers(office: SampleOffice, english: None) -> None:
    number = accept_low_risk(office)
    office.approve(number, "excavation-road")
    first, second = department(office, "transport-1"), department(office, "transport-2")
    promise = first.read_view().follow_ups[0].id
    first.report_promise(promise, "deeper than stated", "measured on site")
    assert not first.read_view().follow_ups[0].may_answer
    (row,) = second.read_view().follow_ups
    assert (row.may_answer, row.evidence) == (True, "measured on site")
    view = second.answer_report(promise, "", confirmed=True)
    assert view.message == "Confirmed. Revoked: 1; refused: 0; checked by other departments: 0."
    assert view.follow_ups == ()


def test_a_passed_check_leaves_the_list(office: SampleOffice, english: None) -> None:
    accept_low_risk(office)
    officer = department(office, "transport-1")
    promise = officer.read_view().follow_ups[0].id
    officer.extend_promise(promise, 5, "the works begin later")
    assert officer.read_view().follow_ups[0].is_extended
    assert officer.keep_promise(promise, "measured").follow_ups == ()


def test_the_supervisor_is_alerted_before_and_after_the_date(office: SampleOffice, english: None) -> None:
    office.accept(sign(office, prepare_residence(office), GAP))
    assert promise_alerts(office) == []
    office.clock.set("2026-05-07 16:00")
    assert promise_alerts(office)[0].endswith("1 promise due soon")
    office.clock.set("2026-05-12 10:00")
    assert promise_alerts(office)[0].endswith("1 promise overdue")
