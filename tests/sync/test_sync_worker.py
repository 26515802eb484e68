"""The background worker: pauses after failures, and problems of this machine that do not stop the exchanges."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn

import pytest

from clerk_app.cases.tasks.similar_cases import SimilarAnswer
from clerk_app.citizen.paper_answers import PaperAnswer
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach
from clerk_app.ledger.replication.messages import PullRequest, Response
from clerk_app.log import LOG_FILE, log_to
from clerk_app.registry.answers import RegistryAnswer
from clerk_app.roles.connection_view import describe_connection, read_connection_facts, read_connection_view
from clerk_app.sync.sync_worker import LOCK_FILE, SyncWorker
from clerk_app.sync.transport import RetryLater
from tests.sync.city import City, SampleWindow, TestTransport
from tests.sync.test_http_sync import wait_until

pytestmark = pytest.mark.usefixtures("english")

PAUSES = (0.05, 0.2)  # shortest and longest pause of the worker in these tests, in seconds


@dataclass
class FailingPolls(TestTransport):
    """A center whose long polls fail, while its other answers arrive."""

    __test__ = False

    error: Exception | None = None
    poll_times: list[float] = field(default_factory=list)
    pull_count: int = 0

    def pull(self, message: PullRequest) -> Response:
        if message.wait_seconds == 0:
            self.pull_count += 1
            return super().pull(message)
        self.poll_times.append(time.monotonic())
        assert self.error is not None
        raise self.error


@dataclass
class RunningWorker:
    """A window whose worker runs; implements the connection of an office."""

    worker: SyncWorker

    @property
    def error(self) -> str:
        return self.worker.error_message

    @property
    def problems(self) -> tuple[str, ...]:
        return self.worker.problems

    @property
    def uploads(self) -> NoReturn:
        raise OutOfReach("No phones here.")

    def fetch(self, digest: str, /) -> bytes:
        raise OutOfReach("No attachments here.")

    def prefetch(self, digest: str, /) -> None: ...
    def upload(self, data: bytes, /) -> None: ...

    def read_registry(self, key: str, /) -> RegistryAnswer:
        raise OutOfReach("No registry here.")

    def read_similar(self, key: str, /) -> SimilarAnswer:
        raise OutOfReach("No similar applications here.")

    def read_citizen_paper(self, key: str, /) -> PaperAnswer:
        raise OutOfReach("No papers of citizens here.")

    def stop(self) -> None: ...


@contextmanager
def run_worker(window: SampleWindow, *jobs: Callable[[], None]) -> Iterator[Office]:
    """Run the worker of a window during the block; yield the window's office with this connection."""
    worker = SyncWorker(
        window.client, window.door, window.office.folder, jobs, min_backoff=PAUSES[0], max_backoff=PAUSES[1]
    )
    worker.start()
    try:
        yield replace(window.office, connection=RunningWorker(worker))
    finally:
        worker.stop()


def fail_polls(counter: SampleWindow, error: Exception) -> FailingPolls:
    wire = counter.transport
    counter.transport = FailingPolls(wire.authority, wire.node, wire.key, error=error)
    counter.connect()
    return counter.transport


@pytest.mark.parametrize("error", [OutOfReach("A proxy ends it."), BadData("Not here."), KeyError("a bug")])
@pytest.mark.wide
def test_worker_pauses_when_long_polls_fail_while_exchanges_succeed(counter: SampleWindow, error: Exception) -> None:
    transport = fail_polls(counter, error)
    with log_to(counter.office.folder), run_worker(counter) as office:
        wait_until(lambda: len(transport.poll_times) >= 5)
        pauses = [
            later - earlier for earlier, later in zip(transport.poll_times, transport.poll_times[1:], strict=False)
        ]
        assert sum(pauses[:4]) >= sum((0.05, 0.1, 0.2, 0.2)) / 2
        assert transport.pull_count <= 2 * len(transport.poll_times) + 2
        (problem,) = read_connection_view(office).problems
        assert problem.startswith("News of the center arrives later than usual. ")
        number = counter.accept_road()  # is sent nevertheless
        wait_until(lambda: read_connection_facts(office).unsent == 0)
        assert describe_connection(office, read_connection_facts(office))[1] == "warn"
    assert number
    assert "connection lost" not in (counter.office.folder / LOG_FILE).read_text("utf-8")


def test_worker_waits_as_long_as_an_overloaded_center_asks_for(counter: SampleWindow) -> None:
    transport = fail_polls(counter, RetryLater(0.5))
    with run_worker(counter):
        wait_until(lambda: len(transport.poll_times) >= 2)
        rounds = transport.pull_count
        assert transport.poll_times[1] - transport.poll_times[0] >= 0.5
    assert rounds <= 3


@pytest.mark.wide
def test_job_that_fails_is_shown_and_stops_nothing_else(city: City, counter: SampleWindow) -> None:
    runs: list[str] = []
    repaired = threading.Event()

    def fail() -> None:
        runs.append("failing")
        if not repaired.is_set():
            raise OSError(errno.ENOSPC, "No space left on device", "/disk/picture")

    with run_worker(counter, fail, lambda: runs.append("next")) as office:
        wait_until(lambda: "next" in runs)
        number = counter.accept_road()
        wait_until(lambda: bool(city.center.select("cases", number=number)))
        view = read_connection_view(office)
        assert view.problems == ("/disk/picture cannot be used: No space left on device.",)
        assert view.error == ""
        assert view.headline.endswith("with problems here")
        repaired.set()
        wait_until(lambda: read_connection_view(office).problems == ())
        assert "failing" in runs


@pytest.mark.wide
def test_lock_file_that_cannot_be_written_is_shown_and_retried(counter: SampleWindow) -> None:
    (counter.office.folder / LOCK_FILE).mkdir()
    with run_worker(counter) as office:
        wait_until(lambda: any("exchange.lock cannot be used" in problem for problem in office.connection.problems))  # type: ignore[union-attr]
        (counter.office.folder / LOCK_FILE).rmdir()
        counter.accept_road()
        wait_until(lambda: read_connection_facts(office).unsent == 0)
        assert read_connection_view(office).problems == ()


def test_entry_that_cannot_be_applied_again_is_counted_and_logged(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    counter.transport.down = True
    number = counter.accept_road()
    counter.transport.down = False
    counter.transport.responses_to_lose = 1
    with pytest.raises(OutOfReach):
        counter.client.step()  # the center has the case now
    (row,) = counter.select("ledger_entries", kind="AcceptCase")
    with counter.store.write() as tx:
        tx.update("ledger_entries", {"position": row["position"]}, command=b"{}")
    with log_to(counter.office.folder):
        counter.take_ticket()  # the answer brings the case
        log = (counter.office.folder / LOG_FILE).read_text("utf-8")
    assert counter.client.skipped_entries.count == 1
    assert f"entry not applied again position={row['position']}" in log
    with counter.store.write() as tx:
        tx.update("ledger_entries", {"position": row["position"]}, command=row["command"])
    city.exchange_all()
    assert counter.client.skipped_entries.count == 0
    assert [case["number"] for case in counter.select("cases")] == [number]
    assert city.differences() == []
