"""A program closes its app and exits when its terminal is closed, or on SIGTERM."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys

import pytest

from screens.terminal_watch import EXIT_CODE
from tests.terminal.pty_terminal import TIMEOUT_SECONDS, Terminal

PROGRAM = [sys.executable, "-m", "tests.terminal.sample_app"]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
@pytest.mark.wide
def test_a_signal_ends_the_program_as_the_key_to_quit_does(number: int) -> None:
    with Terminal(PROGRAM) as terminal:
        terminal.wait_for("first=")
        terminal.signal(number)
        terminal.wait_for_exit()
    assert terminal.exit_code == 0


@pytest.mark.wide
@pytest.mark.parametrize("unread_keys", [b"", b"a" * 3_000])  # their repaints fill the terminal and the output queue
def test_a_closed_terminal_ends_a_program_that_gets_no_signal(unread_keys: bytes) -> None:
    master, slave = pty.openpty()
    with subprocess.Popen(
        PROGRAM,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm-256color"},
        start_new_session=True,  # without a controlling terminal there is no SIGHUP
    ) as program:
        os.close(slave)
        shown = b""
        while b"first=" not in shown:
            shown += os.read(master, 65536)
        for start in range(0, len(unread_keys), 500):
            os.write(master, unread_keys[start : start + 500])
            with pytest.raises(subprocess.TimeoutExpired):  # it still runs
                program.wait(0.5)
        os.close(master)
        try:
            assert program.wait(TIMEOUT_SECONDS) == (EXIT_CODE if unread_keys else 0)
        finally:
            program.kill()
