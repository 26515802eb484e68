"""The child process of a client: ended when idle, not during a request, and found again after its end."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from scanners.child_process import ChildProcess

SECONDS = 30.0  # for a busy machine


@pytest.fixture
def child() -> Iterator[ChildProcess]:
    process = ChildProcess("cells")
    yield process
    with process.lock:
        process.end()


def test_it_is_ended_after_a_time_without_a_request(child: ChildProcess) -> None:
    with child.lock:
        running = child.start()
        child.end_when_idle(0.05)
    running.wait(SECONDS)
    assert child.pid is None


def test_it_is_not_ended_during_a_request(child: ChildProcess) -> None:
    with child.lock:
        running = child.start()
        child.end_when_idle(0.0)
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(0.3)
        assert child.find_running() is running


def test_one_that_was_killed_between_two_requests_is_started_again(child: ChildProcess) -> None:
    with child.lock:
        running = child.start()
        child.kill()
        running.wait(SECONDS)
        assert child.find_running() is None
        assert child.start().pid != running.pid
