"""The board of an office: which calls it shows and announces, also after a restart."""

from __future__ import annotations

import pytest

from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.roles.board.service import OfficeBoard
from clerk_app.roles.board.spoken_calls import SPOKEN_FILE
from clerk_app.roles.board.voice import Voice
from clerk_app.roles.board.voice_equipment import VoiceEquipment
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.sample_data import HALL

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]


def open_board(office: SampleOffice, zone: str = "") -> OfficeBoard:
    """Open a board without a voice, as after a start of its machine."""
    return OfficeBoard(office.office, zone, Voice(VoiceEquipment("", "", None, 0)))


def call_ticket(office: SampleOffice, window: str = "w1", category: str = "A") -> str:
    office.take_ticket(category)
    number = office.call_next(window)
    office.move_ticket("finish", window)
    return number


def announce_all(board: OfficeBoard) -> list[str]:
    """Announce what is new; return the numbers in the order in which they are announced."""
    calls = board.read_view().new_calls
    for call in calls:
        board.announce(call)
    return [call.number for call in calls]


def test_every_call_is_announced_once_in_order(office: SampleOffice) -> None:
    board = open_board(office)
    board.read_view()
    numbers = [call_ticket(office, window) for window in ("w1", "w2", "w1")]
    assert announce_all(board) == numbers
    assert announce_all(board) == []


def test_a_restart_repeats_no_call_and_announces_what_was_called_meanwhile(office: SampleOffice) -> None:
    board = open_board(office)
    board.read_view()
    call_ticket(office)
    announce_all(board)
    missed = call_ticket(office)
    again = open_board(office)
    assert announce_all(again) == [missed]
    assert [call.number for call in again.read_view().calls] == ["A002", "A001"]
    assert announce_all(open_board(office)) == []


def test_a_call_from_before_a_long_power_loss_is_listed_and_not_announced(office: SampleOffice) -> None:
    open_board(office).read_view()
    call_ticket(office)
    office.clock.advance(minutes=3)
    board = open_board(office)
    view = board.read_view()
    assert ([call.number for call in view.calls], view.new_calls) == (["A001"], ())


@pytest.mark.parametrize("content", [None, b"", b"{half"], ids=["missing", "empty", "damaged"])
def test_a_board_that_lost_its_file_announces_only_new_calls(office: SampleOffice, content: bytes | None) -> None:
    call_ticket(office)
    if content is not None:
        (office.office.folder / SPOKEN_FILE).write_bytes(content)
    board = open_board(office)
    assert announce_all(board) == []
    assert announce_all(board) == []
    new = call_ticket(office)
    assert announce_all(board) == [new]


def test_a_recall_is_announced_again(office: SampleOffice) -> None:
    board = open_board(office)
    board.read_view()
    office.take_ticket()
    office.call_next()
    announce_all(board)
    office.move_ticket("recall")
    (call,) = board.read_view().new_calls
    assert (call.number, call.is_recall) == ("A001", True)


def test_a_board_of_a_zone_shows_the_calls_of_its_windows_only(office: SampleOffice) -> None:
    with office.store.write() as tx:
        tx.update("windows", {"id": "w2"}, zone="East")
    call_ticket(office, "w1")
    called = call_ticket(office, "w2")
    assert [call.number for call in open_board(office, "East").read_view().calls] == [called]
    assert len(open_board(office).read_view().calls) == 2
    assert not open_board(office, "West").read_view().zone_is_known


def test_the_board_of_a_closed_hall_shows_no_call(office: SampleOffice) -> None:
    call_ticket(office)
    office.door.perform(CloseServiceDay(hall=HALL, day="2026-05-06"), "supervisor")
    view = open_board(office).read_view()
    assert (view.is_open, view.calls, view.new_calls) == (False, (), ())


def test_no_name_of_a_citizen_or_clerk_is_on_the_board(office: SampleOffice) -> None:
    office.serve("mother")
    call_ticket(office, "w2")
    text = repr(open_board(office).read_view())
    assert "王芳" not in text
    assert "clerk" not in text


def test_zmskvr_225_the_level_of_a_category_follows_its_longest_wait(office: SampleOffice) -> None:
    """ZMSKVR-225: a traffic light for the waits. The hall promises 20 minutes."""
    office.take_ticket("A")
    levels = []
    for minutes in (0, 12, 10):
        office.clock.advance(minutes=minutes)
        levels.append({category.id: category.level for category in open_board(office).read_view().categories})
    assert [level["A"] for level in levels] == ["good", "warn", "bad"]
    assert {level["B"] for level in levels} == {"good"}


def test_the_board_has_the_estimated_wait_of_a_category_that_a_window_serves(office: SampleOffice) -> None:
    for _ticket in range(5):  # as many services as an estimate needs
        office.take_ticket("A")
        office.call_next("w1")
        office.clock.advance(minutes=2)
        office.move_ticket("finish", "w1")
    waits = {category.id: category.wait for category in open_board(office).read_view().categories}
    assert waits["A"] is not None
    assert waits["A"][0] < waits["A"][1]
