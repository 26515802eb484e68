"""The parent of the kiosk's screen processes: a new process for each citizen, so that its memory ends with the session.

The parent uses the standard library only, reads no key and has no personal data. It starts a process that has the
terminal, and a stand-by process that has imported everything and opened the store, so that the change takes under a
second. A process that ends in any other way than by the unlock of staff is replaced; after repeated failures with a
growing pause. All processes are forks of the parent: the key of an encrypted store is in none of their arguments.
"""

from __future__ import annotations

import os
import resource
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import NoReturn

from clerk_app.cli.kiosk_terminal import CHANGE_SENTENCES, PAUSE_SENTENCES, RawTerminal, show_sentences

UNLOCKED = 40
"""Exit code of a screen process that staff have unlocked: the parent ends too."""
NEXT_CITIZEN = 41
"""Exit code of a screen process whose citizen has left: the stand-by process takes over."""
READY, ALIVE, RELEASED = b"r", b"a", b"e"
"""What a screen process writes to its status pipe: it can take over; its screen works; it has left the terminal."""
TURN = b"t"
"""What the parent writes to the turn pipe: the process takes the terminal. The end of the pipe: the parent is gone."""
STANDBY_DELAY = 2.0  # seconds after a turn, in which the new process has the processor for itself
SILENT_SECONDS = 60.0  # without a sign of life until a process with the terminal is stopped
CLOSING_SECONDS = 15.0  # for a process that has left the terminal to close its store
PREPARE_SECONDS = 120.0  # for a stand-by process to get ready
STEADY_SECONDS = 60.0  # with the terminal until earlier failures do not count any more
PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)  # seconds before a start, by the number of failures before
_UNUSED_ENVIRONMENT = ("TEXTUAL_LOG", "TEXTUAL", "TEXTUAL_SCREENSHOT", "TEXTUAL_PRESS")  # would write files, or keys
_OOM_SCORE = "500"  # the kernel stops a screen process before the parent when memory is full


@dataclass(frozen=True)
class ScreenPipes:
    """The ends of the two pipes in a screen process."""

    turn: int
    status: int

    def report(self, sign: bytes) -> None:
        """Write a status; a full pipe, or a parent that is gone, is ignored."""
        with suppress(OSError):
            os.write(self.status, sign)

    def await_turn(self) -> bool:
        """Wait for the turn; return False if the parent is gone."""
        return os.read(self.turn, 1) == TURN


RunScreen = Callable[[ScreenPipes, bool], int]
"""Runs a screen process and returns its exit code; the second argument is whether it is a stand-by process."""


@dataclass
class _Process:
    pid: int
    turn: int  # write end
    status: int  # read end
    started_at: float
    turn_at: float = 0.0  # monotonic seconds; 0 before its turn
    heard_at: float = 0.0
    is_ready: bool = False
    is_released: bool = False
    closing_since: float = 0.0


