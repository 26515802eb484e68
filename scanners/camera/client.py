"""The program's side of the camera: starts the child, listens to it, and starts it again when it hangs or dies.

Standard library only. The program's event loop never feels a frame: views come on a thread of the lens.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from typing import IO

from scanners.camera.sightings import Sightings
from scanners.errors import ScanError
from scanners.views import ScanPurpose, View, receive_view

CHILD_SILENCE_SECONDS = 1.75
"""Seconds of silence after which the child is taken to hang; it speaks at least twice a second."""

CHILD_START_SECONDS = 15.0
"""Seconds for a first word: a cold disk reads OpenCV slowly."""

STOP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """What the child is told to look at, and for; scanners.camera.process.Order is its other end."""

    source: str = ""
    want: ScanPurpose = "licence"
    preview: tuple[int, int] = (64, 48)
    fps: float = 5.0
    once: bool = False
    aim: int = 0


class CameraClient:
    """A camera (or what stands in for it) while it is looked through. One lens can be started and stopped many times.

    `log` is the file that takes what camera libraries print; without one it is thrown away.
    """

    def __init__(self, log: Path | None = None) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._last_message_at = math.inf
        self._order = ScanOrder()
        self._sightings = Sightings()
        self._threads: list[threading.Thread] = []

    @property
    def running(self) -> bool:
        """Whether the lens was started and not stopped."""
        return bool(self._threads) and not self._stopping.is_set()

    @property
    def pid(self) -> int | None:
        """The child's process number, for diagnostics."""
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
        """Begins to look at `source` (see scanners.camera.sources.open_source) for `want`.

        `on_view` is called on a thread of the lens for every view and must not wait for the thread that stops the lens.
        `preview` is the largest width and height of the picture in pixels, `fps` how many a second; `once` plays files
        to their end instead of for ever. Returns at once; a source that cannot be opened is a view's trouble.
        """
        self.stop()
        self._stopping = threading.Event()
        self._order = ScanOrder(source, want, preview, fps, once, self._order.aim + 1)
        self._sightings = Sightings()
        self._on_view = on_view
        self._threads = [
            threading.Thread(target=target, args=(self._stopping,), name=f"lens {target.__name__}", daemon=True)
            for target in (self._run_children, self._kill_silent_child)
        ]
        for thread in self._threads:
            thread.start()

    def change_order(self, want: ScanPurpose | None = None, source: str | None = None) -> None:
        """Looks for something else, or at something else, from now on; codes seen before count as new."""
        with self._lock:
            aim = self._order
            self._order = replace(aim, want=want or aim.want, source=source or aim.source, aim=aim.aim + 1)
            self._sightings = Sightings()
            self._send_order()

    def stop(self) -> None:
        """Ends the child within a second or two. No view comes after this, except one that is being handled now."""
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
        """Runs one child after another and hands on what they see."""
        pause = 0.0
        while not stopping.wait(pause):
            try:
                child = self._start_child(stopping)
            except OSError as error:
                self._on_view(View(trouble=ScanError("The camera cannot be started: {why}.", why=str(error))))
                pause = 1.0
                continue
            try:
                lived = self._forward_views(child, stopping)
            finally:
                self._end_child(child)
            if not stopping.is_set():
                self._on_view(View(trouble=ScanError("The camera stopped answering. It is started again.")))
            pause = 0.1 if lived else 1.0  # what cannot even start is not tried ten times a second

    def _forward_views(self, child: subprocess.Popen[bytes], stopping: threading.Event) -> bool:
        """Hands on the child's views until it ends; False if there was none."""
        lived = False
        while (view := _read_view(child)) and not stopping.is_set():
            lived = True
            self._last_message_at = math.inf  # while a view is handled, silence is not the child's
            with self._lock:
                current = view.aim == self._order.aim
                codes, several = view.codes, False
                if not self._order.source.startswith("serial:"):  # what a hand scanner says was meant, each time
                    codes, several = self._sightings.update(view.codes if current else (), monotonic())
            if current:
                self._on_view(replace(view, codes=codes, guidance="two codes" if several else view.guidance))
            self._last_message_at = monotonic()
        return lived

    def _start_child(self, stopping: threading.Event) -> subprocess.Popen[bytes]:
        with contextlib.ExitStack() as cleanup:
            log: int | IO[bytes] = subprocess.DEVNULL
            if self._log:
                with contextlib.suppress(OSError):  # a full disk is no reason not to scan
                    log = cleanup.enter_context(self._log.open("ab"))
            child = subprocess.Popen(
                [sys.executable, "-P", "-m", "scanners"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | {"PYTHONFAULTHANDLER": "1"},
                start_new_session=True,  # keys pressed in the terminal are not its business
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
            with child:  # closes its pipes and waits for it
                pass

    def _kill_silent_child(self, stopping: threading.Event) -> None:
        """Kills a child that is silent for too long; the listener then starts another."""
        while not stopping.wait(0.2):
            with self._lock:
                if self._child and monotonic() - self._last_message_at > CHILD_SILENCE_SECONDS:
                    self._child.kill()

    def _send_order(self) -> None:
        if self._child and self._child.stdin:
            with contextlib.suppress(OSError, ValueError):  # a dead child's successor is told
                self._child.stdin.write(json.dumps(asdict(self._order)).encode() + b"\n")
                self._child.stdin.flush()


def _read_view(child: subprocess.Popen[bytes]) -> View | None:
    assert child.stdout is not None
    try:
        return receive_view(child.stdout)
    except ValueError:  # not a message: as good as dead
        return None
