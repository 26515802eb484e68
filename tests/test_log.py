"""The log of a machine: unexpected errors with their places and without their texts, shared between processes."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from clerk_app.log import LOG_FILE, log_event, log_exception, log_thread_errors, log_to
from tests.screens.stage import on_stage, screen_text, wait_until_idle

NAME = "王芳"


@pytest.fixture
def office_folder(tmp_path: Path) -> Path:
    """A folder that counts as an office."""
    (tmp_path / "office.toml").touch()
    return tmp_path


def find_person(name: str) -> str:
    """Fail like a service with a mistake."""
    people: dict[str, str] = {}
    try:
        return people[name]
    except KeyError as error:
        raise ValueError(f"{name} is not known") from error


def read_log(folder: Path) -> str:
    return (folder / LOG_FILE).read_text("utf-8")


async def test_an_unexpected_error_of_a_service_is_logged_with_its_place_and_without_its_text(
    office_folder: Path,
) -> None:
    with log_to(office_folder):
        async with on_stage() as (app, pilot):

            async def show_person() -> None:
                await app.ask(lambda: find_person(NAME))

            app.perform(show_person())
            await wait_until_idle(pilot)
            assert "Something inside the program failed (ValueError)" in screen_text(app)
    log = read_log(office_folder)
    line = find_person.__code__.co_firstlineno
    assert " error clerk.screens:app.py:" in log
    assert f"{__file__}:{line + 6} in find_person" in log
    assert f"{__file__}:{line + 4} in find_person" in log  # the cause
    assert "builtins.ValueError" in log
    assert NAME not in log
    assert "is not known" not in log


def test_a_state_change_is_one_line_with_its_facts(office_folder: Path) -> None:
    with log_to(office_folder):
        log_event("office", "incarnation begun", number=3)
    (line,) = read_log(office_folder).splitlines()
    time, level, place, message = line.split(" ", 3)
    assert time.endswith("+00:00")
    assert (level, message) == ("info", "incarnation begun number=3")
    assert place.startswith("clerk.office:test_log.py:")


def test_a_terminal_that_was_closed_while_it_was_written_to_is_no_error(
    office_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)  # restored after the test

    def write() -> None:
        raise OSError(errno.EIO, "Input/output error")

    with log_to(office_folder):
        log_thread_errors()
        for name in ("textual-output", "other"):
            thread = threading.Thread(target=write, name=name)
            thread.start()
            thread.join()
    closed, failed, *_traceback = read_log(office_folder).splitlines()
    assert closed.endswith("terminal closed")
    assert " error " in failed


def test_the_log_is_readable_by_its_owner_only(office_folder: Path) -> None:
    with log_to(office_folder):
        log_event("program", "started")
    assert (office_folder / LOG_FILE).stat().st_mode & 0o777 == 0o600


def test_without_an_office_nothing_is_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with log_to(tmp_path):
        log_exception("cli", ValueError(NAME))
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr().err == ""


def test_an_error_before_the_log_is_open_is_not_written_to_the_terminal() -> None:
    program = (
        f"from clerk_app.log import log_exception; log_exception('cli', ValueError({NAME!r})); "
        "import logging, screens.app; logging.getLogger('clerk.screens').error('unexpected error')"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout + ran.stderr == ""


def test_two_processes_that_write_and_rotate_at_once_lose_no_line(office_folder: Path) -> None:
    lines = 300
    program = (
        "import sys; from pathlib import Path; from clerk_app.log import log_event, log_to\n"
        "with log_to(Path(sys.argv[1]), max_bytes=2_000, kept_files=100):\n"
        f"    for number in range({lines}): log_event('program', 'line', writer=sys.argv[2], number=number)\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", program, str(office_folder), name]) for name in "ab"]
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    files = list(office_folder.glob(f"{LOG_FILE}*"))
    assert len(files) > 10
    found = [line.split(" ", 3)[3] for file in files for line in file.read_text("utf-8").splitlines()]
    assert sorted(found) == sorted(f"line writer={name} number={number}" for name in "ab" for number in range(lines))
