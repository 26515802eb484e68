"""The response process builds the same responses as the center's process, also after it was killed."""

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
from tests.office import SampleOffice
from tests.sample_data import HALL, SITE
from tests.sample_node import pause_entry, run_center

READERS = [Reader("n1", HALL, "w1", frozenset({SITE})), Reader("n2", HALL, "", frozenset({"health", "police"}))]
RESULT = RequestResult(
    completed=2, refused={7: RejectionBody(reason="rule", sentence="No.")}, decided={8: b'{"a":1}'}, answer=b"[2]"
)


@pytest.fixture
def process(office: SampleOffice) -> Iterator[ResponseProcess]:
    Authority(office.door, all_document_types()).announce_existing_documents()
    process = ResponseProcess(str(office.store.location), office.office.folder)
    yield process
    process.close()


def orders(*, packed: bool = False) -> list[ResponseOrder]:
    contexts = [
        ResponseContext(reader=reader, incarnation=1, epoch="", cursors={}, result=RESULT) for reader in READERS
    ]
    return [ResponseOrder(context, packed) for context in contexts]


def responses_of(process: ResponseProcess) -> list[Response]:
    return [
        msgspec.structs.replace(msgspec.json.decode(body.content, type=Response), now=0)
        for body in process.build_bodies(orders())
        if not isinstance(body, Exception)
    ]


def local_responses(office: SampleOffice) -> list[Response]:
    """The responses of the same orders, built in this process."""
    responses = Authority(office.door, all_document_types()).response_builder.build_responses(
        [order.context for order in orders()]
    )
    return [
        msgspec.structs.replace(msgspec.json.decode(msgspec.json.encode(order), type=Response), now=0)
        for order in responses
    ]


def test_response_process_builds_the_same_responses(office: SampleOffice, process: ResponseProcess) -> None:
    office.accept_birth()
    assert responses_of(process) == local_responses(office)
    office.accept_birth()
    responses = responses_of(process)
    assert responses == local_responses(office)
    assert [sum(name.startswith("case/") for name in response.changes.documents) for response in responses] == [2, 2]


@pytest.mark.wide
def test_bodies_are_compressed_where_allowed(office: SampleOffice, process: ResponseProcess) -> None:
    assert [
        body.compressed for body in process.build_bodies(orders(packed=True)) if not isinstance(body, Exception)
    ] == [
        True,
        True,
    ]


@pytest.mark.wide
def test_killed_response_process_is_replaced(office: SampleOffice, process: ResponseProcess) -> None:
    office.accept_birth()
    first = process.pid
    os.kill(first, signal.SIGKILL)
    assert responses_of(process) == local_responses(office)
    assert process.pid != first


@pytest.mark.wide
def test_response_process_ignores_signals(office: SampleOffice, process: ResponseProcess) -> None:
    first = process.pid
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(first, number)
    assert responses_of(process) == local_responses(office)
    assert process.pid == first


@pytest.mark.wide
def test_failed_start_raises_out_of_reach(tmp_path: Path) -> None:
    with pytest.raises(OutOfReach, match=STORE_FILE):
        ResponseProcess(str(tmp_path / STORE_FILE), tmp_path)


@pytest.mark.wide
def test_center_with_a_response_process_answers_its_windows(office: SampleOffice) -> None:
    with (
        start_response_process(office.store.location, office.office.folder) as process,
        run_center(office.office, response_process=process) as served,
    ):
        window = served.join()
        window.catch_up()
        answer = window.push(pause_entry())
        assert (answer.last_number, answer.refused) == (1, {})
        assert "window/w1" in answer.changes.documents


@pytest.mark.wide
def test_failed_response_is_requested_again(office: SampleOffice, process: ResponseProcess) -> None:
    with run_center(office.office, response_process=process) as served:
        window = served.join()
        window.catch_up()
        os.rename(office.store.path, office.store.path.with_suffix(".away"))
        os.kill(process.pid, signal.SIGKILL)
        assert window.post("push", msgspec.json.encode(window.build_push(pause_entry()))).status_code == 503
        os.rename(office.store.path.with_suffix(".away"), office.store.path)
        answer = window.push(pause_entry())  # performed the first time, and only then
        assert (answer.last_number, answer.refused) == (1, {})
