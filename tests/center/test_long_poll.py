"""Long polls end as soon as something changes, and need no thread while they wait."""

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
from tests.engines import ENGINES
from tests.office import SampleOffice
from tests.sample_data import CLERKS
from tests.sample_node import RunningCenter, SampleNode, pause_entry, run_center

both = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for long polls."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


def start_long_polls(
    served: RunningCenter, threads: ThreadPoolExecutor, *windows: SampleNode, wait: float = 30
) -> list[Future[Response]]:
    """Start a long poll of each window after it has pulled everything; return when all are waiting."""
    for window in windows:
        window.catch_up()
    pulls = [threads.submit(window.pull, wait) for window in windows]
    until = monotonic() + 10
    while served.service.notifier.count < len(windows) and monotonic() < until:
        threading.Event().wait(0.01)
    assert served.service.notifier.count == len(windows)
    return pulls


@both
def test_change_in_this_process_ends_a_long_poll_within_a_second(
    served: RunningCenter, office: SampleOffice, threads: ThreadPoolExecutor
) -> None:
    window, other = served.join(), served.join(window="w2")
    (pull,) = start_long_polls(served, threads, window)
    start = monotonic()
    other.push(pause_entry("w1"))
    assert list(pull.result(5).changes.documents) == ["window/w1"]
    assert monotonic() - start < 1


@both
def test_change_by_another_process_ends_a_long_poll_within_a_second(
    served: RunningCenter, office: SampleOffice, threads: ThreadPoolExecutor
) -> None:
    (pull,) = start_long_polls(served, threads, served.join())
    another = open_office(office.office.folder, clock=office.clock)  # its door does not notify the first process
    start = monotonic()
    another.door.perform(SetWindowState(window="w1", state="paused"), CLERKS[0])
    assert list(pull.result(5).changes.documents) == ["window/w1"]
    assert monotonic() - start < 1
    another.store.close()


@both
def test_new_epoch_ends_a_long_poll_within_a_second(
    served: RunningCenter, office: SampleOffice, threads: ThreadPoolExecutor
) -> None:
    window = served.join(window="w9", hall="another", organs=("health",))
    (pull,) = start_long_polls(served, threads, window)
    epoch = window.epoch
    another = open_office(office.office.folder, clock=office.clock)
    start = monotonic()
    begin_incarnation(another, "the disk was lost")
    assert pull.result(5).epoch != epoch
    assert monotonic() - start < 1
    another.store.close()


@pytest.mark.wide
def test_change_in_another_scope_does_not_end_a_long_poll(
    served: RunningCenter, office: SampleOffice, threads: ThreadPoolExecutor
) -> None:
    window = served.join(window="w9", hall="another", organs=("health",))
    start = office.clock.now
    (pull,) = start_long_polls(served, threads, window, wait=0.6)
    office.door.perform(SetWindowState(window="w1", state="paused"), CLERKS[0])
    answer = pull.result(5)
    assert answer.changes.documents == {}
    assert answer.now > start
    assert served.service.notifier.count == 0


def test_pull_with_news_does_not_wait(served: RunningCenter) -> None:
    window = served.join()
    start = monotonic()
    assert window.pull(wait=30).changes.documents
    assert monotonic() - start < 5


@pytest.mark.wide
def test_many_long_polls_need_few_threads(served: RunningCenter, office: SampleOffice) -> None:
    window = served.join()
    window.catch_up()
    many = 200
    body = msgspec.json.encode({**window.request_fields(), "wait": 30})
    before = threading.active_count()

    async def wait_together() -> list[int]:
        limits = httpx.Limits(max_connections=many)
        async with httpx.AsyncClient(base_url=served.client.base_url, limits=limits, timeout=60) as client:
            signed = [window.headers("POST", "/v1/pull", body) for _ in range(many)]
            pulls = [asyncio.create_task(client.post("/v1/pull", content=body, headers=head)) for head in signed]
            while served.service.notifier.count < many:
                await asyncio.sleep(0.02)
            assert threading.active_count() - before < 25
            await asyncio.to_thread(office.door.perform, SetWindowState(window="w1", state="paused"), CLERKS[0])
            return [(await pull).status_code for pull in pulls]

    assert asyncio.run(wait_together()) == [200] * many


@pytest.mark.wide
def test_long_polls_end_when_the_center_stops(
    served: RunningCenter, office: SampleOffice, threads: ThreadPoolExecutor
) -> None:
    pulls = start_long_polls(served, threads, served.join(), served.join(window="w2"))
    start = monotonic()
    served.server.should_exit = True
    assert [pull.result(10).changes.documents for pull in pulls] == [{}, {}]
    assert monotonic() - start < 5


def test_requests_above_the_limit_get_status_429(office: SampleOffice, threads: ThreadPoolExecutor) -> None:
    with run_center(office.office, threads=1, max_requests=1) as served:
        window = served.join()
        window.pull()  # now it knows the clock of the center
        body = msgspec.json.encode(window.request_fields())
        inside, goes_on = threading.Event(), threading.Event()

        def hold() -> None:
            with office.store.write():
                inside.set()
                goes_on.wait(20)

        holder = threads.submit(hold)
        assert inside.wait(10)
        push = threads.submit(window.post, "push", msgspec.json.encode(window.build_push(pause_entry())))
        try:
            while not served.service.pools.active_requests and not push.done():
                threading.Event().wait(0.01)
            rejected = window.post("pull", body)
            assert rejected.status_code == 429
            assert rejected.headers["retry-after"] == "1"
        finally:
            goes_on.set()
        holder.result(10)
        assert push.result(10).status_code == 200
