"""The benchmark of calls measures real calls, and counts them again in the store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import calls
from benchmarks.call_store import CallStore
from benchmarks.queue_report import QueueResult


@pytest.mark.wide
def test_each_combination_has_a_result_and_nothing_is_called_twice_or_lost(capsys: pytest.CaptureFixture[str]) -> None:
    calls.main(["--rows", "40", "--workers", "3", "--rounds", "1", "--seconds", "0.05", "--each", "4", "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["flush_ms"], line["rows"]) for line in lines] == [(0.0, 40), (4.1, 40)]
    assert {(line["doubled"], line["lost"]) for line in lines} == {(0, 0)}


@pytest.mark.wide
def test_a_ticket_called_twice_and_a_lost_call_are_found_in_the_store(tmp_path: Path) -> None:
    store = CallStore.create_in_folder(tmp_path / "place", 20, 2, 4)
    answers = store.run_calls(2, 0.5).answers
    assert store.count_faults(answers) == (0, 0)
    assert store.count_faults([*answers, {"ticket": "invented", "visit": "v", "window": "w1"}]) == (0, 1)
    assert store.count_faults([*answers, answers[0]])[0] == 1
    store.close()


def test_a_missed_bar_is_named() -> None:
    slow = QueueResult("sqlite", 60, 16, 4.1, 100, 1.0, 230, 0.4, 0, 0)
    assert calls.missed_bars(slow) == ["sqlite 60 x16 4.1 ms: 0.400 of the floor, 0.5 at least"]
