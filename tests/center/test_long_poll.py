"""A window that waits hears of a change at once, and costs nothing while there is none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic

import httpx
import msgspec
import pytest

from clerk_app.composition.office import begin_incarnation, open_office
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.replication.messages import Response
from tests.center.sample_node import RunningCenter, SampleNode, pause_entry, run_center
from tests.engines import ENGINES
from tests.office import SampleOffice
from tests.sample_data import CLERKS

both = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture
def aside() -> Iterator[ThreadPoolExecutor]:
    """Somewhere to wait in."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


def start_long_polls(
    served: RunningCenter, aside: ThreadPoolExecutor, *windows: SampleNode, wait: float = 30
) -> list[Future[Response]]:
    """Windows that have read everything, and wait by now for something new."""
    for window in windows:
        window.catch_up()
    pulls = [aside.submit(window.pull, wait) for window in windows]
    until = monotonic() + 10
    while served.service.notifier.count < len(windows) and monotonic() < until:
        threading.Event().wait(0.01)
    assert served.service.notifier.count == len(windows)
    return pulls


@both
def test_a_change_in_this_process_is_told_within_a_second(
    served: RunningCenter, office: SampleOffice, aside: ThreadPoolExecutor
) -> None:
    window, other = served.join(), served.join(window="w2")
    (pull,) = start_long_polls(served, aside, window)
    began = monotonic()
    other.push(pause_entry("w1"))
    assert list(pull.result(5).changes.documents) == ["window/w1"]
    assert monotonic() - began < 1


@both
def test_a_change_by_another_process_is_told_within_a_second(
    served: RunningCenter, office: SampleOffice, aside: ThreadPoolExecutor
) -> None:
    (pull,) = start_long_polls(served, aside, served.join())
    another = open_office(office.office.folder, clock=office.clock)  # its door rings no bell of the first
    began = monotonic()
    another.door.perform(SetWindowState(window="w1", state="paused"), CLERKS[0])
    assert list(pull.result(5).changes.documents) == ["window/w1"]
    assert monotonic() - began < 1
    another.store.close()


@both
def test_that_the_center_begins_anew_is_told_within_a_second(
    served: RunningCenter, office: SampleOffice, aside: ThreadPoolExecutor
) -> None:
    window = served.join(window="w9", hall="another", organs=("health",))
    (pull,) = start_long_polls(served, aside, window)
    epoch = window.epoch
    another = open_office(office.office.folder, clock=office.clock)
    began = monotonic()
    begin_incarnation(another, "the disk was lost")
    assert pull.result(5).epoch != epoch
    assert monotonic() - began < 1
    another.store.close()


def test_what_does_not_concern_a_window_leaves_it_waiting_until_its_time_is_over(
    served: RunningCenter, office: SampleOffice, aside: ThreadPoolExecutor
) -> None:
    window = served.join(window="w9", hall="another", organs=("health",))
    began = office.clock.now
    (pull,) = start_long_polls(served, aside, window, wait=0.6)
    office.door.perform(SetWindowState(window="w1", state="paused"), CLERKS[0])
    answer = pull.result(5)
    assert answer.changes.documents == {}
    assert answer.now > began
    assert served.service.notifier.count == 0


def test_what_is_new_already_is_told_without_waiting(served: RunningCenter) -> None:
    window = served.join()
    began = monotonic()
    assert window.pull(wait=30).changes.documents
    assert monotonic() - began < 5


def test_many_windows_wait_on_a_few_threads(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    window.catch_up()
    many = 200
    body = msgspec.json.encode({**window.request_fields(), "wait": 30})
    before = threading.active_count()

    async def wait_together() -> list[int]:
        limits = httpx.Limits(max_connections=many)
        async with httpx.AsyncClient(base_url=served.client.base_url, limits=limits, timeout=60) as client:
            headers = {"authorization": window.authorization}
            pulls = [asyncio.create_task(client.post("/v1/pull", content=body, headers=headers)) for _ in range(many)]
            while served.service.notifier.count < many:
                await asyncio.sleep(0.02)
            assert threading.active_count() - before < 25
            await asyncio.to_thread(office.door.perform, SetWindowState(window="w1", state="paused"), CLERKS[0])
            return [(await pull).status_code for pull in pulls]

    assert asyncio.run(wait_together()) == [200] * many


def test_those_who_wait_are_answered_when_the_center_stops(
    served: RunningCenter, office: SampleOffice, aside: ThreadPoolExecutor
) -> None:
    pulls = start_long_polls(served, aside, served.join(), served.join(window="w2"))
    began = monotonic()
    served.server.should_exit = True
    assert [pull.result(10).changes.documents for pull in pulls] == [{}, {}]
    assert monotonic() - began < 5


def test_too_many_at_once_are_asked_to_come_again(office: SampleOffice, aside: ThreadPoolExecutor) -> None:
    with run_center(office.office, threads=1, max_requests=1) as served:
        window = served.join()
        body = msgspec.json.encode(window.request_fields())
        inside, goes_on = threading.Event(), threading.Event()

        def hold() -> None:
            with office.store.write():
                inside.set()
                goes_on.wait(20)

        held = aside.submit(hold)
        assert inside.wait(10)
        push = aside.submit(window.post, "push", msgspec.json.encode(window.build_push(pause_entry())))
        try:
            while not served.service.pools.active_requests:
                threading.Event().wait(0.01)
            asked = window.post("pull", body)
            assert asked.status_code == 429
            assert asked.headers["retry-after"] == "1"
        finally:
            goes_on.set()
        held.result(10)
        assert push.result(10).status_code == 200
