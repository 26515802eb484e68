"""The bench of the queue measures real claims, counts them again in the store, and knows a broken bar."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from clerk_app.bench import queue
from clerk_app.bench.queue_place import Place
from clerk_app.bench.queue_table import Cell, Rival, broken
from clerk_app.errors import BadData
from tests.engines import ENGINES, Postgres

SHORT = ("--rows", "30,60", "--workers", "1,3", "--rounds", "1", "--seconds", "0.05", "--json")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_line_for_each_combination_and_nothing_doubled_or_lost(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--engine", engine, "--flush-ms", "0,1,real", "--keep", str(tmp_path / "kept"), *SHORT]
    if engine == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        words += ["--url", server.url("postgres")]
    queue.main(words)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["flush_ms"], one["workers"], one["rows"]) for one in lines] == [
        (flush, workers, rows) for flush in (0.0, 1.0, "real") for workers in (1, 3) for rows in (30, 60)
    ]
    assert {(one["engine"], one["doubled"], one["lost"]) for one in lines} == {(engine, 0, 0)}
    assert all(one["claims_per_s"] > 0 and one["floor_per_s"] > 0 and one["p99_ms"] > 0 for one in lines)
    if engine == "sqlite":
        kept = sqlite3.connect(tmp_path / "kept" / "sqlite-real" / "60" / "store.db")
        assert kept.execute("SELECT count(*), count(DISTINCT task) FROM claims").fetchone()[0] > 0
        kept.close()


def test_doubled_and_lost_claims_are_found_in_the_store(tmp_path: Path) -> None:
    place = Place.in_folder(tmp_path / "place", 20, 2)
    answered = place.burst(2, 0.05).answered
    assert place.recount(answered) == (0, 0)
    invented: dict[str, object] = {"task": "00000000009901", "officer": "officer-0", "fence": 1}
    assert place.recount([*answered, invented]) == (0, 1)
    with place.store.write() as tx:
        tx.insert("claims", task=answered[0]["task"], fence=2, staff="officer-1", at=1, how="")
    assert place.recount([*answered, answered[1]]) == (2, 0)
    place.close()


def cell(rows: int = 1_000, workers: int = 1, flush: float | str = 0.0, rate: float = 500, ratio: float = 1) -> Cell:
    return Cell("sqlite", rows, workers, flush, rate, 1.0, 1_000, ratio, 0, 0)


@pytest.mark.parametrize(
    ("cells", "many"),
    [
        ([cell(ratio=0.15)], 0),
        ([cell(ratio=0.14)], 1),
        ([cell(flush=4.1, ratio=0.85)], 0),
        ([cell(flush=4.1, ratio=0.84)], 1),
        ([cell(flush=4.1, workers=16, ratio=5)], 0),
        ([cell(flush=4.1, workers=16, ratio=4.9)], 1),
        ([cell(flush="real", ratio=0.01)], 0),
        ([cell(), cell(rows=1_000_000, rate=400)], 0),
        ([cell(), cell(rows=1_000_000, rate=380)], 1),
        ([Cell("sqlite", 1, 1, "real", 1, 1, 1, 1, doubled=1, lost=0)], 1),
        ([Cell("sqlite", 1, 1, "real", 1, 1, 1, 1, doubled=0, lost=1)], 1),
    ],
)
def test_each_bar_is_held_or_broken(cells: list[Cell], many: int) -> None:
    assert len(broken(cells)) == many


def test_a_quicker_library_is_a_broken_bar() -> None:
    assert broken([], [Rival("pgqueuer", 1_000, 16, 4.1, 500, 501)]) == []
    assert len(broken([], [Rival("pgqueuer", 1_000, 16, 4.1, 501, 500)])) == 1


@pytest.mark.parametrize("words", [("--engine", "oracle"), ("--rows", "many"), ("--workers", "0")])
def test_arguments_that_cannot_be_are_named(words: tuple[str, ...]) -> None:
    with pytest.raises(BadData):
        queue.main(words)
