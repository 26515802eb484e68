"""A station of the city: a real program on a pseudo terminal, with random input and probes."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from random import Random

from tests.monkey.city import PIN, City, StationPlan
from tests.monkey.inputs import SIZES, TOO_SMALL, Input, InputSource
from tests.monkey.sequences import SCAN, SEQUENCES
from tests.terminal.pty_terminal import Terminal

QUIET = 0.04  # seconds without output after which a screen is complete
BETWEEN_KEYS, AFTER_SCAN = 0.2, 0.7  # seconds that a person takes; quicker keys are those of a scanner
SETTLED = 0.3  # seconds without output after which no work is under way
HELP = re.compile(r"(?<!\S)(Keys|按键)(?!\S)")  # its title
PROBE_TIMEOUT = 20.0  # seconds in which a key must be answered
START_TIMEOUT = 60.0  # seconds until the first screen of a program
TIME = re.compile(r"\d\d:\d\d(:\d\d)?")
SEQUENCE_CHANCE = {"counter": 0.3, "department": 0.4, "supervisor": 0.12, "kiosk": 0.3}
SIGN_IN_MARKS = ("Staff number", "工号")
HISTORY = 40  # inputs kept for a report
SHOWN_LENGTH = 60  # characters of an input in a report


class Finding(AssertionError):
    """A defect that the run found, with the station's last inputs and its screen."""


