"""How a case ends: not accepted, withdrawn, or handed over as one set against a signature."""

from __future__ import annotations

import pytest

from clerk_app.cases.accept import CaseDetails, NotAccept, PartyDetails
from clerk_app.cases.asking import AskState
from clerk_app.cases.ending import ArchiveCase, EndNotice, WithdrawCase
from clerk_app.errors import Refused
from tests.furnishing import sample_city
from tests.office import BIRTH, SampleOffice, faults

CERTIFICATE = "birth-medical-certificate"


def refuses(office: SampleOffice, number: str, *acts: str) -> None:
    """None of these acts can be done to the case now."""
    for act in acts:
        before = office.case(number)
        with pytest.raises(Refused) as refused:
            do(office, number, act)
        assert refused.value.reason == "case_state", act
        assert office.case(number) == before


def do(office: SampleOffice, number: str, act: str) -> None:
    if act == "archive":
        office.door.perform(ArchiveCase(case=number), "clerk-1")
    elif act == "take_in":
        office.take_in(number, "father-id")
    else:
        {"issue": office.issue, "hand_over": office.hand_over, "withdraw": office.withdraw}[act](number)


def test_the_set_is_handed_over_only_when_every_organ_has_decided_and_it_is_complete(office: SampleOffice) -> None:
    number = office.accept_birth()
    refuses(office, number, "issue", "hand_over", "archive")
    office.approve_all(number)
    refuses(office, number, "hand_over", "archive", "withdraw")
    office.issue(number)
    refuses(office, number, "issue", "withdraw", "archive", "take_in")
    for nobody in ("", "  "):
        with pytest.raises(Refused) as refused:
            office.hand_over(number, nobody)
        assert refused.value.reason == "signature"
    office.hand_over(number)
    refuses(office, number, "hand_over", "issue", "withdraw", "take_in")
    do(office, number, "archive")
    refuses(office, number, "archive", "issue", "hand_over", "withdraw", "take_in")
    assert office.case(number)["state"] == "archived"


def test_a_withdrawn_case_ends_every_task_and_tells_every_queue(office: SampleOffice) -> None:
    number = office.accept_birth(mother_insured="yes")
    held = office.claim_of(number, CERTIFICATE)
    office.return_(number, "maternity-certificate", "mother-id")
    with pytest.raises(Refused):
        office.door.perform(WithdrawCase(case=number, reason=" "), "clerk-1")
    office.withdraw(number)
    case = office.case(number)
    assert (case["state"], case["pending"], case["ended_reason"]) == ("withdrawn", 0, "changed their mind")
    assert set(office.states(number).values()) == {"withdrawn"}
    with pytest.raises(Refused) as refused:
        office.decide(held, "approved")
    assert refused.value.reason == "not_held"
    assert [row for row in office.rows("supplements") if row["answered_at"] is None] == []
    assert [row["how"] for row in office.rows("claims", task=held.task)] == ["withdrawn"]
    refuses(office, number, "issue", "hand_over", "withdraw", "take_in")
    do(office, number, "archive")
    assert faults(office.store) == []


def not_accept(office: SampleOffice, reason: str) -> tuple[str, str]:
    city, visit = sample_city(), office.serve()
    draft = office.draft(visit, "birth", {})
    command = NotAccept(
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


def test_what_is_not_accepted_gets_a_number_a_reason_and_a_paper(office: SampleOffice) -> None:
    _, number = not_accept(office, "another district decides about this")
    case = office.case(number)
    assert (case["state"], case["pending"], case["promised_at"]) == ("not_accepted", 0, None)
    assert case["ended_reason"] == "another district decides about this"
    assert office.tasks(number) == []
    assert office.rows("drafts") == []
    assert [row["kind"] for row in office.rows("notices")] == ["not_accepted"]
    refuses(office, number, "issue", "hand_over", "withdraw", "take_in")
    assert faults(office.store) == []


def test_not_accepting_needs_a_reason_and_keeps_the_draft_without_one(office: SampleOffice) -> None:
    with pytest.raises(Refused) as refused:
        not_accept(office, "   ")
    assert refused.value.reason == "reason"
    assert len(office.rows("drafts")) == 1
    assert office.rows("cases") == []


def test_a_refused_matter_is_in_the_set_as_its_letter(office: SampleOffice) -> None:
    number = office.accept_birth()
    office.refuse(number, CERTIFICATE)
    assert office.case(number)["state"] == "closed"
    office.issue(number)
    assert {row["produces"] for row in office.rows("issuances")} == {"refusal"}


def test_a_paper_is_offered_until_it_is_printed_and_may_be_printed_again(office: SampleOffice) -> None:
    made = office.door.perform(office.accepting_birth(), "clerk-1")
    assert office.receipts_to_print("w1") == [made.notice]
    assert office.receipts_to_print("w2") == []
    for printed in (False, True, True):
        office.door.perform(EndNotice(notice=made.notice, printed=printed), "clerk-1")
    assert office.receipts_to_print("w1") == []
    assert office.rows("notices")[0]["prints"] == 2
    with pytest.raises(Refused):
        office.door.perform(EndNotice(notice="no such paper", printed=True), "clerk-1")


def test_whoever_asks_for_a_state_is_written_down_rightly_or_wrongly(office: SampleOffice) -> None:
    number = office.accept_birth()
    before = office.case(number)
    for right in (True, False):
        assert office.door.perform(AskState(case=number, right=right), "kiosk").told is right
    with pytest.raises(Refused) as refused:
        office.door.perform(AskState(case="260000000999", right=True), "kiosk")
    assert refused.value.reason == "no_case"
    assert [row["kind"] for row in office.entries()[-3:]] == ["AskState"] * 3
    assert office.case(number) == before
