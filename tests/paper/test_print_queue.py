"""Records of jobs: what is known about a paper after a kill, a power loss, or without room on the disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.print_queue import PrintQueue
from clerk_app.paper.printers.printer import PrintJob, PrintOutcome
from clerk_app.paper.printers.printer_set import QUEUE_FOLDER, PrinterSet
from clerk_app.paper.printers.printer_settings import PrinterSettings
from tests.paper.tcp_printer import TcpPrinter, tcp_printer

pytestmark = pytest.mark.usefixtures("english")
DATA = b"\x1b@" + b"0123456789abcdef\n" * 200 + b"\x1dV\x00"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def device() -> Iterator[TcpPrinter]:
    with tcp_printer() as device:
        yield device


def open_set(folder: Path, device: TcpPrinter) -> PrinterSet:
    settings = [PrinterSettings(name=name, device=device.device, papers=(name,)) for name in ("a", "b")]
    return PrinterSet(folder, "spool", 80, settings)


def print_in_child(folder: Path, device: TcpPrinter, before: str) -> int:
    """Print a job "p1" in a program of its own, after the statements `before`; return its exit code."""
    code = (
        "import os, sys; from pathlib import Path\n"
        "from clerk_app.paper.printers.printer import PrintJob\n"
        "from clerk_app.paper.printers.printer_set import PrinterSet\n"
        "from clerk_app.paper.printers.printer_settings import PrinterSettings\n"
        "import clerk_app.paper.printers.lines\n"
        f"settings = [PrinterSettings(name='a', device={device.device!r})]\n"
        f"printers = PrinterSet(Path({str(folder)!r}), 'spool', 80, settings)\n"
        f"{before}\n"
        f"printers.for_paper('a').send(PrintJob(id='p1', name='r', data={DATA!r}))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        timeout=60,
        check=False,
        stdout=subprocess.DEVNULL,  # may be a file to which a limit of the test applies
        stderr=subprocess.DEVNULL,
    ).returncode


KILL = f"os.kill(os.getpid(), {int(signal.SIGKILL)})"


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("moment", "outcome"),
    [
        ("event == 'open' and '.job.' in str(args[0])", None),  # nothing was recorded, so nothing was sent
        ("event == 'os.rename'", None),
        ("event == 'os.rename' and os.path.exists(RECORD)", PrintOutcome.UNKNOWN),  # printed, not recorded
    ],
)
def test_a_program_killed_while_it_prints_leaves_what_is_known(
    tmp_path: Path, device: TcpPrinter, moment: str, outcome: PrintOutcome | None
) -> None:
    record = tmp_path / QUEUE_FOLDER / "p1.job"
    hook = f"RECORD = {str(record)!r}\nsys.addaudithook(lambda event, args: {KILL} if {moment} else None)"
    assert print_in_child(tmp_path, device, hook) == -signal.SIGKILL
    printers = open_set(tmp_path, device)
    assert printers.find_outcome("p1") is outcome
    assert [job.id for job in printers.list_jobs()] == ["p1"] * (outcome is not None)
    if outcome is None:
        assert bytes(device.printed) == b""


def test_a_program_killed_with_half_a_paper_sent_leaves_a_job_that_is_not_sent_again(
    tmp_path: Path, device: TcpPrinter
) -> None:
    device.paper_ends_at = 1000
    slow = f"import threading; threading.Timer(1.5, lambda: {KILL}).start()"
    assert print_in_child(tmp_path, device, slow) == -signal.SIGKILL
    device.paper_ends_at, device.has_paper = None, True
    printers = open_set(tmp_path, device)
    printed = bytes(device.printed)
    assert printers.get("a").send(PrintJob(id="p1", name="r", data=DATA)) is PrintOutcome.UNKNOWN
    assert bytes(device.printed) == printed


def test_a_job_that_was_finished_keeps_its_outcome_until_it_is_stored(tmp_path: Path, device: TcpPrinter) -> None:
    assert print_in_child(tmp_path, device, "") == 0
    printers = open_set(tmp_path, device)
    assert printers.find_outcome("p1") is PrintOutcome.PRINTED
    printers.remove_job("p1")
    assert printers.list_jobs() == []


def test_a_record_that_cannot_be_read_is_a_job_of_which_nobody_knows(tmp_path: Path, device: TcpPrinter) -> None:
    (tmp_path / QUEUE_FOLDER).mkdir()
    (tmp_path / QUEUE_FOLDER / "p1.job").write_bytes(b"\0" * 100)
    assert open_set(tmp_path, device).find_outcome("p1") is PrintOutcome.UNKNOWN


def test_records_hold_no_content_of_the_paper_and_only_this_user_reads_them(tmp_path: Path, device: TcpPrinter) -> None:
    open_set(tmp_path, device).get("a").send(PrintJob(id="p1", name="r", data=DATA))
    (record,) = (tmp_path / QUEUE_FOLDER).glob("*.job")
    assert b"0123456789abcdef" not in record.read_bytes()
    assert os.stat(record).st_mode & 0o777 == 0o600


def test_nothing_is_sent_if_the_job_cannot_be_recorded(tmp_path: Path, device: TcpPrinter) -> None:
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))"
    assert print_in_child(tmp_path, device, full) == 1
    assert bytes(device.printed) == b""
    assert open_set(tmp_path, device).find_outcome("p1") is None


def test_a_queue_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, device: TcpPrinter) -> None:
    (tmp_path / QUEUE_FOLDER).write_bytes(b"")  # a file in its place
    with pytest.raises(OutOfReach, match="cannot be recorded on the disk"):
        open_set(tmp_path, device).get("a").send(PrintJob(id="p1", name="r", data=DATA))
    assert bytes(device.printed) == b""


def test_papers_of_several_programs_come_out_one_after_the_other(tmp_path: Path, device: TcpPrinter) -> None:
    device.seconds_per_piece = 0.001
    printers = open_set(tmp_path, device)

    def print_one(number: int) -> None:
        printers.get("a").send(PrintJob(id=f"p{number}", name="r", data=DATA + bytes((number,)) * 5 + b"\x1dV\x00"))

    threads = [threading.Thread(target=print_one, args=(number,)) for number in range(0x41, 0x44)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(device.papers) == 6
    assert [paper for paper in device.papers[::2] if paper != DATA] == []


def test_a_printer_that_another_paper_holds_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clerk_app.paper.printers.print_queue.BUSY_SECONDS", 0.1)
    queue = PrintQueue(tmp_path)
    with queue.hold_printer("a"), pytest.raises(OutOfReach, match="busy"), queue.hold_printer("a"):
        pass
