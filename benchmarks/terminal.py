"""A program on a pseudo terminal; measures when the program paints."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from collections.abc import Mapping, Sequence
from time import perf_counter
from types import TracebackType

from clerk_app.errors import OutOfReach

COLUMNS, LINES = 120, 40
TIMEOUT = 60.0  # seconds
QUIET_SECONDS = 0.05  # seconds without output after which a repaint has ended
_MAX_OUTPUT = 200_000  # last bytes of the output in which markers are searched
_TERMINAL_REPLIES = {  # by Textual's query: synchronised output, in-band resize, device attributes
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
    b"\x1b[c": b"\x1b[?62;22c",
}
_REMOVED_VARIABLES = (
    "NO_COLOR",
    "COLUMNS",
    "LINES",
)  # variables of the caller's terminal that the program must not see


class Terminal:
    """Starts a command on a terminal of COLUMNS x LINES in true colour; the end of the block kills the program.

    Times are milliseconds of the wall clock. Methods that wait raise OutOfReach if the program ends or paints nothing
    for TIMEOUT seconds.
    """

    def __init__(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TEXTUAL", "CLERK_"))}
        surroundings = clean | {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | dict(env or {})
        for name in _REMOVED_VARIABLES:
            surroundings.pop(name, None)
        self.output = b""
        self._started = self._last = perf_counter()
        self.pid, self._master = pty.fork()
        if self.pid == 0:  # in the child process, which becomes the program
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execvpe(command[0], list(command), surroundings)  # noqa: S606 (a command of this benchmark)

    def wait_for(self, *markers: str) -> float:
        """Return the milliseconds from the start of the program until its output contains one of `markers`."""
        wanted = [marker.encode() for marker in markers]
        while not any(marker in self.output for marker in wanted):
            if perf_counter() - self._started > TIMEOUT or not self._read(TIMEOUT):
                raise OutOfReach(
                    "The program did not show {wanted}; its last words: {words}",
                    wanted=" / ".join(markers),
                    words=repr(self.output[-300:]),
                )
        return (self._last - self._started) * 1000

    def wait_until_quiet(self, quiet: float = 0.5, limit: float = 3.0) -> None:
        """Read until the program has painted nothing for `quiet` seconds, or `limit` seconds have passed."""
        end = perf_counter() + limit
        while perf_counter() < end and self._read(quiet):
            pass

    def write(self, keys: str) -> None:
        """Write keys at once, without waiting."""
        os.write(self._master, keys.encode())

    def time_key(self, key: str, own: re.Pattern[bytes], patience: float = 5.0) -> float:
        """Return the milliseconds from writing `key` to the last byte of the repaint that it caused.

        A repaint belongs to the key if it matches `own`, so that a repaint of the clock does not count. Raises
        OutOfReach if no such repaint comes within `patience` seconds.
        """
        while self._read(0):
            pass
        self.output, start = b"", perf_counter()
        self.write(key)
        while not own.search(self.output):
            left = patience - (perf_counter() - start)
            if left < 0 or not self._read(left):
                raise OutOfReach(
                    "The key {key} painted nothing of its own (looked for: {own}); painted since: {words}",
                    key=repr(key),
                    own=own.pattern.decode(),
                    words=repr(self.output[-300:]),
                )
        while perf_counter() - start < patience and self._read(QUIET_SECONDS):
            pass
        return (self._last - start) * 1000

    def time_answers(self, key: str, *patterns: re.Pattern[bytes], patience: float = 5.0) -> list[float]:
        """Return the milliseconds from writing `key` until the output matches each pattern; `output` is what came.

        Raises OutOfReach if one is not painted within `patience` seconds.
        """
        while self._read(0):
            pass
        self.output, start = b"", perf_counter()
        self.write(key)
        found: dict[int, float] = {}
        while len(found) < len(patterns):
            left = patience - (perf_counter() - start)
            if left < 0 or not self._read(left):
                raise OutOfReach("The key {key} was not answered on the screen.", key=repr(key))
            for index, pattern in enumerate(patterns):
                if index not in found and pattern.search(self.output):
                    found[index] = (self._last - start) * 1000
        return [found[index] for index in range(len(patterns))]

    def read_for(self, seconds: float) -> None:
        """Read the output for `seconds`."""
        end = perf_counter() + seconds
        while (left := end - perf_counter()) > 0:
            self._read(left)

    def resident_mib(self) -> float:
        """Return the resident MiB of the program, as the kernel counts them (proc_pid_smaps_rollup(5))."""
        with open(f"/proc/{self.pid}/smaps_rollup", encoding="ascii") as lines:
            found = next(line for line in lines if line.startswith("Rss:"))
        return int(found.split()[1]) / 1024

    def processor_ms(self) -> float:
        """Return the milliseconds that the threads of the program have used a processor (proc_pid_schedstat)."""
        used = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with contextlib.suppress(FileNotFoundError), open(f"/proc/{self.pid}/task/{task}/schedstat") as line:
                used += int(line.read().split()[0])
        return used / 1e6

    def _read(self, seconds: float) -> bool:
        """Read the output of the program; return False if it wrote nothing in `seconds` or has ended."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:  # raised by Linux if the program has closed the terminal
            return False
        if not data:
            return False
        self._last = perf_counter()
        self.output = (self.output + data)[-_MAX_OUTPUT:]
        for question, answer in _TERMINAL_REPLIES.items():
            if question in data:
                os.write(self._master, answer)
        return True

    def close(self) -> None:
        """Kill the program."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()
