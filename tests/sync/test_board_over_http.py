"""A board on a terminal, its center and a counter, each a program of its own: calls, a cut connection, a power loss."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest

from clerk_app.composition.office import open_office
from clerk_app.composition.schedule import run_due_commands
from clerk_app.hall.windows import SetWindowState
from clerk_app.roles.sign_in import verify_here
from tests.clock import Clock
from tests.office import SampleOffice
from tests.sample_data import PIN, SITE
from tests.sync.test_http_sync import CENTER, enrol_window_at, run_center_program, run_window
from tests.terminal.pty_terminal import Terminal

CALL_SECONDS = 5.0  # on a busy machine; one to two seconds otherwise


def invite(folder: Path, name: str, kind: str, *words: str) -> str:
    """Return an invitation code for a machine of a kind."""
    options = ("invite", "--folder", str(folder), "--name", name, "--kind", kind, "--organs", SITE, *words)
    return subprocess.run([*CENTER, *options], capture_output=True, text=True, check=True).stdout.splitlines()[-1]


def prepare_city(template: Path, folder: Path) -> None:
    """Make a city in which two tickets wait today."""
    SampleOffice.open_copy(template, folder).close()
    office = open_office(folder)
    run_due_commands(office)
    city = SampleOffice(office, Clock())
    for _ticket in range(2):
        city.take_ticket()
    city.close()


def open_terminal(folder: Path) -> Terminal:
    """Start the board of an office on a terminal."""
    return Terminal([sys.executable, "-m", "clerk_app", "--language", "en", "--office", str(folder), "board"])


@pytest.mark.wide
def test_a_board_shows_calls_at_once_the_age_of_its_data_and_continues_after_losses(
    office_template: Path, tmp_path: Path
) -> None:
    city, window_folder, board_folder = tmp_path / "city", tmp_path / "w1", tmp_path / "b1"
    prepare_city(office_template, city)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with ExitStack() as opened:
        with run_center_program(city, port):
            url = f"http://127.0.0.1:{port}"
            enrol_window_at(window_folder, url, invite(city, "w1", "counter", "--window", "w1"))
            enrol_window_at(board_folder, url, invite(city, "b1", "board"))
            window, office, connection = opened.enter_context(run_window(window_folder))
            verify_here(office, "1000", PIN, "w1")
            window.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
            board = opened.enter_context(open_terminal(board_folder))
            board.wait_for("Nobody has been called yet")
            window.call_next()
            begin = monotonic()
            board.wait_for("Ticket A001, please go to Window 1")
            assert monotonic() - begin < CALL_SECONDS
            window.move_ticket("finish")
        board.wait_for("no connection to the center")
        with run_center_program(city, port):
            board.wait_for(lambda text: "no connection to the center" not in text)
            connection.worker.wake()
            window.call_next()
            board.wait_for("Ticket A002, please go to Window 1")
            board.signal(signal.SIGKILL)
            again = opened.enter_context(open_terminal(board_folder))
            text = again.wait_for("Ticket A002, please go to Window 1")
            assert "A001  →  Window 1" in text
            assert "New call" not in text
