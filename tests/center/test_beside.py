"""A second process tells nodes what they ask: the same as the first would, whatever happens to it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from clerk_app.center.authority import Authority
from clerk_app.center.beside import Beside, Ordered, beside
from clerk_app.center.telling import Said, Telling
from clerk_app.desks.office import STORE, all_kinds
from clerk_app.errors import OutOfReach
from clerk_app.ledger.documents import Reader
from clerk_app.ledger.messages import Answer, Refusing
from tests.center.speaker import Served, paused, serving
from tests.furnishing import CENTRE, HALL
from tests.office import SampleOffice

READERS = [Reader("n1", HALL, "w1", frozenset({CENTRE})), Reader("n2", HALL, "", frozenset({"health", "police"}))]
SAID = Said(many=2, refused={7: Refusing(reason="rule", sentence="No.")}, decided={8: b'{"a":1}'}, answer=b"[2]")


@pytest.fixture
def teller(office: SampleOffice) -> Iterator[Beside]:
    Authority(office.door, all_kinds()).open_feed()
    process = Beside(str(office.store.where), office.office.folder)
    yield process
    process.close()


def orders(*, packed: bool = False) -> list[Ordered]:
    asked = [Telling(reader=one, incarnation=1, epoch="", cursors={}, said=SAID) for one in READERS]
    return [Ordered(one, packed) for one in asked]


def told(process: Beside) -> list[Answer]:
    return [
        msgspec.structs.replace(msgspec.json.decode(one.content, type=Answer), now=0)
        for one in process.tell(orders())
        if not isinstance(one, Exception)
    ]


def told_here(office: SampleOffice) -> list[Answer]:
    """The same, by the process that performs."""
    answers = Authority(office.door, all_kinds()).teller.tell([one.telling for one in orders()])
    return [
        msgspec.structs.replace(msgspec.json.decode(msgspec.json.encode(one), type=Answer), now=0) for one in answers
    ]


def test_it_tells_what_the_first_process_would_tell(office: SampleOffice, teller: Beside) -> None:
    office.accept_birth()
    assert told(teller) == told_here(office)
    office.accept_birth()
    again = told(teller)
    assert again == told_here(office)
    assert [sum(name.startswith("case/") for name in one.changes.documents) for one in again] == [2, 2]


def test_it_packs_what_may_be_packed(office: SampleOffice, teller: Beside) -> None:
    assert [one.packed for one in teller.tell(orders(packed=True)) if not isinstance(one, Exception)] == [True, True]


def test_one_that_was_killed_is_followed_by_another(office: SampleOffice, teller: Beside) -> None:
    office.accept_birth()
    first = teller.pid
    os.kill(first, signal.SIGKILL)
    assert told(teller) == told_here(office)
    assert teller.pid != first


def test_a_signal_to_all_processes_is_left_to_the_first(office: SampleOffice, teller: Beside) -> None:
    first = teller.pid
    for one in (signal.SIGTERM, signal.SIGINT):
        os.kill(first, one)
    assert told(teller) == told_here(office)
    assert teller.pid == first


def test_one_that_does_not_start_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(OutOfReach, match=STORE):
        Beside(str(tmp_path / STORE), tmp_path)


def test_a_center_with_one_beside_it_answers_its_windows(office: SampleOffice) -> None:
    with beside(office.store.where, office.office.folder) as process, serving(office.office, beside=process) as served:
        window = served.join()
        window.catch_up()
        answer = window.push(paused())
        assert (answer.last, answer.refused) == (1, {})
        assert "window/w1" in answer.changes.documents


def test_an_answer_that_cannot_be_given_is_asked_for_again(office: SampleOffice, teller: Beside) -> None:
    with serving(office.office, beside=teller) as served:
        window = served.join()
        window.catch_up()
        os.rename(office.store.path, office.store.path.with_suffix(".away"))
        os.kill(teller.pid, signal.SIGKILL)
        assert lost(served, window.said, msgspec.json.encode(window.batch(paused()))) == 503
        os.rename(office.store.path.with_suffix(".away"), office.store.path)
        again = window.push(paused())  # performed the first time, and only then
        assert (again.last, again.refused) == (1, {})


def lost(served: Served, said: str, body: bytes) -> int:
    return served.client.post("/v1/push", content=body, headers={"authorization": said}).status_code
