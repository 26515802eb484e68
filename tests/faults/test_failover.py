"""The city's database loses its primary under load: a standby takes over, windows go on working, and nothing is lost.

Three PostgreSQL servers under Patroni and etcd, two processes of the center, windows that accept, and departments that
claim and decide without a pause. `make failover` runs it; it needs Debian's packages patroni, etcd-server, postgresql.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar, cast

import psycopg
import pytest

from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger import audit
from clerk_app.ledger.replication.messages import CallRequest, FetchRequest, PullRequest, PushRequest, Response
from clerk_app.sync.http_transport import HttpTransport
from tests.city_policy import UNLIMITED, publish_policy
from tests.faults import cluster
from tests.faults.center_process import start_center, wait_for_center, wait_until
from tests.office import SampleOffice, build_template
from tests.sync.city import City, SampleWindow, TestTransport, bearer_signer

SECONDS = float(os.environ.get("CLERK_FAILOVER_SECONDS", "20"))  # of load before and after
T = TypeVar("T")


class BalancedTransport:
    """A transport to several processes of one center; a process that does not answer is skipped."""

    def __init__(self, node: str, wires: list[HttpTransport]) -> None:
        self.node = node
        self._turns = cycle(wires)
        self._many = len(wires)

    def push(self, message: PushRequest) -> Response:
        return self._first(lambda wire: wire.push(message))

    def ask(self, message: CallRequest) -> Response:
        return self._first(lambda wire: wire.call(message))

    def pull(self, message: PullRequest) -> Response:
        return self._first(lambda wire: wire.pull(message))

    def want(self, message: FetchRequest) -> Response:
        return self._first(lambda wire: wire.fetch(message))

    def _first(self, act: Callable[[HttpTransport], T]) -> T:
        for left in reversed(range(self._many)):
            try:
                return act(next(self._turns))
            except OutOfReach:
                if not left:
                    raise
        raise AssertionError


@dataclass
class FailoverLoad:
    """Windows and departments that work in threads until `end` is called."""

    stop: threading.Event = field(default_factory=threading.Event)
    accepted: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    broken: list[BaseException] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, city: City) -> None:
        for window in city.windows.values():
            if window.transport.node.startswith("at-"):
                self._run(self._accept, window)
            else:
                self._run(self._decide, window)

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)
        if self.broken:
            raise self.broken[0]

    def _run(self, work: Callable[[SampleWindow], None], window: SampleWindow) -> None:
        def guarded() -> None:
            try:
                work(window)
            except BaseException as error:
                self.broken.append(error)

        self.threads.append(threading.Thread(target=guarded))
        self.threads[-1].start()

    def _accept(self, window: SampleWindow) -> None:
        place = window.transport.node.removeprefix("at-")
        while not self.stop.wait(0.1):
            self.accepted.append(window.accept_road(place))
            with suppress(OutOfReach):
                window.client.ensure_numbers()
                window.client.step()

    def _decide(self, window: SampleWindow) -> None:
        organ = window.transport.node.removeprefix("for-")
        while not self.stop.wait(0.1):
            try:
                claimed = window.claim(organ)
                window.decide(claimed, "approved")
                self.decided.append(claimed.task)
                window.client.step()
            except (OutOfReach, Refused):
                with suppress(OutOfReach):
                    window.client.step()


@contextmanager
def center_processes(folder: Path, many: int) -> Iterator[list[str]]:
    """Run processes of the center of an office; yield their addresses."""
    ports = cluster.free_ports(many)
    running = [start_center(folder, port) for port in ports]
    try:
        for port in ports:
            wait_for_center(port)
        yield [f"http://127.0.0.1:{port}" for port in ports]
    finally:
        for program in running:
            program.terminate()
            program.wait(60)


def _flush_client(window: SampleWindow) -> bool:
    window.client.flush()
    return True


@pytest.mark.failover
def test_no_acknowledged_case_is_lost_when_the_primary_is_killed_under_load() -> None:
    lacking = cluster.missing_programs()
    assert not lacking, f"install Debian's packages patroni, etcd-server and postgresql: {lacking} missing"
    folder = Path(mkdtemp(prefix="clerk-failover-"))
    with cluster.run_cluster(folder) as servers:
        with psycopg.connect(servers.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE clerk")
        url = servers.url("clerk")
        template = build_template(folder / "made", store=url)
        center = SampleOffice.open_copy(template, folder / "center", store=url)
        publish_policy(center.office, **UNLIMITED)
        city = City.create(center, folder)
        for place in ("w1", "w2"):
            city.join(f"at-{place}", window=place)
        for organ in ("transport", "police", "planning"):
            city.join(f"for-{organ}", organs=(organ,))
        center.close()
        with center_processes(folder / "center", 2) as addresses:
            every: list[HttpTransport] = []
            for name, window in city.windows.items():
                wires = [HttpTransport(address, bearer_signer(name)) for address in addresses]
                every += wires
                window.transport = cast(TestTransport, BalancedTransport(name, wires))
                window.connect()
            load = FailoverLoad()
            load.begin(city)
            time.sleep(SECONDS)
            before = len(load.accepted)
            killed = servers.kill_primary()
            outage = servers.wait_for_another(killed)
            meanwhile = len(load.accepted) - before
            time.sleep(SECONDS)
            load.end()
            for _round in range(3):  # each one receives what the others sent
                for window in city.windows.values():
                    wait_until(partial(_flush_client, window))
            for wire in every:
                wire.close()
        center = SampleOffice.open_copy(template, folder / "after", store=url)
        numbers = [row["number"] for row in center.select("cases", order=("number",))]
        decided = {row["task"] for row in center.select("decisions", outcome="approved")}
        sys.stdout.write(
            f"\naccepted {len(load.accepted)}, of them {meanwhile} in the {outage:.0f} s without a primary; "
            f"decided {len(load.decided)}; lost {len(set(load.accepted) - set(numbers))}, "
            f"doubled {len(numbers) - len(set(numbers))}\n"
        )
        assert meanwhile > 0
        assert numbers == sorted(load.accepted)
        assert set(load.decided) <= decided
        assert audit.verify_log(center.store)[1] == []
        city.center = center
        assert city.differences() == []
        for office in (*city.windows.values(), center):
            office.close()
