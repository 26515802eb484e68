"""The benchmark of scanning measures every stage at the counter and on a terminal; these tests check no time."""

from __future__ import annotations

import json

import pytest

from benchmarks.scan import BARE, SCREEN, STAGES, TOTAL, ScanStage, format_table, main
from clerk_app.errors import BadData


@pytest.mark.wide
def test_every_stage_is_measured_and_the_shares_add_up_to_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--samples", "3", "--screens", "1", "--json"]) == 0
    stages = {row["name"]: ScanStage(**row) for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert set(stages) == {*STAGES, TOTAL, BARE, SCREEN}
    assert all(stage.median > 0 for stage in stages.values())
    assert sum(stages[name].share or 0 for name in STAGES) == pytest.approx(1)
    assert [stages[name].count for name in (TOTAL, BARE, SCREEN)] == [3, 3, 1]
    assert stages[SCREEN].median > stages[TOTAL].median


def test_the_table_has_a_line_for_each_stage() -> None:
    lines = format_table([ScanStage(TOTAL, 20.0, 30.0, 1.0, 5), ScanStage(BARE, 1.0, 2.0, None, 5)])
    assert len(lines) == 3
    assert "100 %" in lines[1]
    assert "%" not in lines[2].replace("- %", "")


@pytest.mark.parametrize("words", [["--samples", "0"], ["--screens", "-1"]])
def test_zero_samples_are_rejected(words: list[str]) -> None:
    with pytest.raises(BadData):
        main(words)
