"""The benchmark of A4 papers; these tests check no time."""

from __future__ import annotations

import json

import pytest

from benchmarks import a4
from clerk_app.errors import BadData

pytest.importorskip("typst")


def test_it_compares_a_letter_and_a_list_with_the_floor(capsys: pytest.CaptureFixture[str]) -> None:
    a4.main(["--rounds", "1", "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["bar"] for line in lines] == [None, None, a4.BAR, a4.BAR]
    assert all(line["milliseconds"] > 0 for line in lines)


def test_rounds_are_needed() -> None:
    with pytest.raises(BadData):
        a4.main(["--rounds", "0"])
