"""A promise that proves false: two persons, decisions revoked, other organs check, and the record of the applicant."""

from __future__ import annotations

import pytest

from clerk_app.cases.promises.follow_ups import ExtendPromise, KeepPromise, ReportPromise
from clerk_app.cases.promises.records import AskRepair, EndRecord, RepairRecord
from clerk_app.cases.tasks.broken_promises import AnswerReport
from clerk_app.errors import Refused
from clerk_app.people import SCHEDULE
from tests.cases.promise_city import (
    GAP,
    ROAD_MATTERS,
    accept_low_risk,
    find_promise,
    prepare_low_risk,
    prepare_residence,
    promised,
    promises_of,
    prove_false,
    sign,
)
from tests.office import SampleOffice

DAY = 86_400_000_000


def refuse_reason(office: SampleOffice, command: object, actor: str) -> str:
    with pytest.raises(Refused) as caught:
        office.door.perform(command, actor)  # type: ignore[arg-type]
    return caught.value.reason


def test_a_check_that_passed_settles_the_promise(office: SampleOffice) -> None:
    number = accept_low_risk(office)
    office.approve(number, "excavation-road")
    promise = find_promise(office, number, "excavation-road")
    office.door.perform(KeepPromise(promise=promise["id"], note="measured on site"), "transport-1")
    assert find_promise(office, number, "excavation-road")["state"] == "kept"


def test_another_organ_does_not_follow_up_the_promise(office: SampleOffice) -> None:
    promise = find_promise(office, accept_low_risk(office), "excavation-road")
    assert refuse_reason(office, KeepPromise(promise=promise["id"], note="seen"), "police-1") == "organ"


def test_the_term_of_a_check_is_extended_once(office: SampleOffice) -> None:
    promise = find_promise(office, accept_low_risk(office), "excavation-road")
    extend = ExtendPromise(promise=promise["id"], working_days=5, reason="the works begin later")
    office.door.perform(extend, "transport-1")
    assert office.select("promises", id=promise["id"])[0]["due_at"] > promise["due_at"]
    assert refuse_reason(office, extend, "transport-1") == "extended"


def test_who_reports_a_promise_as_false_does_not_confirm_it(office: SampleOffice) -> None:
    promise = find_promise(office, accept_low_risk(office), "excavation-road")
    office.door.perform(ReportPromise(promise=promise["id"], reason="too deep", evidence="photo"), "transport-1")
    answer = AnswerReport(promise=promise["id"], confirmed=True)
    assert refuse_reason(office, answer, "transport-1") == "same_person"


def test_a_rejected_report_leaves_the_promise_open(office: SampleOffice) -> None:
    promise = find_promise(office, accept_low_risk(office), "excavation-road")
    office.door.perform(ReportPromise(promise=promise["id"], reason="too deep", evidence="photo"), "transport-1")
    office.door.perform(AnswerReport(promise=promise["id"], confirmed=False, note="another road"), "transport-2")
    assert office.select("promises", id=promise["id"])[0]["state"] == "open"
    assert office.select("broken_promises") == []


def test_a_false_promise_revokes_the_approval_of_a_delivered_case(office: SampleOffice) -> None:
    number = accept_low_risk(office)
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number, "示范建设公司")
    answered = prove_false(office, find_promise(office, number, "excavation-road"))
    assert len(answered.revoked) == 1
    last = office.task(number, "excavation-road")
    assert (last["state"], last["recheck_of"]) == ("refused", answered.revoked[0].task)
    assert office.select("decisions", task=last["id"])[0]["signer"] == "transport-2"
    assert office.case(number)["state"] == "delivered"
    assert office.task(number, "excavation-planning")["state"] == "approved"


def test_a_false_promise_before_the_decision_refuses_the_task(office: SampleOffice) -> None:
    number = accept_low_risk(office)
    office.approve(number, "excavation-planning", "excavation-traffic")
    answered = prove_false(office, find_promise(office, number, "excavation-road"))
    assert (len(answered.revoked), len(answered.refused), answered.closes) == (0, 1, True)
    assert office.task(number, "excavation-road")["state"] == "refused"
    assert office.case(number)["state"] == "closed"


def test_results_that_were_made_out_and_not_handed_over_are_put_together_again(office: SampleOffice) -> None:
    number = accept_low_risk(office)
    office.approve_all(number)
    office.issue(number)
    prove_false(office, find_promise(office, number, "excavation-road"))
    assert office.case(number)["state"] == "closed"
    office.issue(number)
    results = [row["produces"] for row in office.select("issuances", case_number=number, matter="excavation-road")]
    assert "refusal" in results


def test_an_organ_that_relied_on_a_revoked_approval_gets_a_check(office: SampleOffice) -> None:
    command = prepare_residence(office, "kinship-commitment", housing_kind="relatives")
    number = office.accept(sign(office, promised(command), ("matter", "residence-registration")))
    office.approve_all(number)
    promise = find_promise(office, number, "residence-registration")
    answered = prove_false(office, promise)
    assert [check.organ for check in answered.checks] == ["police"]
    assert promises_of(office, number)[-1]["kind"] == "relied"


def test_a_gap_that_is_not_closed_is_reported_after_its_date(office: SampleOffice) -> None:
    number = office.accept(sign(office, prepare_residence(office), GAP))
    (promise,) = promises_of(office, number)
    report = ReportPromise(promise=promise["id"], reason="not brought", evidence="none taken in")
    assert refuse_reason(office, report, "community-1") == "too_early"
    office.clock.set("2026-05-20 10:00")
    answered = prove_false(office, promise)
    assert len(answered.refused) == 1
    assert [task.task for task in answered.lapsed] == [office.task(number, "residence-permit-new")["id"]]
    assert office.case(number)["state"] == "closed"


def test_a_false_promise_excludes_the_applicant_until_two_persons_repair_it(office: SampleOffice) -> None:
    number = accept_low_risk(office)
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number, "示范建设公司")
    promise = find_promise(office, number, "excavation-road")
    prove_false(office, promise)
    with pytest.raises(Refused, match=number):
        accept_low_risk(office)
    office.move_ticket("finish")
    office.door.perform(AskRepair(promise=promise["id"], reason="repaired"), "supervisor")
    assert refuse_reason(office, RepairRecord(promise=promise["id"]), "supervisor") == "same_person"
    office.door.perform(RepairRecord(promise=promise["id"]), "admin")
    accept_low_risk(office)


def test_the_excluded_applicant_has_the_ordinary_procedure(office: SampleOffice) -> None:
    number = accept_low_risk(office)
    prove_false(office, find_promise(office, number, "excavation-road"))
    command = office.prepare_road(excavation_depth="shallow", risk_class="low", _no_commitment="yes")
    assert office.select("promises", case_number=office.accept(command)) == []


def test_the_record_of_a_false_promise_ends_with_its_time(office: SampleOffice) -> None:
    number = accept_low_risk(office)
    promise = find_promise(office, number, "excavation-road")
    prove_false(office, promise)
    assert refuse_reason(office, EndRecord(promise=promise["id"]), SCHEDULE) == "retention"
    office.clock.set("2029-05-20 10:00")
    office.door.perform(EndRecord(promise=promise["id"]), SCHEDULE)
    assert office.select("broken_promises") == []


def test_a_promise_is_not_given_for_another_matter(office: SampleOffice) -> None:
    command = sign(office, prepare_low_risk(office), *(("matter", matter) for matter in ROAD_MATTERS[1:]))
    with pytest.raises(Refused, match="F8 66"):
        office.accept(command)
