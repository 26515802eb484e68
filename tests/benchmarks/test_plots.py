"""The benchmark of plots; these tests check no time."""

from __future__ import annotations

import json

import pytest

from benchmarks import plots
from clerk_app.errors import BadData


@pytest.mark.wide
def test_each_share_has_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    plots.main(["--rounds", "1", "--seconds", "1", "--tickets", "40", "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 4
    assert all(line["percent"] >= 0 for line in lines)
    assert [line["bar"] for line in lines] == [None, None, None, plots.BAR]


def test_zero_rounds_are_rejected() -> None:
    with pytest.raises(BadData):
        plots.main(["--rounds", "0"])
