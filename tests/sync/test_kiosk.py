"""An enrolled kiosk holds the catalogue and its hall's tickets; the state of a case is asked for at the center."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.cases.guessed_factors import MAX_WRONG_FACTORS
from clerk_app.cases.objections import SettleObjection
from clerk_app.cases.site_transfer import TransferCase
from clerk_app.cases.status_query import SecondFactor
from clerk_app.composition.office import STORE_FILE
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.numbers import is_case_number
from clerk_app.roles.board.service import OfficeBoard
from clerk_app.roles.board.voice import Voice
from clerk_app.roles.board.voice_equipment import VoiceEquipment
from clerk_app.roles.kiosk.exit_code import create_exit_code
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.sync.lost_scopes import purge_removed_rows
from tests.office import find_faults
from tests.sample_data import MOTHER_NUMBER, SITE, pin_hash
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")


LAST = MOTHER_NUMBER[-4:]
PERSONAL_TABLES = ("cases", "parties", "field_values", "materials", "tasks", "staff", "persons", "visits", "licences")


def read_files(office: SampleWindow) -> bytes:
    """Return the bytes of the store's file and its write-ahead log."""
    path = office.office.folder / STORE_FILE
    return b"".join(file.read_bytes() for file in (path, Path(f"{path}-wal")) if file.exists())


def test_kiosk_holds_no_case_no_staff_list_and_no_case_numbers(city: City, counter: SampleWindow) -> None:
    counter.accept_birth()
    kiosk = city.join("k1", kind="kiosk")
    city.exchange_all()
    assert {table: kiosk.select(table) for table in (*PERSONAL_TABLES, "number_blocks") if kiosk.select(table)} == {}
    assert len(kiosk.select("catalogue_versions")) == len(kiosk.select("service_days")) == 1
    assert [row["staff"] for row in kiosk.select("windows")] == [None, None]
    assert OfficeKiosk(kiosk.office).take_ticket("A").number == "A001"
    city.exchange_all()
    assert [row["number"] for row in kiosk.select("tickets")] == ["A001"]
    assert city.differences() == []


@pytest.mark.wide
def test_kiosk_of_an_earlier_version_loses_its_cases_and_hashes_with_their_bytes(
    city: City, counter: SampleWindow
) -> None:
    kiosk = city.join("k1")  # earlier centers sent a kiosk what they send to a window
    counter.accept_birth()
    city.exchange_all()
    assert kiosk.select("cases")
    for office, here in ((city.center, False), (kiosk, True)):
        with office.store.write() as tx:
            tx.update("nodes", {"id": "k1", "here": here}, kind="kiosk")
    kiosk.client.flush()
    assert [table for table in PERSONAL_TABLES if kiosk.select(table)] == []
    purge_removed_rows(kiosk.store)
    content = read_files(kiosk)
    for secret in (MOTHER_NUMBER, "王芳", "李一诺", pin_hash(), "clerk-1"):
        assert secret.encode() not in content
    city.exchange_all()
    assert city.differences() == []


