"""An entry that the center cannot read becomes rejected work; later entries are not blocked."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest

from clerk_app.composition.office import open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.errors import BadData, OutOfReach
from clerk_app.ledger import audit
from clerk_app.roles.connection_view import read_connection_view
from clerk_app.roles.sign_in import verify_here
from clerk_app.sync.connection import WindowConnection
from tests.clock import Clock
from tests.office import SampleOffice, find_faults
from tests.sample_data import PIN
from tests.sample_node import RunningCenter
from tests.sync.city import City, SampleWindow
from tests.sync.test_http_sync import enrol_window_at


def damage_newest_entry(window: SampleOffice, kind: str, command: bytes) -> int:
    """Overwrite the newest entry of this kind, as a disk error would; return its position."""
    with window.store.write() as tx:
        row = tx.select("ledger_entries", kind=kind, order=("position",))[-1]
        tx.update("ledger_entries", {"position": row["position"]}, command=command)
    return int(row["position"])


def unreadable_positions(window: SampleOffice) -> list[int]:
    """Positions of rejected entries that the center could not read, without those that depend on them."""
    return [row["position"] for row in window.select("refusals") if row["reason"] in ("unread", "bad_data")]


DAMAGED_COMMANDS = {
    "cut": b'{"visit": ',
    "no text": b'"\xff"',
    "gone": b"",
    "deep": b"[" * 100_000,
    "other": b'{"visit": 1}',
}


@pytest.mark.many_cases
@pytest.mark.parametrize("bytes_now", DAMAGED_COMMANDS.values(), ids=DAMAGED_COMMANDS)
def test_damaged_entry_becomes_rejected_work_and_blocks_nothing(
    city: City, counter: SampleWindow, bytes_now: bytes
) -> None:
    counter.transport.down = True
    first = counter.accept_road()
    broken = counter.accept_road()
    position = damage_newest_entry(counter, "AcceptCase", bytes_now)
    last = counter.accept_road()
    counter.transport.down = False
    city.exchange_all()
    assert {row["number"] for row in city.center.select("cases")} == {first, last}
    assert unreadable_positions(counter) == [position]
    returned, *_stood_on_it = read_connection_view(counter.office).rejected
    assert returned.case_number == broken
    assert returned.sentence
    assert counter.select("cases", number=broken) == []
    assert city.differences() == []
    assert find_faults(city.center.store) == []
    before = len(counter.transport.sent_types)
    city.exchange_all()
    assert set(counter.transport.sent_types[before:]) == {"PullRequest"}  # it is not sent again


@pytest.mark.wide
def test_truncated_messages_are_sent_again(city: City, counter: SampleWindow) -> None:
    counter.transport.down = True
    number = counter.accept_road()
    counter.transport.down = False
    counter.transport.messages_to_truncate = 3
    city.exchange_all()
    assert [row["number"] for row in city.center.select("cases")] == [number]
    assert counter.select("refusals") == []


@pytest.mark.wide
def test_nothing_is_rejected_while_the_center_can_read_nothing(city: City, counter: SampleWindow) -> None:
    counter.transport.down = True
    number = counter.accept_road()
    counter.transport.down = False
    counter.transport.messages_to_truncate = 1_000
    for _try in range(3):
        with pytest.raises(BadData):
            counter.client.step()
    assert counter.select("refusals") == []
    assert len(counter.transport.sent_types) < 100
    counter.transport.messages_to_truncate = 0
    city.exchange_all()
    assert [row["number"] for row in city.center.select("cases")] == [number]


@pytest.mark.wide
def test_valid_acceptance_waits_for_a_center_that_can_read_it(city: City, counter: SampleWindow) -> None:
    counter.transport.down = True
    first = counter.accept_road()
    second = counter.accept_road()
    counter.transport.down = False
    counter.transport.unreadable_kind = "AcceptCase"
    for _try in range(2):
        with pytest.raises(BadData):
            city.exchange_all()  # earlier entries pass
    assert counter.select("refusals") == []
    counter.transport.unreadable_kind = ""
    city.exchange_all()
    assert {row["number"] for row in city.center.select("cases")} == {first, second}


@pytest.mark.wide
def test_oversized_entry_becomes_rejected_work(served: RunningCenter, office: SampleOffice, tmp_path: Path) -> None:
    folder = tmp_path / "w1"
    enrol_window_at(folder, str(served.client.base_url), served.invite(window="w1"))
    window = SampleOffice(open_office(folder), Clock())
    connection = WindowConnection(
        folder, window.office.door, all_rules(), all_document_types(), window.office.attachments
    )
    verify_here(window.office, "1000", PIN, "w1")
    window.accept_road()
    noise = base64.b64encode(random.Random(5).randbytes(9 * 1024 * 1024))
    position = damage_newest_entry(window, "AcceptCase", b'{"noise": "' + noise + b'"}')
    number = window.accept_road()
    for _ in range(4):
        try:
            connection.sync_now(lambda: None)
            break
        except OutOfReach:  # refused and closed while the body was still being sent; the background tries again too
            continue
    connection.transport.close()
    assert [row["number"] for row in office.select("cases")] == [number]
    assert unreadable_positions(window) == [position]
    assert window.select("unanswered") == []
    window.close()


@pytest.mark.wide
def test_unreadable_entry_is_rejected_again_after_a_restore(city: City, counter: SampleWindow, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    counter.transport.down = True
    counter.accept_road()
    position = damage_newest_entry(counter, "AcceptCase", b"{")
    number = counter.accept_road()
    counter.transport.down = False
    city.exchange_all()
    city.restore_center(backup)
    city.exchange_all()
    assert [row["number"] for row in city.center.select("cases")] == [number]
    assert unreadable_positions(counter) == [position]
    assert audit.verify_log(city.center.store)[1] == []


@pytest.mark.wide
def test_unreadable_lost_call_blocks_nothing(city: City, counter: SampleWindow, tmp_path: Path) -> None:
    health = city.join("n2", organs=("health",))
    counter.accept_birth()
    city.exchange_all()
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    counter.fetch_licences(counter.serve("mother"), "birth")
    position = damage_newest_entry(counter, "FetchMaterials", b"{")
    counter.move_ticket("finish")
    city.restore_center(backup)
    number = counter.accept_road()
    city.exchange_all()
    assert [row["number"] for row in city.center.select("cases", number=number)] == [number]
    assert unreadable_positions(counter) == [position]
    assert health.client.step() is False
