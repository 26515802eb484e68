"""A new process for each citizen of a kiosk: what ends it, what replaces it, and what is left of a session."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.composition.office import open_office
from clerk_app.ledger.numbers import format_case_number
from tests.build_cache import build_once
from tests.office import build_template
from tests.sample_data import PIN
from tests.terminal.pty_terminal import Terminal

PARENT = [sys.executable, "-m", "tests.terminal.sample_kiosk_parent"]
HOME = "Personal affairs"
NUMBER = format_case_number(2026, 4700)  # of no case


def shown_process(terminal: Terminal, *, other_than: int = 0) -> int:
    """Return the number of the process that has the terminal."""
    found = re.compile(r"process (\d+) core 0 typed")
    terminal.wait_for(lambda text: any(int(number) != other_than for number in found.findall(text)))
    return int(found.findall(terminal.text)[0])


def test_each_citizen_gets_a_process_of_their_own_and_only_the_unlock_ends_the_kiosk() -> None:
    with Terminal(PARENT) as terminal:
        first = shown_process(terminal)
        terminal.send("secret\x03\x1a\x1c")  # Ctrl+C, Ctrl+Z and Ctrl+\ are keys
        terminal.wait_for("secret")
        terminal.send("n")
        second = shown_process(terminal, other_than=first)
        assert "secret" not in terminal.text
        os.kill(second, signal.SIGSTOP)  # it is continued
        terminal.send("x")
        terminal.wait_for("typed x")
        os.kill(second, signal.SIGKILL)
        third = shown_process(terminal, other_than=second)
        assert len({first, second, third}) == 3
        terminal.send("u")
        terminal.wait_for_exit()
    assert terminal.exit_code == 0
    assert terminal.text.strip() == ""


def test_the_service_manager_ends_the_kiosk_with_all_its_processes() -> None:
    with Terminal(PARENT) as terminal:
        first = shown_process(terminal)
        terminal.signal(signal.SIGINT)  # ignored
        terminal.send("y")
        terminal.wait_for("typed y")
        terminal.signal(signal.SIGTERM)
        terminal.wait_for_exit()
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
    assert terminal.exit_code == 0


@pytest.fixture
def folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with a kiosk."""
    template = build_once(tmp_path_factory, "kiosk-office", build_template)
    return Path(shutil.copytree(template / "template", tmp_path / "office"))


@pytest.fixture
def kiosk(folder: Path) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "clerk_app", "--language", "en", "--office", str(folder), "kiosk"]
    with Terminal(command, columns=110, lines=30) as terminal:
        terminal.wait_for(HOME)
        yield terminal


def ask_for_a_case(kiosk: Terminal) -> None:
    """Type a number and a wrong second factor."""
    kiosk.send("4")
    kiosk.wait_for("Case number")
    kiosk.send(NUMBER, "Enter")
    kiosk.wait_for("Last 4 characters")
    kiosk.send("471X", "Enter")
    kiosk.wait_for("do not belong together")


def read_folder(folder: Path) -> bytes:
    """Return the bytes of all files of an office, its log among them."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


@pytest.mark.wide
def test_nothing_that_a_citizen_typed_is_left_on_the_screen_in_files_or_in_a_process(
    kiosk: Terminal, folder: Path
) -> None:
    before = list_processes(folder)
    ask_for_a_case(kiosk)
    kiosk.send("Escape")
    kiosk.wait_for(lambda text: HOME in text and NUMBER[:4] not in text)
    kiosk.read_until_quiet(2, 5)
    after = list_processes(folder)
    assert after
    assert not set(before) & set(after) - {min(before)}  # the parent alone has stayed
    for process in after:
        facts = b"".join(Path(f"/proc/{process}/{name}").read_bytes() for name in ("cmdline", "environ"))
        assert NUMBER.encode() not in facts
    assert b"471X" not in read_folder(folder)
    assert NUMBER.encode() not in (folder / "clerk.log").read_bytes()  # its store is an authority, which counts tries


@pytest.mark.wide
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM, signal.SIGSEGV])
def test_a_screen_process_that_ends_is_replaced_and_shows_nothing_of_before(
    kiosk: Terminal, folder: Path, number: int
) -> None:
    kiosk.send("4")
    kiosk.wait_for("Case number")
    kiosk.send(NUMBER)
    kiosk.wait_for(NUMBER[:4])
    kiosk.read_until_quiet(2, 5)
    parent, active, *_standby = sorted(list_processes(folder))
    os.kill(active, number)
    kiosk.wait_for(lambda text: HOME in text and NUMBER[:4] not in text)
    assert parent in list_processes(folder)
    assert b"screen process ended" in (folder / "clerk.log").read_bytes()
    kiosk.send("4")
    kiosk.wait_for("Case number")


@pytest.mark.wide
def test_the_supervisor_ends_it_with_all_its_processes(kiosk: Terminal, folder: Path) -> None:
    office = open_office(folder)
    with office.store.read() as tx:
        number = next(row["number"] for row in tx.select("staff") if row["role"] == "supervisor")
    office.store.close()
    kiosk.send("F12")
    kiosk.wait_for("Staff number")
    kiosk.send(number, "Enter", "000000", "Enter")
    kiosk.wait_for("Only a supervisor")
    kiosk.send(PIN, "Enter")
    kiosk.wait_for_exit()
    assert kiosk.exit_code == 0
    assert list_processes(folder) == []


def list_processes(folder: Path) -> list[int]:
    """Return the processes of the kiosk of an office."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:  # it has ended
            continue
        if str(folder).encode() in words and b"kiosk" in words:
            found.append(int(path.parent.name))
    return found
