"""The benchmark of the center sends real cases over real HTTP, counts them again, and reports missed bars."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import sync
from benchmarks.sync_backlog import BacklogBenchmark
from benchmarks.sync_city import BIRTH, SINGLE, Citizens, make_counter_seats, set_up_center
from benchmarks.sync_stores import SqliteStores, open_store
from clerk_app.errors import BadData
from tests.engines import ENGINES, PostgresServer


@pytest.mark.wide
@pytest.mark.parametrize("engine", ENGINES)
def test_each_load_has_a_result(
    engine: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    loads = ["backlog", "online"] if engine == "postgresql" else ["backlog", "online", "day"]
    words = ["--engine", engine, "--load", ",".join(loads), "--flush-ms", "0", "--scale", "0.00002"]
    if engine == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        words += ["--url", server.url("postgres")]
    sync.main([*words, "--rounds", "1", "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["load"], line["engine"]) for line in lines] == [(load, engine) for load in loads]
    assert all(line["per_s"] > 0 and line["round_trips"] > 0 for line in lines)
    assert all(line["floor_per_s"] > 0 and line["ratio"] > 0 for line in lines[:2])
    assert lines[1]["signed_floor_per_s"] > 0


@pytest.mark.wide
def test_all_windows_of_a_storm_are_answered(tmp_path: Path) -> None:
    line = BacklogBenchmark(SqliteStores(tmp_path), tmp_path, 0.0, 1).measure_storm(windows=2, cases=2)
    assert line["round_trips"] >= 4
    assert line["slowest_to_median"] >= 1


@pytest.mark.wide
def test_idle_windows_cost_little_processor_time(capsys: pytest.CaptureFixture[str]) -> None:
    sync.main(["--load", "idle", "--scale", "0.01", "--json"])
    (line,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["windows"] == 10
    assert line["cpu_share"] < 0.5


@pytest.mark.wide
def test_citizens_are_distinct_and_reproducible(tmp_path: Path) -> None:
    (seat,) = make_counter_seats(1)
    commands = [Citizens(7).make_acceptance(BIRTH, seat, "draft") for _each in range(2)]
    assert commands[0] == commands[1]
    citizens = Citizens(7)
    assert len({str(citizens.make_acceptance(SINGLE, seat, "draft").personal) for _each in range(50)}) == 50
    where = SqliteStores(tmp_path).create()
    with open_store(where) as store:
        set_up_center(store, [seat], blocks=1)
        with store.read() as tx:
            assert tx.get("nodes", id=seat.node) is not None
            assert tx.query_one("ledger.count_usable_blocks", node=seat.node, incarnation=1) == {"many": 1}


@pytest.mark.parametrize(
    ("line", "many"),
    [
        ({"load": "backlog", "ratio": 0.11, "bytes_per_case": 290}, 0),
        ({"load": "backlog", "ratio": 0.09, "bytes_per_case": 310}, 2),
        ({"load": "storm", "to_backlog": 1.2, "slowest_to_median": 1.1}, 0),
        ({"load": "storm", "to_backlog": 0.8, "slowest_to_median": 3.0}, 2),
        ({"load": "storm", "slowest_to_median": 1.1}, 0),
        ({"load": "online", "ratio": 0.41, "signed_ratio": 0.51, "p99_to_signed_floor": 1.4}, 0),
        ({"load": "online", "ratio": 0.39, "signed_ratio": 0.49, "p99_to_signed_floor": 1.6}, 3),
        ({"load": "idle", "cpu_share": 0.9}, 0),
        ({"load": "day", "hours_for_280000": 0.9, "cost_end_to_start": 1.1, "memory_growth": 1.1}, 0),
        ({"load": "day", "hours_for_280000": 1.1, "cost_end_to_start": 1.3, "memory_growth": 1.5}, 3),
    ],
)
def test_missed_bars_are_counted(line: dict[str, object], many: int) -> None:
    assert len(sync.missed_bars({"engine": "sqlite", **line})) == many


def test_an_unknown_load_is_rejected() -> None:
    with pytest.raises(BadData):
        sync.main(["--load", "party"])