class Station:
    """One station; `start` runs its program, `act` gives it one random input, `probe` checks that it answers."""

    def __init__(self, city: City, plan: StationPlan, random: Random, inputs: InputSource) -> None:
        self.plan = plan
        self._city, self._random, self.inputs = city, random, inputs
        self._terminal: Terminal | None = None
        self.history: deque[str] = deque(maxlen=HISTORY)
        self.sent = 0

    def start(self) -> None:
        """Start the program in a random size and language, and wait for its first screen."""
        columns, lines = self._random.choice(SIZES)
        language = self._random.choice(("en", "zh_CN"))
        command = [sys.executable, "-m", "clerk_app", self.plan.role]
        self._terminal = Terminal(
            [*command, "--office", str(self._city.station_folder(self.plan))],
            columns=columns, lines=lines, CLERK_LANGUAGE=language,
        )  # fmt: skip
        self.history.append(f"start {columns}x{lines} {language}")
        self._wait(lambda text: bool(text.strip()), START_TIMEOUT, "the program shows no screen")

    def stop(self) -> None:
        """End the program as a closed terminal does, and check that it ends."""
        if self._terminal is None:
            return
        self._terminal.signal(signal.SIGHUP)
        try:
            self._terminal.wait_for_exit()
        except AssertionError as error:
            raise self.finding("the program does not end when its terminal is closed") from error
        self._close()

    def kill(self) -> None:
        """Kill the program, as a power cut does."""
        self.history.append("kill -9")
        self._close()

    def act(self) -> None:
        """Give the program one random input, or sign in if the sign-in screen is shown."""
        if self._random.random() < 0.01:
            self.resize((*SIZES, TOO_SMALL))
        if self._shows_sign_in() and self._random.random() < 0.85:
            return self._sign_in()
        if self._random.random() < SEQUENCE_CHANCE[self.plan.role]:
            return self.play(self._random.choice(SEQUENCES[self.plan.role]))
        given = self.inputs.draw()
        if given.kind == "scan" and self.plan.role == "counter":
            return self._scan_and_expect_no_end(given)
        self._send(given)
        self._read()
        return None

    def play(self, sequence: Sequence[str]) -> None:
        """Send a sequence of keys and scans at the pace of a person."""
        for name in sequence:
            code = name.removeprefix(SCAN)
            is_scan = code != name
            self._send(self.inputs.scan_of(code) if is_scan else Input("keys", name))
            self.terminal.read_until_quiet(AFTER_SCAN if is_scan else BETWEEN_KEYS, 5)
        self._read()

    def resize(self, sizes: Sequence[tuple[int, int]]) -> None:
        """Change the size of the terminal to one of `sizes`."""
        columns, lines = self._random.choice(sizes)
        self.history.append(f"resize {columns}x{lines}")
        self.terminal.resize(columns, lines)

    def probe(self) -> None:
        """Check that F1 and Escape are answered, and that the station can be left from here."""
        self.resize(SIZES)
        self.terminal.read_until_quiet(0.3, 2)
        if self.plan.role != "kiosk":
            if HELP.search(self._text()):
                self._press_and_expect_help("F1", shown=False)
            self._press_and_expect_help("F1", shown=True)
            self._press_and_expect_help("Escape", shown=False)
        for _ in range(15):
            before = self._picture()
            self._send(Input("keys", "Escape"))
            time.sleep(0.15)
            self._read()
            if self._picture() == before:
                break
        else:
            raise self.finding("fifteen times Escape do not lead to a resting screen")
        if self.plan.role != "kiosk" and not self._shows_sign_in():
            self._send(Input("keys", "F12"))
            self._wait(lambda _: self._shows_sign_in(), PROBE_TIMEOUT, "F12 does not lock the screen")

    def finding(self, sentence: str) -> Finding:
        """Return a finding with the last inputs and the screen."""
        inputs = "\n  ".join(self.history)
        return Finding(
            f"{self.plan.node} ({self.plan.role}): {sentence}\nlast inputs:\n  {inputs}\nscreen:\n{self._text()}"
        )

    @property
    def terminal(self) -> Terminal:
        """The terminal of the running program."""
        assert self._terminal is not None
        return self._terminal

    def _scan_and_expect_no_end(self, scan: Input) -> None:
        """Scan, and check that the scan alone ended no visit: only a person decides that."""
        self.terminal.read_until_quiet(SETTLED, 5)
        before = self._city.count_ticket_moves(self.plan)
        self._send(scan)
        self.terminal.read_until_quiet(SETTLED, 5)
        self._read()
        if self._city.count_ticket_moves(self.plan) != before:
            raise self.finding("a scan ended the visit of a citizen")

    def _sign_in(self) -> None:
        number = self._random.choice(self.plan.staff or ("",))
        busy = self._city.list_staff_with_tasks() if self.plan.role == "department" else []
        if busy and self._random.random() < 0.8:
            number = self._random.choice(busy)
        for key in ("Escape", "End", "^U", number, "Enter", "End", "^U", PIN, "Enter"):
            self._send(Input("keys", key))
            self._read()
        self.terminal.read_until_quiet(0.3, 5)

    def _send(self, given: Input) -> None:
        shown = repr(given.text)
        if len(shown) > SHOWN_LENGTH:
            shown = f"{shown[: SHOWN_LENGTH - 20]}...{shown[-16:]} ({len(given.text)} characters)"
        self.history.append(f"{given.kind} {shown}")
        self.sent += 1
        try:
            if given.kind == "paste":
                self.terminal.paste(given.text)
            else:
                self.terminal.send(given.text)
        except OSError as error:
            raise self.finding("the program has ended") from error

    def _read(self) -> None:
        if not self.terminal.read_until_quiet(QUIET, 1):
            raise self.finding(f"the program ended with exit code {self.terminal.exit_code}")
        if "Traceback" in self._text():
            raise self.finding("a traceback on the screen")

    def _press_and_expect_help(self, key: str, *, shown: bool) -> None:
        """Press a key that opens or closes the help. Any other change of the screen may have another cause."""
        self._send(Input("keys", key))
        self._wait(lambda text: bool(HELP.search(text)) == shown, PROBE_TIMEOUT, f"{key} is not answered")

    def _wait(self, holds: Callable[[str], bool], seconds: float, sentence: str) -> None:
        give_up = time.monotonic() + seconds
        while not holds(self._text()):
            self._read()
            if time.monotonic() > give_up:
                raise self.finding(sentence)

    def _text(self) -> str:
        return self._terminal.text if self._terminal is not None else ""

    def _picture(self) -> str:
        """The screen with colours and cursor, without its top line and without times, which change by themselves."""
        emulator = self.terminal.emulator
        cursor = (emulator.cursor.x, emulator.cursor.y)
        lines = [[emulator.buffer[y][x] for x in range(emulator.columns)] for y in range(1, emulator.lines)]
        styles = [[(cell.fg, cell.bg, cell.bold, cell.reverse) for cell in line] for line in lines]
        texts = [TIME.sub("", "".join(cell.data for cell in line)) for line in lines]
        return repr((cursor, texts, styles))

    def _shows_sign_in(self) -> bool:
        text = self._text()
        return any(mark in text for mark in SIGN_IN_MARKS)

    def _close(self) -> None:
        if self._terminal is not None:
            self._terminal.__exit__()
            self._terminal = None
