"""A draft that lacks something becomes a received case, with one list and a clock, and keeps its number."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import structs

from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.intake.acceptance_refusal import RefuseAcceptance
from clerk_app.cases.intake.deemed_acceptance import DeemAccepted, list_due_acceptances
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.intake.later_notice import NotifyAgain
from clerk_app.cases.intake.received_opening import LEASE, OpenReceived, require_free
from clerk_app.cases.intake.received_terms import CloseReceived, ExtendReceived
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.people import SCHEDULE
from tests.cases.receiving import (
    continue_birth,
    keys_of,
    print_notice,
    receipt_of,
    receive_birth,
    record_of,
)
from tests.clock import local_date
from tests.office import SampleOffice, clerk_of_window
from tests.store_faults import find_faults

FIVE_DAYS_LATER = "2026-05-12 23:59"  # received on Wednesday 6 May; the Saturday after it is worked (调休)
DAY_AFTER = "2026-05-13 09:00"


def reason_of(office: SampleOffice, command: object, actor: str = "clerk-1") -> str:
    with pytest.raises(Refused) as refused:
        office.door.perform(command, actor)  # type: ignore[arg-type]
    return refused.value.reason


def test_a_receipt_lists_everything_of_all_matters_and_begins_the_clock(office: SampleOffice) -> None:
    received = receive_birth(office, printed=False)
    assert keys_of(office, received.number) == ["field:bank_account", "material:household-register"]
    (case,) = office.select("cases", number=received.number)
    assert (case["state"], case["pending"]) == ("received", 0)
    assert office.select("tasks", case_number=received.number) == []
    assert office.select("drafts") == []
    assert local_date(record_of(office, received.number)["answer_due_at"]) == "2026-05-12"
    assert find_faults(office.store) == []


def test_a_draft_without_gaps_is_not_received(office: SampleOffice) -> None:
    assert reason_of(office, receipt_of(office.prepare_birth())) == "complete"


def test_what_the_list_names_completes_the_case_under_its_number_at_another_window(office: SampleOffice) -> None:
    received = receive_birth(office)
    office.door.perform(OpenReceived(case=received.number, window="w2"), clerk_of_window("w2"))
    number = office.accept(continue_birth(office, received.number, "w2"))
    assert number == received.number
    (case,) = office.select("cases")
    assert (case["state"], case["window_id"], case["pending"] > 0) == ("accepted", "w2", True)
    assert record_of(office, number) == {}
    visits = {(row["visit"], row["cause"]) for row in office.select("visit_cases", case_number=number)}
    assert {cause for _visit, cause in visits} == {"acceptance", "supplement"}
    assert find_faults(office.store) == []


def test_the_first_print_stops_the_clock_and_states_until_when_the_rest_can_be_brought(office: SampleOffice) -> None:
    received = receive_birth(office)
    record = record_of(office, received.number)
    assert record["notified_at"] is not None
    assert record["bring_until"] > record["answer_due_at"]
    office.clock.set(DAY_AFTER)
    assert run_due_commands(office.office) == 0 or office.select("cases")[0]["state"] == "received"
    assert reason_of(office, DeemAccepted(case=received.number), SCHEDULE) == "notified"


def test_an_unanswered_receipt_counts_as_accepted_from_the_day_of_receipt(office: SampleOffice) -> None:
    received = receive_birth(office, printed=False)
    began = record_of(office, received.number)["received_at"]
    office.clock.set(FIVE_DAYS_LATER)
    run_due_commands(office.office)
    assert office.select("cases", number=received.number)[0]["state"] == "received"
    office.clock.set(DAY_AFTER)
    run_due_commands(office.office)
    (case,) = office.select("cases", number=received.number)
    assert (case["state"], case["accepted_at"]) == ("accepted", began)
    tasks = office.select("tasks", case_number=received.number)
    assert len(tasks) == case["pending"] > 0
    assert {task["started_at"] for task in tasks if task["started_at"] is not None} == {began}
    notices = {row["kind"]: row["state"] for row in office.select("notices", case_number=received.number)}
    assert notices == {"one_time": "withdrawn", "receipt": "pending"}
    assert find_faults(office.store) == []


def test_a_notice_printed_after_the_period_stops_nothing(office: SampleOffice) -> None:
    received = receive_birth(office, printed=False)
    office.clock.set(DAY_AFTER)
    print_notice(office, received.notice)
    assert record_of(office, received.number)["notified_at"] is None
    number = office.accept(continue_birth(office, received.number))
    (case,) = office.select("cases", number=number)
    assert local_date(case["accepted_at"]) == "2026-05-06"  # accepted late: it counts from the receipt


def test_a_receipt_without_an_applicant_waits_for_a_person(office: SampleOffice) -> None:
    command = receipt_of(office.prepare_birth(bank_account=""))
    assert command.personal is not None
    nobody = structs.replace(command.personal, parties=())
    received = office.door.perform(structs.replace(command, personal=nobody), "clerk-1")
    assert "identity:mother" in keys_of(office, received.number)
    office.clock.set(DAY_AFTER)
    with office.store.read() as tx:
        assert list(list_due_acceptances(tx, office.office.now, "")) == []
    assert reason_of(office, DeemAccepted(case=received.number), SCHEDULE) == "obstacle"


def test_a_second_window_sees_who_has_the_case_until_the_lease_ends(office: SampleOffice) -> None:
    number = receive_birth(office).number
    office.door.perform(OpenReceived(case=number, window="w1"), "clerk-1")
    office.door.perform(OpenReceived(case=number, window="w1"), "clerk-1")  # the same machine opens it again
    with office.store.read() as tx:
        record = tx.get("received_records", case_number=number)
        assert record is not None
        with pytest.raises(Refused) as refused:
            require_free(tx, record, "w2", office.office.now)
        require_free(tx, record, "w2", office.office.now + LEASE)
    assert refused.value.facts["name"] == "员工clerk-1"


def test_the_period_is_extended_once_with_a_reason_and_a_new_notice(office: SampleOffice) -> None:
    number = receive_birth(office).number
    before = record_of(office, number)["bring_until"]
    assert reason_of(office, ExtendReceived(case=number, window="w1", reason=" ")) == "reason"
    notice = office.door.perform(ExtendReceived(case=number, window="w1", reason="in hospital"), "clerk-1").notice
    assert record_of(office, number)["bring_until"] > before
    assert office.select("notices", id=notice)[0]["state"] == "pending"
    assert reason_of(office, ExtendReceived(case=number, window="w1", reason="again")) == "extended"


def test_a_case_that_was_not_completed_is_closed_by_a_person_in_writing(office: SampleOffice) -> None:
    number = receive_birth(office).number
    close = CloseReceived(case=number, window="w1", reason="not completed in time")
    assert reason_of(office, close) == "too_early"
    office.clock.set("2026-09-01 10:00")
    run_due_commands(office.office)
    assert office.select("cases", number=number)[0]["state"] == "received"  # nothing ends by itself
    office.door.perform(close, "clerk-1")
    assert office.select("cases", number=number)[0]["state"] == "not_accepted"
    assert office.select("notices", id=f"{number}-not_accepted")[0]["state"] == "pending"
    assert record_of(office, number) == {}


def test_a_received_case_is_withdrawn_or_refused(office: SampleOffice) -> None:
    number = receive_birth(office).number
    office.door.perform(WithdrawCase(case=number, reason="does not want it"), "clerk-1")
    assert office.select("cases", number=number)[0]["state"] == "withdrawn"
    other = receive_birth(office, child_name="李二诺").number
    command = continue_birth(office, other, child_name="李二诺")
    refusal = RefuseAcceptance(
        draft=command.draft,
        visit=command.visit,
        window="w1",
        one_thing=command.one_thing,
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        reason="no residence here",
        received=other,
        personal=command.personal,
    )
    assert office.door.perform(refusal, "clerk-1").number == other
    assert office.select("cases", number=other)[0]["state"] == "not_accepted"
    assert office.select("received_records") == []


def later_list(office: SampleOffice, number: str, without: str, **values: str) -> NotifyAgain:
    """Return the command with the list of a continued draft that lacks a material."""
    command = continue_birth(office, number, **values)
    receipt = receipt_of(command)
    return NotifyAgain(
        case=number,
        draft=command.draft,
        visit=command.visit,
        window="w1",
        chosen=None,
        materials=tuple(material for material in command.materials if material.material != without),
        personal=receipt.personal,
    )


def test_what_was_visible_at_the_first_notice_is_asked_later_only_with_a_reason(office: SampleOffice) -> None:
    received = receive_birth(office, child_name="李二诺")  # her certificate is on paper
    command = later_list(office, received.number, "birth-certificate", child_name="李二诺")
    assert reason_of(office, command) == "late_notice"
    again = office.door.perform(structs.replace(command, reason="the copy cannot be read"), "clerk-1")
    assert [item.key for item in again.late] == ["material:birth-certificate"]
    assert keys_of(office, received.number) == ["material:birth-certificate"]
    assert office.select("notices", id=again.notice)[0]["kind"] == "one_time"


def test_what_a_changed_answer_makes_necessary_may_be_asked_later(office: SampleOffice) -> None:
    received = receive_birth(office)
    command = later_list(office, received.number, "mother-id", register_with="father")
    again = office.door.perform(command, "clerk-1")
    assert again.late == ()
    assert len(again.missing) > 0


def test_a_draft_that_continues_a_case_cannot_become_another_one(office: SampleOffice) -> None:
    received = receive_birth(office)
    command = continue_birth(office, received.number)
    assert reason_of(office, structs.replace(command, received="")) == "received"
    save = SaveDraft(
        visit=command.visit,
        window="w1",
        one_thing="birth",
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        personal=DraftContent(received=received.number),
    )
    draft = office.door.perform(save, "clerk-1").draft
    assert reason_of(office, receipt_of(command, draft=draft)) == "received"


def test_two_received_cases_of_one_person_are_known_at_the_acceptance_of_each(office: SampleOffice) -> None:
    first, second = receive_birth(office).number, receive_birth(office).number
    command = continue_birth(office, first)
    assert command.duplicates == (second,)
    assert reason_of(office, structs.replace(command, duplicates=(), duplicate_code="")) == "duplicate"
    office.accept(command)
    other = continue_birth(office, second)
    assert other.duplicates == (first,)
    office.accept(other)
    reasons = [(row["case_number"], row["reason"]) for row in office.select("objections", order=("case_number",))]
    assert reasons == [(first, "twin"), (second, "twin")]


@pytest.mark.wide
def test_an_acceptance_by_law_raises_an_objection_for_another_case_of_the_person(office: SampleOffice) -> None:
    first = receive_birth(office, printed=False).number
    second = receive_birth(office).number  # its notice is printed: it waits
    office.clock.set(DAY_AFTER)
    run_due_commands(office.office)
    assert [row["state"] for row in office.select("cases", order=("number",))] == ["accepted", "received"]
    (objection,) = office.select("objections")
    assert (objection["case_number"], objection["reason"], objection["settled_at"]) == (first, "twin", None)
    assert msgspec.json.decode(objection["facts"])["other"] == second
    assert find_faults(office.store) == []
