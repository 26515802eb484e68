"""The client of the camera process: starts it, reads its views, and restarts it after a hang or crash.

It uses the standard library only. Views are received on a separate thread, so that the event loop of the program is
never blocked.
"""

from __future__ import annotations

import contextlib
import math
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import IO

from scanners.camera.orders import ScanOrder, pack_order
from scanners.camera.sightings import Sightings
from scanners.camera.views import View, receive_view
from scanners.codes import ScanPurpose
from scanners.devices import SERIAL_SCHEME
from scanners.errors import ScanError

CHILD_SILENCE_SECONDS = 1.75
"""Seconds without a message after which the child counts as hung; it sends at least two messages per second."""

CHILD_START_SECONDS = 15.0
"""Seconds allowed for the first message of a child, since OpenCV may load slowly from disk."""

STOP_SECONDS = 1.0
"""Seconds that `stop` waits for the child, and for each thread."""


class CameraClient:
    """Scans one source in a child process. A client can be started and stopped any number of times.

    `log` is the file that receives the output of camera libraries; if it is None, the output is discarded.
    """

    def __init__(self, log: Path | None = None) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._last_message_at = math.inf
        self._order = ScanOrder("")
        self._sightings = Sightings()
        self._threads: list[threading.Thread] = []

    @property
    def running(self) -> bool:
        """True after `start` and before `stop`."""
        return bool(self._threads) and not self._stopping.is_set()

    @property
    def pid(self) -> int | None:
        """Process id of the child, for diagnostics; None if no child is running."""
        child = self._child
        return child.pid if child else None

    def start(
        self,
        source: str,
        want: ScanPurpose,
        on_view: Callable[[View], None],
        preview: tuple[int, int] = (64, 48),
        fps: float = 5.0,
        once: bool = False,
    ) -> None:
        """Start scanning `source` for `want`. The parameters are those of ScanOrder.

        `on_view` is called for every view, on a thread of the client. It must not wait for the thread that calls
        `stop`. Returns at once; a source that cannot be opened is reported in `View.trouble`.
        """
        self.stop()
        self._stopping = threading.Event()
        self._order = ScanOrder(source, want, preview, fps, once, self._order.number + 1)
        self._sightings = Sightings()
        self._on_view = on_view
        self._threads = [
            threading.Thread(
                target=target, args=(self._stopping,), name=f"camera client {target.__name__}", daemon=True
            )
            for target in (self._run_children, self._kill_silent_child)
        ]
        for thread in self._threads:
            thread.start()

    def change_order(self, want: ScanPurpose | None = None, source: str | None = None) -> None:
        """Change the purpose or the source of the scan. Codes that were reported before are reported again."""
        with self._lock:
            order = self._order
            self._order = replace(
                order, want=want or order.want, source=source or order.source, number=order.number + 1
            )
            self._sightings = Sightings()
            self._send_order()

    def stop(self) -> None:
        """Stop scanning and end the child, within about two seconds. No new call of `on_view` begins afterwards."""
        self._stopping.set()
        with self._lock:
            child = self._child
            if child and child.stdin:
                with contextlib.suppress(OSError):
                    child.stdin.close()
        if child:
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(STOP_SECONDS)

    def _run_children(self, stopping: threading.Event) -> None:
        """Run a child, and another one whenever it ends, until `stopping` is set."""
        pause = 0.0
        while not stopping.wait(pause):
            try:
                child = self._start_child(stopping)
            except OSError as error:
                self._on_view(View(trouble=ScanError("The camera cannot be started: {why}.", why=str(error))))
                pause = 1.0
                continue
            try:
                had_views = self._forward_views(child, stopping)
            finally:
                self._end_child(child)
            if not stopping.is_set():
                self._on_view(View(trouble=ScanError("The camera stopped answering. It is started again.")))
            pause = 0.1 if had_views else 1.0  # wait longer if the child could not start

    def _forward_views(self, child: subprocess.Popen[bytes], stopping: threading.Event) -> bool:
        """Pass the views of `child` to `on_view` until it ends; return whether it sent any."""
        had_views = False
        while (view := _read_view(child)) and not stopping.is_set():
            had_views = True
            self._last_message_at = math.inf  # no limit while `on_view` runs
            with self._lock:
                current = view.order_number == self._order.number
                codes, several_in_view = view.codes, False
                if not self._order.source.startswith(SERIAL_SCHEME):  # a hand scanner sends a code once
                    codes, several_in_view = self._sightings.update(view.codes if current else (), monotonic())
            if current:
                self._on_view(replace(view, codes=codes, guidance="two codes" if several_in_view else view.guidance))
            self._last_message_at = monotonic()
        return had_views

    def _start_child(self, stopping: threading.Event) -> subprocess.Popen[bytes]:
        with contextlib.ExitStack() as cleanup:
            log: int | IO[bytes] = subprocess.DEVNULL
            if self._log:
                with contextlib.suppress(OSError):  # without a log if the file cannot be opened, as on a full disk
                    log = cleanup.enter_context(open(self._log, "ab", opener=_open_private))
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "scanners"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | {"PYTHONFAULTHANDLER": "1"},
                start_new_session=True,  # so that Ctrl-C in the terminal does not signal the child
            )
        with self._lock:
            self._child = child
            self._last_message_at = monotonic() + CHILD_START_SECONDS - CHILD_SILENCE_SECONDS
            if stopping.is_set():
                child.kill()
            self._send_order()
        return child

    def _end_child(self, child: subprocess.Popen[bytes]) -> None:
        child.kill()
        with self._lock, contextlib.suppress(OSError):
            self._child = None
            with child:  # closes the pipes and waits for the end of the process
                pass

    def _kill_silent_child(self, stopping: threading.Event) -> None:
        """Kill the child after CHILD_SILENCE_SECONDS without a message; `_run_children` then starts another."""
        while not stopping.wait(0.2):
            with self._lock:
                if self._child and monotonic() - self._last_message_at > CHILD_SILENCE_SECONDS:
                    self._child.kill()

    def _send_order(self) -> None:
        if self._child and self._child.stdin:
            # if the child has ended, the request is sent to the next child at its start
            with contextlib.suppress(OSError, ValueError):
                self._child.stdin.write(pack_order(self._order))
                self._child.stdin.flush()


def _open_private(name: str, flags: int) -> int:
    """Open a file; one that this creates is readable by this user only."""
    return os.open(name, flags, 0o600)


def _read_view(child: subprocess.Popen[bytes]) -> View | None:
    if child.stdout is None:
        return None
    try:
        return receive_view(child.stdout)
    except ValueError:  # not a message: the child counts as ended
        return None
