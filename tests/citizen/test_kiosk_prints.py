"""Receipts that are printed at a kiosk: in two phases, of what was done in the session, and once."""

from __future__ import annotations

import pytest

from clerk_app.cases.prints import BeginPrint, PrintContent
from clerk_app.citizen.kiosk_prints import BeginKioskPrint, RecordKioskPrint
from clerk_app.errors import Refused
from tests.citizen.matter_acts import KIOSK, MatterActs
from tests.citizen.sessions import open_session
from tests.office import SampleOffice, find_faults
from tests.sample_data import CLERKS

pytestmark = pytest.mark.usefixtures("english")


def begin(acts: MatterActs, number: str, **changed: str) -> str:
    facts = {"paper": f"{number}-receipt", "kind": "receipt", "window": "w1", "printer": "slips", "device": "folder"}
    facts["session"] = acts.session
    command = BeginKioskPrint(language="zh_CN", personal=PrintContent(page="{}"), **{**facts, **changed})
    return acts.office.door.perform(command, KIOSK).print


def record(acts: MatterActs, print_id: str, outcome: str) -> None:
    acts.office.door.perform(RecordKioskPrint(session=acts.session, print=print_id, outcome=outcome), KIOSK)


def test_a_printed_receipt_is_not_offered_at_a_window(office: SampleOffice) -> None:
    acts = MatterActs(office, open_session(office.door, "mother"))
    number = acts.accept().number
    assert office.unprinted_notices() == [f"{number}-receipt"]
    record(acts, begin(acts, number), "printed")
    assert office.unprinted_notices() == []
    assert find_faults(office.store) == []


def test_a_receipt_that_did_not_come_out_is_printed_at_a_window(office: SampleOffice) -> None:
    acts = MatterActs(office, open_session(office.door, "mother"))
    number = acts.accept().number
    record(acts, begin(acts, number), "not_printed")
    assert office.unprinted_notices() == [f"{number}-receipt"]


def test_after_a_power_loss_while_printing_a_clerk_is_asked_and_nothing_is_printed_twice(office: SampleOffice) -> None:
    acts = MatterActs(office, open_session(office.door, "mother"))
    number = acts.accept().number
    begin(acts, number)
    with pytest.raises(Refused) as refused:
        begin(acts, number)
    assert refused.value.reason == "print_open"
    (row,) = office.select("prints")
    assert (row["window_id"], row["outcome"]) == ("w1", "printing")
    again = BeginPrint(
        paper=f"{number}-receipt", kind="receipt", window="w1", printer="a4", device="folder", language="zh_CN"
    )
    with pytest.raises(Refused):
        office.door.perform(again, CLERKS[0])


def test_a_second_print_at_the_kiosk_is_refused(office: SampleOffice) -> None:
    acts = MatterActs(office, open_session(office.door, "mother"))
    number = acts.accept().number
    record(acts, begin(acts, number), "printed")
    with pytest.raises(Refused):
        begin(acts, number)


@pytest.mark.parametrize("changed", [{"session": "other"}, {"kind": "taken_in"}, {"window": "w2"}])
def test_a_paper_that_is_not_of_the_session_is_not_printed(office: SampleOffice, changed: dict[str, str]) -> None:
    acts = MatterActs(office, open_session(office.door, "mother"))
    number = acts.accept().number
    with pytest.raises(Refused) as refused:
        begin(acts, number, **changed)
    assert refused.value.reason in ("no_notice", "session_ended")
