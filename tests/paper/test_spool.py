"""Spooling of papers is atomic and reports printer errors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.spool import OUT_OF_PAPER, SpoolPrinter, format_paper_name
from tests.paper.samples import CHINA

AT = datetime(2026, 11, 21, 9, 30, 1, 234567, tzinfo=CHINA)
NAME = format_paper_name("receipt", "261234567893", AT)
DATA = b"\x1b@" + bytes(range(256)) * 20


@pytest.fixture
def printer(tmp_path: Path) -> SpoolPrinter:
    return SpoolPrinter(tmp_path)


def test_a_paper_is_named_by_time_kind_and_number(printer: SpoolPrinter) -> None:
    path = printer.print_paper(NAME, DATA)
    assert path.name == "20261121T093001234567-receipt-261234567893.bin"
    assert path.read_bytes() == DATA
    assert printer.list_papers() == [path]
    assert list(printer.folder.iterdir()) == [path]


def test_papers_come_in_the_order_they_were_printed(printer: SpoolPrinter) -> None:
    later = printer.print_paper(format_paper_name("slip", "A023", AT.replace(hour=10)), DATA)
    earlier = printer.print_paper(NAME, DATA)
    assert printer.list_papers() == [earlier, later]


def test_printing_the_same_paper_again_has_no_effect(printer: SpoolPrinter) -> None:
    assert printer.print_paper(NAME, DATA) == printer.print_paper(NAME, DATA)
    assert len(printer.list_papers()) == 1


def test_different_data_under_the_same_name_is_rejected(printer: SpoolPrinter) -> None:
    path = printer.print_paper(NAME, DATA)
    with pytest.raises(ValueError, match="another paper"):
        printer.print_paper(NAME, b"other")
    assert path.read_bytes() == DATA


@pytest.mark.parametrize("name", ["../x.bin", "x.bin", NAME + "/..", NAME.replace("receipt", "re/ceipt")])
def test_a_name_outside_the_folder_is_rejected(printer: SpoolPrinter, name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        printer.print_paper(name, DATA)
    with pytest.raises(ValueError, match=r"\.\./"):
        format_paper_name("receipt", "../1", AT)


def test_a_missing_folder_is_reported_as_a_missing_printer(tmp_path: Path) -> None:
    printer = SpoolPrinter(tmp_path / "gone")
    for act in (printer.check_ready, printer.list_papers, lambda: printer.print_paper(NAME, DATA)):
        with pytest.raises(OutOfReach) as caught:
            act()
        assert "not there" in caught.value.sentence


def test_a_file_instead_of_the_folder_is_reported_as_a_missing_printer(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutOfReach):
        SpoolPrinter(tmp_path / "file").print_paper(NAME, DATA)


def test_a_read_only_folder_is_reported_until_it_is_writable(printer: SpoolPrinter) -> None:
    printer.folder.chmod(0o555)
    try:
        with pytest.raises(OutOfReach) as caught:
            printer.print_paper(NAME, DATA)
    finally:
        printer.folder.chmod(0o755)
    assert "is not writable" in caught.value.sentence
    assert printer.list_papers() == []
    assert printer.print_paper(NAME, DATA).read_bytes() == DATA


def test_an_empty_roll_is_reported_until_it_is_replaced(printer: SpoolPrinter) -> None:
    (printer.folder / OUT_OF_PAPER).touch()
    with pytest.raises(OutOfReach) as caught:
        printer.print_paper(NAME, DATA)
    assert "out of paper" in caught.value.sentence
    assert printer.list_papers() == []
    (printer.folder / OUT_OF_PAPER).unlink()
    printer.check_ready()
    assert printer.print_paper(NAME, DATA).exists()


def _child(folder: Path, before: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import os, sys; from pathlib import Path; from clerk_app.locales import set_language; set_language('en'); "
        f"from clerk_app.paper.printers.spool import SpoolPrinter\n{before}\n"
        f"SpoolPrinter(Path({str(folder)!r})).print_paper({NAME!r}, bytes.fromhex({DATA.hex()!r}))"
    )
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limits")
def test_a_disk_that_fills_up_while_writing_leaves_nothing(printer: SpoolPrinter) -> None:
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))"
    assert "disk is full" in _child(printer.folder, limit).stderr
    assert list(printer.folder.iterdir()) == []


@pytest.mark.many_cases
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize(
    ("moment", "is_printed"),
    [
        ("event == 'open' and str(args[0]).endswith('.part')", False),  # before the first byte
        ("event == 'os.rename'", False),  # written, not yet renamed
        (f"event == 'open' and args[0] == FOLDER and os.path.exists(f'{{FOLDER}}/{NAME}')", True),  # renamed
    ],
)
def test_a_paper_is_complete_or_absent_after_a_kill_at_any_moment(
    printer: SpoolPrinter, moment: str, is_printed: bool
) -> None:
    kill = (
        f"FOLDER = {str(printer.folder)!r}\n"
        f"sys.addaudithook(lambda event, args: os.kill(os.getpid(), {int(signal.SIGKILL)}) if {moment} else None)"
    )
    assert _child(printer.folder, kill).returncode == -signal.SIGKILL
    assert [path.read_bytes() for path in printer.list_papers()] == [DATA] * is_printed
    assert printer.print_paper(NAME, DATA).read_bytes() == DATA
    assert len(printer.list_papers()) == 1


def test_incomplete_files_of_a_crash_are_ignored_and_later_removed(printer: SpoolPrinter) -> None:
    left, busy = (printer.folder / f".{NAME}.{pid}.part" for pid in (1, 2))
    left.write_bytes(DATA[:100])
    busy.write_bytes(DATA[:100])  # another process may be writing it
    os.utime(left, (0, 0))
    assert printer.list_papers() == []
    path = printer.print_paper(NAME, DATA)
    assert sorted(printer.folder.iterdir()) == sorted([busy, path])
