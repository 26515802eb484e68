"""The benchmark of the queue measures real claims, counts them again in the store, and reports missed bars."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from benchmarks import queue
from benchmarks.queue_report import CompetitorResult, QueueResult, missed_bars
from benchmarks.queue_store import QueueStore
from clerk_app.errors import BadData
from tests.engines import ENGINES, PostgresServer

SHORT = ("--rows", "30,60", "--workers", "1,3", "--rounds", "1", "--seconds", "0.05", "--json")


@pytest.mark.wide
@pytest.mark.parametrize("engine", ENGINES)
def test_each_combination_has_a_result_and_nothing_is_doubled_or_lost(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--engine", engine, "--flush-ms", "0,1,real", "--keep", str(tmp_path / "kept"), *SHORT]
    if engine == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        words += ["--url", server.url("postgres")]
    queue.main(words)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["flush_ms"], line["workers"], line["rows"]) for line in lines] == [
        (flush, workers, rows) for flush in (0.0, 1.0, "real") for workers in (1, 3) for rows in (30, 60)
    ]
    assert {(line["engine"], line["doubled"], line["lost"]) for line in lines} == {(engine, 0, 0)}
    assert all(line["claims_per_s"] > 0 and line["floor_per_s"] > 0 and line["p99_ms"] > 0 for line in lines)
    if engine == "sqlite":
        kept = sqlite3.connect(tmp_path / "kept" / "sqlite-real" / "60" / "store.db")
        assert kept.execute("SELECT count(*), count(DISTINCT task) FROM claims").fetchone()[0] > 0
        kept.close()


def test_doubled_and_lost_claims_are_found_in_the_store(tmp_path: Path) -> None:
    store = QueueStore.create_in_folder(tmp_path / "place", 20, 2)
    answered = store.run_claims(2, 0.05).answers
    assert store.count_faults(answered) == (0, 0)
    invented: dict[str, object] = {"task": "00000000009901", "officer": "officer-0", "fence": 1}
    assert store.count_faults([*answered, invented]) == (0, 1)
    with store.store.write() as tx:
        tx.insert("claims", task=answered[0]["task"], fence=2, staff="officer-1", at=1, how="")
    assert store.count_faults([*answered, answered[1]]) == (2, 0)
    store.close()


def make_result(
    rows: int = 1_000, workers: int = 1, flush: float | str = 0.0, rate: float = 500, ratio: float = 1
) -> QueueResult:
    return QueueResult("sqlite", rows, workers, flush, rate, 1.0, 1_000, ratio, 0, 0)


@pytest.mark.parametrize(
    ("cells", "many"),
    [
        ([make_result(ratio=0.15)], 0),
        ([make_result(ratio=0.14)], 1),
        ([make_result(flush=4.1, ratio=0.85)], 0),
        ([make_result(flush=4.1, ratio=0.84)], 1),
        ([make_result(flush=4.1, workers=16, ratio=5)], 0),
        ([make_result(flush=4.1, workers=16, ratio=4.9)], 1),
        ([make_result(flush="real", ratio=0.01)], 0),
        ([make_result(), make_result(rows=1_000_000, rate=400)], 0),
        ([make_result(), make_result(rows=1_000_000, rate=380)], 1),
        ([QueueResult("sqlite", 1, 1, "real", 1, 1, 1, 1, doubled=1, lost=0)], 1),
        ([QueueResult("sqlite", 1, 1, "real", 1, 1, 1, 1, doubled=0, lost=1)], 1),
    ],
)
def test_missed_bars_are_counted(cells: list[QueueResult], many: int) -> None:
    assert len(missed_bars(cells)) == many


def test_a_faster_library_is_a_missed_bar() -> None:
    assert missed_bars([], [CompetitorResult("pgqueuer", 1_000, 16, 4.1, 500, 501)]) == []
    assert len(missed_bars([], [CompetitorResult("pgqueuer", 1_000, 16, 4.1, 501, 500)])) == 1


@pytest.mark.parametrize("words", [("--engine", "oracle"), ("--rows", "many"), ("--workers", "0")])
def test_invalid_arguments_are_rejected(words: tuple[str, ...]) -> None:
    with pytest.raises(BadData):
        queue.main(words)