def test_kiosk_asks_the_center_for_the_state_of_a_case_and_keeps_nothing_of_it(
    city: City, counter: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    kiosk = city.join("k1", kind="kiosk")
    status = OfficeKiosk(kiosk.office).find_case_status(number, LAST)
    assert (status.number, len(status.matters)) == (number, 9)
    assert number.encode() not in read_files(kiosk)
    asked = [row for row in city.center.entries() if row["kind"] == "AskCase"]
    assert [(row["actor"], row["node"], row["outcome"]) for row in asked] == [("k1", "k1.asks", "done")]
    assert [row["personal"] for row in asked] == [None]
    kiosk.transport.down = True
    with pytest.raises(Refused, match="ask at a window"):
        OfficeKiosk(kiosk.office).find_case_status(number, LAST)


def test_second_factor_of_a_case_is_refused_for_an_hour_after_five_wrong_ones(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    kiosk, other = (OfficeKiosk(city.join(node, kind="kiosk").office) for node in ("k1", "k2"))
    for attempt in range(5):
        with pytest.raises(Refused, match="do not belong together"):
            (kiosk if attempt % 2 else other).find_case_status(number, f"000{attempt}")
    asked = [row for row in city.center.entries() if row["kind"] == "AskCase"]
    assert [row["personal"] for row in asked] == [None] * 5, "what was typed is not stored"
    bring = TransferCase(case=number, window="w5", personal=SecondFactor(last=LAST))
    for machine in (kiosk, other):
        with pytest.raises(Refused, match="too often"):
            machine.find_case_status(number, LAST)
    with pytest.raises(Refused, match="too often"):
        remote.door.perform(bring, "clerk-5")
    city.center.clock.advance(minutes=61)
    assert remote.door.perform(bring, "clerk-5").previous_site == SITE
    assert city.center.select("tries", what="second_factor") == []
    assert find_faults(city.center.store) == []  # a rebuild counts the same


@pytest.mark.wide
def test_patient_guesses_of_a_second_factor_are_refused_and_reported(city: City, counter: SampleWindow) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    kiosk = OfficeKiosk(city.join("k1", kind="kiosk").office)
    assert kiosk.find_case_status(number, LAST)
    for attempt in range(MAX_WRONG_FACTORS):
        with pytest.raises(Refused, match="do not belong together"):
            kiosk.find_case_status(number, f"{attempt:04d}")
        city.center.clock.advance(minutes=61)
    with pytest.raises(Refused, match="ask at a window"):
        kiosk.find_case_status(number, LAST)
    run_due_commands(city.center.office)
    run_due_commands(city.center.office)
    (row,) = city.center.select("objections")
    assert (row["reason"], city.center.case(number)["state"]) == ("guessed", "accepted")
    city.center.door.perform(SettleObjection(case=number, number=1, note="it was him"), "supervisor")
    assert kiosk.find_case_status(number, LAST)
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_a_machine_may_not_try_many_case_numbers(city: City) -> None:
    kiosk = OfficeKiosk(city.join("k1", kind="kiosk").office)
    numbers = [number for number in range(260000000000, 260000000300) if is_case_number(str(number))]
    for number in numbers[:20]:
        with pytest.raises(Refused, match="do not belong together"):
            kiosk.find_case_status(str(number), "0000")
    with pytest.raises(Refused, match="too often"):
        kiosk.find_case_status(str(numbers[20]), "0000")


@pytest.mark.wide
def test_kiosk_ends_with_its_own_code_and_counts_wrong_ones(city: City) -> None:
    window = city.join("k1", kind="kiosk")
    kiosk = OfficeKiosk(window.office)
    with pytest.raises(BadData, match="kiosk-code"):
        kiosk.unlock("12345678")
    code = create_exit_code(window.office.folder)
    kiosk.unlock(code)
    for _attempt in range(5):
        with pytest.raises(Refused, match="not the code"):
            kiosk.unlock("0001 2580")
    with pytest.raises(Refused, match="Wait 60 minutes"):
        OfficeKiosk(window.reopen().office).unlock(code)


@pytest.mark.wide
def test_a_board_ends_with_its_own_code_and_the_center_learns_of_each_attempt(city: City) -> None:
    board = city.join("b1", kind="board")
    service = OfficeBoard(board.office, "", Voice(VoiceEquipment("", "", None, 0)))
    code = create_exit_code(board.office.folder)
    with pytest.raises(Refused, match="not the code"):
        service.unlock("0001 2580")
    service.unlock(code)
    city.exchange_all()
    attempts = [row for row in city.center.entries() if row["kind"] == "LeaveKiosk"]
    assert [(row["actor"], row["outcome"]) for row in attempts] == [("b1", "done"), ("b1", "done")]
    assert city.differences() == []
