"""The benchmark of feel starts both programs on a pseudo terminal and reaches every state; these tests check no
time.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from benchmarks.early_imports import imported_before_paint
from benchmarks.feel import main
from benchmarks.feel_report import BARS, compare_measures
from benchmarks.feel_rounds import SIGN_IN, program_command, run_round
from benchmarks.sample_office import build_feel_city
from benchmarks.terminal import Terminal
from clerk_app.errors import BadData, OutOfReach

pytestmark = pytest.mark.wide


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench") / "city"
    build_feel_city(folder, tasks=250)
    return folder


@pytest.mark.wide
def test_one_round_returns_every_measure_that_has_a_bar(city: Path) -> None:
    measures = compare_measures(*run_round(city, presses=3))
    assert set(BARS) <= {measure.name for measure in measures}
    assert all(measure.median > 0 and measure.ratio > 0 for measure in measures)


def test_nothing_heavy_is_imported_before_the_first_paint(city: Path) -> None:
    assert imported_before_paint(program_command(city), SIGN_IN) == ()


def test_a_program_that_ends_without_painting_is_reported() -> None:
    with pytest.raises(OutOfReach, match="no screen"):
        imported_before_paint(("/bin/sh", "-c", "echo no screen"), SIGN_IN)


def test_a_ticking_clock_is_not_taken_for_the_repaint_of_a_key() -> None:
    clock = "import time\nwhile True:\n    print('09:56', flush=True)\n    time.sleep(0.02)"
    with Terminal((sys.executable, "-c", clock)) as terminal:
        terminal.wait_for("09:56")
        with pytest.raises(OutOfReach, match="09:56"):
            terminal.time_key("\x1b[B", re.compile(rb"\d{12}-\d\d"), patience=0.5)


def test_zero_rounds_are_rejected() -> None:
    with pytest.raises(BadData):
        main(["--rounds", "0"])
