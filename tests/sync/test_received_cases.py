"""Received cases between two windows and the center: offline receipt, leases, conflicts, restore, forged ones."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from msgspec import structs

from clerk_app.cases.case_fetch import FetchCase
from clerk_app.cases.intake.deemed_acceptance import list_due_acceptances
from clerk_app.cases.intake.received_opening import OpenReceived
from clerk_app.cases.rejected_acceptances import AcceptRejected
from clerk_app.cases.site_transfer import TransferCase
from clerk_app.cases.status_query import SecondFactor
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import OutOfReach, Refused
from tests.cases.receiving import continue_birth, print_notice, receipt_of, receive_birth, record_of
from tests.office import find_faults
from tests.sample_data import MOTHER_NUMBER
from tests.sync.city import City, SampleWindow
from tests.sync.test_forged_acceptances import newest_acceptance, push
from tests.sync.test_restored_work import back_up

DAY_AFTER = "2026-05-13 09:00"


@pytest.fixture
def second(city: City, counter: SampleWindow) -> SampleWindow:
    """The window w2 of the same site."""
    assert counter.transport.node == "n1"
    return city.join("n2", window="w2", kind="window,kiosk")


def open_at_second(second: SampleWindow, number: str) -> None:
    second.door.perform(OpenReceived(case=number, window="w2"), "clerk-2")


def test_a_case_received_without_a_line_goes_on_at_another_window_under_its_number(
    city: City, counter: SampleWindow, second: SampleWindow
) -> None:
    counter.fetch_licences(counter.serve("mother"), "birth")  # the line is there at first
    counter.move_ticket("finish")
    command = counter.prepare_birth(bank_account="")
    counter.transport.down = True
    number = counter.door.perform(receipt_of(command), "clerk-1").number
    print_notice(counter, f"{number}-one_time")
    counter.move_ticket("finish")
    counter.transport.down = False
    city.exchange_all()
    assert city.differences() == []
    assert record_of(second, number)["content"] is None  # it does not hold what was entered
    assert second.select("parties", case_number=number) == []
    assert record_of(counter, number)["content"] is not None
    open_at_second(second, number)
    assert record_of(second, number)["content"] is not None
    command = continue_birth(second, number, "w2")
    second.transport.down = True
    assert second.accept(command) == number
    second.transport.down = False
    city.exchange_all()
    (case,) = city.center.select("cases")
    assert (case["number"], case["state"], case["window_id"]) == (number, "accepted", "w2")
    assert city.center.select("objections") == []
    assert record_of(city.center, number) == record_of(counter, number) == {}
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_a_receipt_alone_leaves_at_its_window_what_the_center_lets_it_hold(city: City, counter: SampleWindow) -> None:
    command = counter.prepare_birth(bank_account="")
    number = counter.door.perform(receipt_of(command), "clerk-1").number
    assert counter.select("parties", case_number=number) != []
    city.exchange_all()  # one entry of the case in one push
    assert counter.select("parties", case_number=number) == []
    assert record_of(counter, number)["content"] is not None
    assert city.differences() == []


@pytest.mark.wide
def test_the_second_of_two_windows_reads_who_has_the_case(
    city: City, counter: SampleWindow, second: SampleWindow
) -> None:
    number = receive_birth(counter).number
    city.exchange_all()
    open_at_second(second, number)
    with pytest.raises(Refused) as refused:
        counter.door.perform(OpenReceived(case=number, window="w1"), "clerk-1")
    assert (refused.value.reason, refused.value.facts["name"]) == ("opened", "员工clerk-2")
    counter.clock.advance(hours=3)
    counter.door.perform(OpenReceived(case=number, window="w1"), "clerk-1")
    city.exchange_all()
    assert record_of(second, number)["content"] is None
    assert city.differences() == []


def test_two_windows_that_both_accept_make_one_case_and_work_for_a_person(
    city: City, counter: SampleWindow, second: SampleWindow
) -> None:
    number = receive_birth(counter).number
    city.exchange_all()
    first = continue_birth(counter, number)
    counter.transport.down = True
    open_at_second(second, number)
    second.accept(continue_birth(second, number, "w2"))
    second.client.flush()
    assert counter.accept(first) == number  # this window held the case and had no line
    counter.transport.down = False
    city.exchange_all()
    (case,) = city.center.select("cases")
    assert case["window_id"] == "w2"
    (rejected,) = city.center.select("rejected_acceptances")
    assert rejected["number"] == number
    with pytest.raises(Refused) as refused:
        city.center.door.perform(AcceptRejected(rejected=rejected["id"]), "supervisor")
    assert refused.value.reason == "not_received"
    assert city.differences() == []


@pytest.mark.wide
def test_a_window_out_of_reach_may_have_printed_the_notice_so_it_is_awaited(city: City, counter: SampleWindow) -> None:
    number = receive_birth(counter, printed=False).number
    city.exchange_all()
    counter.transport.down = True
    print_notice(counter, f"{number}-one_time")
    city.center.clock.set(DAY_AFTER)
    with city.center.store.read() as tx:
        assert list(list_due_acceptances(tx, city.center.office.now, "")) == []
    counter.transport.down = False
    city.exchange_all()
    run_due_commands(city.center.office)
    assert city.center.select("cases")[0]["state"] == "received"
    city.exchange_all()
    assert city.differences() == []


@pytest.mark.wide
def test_a_silent_window_is_awaited_for_three_days(city: City, counter: SampleWindow) -> None:
    receive_birth(counter, printed=False)
    city.exchange_all()
    city.center.clock.set("2026-05-17 09:00")
    run_due_commands(city.center.office)
    assert city.center.select("cases")[0]["state"] == "accepted"
    city.exchange_all()
    assert counter.select("cases")[0]["state"] == "accepted"
    assert city.differences() == []


def test_a_notice_printed_in_time_that_arrives_after_the_acceptance_by_law_is_an_objection(
    city: City, counter: SampleWindow
) -> None:
    number = receive_birth(counter, printed=False).number
    city.exchange_all()
    counter.transport.down = True
    print_notice(counter, f"{number}-one_time")
    city.center.clock.set("2026-05-17 09:00")
    run_due_commands(city.center.office)
    counter.transport.down = False
    city.exchange_all()
    assert city.center.select("cases")[0]["state"] == "accepted"  # begun tasks stay until a person decides
    (objection,) = city.center.select("objections")
    assert (objection["case_number"], objection["reason"]) == (number, "late_print")
    facts = msgspec.json.decode(objection["facts"])
    assert [facts[name][:10] for name in ("printed", "due", "accepted")] == ["2026-05-06", "2026-05-12", "2026-05-17"]
    assert {row["state"] for row in city.center.select("notices", kind="one_time")} == {"printed"}
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.parametrize("arrives_before", [True, pytest.param(False, marks=pytest.mark.wide)])
def test_a_notice_printed_after_the_period_is_an_objection_too_because_it_has_no_effect(
    city: City, counter: SampleWindow, *, arrives_before: bool
) -> None:
    number = receive_birth(counter, printed=False).number
    city.exchange_all()
    counter.transport.down = True
    for clock in (city.center.clock, counter.clock):
        clock.set("2026-05-17 09:00")
    print_notice(counter, f"{number}-one_time")
    if not arrives_before:
        run_due_commands(city.center.office)
    counter.transport.down = False
    city.exchange_all()
    run_due_commands(city.center.office)
    city.exchange_all()
    (objection,) = city.center.select("objections")
    facts = msgspec.json.decode(objection["facts"])
    assert [facts[name][:10] for name in ("printed", "due", "accepted")] == ["2026-05-17", "2026-05-12", "2026-05-17"]
    assert "no effect" in objection["sentence"]
    assert city.differences() == []


@pytest.mark.wide
def test_a_restored_center_gets_receipt_and_acceptance_again(
    city: City, counter: SampleWindow, second: SampleWindow, tmp_path: Path
) -> None:
    backup = back_up(city, tmp_path)
    number = receive_birth(counter).number
    city.exchange_all()
    open_at_second(second, number)
    second.accept(continue_birth(second, number, "w2"))
    city.exchange_all()
    city.restore_center(backup)
    second.client.flush()  # the acceptance comes before the receipt
    city.exchange_all()
    assert [(row["number"], row["state"]) for row in city.center.select("cases")] == [(number, "accepted")]
    assert record_of(city.center, number) == {}
    assert city.center.select("rejected_acceptances") == []
    assert city.differences() == []


@pytest.mark.wide
def test_a_receipt_under_a_number_of_another_window_is_rejected_and_accepted_again_by_a_supervisor(
    city: City, counter: SampleWindow
) -> None:
    number = receive_birth(counter).number
    row = counter.select("ledger_entries", kind="ReceiveCase")[0]
    counter.accept_birth(child_name="李二诺")
    entry = structs.replace(
        newest_acceptance(counter),
        kind="ReceiveCase",
        plain=msgspec.Raw(row["command"]),
        personal=msgspec.Raw(row["personal"]),
        salt=row["salt"],
        decision=msgspec.Raw(row["decision"].replace(number.encode(), b"269999999998")),
    )
    push(counter, entry)
    rejected = city.center.select("rejected_acceptances")
    assert [work["kind"] for work in rejected] == ["ReceiveCase"]
    again = city.center.door.perform(AcceptRejected(rejected=rejected[0]["id"]), "supervisor")
    assert again.receipt is not None
    (case,) = city.center.select("cases", number=again.receipt.number)
    assert case["state"] == "received"
    assert record_of(city.center, case["number"])["content"] is not None


@pytest.mark.wide
def test_a_case_that_is_transferred_to_another_site_goes_on_there(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    number = receive_birth(counter).number
    city.exchange_all()
    with pytest.raises(Refused):
        remote.door.perform(FetchCase(case=number), "clerk-5")
    factor = SecondFactor(last=MOTHER_NUMBER[-4:])
    remote.door.perform(TransferCase(case=number, window="w5", personal=factor), "clerk-5")
    remote.door.perform(OpenReceived(case=number, window="w5"), "clerk-5")
    assert record_of(remote, number)["content"] is not None
    city.exchange_all()
    assert counter.select("received_records") == []
    assert city.differences() == []


@pytest.mark.wide
def test_a_case_that_no_line_reaches_is_not_opened(city: City, counter: SampleWindow, second: SampleWindow) -> None:
    number = receive_birth(counter).number
    city.exchange_all()
    second.transport.down = True
    with pytest.raises(OutOfReach):
        open_at_second(second, number)