class KioskParent:
    """Keeps a screen process at the terminal until staff unlock it, or SIGTERM or SIGHUP arrives."""

    def __init__(self, run_screen: RunScreen, log: Callable[[str, int], None]) -> None:
        """`log` stores an event with a number, such as an exit code."""
        self._run_screen = run_screen
        self._log = log
        self._active: _Process | None = None
        self._standby: _Process | None = None
        self._closing: list[_Process] = []
        self._failures = self._standby_failures = 0
        self._start_at = self._standby_at = 0.0
        self._is_stopped = False
        self._is_unlocked = False

    def run(self) -> int:
        """Run screen processes until the end; return the exit code."""
        for name in _UNUSED_ENVIRONMENT:
            os.environ.pop(name, None)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no memory of a session is written to a file
        wake, self._woken = os.pipe()
        for end in (wake, self._woken):
            os.set_blocking(end, False)
        self._wake = wake
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGUSR1,
                       signal.SIGUSR2, signal.SIGALRM):  # fmt: skip
            signal.signal(number, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        with RawTerminal() as terminal:
            self._terminal = terminal
            self._active = self._start(is_standby=False)
            while not (self._is_stopped or self._is_unlocked):
                self._step()
            self._end_all()
        return 0

    def _stop(self, *_: object) -> None:
        self._is_stopped = True

    def _step(self) -> None:
        """Wait for something to happen, and handle it."""
        processes = self._processes()
        ready, _, _ = select.select([self._wake, *(process.status for process in processes)], [], [], 0.5)
        if self._wake in ready:
            with suppress(BlockingIOError):
                os.read(self._wake, 4096)
        for process in processes:
            if process.status in ready:
                self._read_status(process)
        self._collect_ended()
        self._watch_times()
        self._start_due()

    def _processes(self) -> list[_Process]:
        return [process for process in (self._active, self._standby, *self._closing) if process is not None]

    def _read_status(self, process: _Process) -> None:
        with suppress(OSError):
            signs = os.read(process.status, 4096)
            process.heard_at = monotonic()
            process.is_ready |= READY in signs
            process.is_released |= RELEASED in signs
        if process is self._active and process.is_released:
            process.closing_since = monotonic()
            self._closing.append(process)
            self._active, self._failures = None, 0
            self._hand_over()

    def _collect_ended(self) -> None:
        """Wait for processes that have ended, and continue those that were stopped."""
        for process in self._processes():
            try:
                pid, status = os.waitpid(process.pid, os.WNOHANG | os.WUNTRACED)
            except ChildProcessError:
                pid, status = process.pid, 0
            if not pid:
                continue
            if os.WIFSTOPPED(status):
                os.kill(process.pid, signal.SIGCONT)
                continue
            self._remove(process, os.waitstatus_to_exitcode(status))

    def _remove(self, process: _Process, code: int) -> None:
        os.close(process.turn)
        os.close(process.status)
        if process in self._closing:
            self._closing.remove(process)
        elif process is self._standby:
            self._standby = None
            self._standby_failures += 1
            self._standby_at = monotonic() + pause_after(self._standby_failures)
            self._log("stand-by process ended", code)
        else:
            self._active = None
            self._is_unlocked = code == UNLOCKED
            if code == NEXT_CITIZEN or self._is_unlocked:
                self._failures = 0
            else:
                is_steady = process.turn_at and monotonic() - process.turn_at > STEADY_SECONDS
                self._failures = 1 if is_steady else self._failures + 1
                self._log("screen process ended", code)
            if not self._is_unlocked:
                self._hand_over()

    def _hand_over(self) -> None:
        """Clear the terminal, and give it to the stand-by process, or start one; after failures with a pause."""
        self._terminal.clear()
        pause = pause_after(self._failures)
        if pause:
            show_sentences(PAUSE_SENTENCES)
        elif self._standby is None or not self._standby.is_ready:
            show_sentences(CHANGE_SENTENCES)
        self._start_at = monotonic() + pause

    def _start_due(self) -> None:
        now = monotonic()
        if self._active is None and not self._is_unlocked and now >= self._start_at:
            if self._standby is not None and self._standby.is_ready:
                self._active, self._standby = self._standby, None
                self._give_turn(self._active)
            elif self._standby is None:
                self._active = self._start(is_standby=False)
        elif self._active is not None and self._standby is None and now >= self._standby_at:
            self._standby = self._start(is_standby=True)

    def _give_turn(self, process: _Process) -> None:
        with suppress(BrokenPipeError):  # it has ended, which is handled as such
            os.write(process.turn, TURN)
        process.turn_at = process.heard_at = monotonic()
        self._standby_at = max(self._standby_at, process.turn_at + STANDBY_DELAY)

    def _watch_times(self) -> None:
        """Stop a process that shows no sign of life, is not ready in time, or does not end."""
        now = monotonic()
        if self._active is not None and now - self._active.heard_at > SILENT_SECONDS:
            self._log("screen process stopped without a sign of life", self._active.pid)
            _kill(self._active)
            self._active.heard_at = now
        waiting = self._standby
        if waiting is not None and not waiting.is_ready and now - waiting.started_at > PREPARE_SECONDS:
            _kill(waiting)
            waiting.started_at = now
        for process in self._closing:
            if now - process.closing_since > CLOSING_SECONDS:
                _kill(process)
                process.closing_since = now

    def _start(self, *, is_standby: bool) -> _Process:
        turn_end, turn = os.pipe()
        status, status_end = os.pipe()
        pid = os.fork()
        if not pid:
            self._run_process(ScreenPipes(turn_end, status_end), (turn, status), is_standby=is_standby)
        for end in (turn_end, status_end):
            os.close(end)
        process = _Process(pid, turn, status, monotonic())
        if not is_standby:
            self._give_turn(process)
        return process

    def _run_process(self, pipes: ScreenPipes, ends_of_parent: tuple[int, int], *, is_standby: bool) -> NoReturn:
        """Run the screen in a new process; it never returns to the code of the parent."""
        code = 70  # EX_SOFTWARE of sysexits.h
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            for other in self._processes():
                os.close(other.turn)
                os.close(other.status)
            for end in (*ends_of_parent, self._wake, self._woken):
                os.close(end)
            os.set_blocking(pipes.status, False)
            with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:
                score.write(_OOM_SCORE)
            code = self._run_screen(pipes, is_standby)
        except BaseException as error:
            with suppress(Exception):  # the parent starts another process
                from clerk_app.log import log_exception

                log_exception("kiosk", error)
        finally:
            os._exit(code)

    def _end_all(self) -> None:
        """Ask all processes to end, and stop those that do not."""
        give_up = monotonic() + CLOSING_SECONDS / 3
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
        while self._processes() and monotonic() < give_up:
            select.select([self._wake], [], [], 0.1)
            with suppress(BlockingIOError):
                os.read(self._wake, 4096)
            self._forget_ended()
        for process in self._processes():
            _kill(process)
            with suppress(ChildProcessError):
                os.waitpid(process.pid, 0)

    def _forget_ended(self) -> None:
        for process in self._processes():
            try:
                pid, _status = os.waitpid(process.pid, os.WNOHANG)
            except ChildProcessError:
                pid = process.pid
            if pid:
                self._closing = [other for other in self._closing if other is not process]
                self._active = None if process is self._active else self._active
                self._standby = None if process is self._standby else self._standby


def pause_after(failures: int) -> float:
    """Return the pause before the next start in seconds, after this number of failures in a row."""
    return PAUSES[min(max(0, failures - 1), len(PAUSES) - 1)]


def _kill(process: _Process) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
