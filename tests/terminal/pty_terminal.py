"""A pseudo terminal for tests: runs a real program, answers its queries, sends keys, reads its screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
from collections.abc import Callable, Sequence
from time import monotonic
from types import TracebackType

import pyte

KEYS = {
    "F1": "\x1bOP", "F2": "\x1bOQ", "F3": "\x1bOR", "F4": "\x1bOS", "F5": "\x1b[15~", "F6": "\x1b[17~",
    "F7": "\x1b[18~", "F8": "\x1b[19~", "F9": "\x1b[20~", "F12": "\x1b[24~", "Enter": "\r", "Tab": "\t",
    "Up": "\x1b[A", "Down": "\x1b[B", "Right": "\x1b[C", "Left": "\x1b[D", "PageDown": "\x1b[6~", "PageUp": "\x1b[5~",
    "^G": "\x07", "^L": "\x0c", "^N": "\x0e", "^O": "\x0f", "^P": "\x10", "^Q": "\x11", "^T": "\x14", "^U": "\x15",
    "^Z": "\x1a", "Escape": "\x1b", "End": "\x1b[F",
}  # fmt: skip
PRIVATE = re.compile(rb"\x1b\[[<=>][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1b[P_^X].*?\x1b\\|\x1b\]8;.*?\x1b\\", re.DOTALL)
UNFINISHED = re.compile(rb"\x1b[^\x1ba-zA-Z~@]*$")
ANSWERS = ((re.compile(rb"\x1b\[c"), b"\x1b[?62;22c"), (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"))
TIMEOUT_SECONDS = 20.0  # for a busy machine; a test that passes does not wait for it


class Terminal:
    """Runs a program in a pseudo terminal.

    with Terminal([sys.executable, "-m", "tests.terminal.sample_app"]) as terminal:
        terminal.wait_for("ready")
        terminal.send("AB", "F4", "12345")      # one write
        terminal.wait_for("first=AB")
    """

    def __init__(self, command: Sequence[str], *, columns: int = 80, lines: int = 24, **env: str) -> None:
        self.emulator = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.emulator)
        self._pid, self._master = pty.fork()
        if self._pid == 0:  # the program
            inherited = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES")}
            surroundings = {**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor", **env}
            os.execvpe(command[0], list(command), surroundings)
        self.resize(columns, lines)
        self._rest = b""
        self.exit_code: int | None = None

    def send(self, *keys: str) -> None:
        """Send keys in one write: names of KEYS as their bytes, other text unchanged, surrogate escapes as bytes."""
        data = "".join(KEYS.get(key, key) for key in keys).encode("utf-8", "surrogateescape")
        while data:
            data = data[os.write(self._master, data) :]

    def paste(self, text: str) -> None:
        """Send a bracketed paste."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def resize(self, columns: int, lines: int) -> None:
        """Set another size; the program receives SIGWINCH."""
        self.emulator.resize(lines, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def signal(self, number: int) -> None:
        """Send a signal to the program."""
        os.kill(self._pid, number)

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        columns = range(self.emulator.columns)  # `display` of pyte fails on a cell without a character
        lines = (self.emulator.buffer[line] for line in range(self.emulator.lines))
        return "\n".join("".join(line[column].data for column in columns).rstrip() for line in lines)

    def wait_for(self, wanted: str | Callable[[str], bool], seconds: float = TIMEOUT_SECONDS) -> str:
        """Return the screen once it shows `wanted`; raise AssertionError after `seconds`."""
        holds = wanted if callable(wanted) else (lambda text: wanted in text)
        give_up = monotonic() + seconds
        while not holds(self.text):
            if monotonic() > give_up or not self._read(give_up - monotonic()):
                raise AssertionError(f"never saw {wanted!r}\n{self.text}")
        return self.text

    def read_until_quiet(self, quiet: float, at_most: float) -> bool:
        """Read the program's output until nothing came for `quiet` seconds; return False if the program has ended."""
        give_up = monotonic() + at_most
        while self._read(min(quiet, max(0, give_up - monotonic()))):
            if monotonic() > give_up:
                break
        pid, status = os.waitpid(self._pid, os.WNOHANG) if self.exit_code is None else (0, 0)
        if pid:
            self.exit_code = os.waitstatus_to_exitcode(status)
        return self.exit_code is None

    def wait_for_exit(self) -> None:
        """Wait until the program has ended."""
        give_up = monotonic() + TIMEOUT_SECONDS
        while self.exit_code is None and monotonic() < give_up:
            self._read(0.05)
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self.exit_code = os.waitstatus_to_exitcode(status)
        assert self.exit_code is not None, f"the program did not end\n{self.text}"

    def _read(self, seconds: float) -> bool:
        """Pass output of the program to the emulator; return False at its end, or if nothing came in `seconds`."""
        ready, _, _ = select.select([self._master], [], [], max(0, seconds))
        if not ready:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        for query, answer in ANSWERS:
            for _match in query.findall(data):
                os.write(self._master, answer)
        data = PRIVATE.sub(b"", self._rest + data)
        unfinished = UNFINISHED.search(data)
        cut = unfinished.start() if unfinished else len(data)
        self._rest = data[cut:]
        self._stream.feed(data[:cut])
        return True

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self.exit_code is None:
            os.kill(self._pid, signal.SIGKILL)
            _pid, status = os.waitpid(self._pid, 0)
            self.exit_code = os.waitstatus_to_exitcode(status)
        os.close(self._master)
