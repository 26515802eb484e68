"""Ends of a case: acceptance refused, withdrawn, or results issued together and handed over against a signature."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.delivery.closure import ArchiveCase, WithdrawCase
from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.delivery.results import HandOverResults
from clerk_app.cases.intake.acceptance_refusal import RefuseAcceptance
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.cases.status_query import RecordStatusQuery
from clerk_app.errors import Refused
from clerk_app.locales import set_language
from clerk_app.people.access_report import list_accesses
from clerk_app.roles.case_history import read_history
from tests.engines import both_engines, postgresql_wide
from tests.office import BIRTH, SampleOffice, find_faults
from tests.sample_data import sample_city

CERTIFICATE = "birth-medical-certificate"


def assert_refused(office: SampleOffice, number: str, *acts: str) -> None:
    """Assert that each of these acts is refused and changes nothing."""
    for act in acts:
        before = office.case(number)
        with pytest.raises(Refused) as refused:
            perform_act(office, number, act)
        assert refused.value.reason == "case_state", act
        assert office.case(number) == before


def perform_act(office: SampleOffice, number: str, act: str) -> None:
    if act == "archive":
        office.door.perform(ArchiveCase(case=number), "clerk-1")
    elif act == "take_in":
        office.take_in(number, "father-id")
    else:
        {"issue": office.issue, "hand_over": office.hand_over, "withdraw": office.withdraw}[act](number)


@both_engines
def test_results_are_issued_after_all_decisions_and_handed_over_after_that(office: SampleOffice) -> None:
    number = office.accept_birth()
    assert_refused(office, number, "issue", "hand_over", "archive")
    office.approve_all(number)
    assert_refused(office, number, "hand_over", "archive", "withdraw")
    office.issue(number)
    assert_refused(office, number, "issue", "withdraw", "archive", "take_in")
    for signature in ("", "  "):
        with pytest.raises(Refused) as refused:
            office.hand_over(number, signature)
        assert refused.value.reason == "signature"
    office.hand_over(number)
    assert_refused(office, number, "hand_over", "issue", "withdraw", "take_in")
    perform_act(office, number, "archive")
    assert_refused(office, number, "archive", "issue", "hand_over", "withdraw", "take_in")
    assert office.case(number)["state"] == "archived"


def test_a_withdrawal_ends_every_task_claim_and_supplement(office: SampleOffice) -> None:
    number = office.accept_birth(mother_insured="yes")
    held = office.claim_of(number, CERTIFICATE)
    office.return_task(number, "maternity-certificate", "mother-id")
    with pytest.raises(Refused):
        office.door.perform(WithdrawCase(case=number, reason=" "), "clerk-1")
    office.withdraw(number)
    case = office.case(number)
    assert (case["state"], case["pending"], case["ended_reason"]) == ("withdrawn", 0, "changed their mind")
    assert set(office.task_states(number).values()) == {"withdrawn"}
    with pytest.raises(Refused) as refused:
        office.decide(held, "approved")
    assert refused.value.reason == "not_held"
    assert [row for row in office.select("supplements") if row["answered_at"] is None] == []
    assert [row["how"] for row in office.select("claims", task=held.task)] == ["withdrawn"]
    assert_refused(office, number, "issue", "hand_over", "withdraw", "take_in")
    perform_act(office, number, "archive")
    assert find_faults(office.store) == []


def refuse_acceptance(office: SampleOffice, reason: str) -> tuple[str, str]:
    city, visit = sample_city(), office.serve()
    draft = office.draft(visit, "birth", {})
    command = RefuseAcceptance(
        draft=draft,
        visit=visit,
        window="w1",
        one_thing="birth",
        catalogue=city.id,
        catalogue_version=city.version,
        reason=reason,
        personal=CaseDetails(
            parties=(
                PartyDetails(
                    role="mother", kind="person", name="王芳", number=BIRTH["mother_id_number"], subject="mother"
                ),
            ),
            values={},
        ),
    )
    return draft, office.door.perform(command, "clerk-1").number


def test_a_refused_acceptance_has_a_number_a_reason_and_a_notice(office: SampleOffice) -> None:
    _, number = refuse_acceptance(office, "another district decides about this")
    case = office.case(number)
    assert (case["state"], case["pending"], case["promised_at"]) == ("not_accepted", 0, None)
    assert case["ended_reason"] == "another district decides about this"
    assert office.tasks(number) == []
    assert office.select("drafts") == []
    assert [row["kind"] for row in office.select("notices")] == ["not_accepted"]
    assert_refused(office, number, "issue", "hand_over", "withdraw", "take_in")
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_refusal_of_acceptance_without_a_reason_keeps_the_draft(office: SampleOffice) -> None:
    with pytest.raises(Refused) as refused:
        refuse_acceptance(office, "   ")
    assert refused.value.reason == "reason"
    assert len(office.select("drafts")) == 1
    assert office.select("cases") == []


@postgresql_wide
def test_the_result_of_a_refused_matter_is_its_letter(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.refuse(number, CERTIFICATE)
    assert office.case(number)["state"] == "closed"
    office.issue(number)
    assert {row["produces"] for row in office.select("issuances")} == {"refusal"}


@postgresql_wide
def test_a_notice_is_offered_until_it_is_printed_and_may_be_printed_again(office: SampleOffice) -> None:
    accepted = office.door.perform(office.prepare_birth(), "clerk-1")
    assert office.unprinted_notices("w1") == [accepted.notice]
    assert office.unprinted_notices("w2") == []
    for printed in (False, True, True):
        office.door.perform(RecordNoticePrint(notice=accepted.notice, printed=printed), "clerk-1")
    assert office.unprinted_notices("w1") == []
    assert office.select("notices")[0]["prints"] == 2
    with pytest.raises(Refused):
        office.door.perform(RecordNoticePrint(notice="no such paper", printed=True), "clerk-1")


@postgresql_wide
def test_every_status_query_is_recorded_with_the_result_of_its_second_factor(office: SampleOffice) -> None:
    number = office.accept_birth()
    before = office.case(number)
    for right in (True, False):
        assert office.door.perform(RecordStatusQuery(case=number, correct=right), "kiosk").correct is right
    with pytest.raises(Refused) as refused:
        office.door.perform(RecordStatusQuery(case="260000000999", correct=True), "kiosk")
    assert refused.value.reason == "no_case"
    assert [row["kind"] for row in office.entries()[-3:]] == ["AskState"] * 3
    assert office.case(number) == before
    set_language("en")
    with office.store.read() as tx:
        lines = [row.action for row in read_history(tx, read_case(tx, number))][-2:]
        accesses = [access.refused for access in list_accesses(tx, "mother") if access.kind == "AskState"]
    assert all("as the kiosk itself states" in line for line in lines)
    assert accesses == ["second_factor", ""]


@pytest.mark.many_cases
@postgresql_wide
@pytest.mark.parametrize(
    ("role", "known_by", "name"),
    [
        ("mother", "", "王芳"),
        ("mother", "delegation", "王芳"),
        ("mother", "code", "王芳"),  # no code was shown in a visit
        ("mother", "document", "张三"),
        ("father", "document", "王芳"),  # no such party
        ("delegate", "document", "张三"),
        ("delegate", "", "张三"),
    ],
)
def test_results_are_handed_only_to_a_known_party_or_a_delegate(
    office: SampleOffice, role: str, known_by: str, name: str
) -> None:
    number = office.accept_birth()
    office.approve_all(number)
    office.issue(number)
    command = HandOverResults(case=number, window="w1", role=role, known_by=known_by, personal=Signature(name=name))
    with pytest.raises(Refused) as refused:
        office.door.perform(command, "clerk-1")
    assert refused.value.reason == "receiver"
    assert office.case(number)["state"] == "issued"


@pytest.mark.many_cases
@postgresql_wide
@pytest.mark.parametrize(
    ("role", "known_by", "name"),
    [("mother", "document", "王芳"), ("mother", "code", "王芳"), ("delegate", "delegation", "张三")],
)
def test_the_receiver_and_how_they_were_known_are_stored(
    office: SampleOffice, role: str, known_by: str, name: str
) -> None:
    number = office.accept_birth()
    office.approve_all(number)
    office.issue(number)
    visit = office.serve("mother") if known_by == "code" else ""
    office.door.perform(
        HandOverResults(
            case=number, window="w1", role=role, known_by=known_by, visit=visit, personal=Signature(name=name)
        ),
        "clerk-1",
    )
    (row,) = office.select("deliveries")
    assert (row["signature"], row["role"], row["known_by"]) == (name, role, known_by)
    assert find_faults(office.store) == []
