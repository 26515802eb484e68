"""A second process tells nodes what they ask: the same as the first would, whatever happens to it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from clerk_app.center.authority import Authority
from clerk_app.center.response_builder import RequestResult, ResponseContext
from clerk_app.center.response_process import ResponseOrder, ResponseProcess, start_response_process
from clerk_app.composition.office import STORE_FILE
from clerk_app.composition.registry import all_document_types
from clerk_app.errors import OutOfReach
from clerk_app.ledger.replication.documents import Reader
from clerk_app.ledger.replication.messages import RejectionBody, Response
from tests.center.sample_node import RunningCenter, pause_entry, run_center
from tests.office import SampleOffice
from tests.sample_data import HALL, SITE

READERS = [Reader("n1", HALL, "w1", frozenset({SITE})), Reader("n2", HALL, "", frozenset({"health", "police"}))]
RESULT = RequestResult(
    completed=2, refused={7: RejectionBody(reason="rule", sentence="No.")}, decided={8: b'{"a":1}'}, answer=b"[2]"
)


@pytest.fixture
def teller(office: SampleOffice) -> Iterator[ResponseProcess]:
    Authority(office.door, all_document_types()).announce_existing_documents()
    process = ResponseProcess(str(office.store.location), office.office.folder)
    yield process
    process.close()


def orders(*, packed: bool = False) -> list[ResponseOrder]:
    asked = [ResponseContext(reader=one, incarnation=1, epoch="", cursors={}, result=RESULT) for one in READERS]
    return [ResponseOrder(one, packed) for one in asked]


def responses_of(process: ResponseProcess) -> list[Response]:
    return [
        msgspec.structs.replace(msgspec.json.decode(one.content, type=Response), now=0)
        for one in process.build_bodies(orders())
        if not isinstance(one, Exception)
    ]


def local_responses(office: SampleOffice) -> list[Response]:
    """The same, by the process that performs."""
    answers = Authority(office.door, all_document_types()).response_builder.build_responses(
        [one.context for one in orders()]
    )
    return [
        msgspec.structs.replace(msgspec.json.decode(msgspec.json.encode(one), type=Response), now=0) for one in answers
    ]


def test_it_tells_what_the_first_process_would_tell(office: SampleOffice, teller: ResponseProcess) -> None:
    office.accept_birth()
    assert responses_of(teller) == local_responses(office)
    office.accept_birth()
    again = responses_of(teller)
    assert again == local_responses(office)
    assert [sum(name.startswith("case/") for name in one.changes.documents) for one in again] == [2, 2]


def test_it_packs_what_may_be_packed(office: SampleOffice, teller: ResponseProcess) -> None:
    assert [one.compressed for one in teller.build_bodies(orders(packed=True)) if not isinstance(one, Exception)] == [
        True,
        True,
    ]


def test_one_that_was_killed_is_followed_by_another(office: SampleOffice, teller: ResponseProcess) -> None:
    office.accept_birth()
    first = teller.pid
    os.kill(first, signal.SIGKILL)
    assert responses_of(teller) == local_responses(office)
    assert teller.pid != first


def test_a_signal_to_all_processes_is_left_to_the_first(office: SampleOffice, teller: ResponseProcess) -> None:
    first = teller.pid
    for one in (signal.SIGTERM, signal.SIGINT):
        os.kill(first, one)
    assert responses_of(teller) == local_responses(office)
    assert teller.pid == first


def test_one_that_does_not_start_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(OutOfReach, match=STORE_FILE):
        ResponseProcess(str(tmp_path / STORE_FILE), tmp_path)


def test_a_center_with_one_beside_it_answers_its_windows(office: SampleOffice) -> None:
    with (
        start_response_process(office.store.location, office.office.folder) as process,
        run_center(office.office, response_process=process) as served,
    ):
        window = served.join()
        window.catch_up()
        answer = window.push(pause_entry())
        assert (answer.last_number, answer.refused) == (1, {})
        assert "window/w1" in answer.changes.documents


def test_an_answer_that_cannot_be_given_is_asked_for_again(office: SampleOffice, teller: ResponseProcess) -> None:
    with run_center(office.office, response_process=teller) as served:
        window = served.join()
        window.catch_up()
        os.rename(office.store.path, office.store.path.with_suffix(".away"))
        os.kill(teller.pid, signal.SIGKILL)
        assert (
            post_push_status(served, window.authorization, msgspec.json.encode(window.build_push(pause_entry()))) == 503
        )
        os.rename(office.store.path.with_suffix(".away"), office.store.path)
        again = window.push(pause_entry())  # performed the first time, and only then
        assert (again.last_number, again.refused) == (1, {})


def post_push_status(served: RunningCenter, said: str, body: bytes) -> int:
    return served.client.post("/v1/push", content=body, headers={"authorization": said}).status_code
