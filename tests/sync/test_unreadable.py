"""An entry that the center cannot read ends alone, as work that came back; those behind it pass."""

from __future__ import annotations

import base64
import random
from pathlib import Path

import pytest

from clerk_app.desks.line_view import line_view
from clerk_app.desks.office import all_kinds, all_rules, open_office
from clerk_app.errors import BadData
from clerk_app.ledger import proof
from clerk_app.sync.connection import Connection
from tests.center.speaker import Served
from tests.clock import Clock
from tests.office import SampleOffice, faults
from tests.sync.city import City, SampleWindow
from tests.sync.test_over_http import joined


def damage(window: SampleOffice, kind: str, command: bytes) -> int:
    """The bytes of its newest entry of this kind are others: the disk has gone wrong. The entry's position."""
    with window.store.write() as tx:
        row = tx.rows("ledger_entries", kind=kind, order=("position",))[-1]
        tx.change("ledger_entries", {"position": row["position"]}, command=command)
    return int(row["position"])


def unread(window: SampleOffice) -> list[int]:
    """What came back because the center could make nothing of it; what stands on that is refused for another reason."""
    return [row["position"] for row in window.rows("refusals") if row["reason"] in ("unread", "bad_data")]


WRONG = {"cut": b'{"visit": ', "no text": b'"\xff"', "gone": b"", "deep": b"[" * 100_000, "other": b'{"visit": 1}'}


@pytest.mark.parametrize("bytes_now", WRONG.values(), ids=WRONG)
def test_an_entry_whose_bytes_went_wrong_comes_back_and_those_behind_it_pass(
    city: City, counter: SampleWindow, bytes_now: bytes
) -> None:
    counter.wire.down = True
    first = counter.accept_road()
    broken = counter.accept_road()
    position = damage(counter, "AcceptCase", bytes_now)
    last = counter.accept_road()
    counter.wire.down = False
    city.quiet()
    assert {row["number"] for row in city.center.rows("cases")} == {first, last}
    assert unread(counter) == [position]
    returned, *_stood_on_it = line_view(counter.office).returned
    assert returned.case == broken
    assert returned.sentence
    assert counter.rows("cases", number=broken) == []
    assert city.differences() == []
    assert faults(city.center.store) == []
    before = len(counter.wire.carried)
    city.quiet()
    assert set(counter.wire.carried[before:]) == {"Pull"}  # it is not told again


def test_what_was_garbled_on_the_way_is_sent_again_and_nothing_is_refused(city: City, counter: SampleWindow) -> None:
    counter.wire.down = True
    number = counter.accept_road()
    counter.wire.down = False
    counter.wire.garbles = 3
    city.quiet()
    assert [row["number"] for row in city.center.rows("cases")] == [number]
    assert counter.rows("refusals") == []


def test_where_nothing_at_all_can_be_read_everything_waits(city: City, counter: SampleWindow) -> None:
    counter.wire.down = True
    number = counter.accept_road()
    counter.wire.down = False
    counter.wire.garbles = 1_000
    for _try in range(3):
        with pytest.raises(BadData):
            counter.line.step()
    assert counter.rows("refusals") == []
    assert len(counter.wire.carried) < 100
    counter.wire.garbles = 0
    city.quiet()
    assert [row["number"] for row in city.center.rows("cases")] == [number]


def test_an_acceptance_that_is_sound_waits_for_a_center_that_can_read_it(city: City, counter: SampleWindow) -> None:
    counter.wire.down = True
    first = counter.accept_road()
    second = counter.accept_road()
    counter.wire.down = False
    counter.wire.unread = "AcceptCase"
    for _try in range(2):
        with pytest.raises(BadData):
            city.quiet()  # what came before it passes
    assert counter.rows("refusals") == []
    counter.wire.unread = ""
    city.quiet()
    assert {row["number"] for row in city.center.rows("cases")} == {first, second}


def test_an_entry_that_is_too_large_for_the_center_comes_back(
    served: Served, office: SampleOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "w1"
    joined(folder, str(served.client.base_url), served.invite(window="w1"))
    window = SampleOffice(open_office(folder), Clock())
    connection = Connection(folder, window.office.door, all_rules(), all_kinds(), window.office.contents)
    window.accept_road()
    noise = base64.b64encode(random.Random(5).randbytes(9 * 1024 * 1024))
    position = damage(window, "AcceptCase", b'{"noise": "' + noise + b'"}')
    number = window.accept_road()
    connection.now(lambda: None)
    connection.wire.close()
    assert [row["number"] for row in office.rows("cases")] == [number]
    assert unread(window) == [position]
    assert window.rows("unanswered") == []
    window.close()


def test_after_a_restore_of_the_center_it_is_refused_again(city: City, counter: SampleWindow, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    counter.wire.down = True
    counter.accept_road()
    position = damage(counter, "AcceptCase", b"{")
    number = counter.accept_road()
    counter.wire.down = False
    city.quiet()
    city.put_back(backup)
    city.quiet()
    assert [row["number"] for row in city.center.rows("cases")] == [number]
    assert unread(counter) == [position]
    assert proof.verify(city.center.store)[1] == []


def test_a_forgotten_answer_that_cannot_be_told_again_blocks_nothing(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    health = city.join("n2", organs=("health",))
    counter.accept_birth()
    city.quiet()
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    counter.unlock(counter.serve("mother"), "birth")
    position = damage(counter, "FetchMaterials", b"{")
    counter.move("finish")
    city.put_back(backup)
    number = counter.accept_road()
    city.quiet()
    assert [row["number"] for row in city.center.rows("cases", number=number)] == [number]
    assert unread(counter) == [position]
    assert health.line.step() is False
