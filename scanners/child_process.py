"""The child process of a client: started for a request, ended after a time without one. Standard library only."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from typing import IO


class ChildProcess:
    """A process `python -m scanners ...` with pipes as its input and output.

    A client holds `lock` during a request, and when it calls a method other than `kill`.
    """

    def __init__(self, *arguments: str) -> None:
        self.lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._arguments = arguments
        self._idle_timer: threading.Timer | None = None

    @property
    def pid(self) -> int | None:
        """Process id, for diagnostics; None if no process runs."""
        child = self._child
        return child.pid if child is not None else None

    def find_running(self) -> subprocess.Popen[bytes] | None:
        """Return the process; None if it was not started, or has ended since the last request."""
        if self._child is not None and self._child.poll() is not None:
            self.end()
        return self._child

    def start(self) -> subprocess.Popen[bytes]:
        """Start the process. Raises OSError."""
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "scanners", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ),
            start_new_session=True,  # so that Ctrl-C in the terminal does not signal the child
        )
        return self._child

    def end_when_idle(self, seconds: float) -> None:
        """End the process after so many seconds, unless this is called again before."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        self._idle_timer = threading.Timer(seconds, self._end_if_unused)
        self._idle_timer.daemon = True
        self._idle_timer.start()

    def kill(self) -> None:
        """Kill the process, without the lock: the request that waits for it fails."""
        child = self._child
        if child is not None:
            child.kill()

    def end(self, *, grace: float = 0.0) -> int | None:
        """End the process, killed unless it ends by itself within `grace` seconds; return its exit status."""
        child, self._child = self._child, None
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if child is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(grace)
        child.kill()
        with contextlib.suppress(OSError), child:  # closes the pipes and waits for the end of the process
            pass
        return child.returncode

    def _end_if_unused(self) -> None:
        if self.lock.acquire(blocking=False):  # otherwise it is in use, and the timer is restarted afterwards
            try:
                self.end()
            finally:
                self.lock.release()


def read_exactly(pipe: IO[bytes], length: int) -> bytes:
    """Read `length` bytes. Raises BrokenPipeError if the pipe ends before."""
    data = pipe.read(length)
    if len(data) != length:
        raise BrokenPipeError
    return data
