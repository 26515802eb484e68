"""Random keys, bytes, touches, pastes, scans and sizes at a kiosk with a real store: it stays and shows nothing.

CLERK_KIOSK_INPUTS is the number of inputs (2,000 without it; 100,000 is a run of about an hour), CLERK_KIOSK_SEED the
seed, which a failure states with the last inputs.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from clerk_app.ledger.numbers import format_case_number
from tests.office import SampleOffice, build_template
from tests.sample_data import MOTHER_NUMBER
from tests.terminal.kiosk_inputs import KioskInputs
from tests.terminal.pty_terminal import Terminal

INPUTS = int(os.environ.get("CLERK_KIOSK_INPUTS", "2000"))
SEED = os.environ.get("CLERK_KIOSK_SEED", "1")
HOME = re.compile("Personal affairs|个人事务")
NOBODYS = format_case_number(2026, 4700)
WRONG_FACTOR = "Z9Q7"
PROBE_EVERY, SESSION_EVERY = 250, 1000  # inputs
SIZE = (110, 30)
STATE = re.compile("promised by|承诺")
LOCKED = re.compile("too often|次数过多|次数太多")  # random digits are wrong second factors


class Vandal:
    """Gives random input to a kiosk, comes back to the front page, and is now and then an honest citizen."""

    def __init__(self, terminal: Terminal, case: str) -> None:
        self.terminal = terminal
        self.inputs = KioskInputs(Random(SEED), (case, NOBODYS, "]C1" + case, "]Q3EL1:" + "A" * 60, "83742210"))
        self._case = case
        self.sessions = 0

    def run(self, count: int) -> None:
        """Give `count` inputs; raise AssertionError at the first finding."""
        probe_at, session_at = PROBE_EVERY, SESSION_EVERY
        while self.inputs.count < count:
            self.inputs.send_burst(self.terminal)
            self._read(0.01)
            if self.inputs.count >= probe_at:
                probe_at = self.inputs.count + PROBE_EVERY
                self.go_home()
            if self.inputs.count >= session_at:
                session_at = self.inputs.count + SESSION_EVERY
                self.go_home()
                self._look_up_own_case()

    def go_home(self) -> None:
        """Come back to the front page with Escape only."""
        self.terminal.resize(*SIZE)
        for _attempt in range(40):
            self.terminal.send("\x1b[201~", "Escape")
            self._read(0.3)
            if HOME.search(self.terminal.text):
                return
        raise self._finding("the front page does not come back")

    def _look_up_own_case(self) -> None:
        """Look at the state of a case with its second factor, then type a wrong one; leave, and look what is left."""
        self.sessions += 1
        self._type_case(self._case, MOTHER_NUMBER[-4:])
        if not self._wait(lambda text: bool(STATE.search(text) or LOCKED.search(text))):
            raise self._finding("an honest citizen sees no state")
        self.go_home()
        self._check()
        if self.sessions < 3:  # wrong ones are counted, and lock the machine
            self._type_case(NOBODYS, WRONG_FACTOR)
            self._read(0.5)
            self.go_home()
        self._check()

    def _type_case(self, number: str, factor: str) -> None:
        for _attempt in range(3):  # a scan while a new process takes over is lost
            self.terminal.send(number + "\r")
            if self._wait(lambda text: f"{number[:4]} {number[4:8]} {number[8:]}" in text, 3):
                self.terminal.send(factor, "Enter")
                return
            self.go_home()
        raise self._finding("a scanned receipt is not used")

    def _wait(self, holds: Callable[[str], bool], seconds: float = 15) -> bool:
        give_up = monotonic() + seconds
        while monotonic() < give_up:
            self._read(0.1)
            if holds(self.terminal.text):
                return True
        return False

    def _read(self, quiet: float) -> None:
        if not self.terminal.read_until_quiet(quiet, 2):
            raise self._finding(f"the program ended with {self.terminal.exit_code}")
        if "Traceback" in self.terminal.text:
            raise self._finding("a traceback on the screen")

    def _check(self) -> None:
        text = self.terminal.text.replace(" ", "")
        if self._case in text or NOBODYS in text or WRONG_FACTOR in text:
            raise self._finding("the front page shows what a citizen typed")

    def _finding(self, sentence: str) -> AssertionError:
        recent = "\n".join(self.inputs.recent)
        return AssertionError(f"{sentence} (seed {SEED}, input {self.inputs.count})\n{recent}\n{self.terminal.text}")


@pytest.mark.wide
def test_random_input_never_leaves_or_ends_the_kiosk_and_leaves_nothing_of_a_citizen(tmp_path: Path) -> None:
    office = SampleOffice.open_copy(build_template(tmp_path), tmp_path / "office")
    folder, case = office.office.folder, office.accept_birth()
    office.close()
    command = [sys.executable, "-m", "clerk_app", "--language", "en", "--office", str(folder), "kiosk"]
    with Terminal(command, columns=SIZE[0], lines=SIZE[1]) as terminal:
        terminal.wait_for(lambda text: bool(HOME.search(text)))
        vandal = Vandal(terminal, case)
        vandal.run(INPUTS)
        vandal.go_home()
    log = (folder / "clerk.log").read_text("utf-8")
    assert "unexpected error" not in log, log[-3000:]
    assert "screen process" not in log, log[-3000:]
    assert not {NOBODYS, WRONG_FACTOR, case} & set(re.findall(r"\w+", log))
    assert vandal.sessions == 0 or WRONG_FACTOR.encode() not in read_files(folder)


def read_files(folder: Path) -> bytes:
    """Return the bytes of all files of an office."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
