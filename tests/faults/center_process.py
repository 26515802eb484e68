"""Processes of a center, for tests that kill them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

from clerk_app.errors import OutOfReach

TIMEOUT = 90.0  # seconds


def start_center(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start a process that serves the office in `folder`; its log is written there."""
    command = [sys.executable, "-m", "clerk_app", "center", "run", "--folder", str(folder)]
    with (folder / f"center-{port}.log").open("ab") as log:
        return subprocess.Popen([*command, "--listen", f"127.0.0.1:{port}"], stdout=log, stderr=log)


def wait_for_center(port: int) -> None:
    """Wait until it accepts messages."""
    wait_until(lambda: httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until the condition holds; an error of the connection counts as False."""
    until = time.monotonic() + TIMEOUT
    while True:
        with suppress(httpx.HTTPError, OutOfReach):
            if holds():
                return
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.2)
