"""A process is killed while it prints: nothing is handed out twice, counted wrongly, or lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.office import SampleOffice

ROOT = Path(__file__).parents[2]
TCP = '\n[[printers]]\nname = "receipts"\ndevice = "tcp://test:9100"\npatience_seconds = 2\n'


def kill_prints(template: Path, folder: Path, printers: str, *moments: int) -> list[dict[str, Any]]:
    """Return what `tests.roles.print_kills` reports about each kill, for an office with a receipt to be printed."""
    office = SampleOffice.open_copy(template, folder / "office")
    office.door.perform(office.prepare_road(), "clerk-1")
    office.close()
    settings = folder / "office" / "office.toml"
    settings.write_text(settings.read_text("utf-8") + printers, "utf-8")
    program = [sys.executable, "-m", "tests.roles.print_kills", str(folder / "office"), *map(str, moments)]
    ran = subprocess.run(program, capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def check(reports: list[dict[str, Any]]) -> None:
    assert not reports[-1]["killed"]  # the last one printed undisturbed
    assert reports[-1]["counted"] == reports[-1]["came_out"] == 1
    assert len(reports) > 1
    for report in reports:
        outcomes = report["outcomes"]
        assert len(outcomes) <= 1, report
        assert "printing" not in outcomes, report  # after the restart it is known, or asked about
        is_counted = outcomes in (["printed"], ["written"])
        assert report["counted"] == int(is_counted), report
        if is_counted:
            assert report["came_out"] == 1, report
        if outcomes in ([], ["not_printed"]):
            assert not report["came_out"], report
            assert not report["began"], report
        assert report["offered"] == int(outcomes in ([], ["not_printed"])), report
        assert report["at_last"] == 1, report  # after the clerk has answered, one paper counts: not lost, not doubled


@pytest.mark.wide
@pytest.mark.parametrize(
    ("printers", "moments"),
    [
        pytest.param(TCP, (25, 20), id="sent, not recorded"),
        pytest.param(TCP, (1, 1), id="tcp", marks=pytest.mark.wide),
        pytest.param("", (1, 1), id="folder", marks=pytest.mark.wide),
    ],
)
def test_a_kill_at_any_event_of_a_print_loses_and_doubles_nothing(
    office_template: Path, tmp_path: Path, printers: str, moments: tuple[int, int]
) -> None:
    check(kill_prints(office_template, tmp_path, printers, *moments))


@pytest.mark.wide
def test_a_kill_after_any_number_of_printed_bytes_loses_and_doubles_nothing(
    office_template: Path, tmp_path: Path
) -> None:
    check(kill_prints(office_template, tmp_path, TCP, 0, 0, 400))
