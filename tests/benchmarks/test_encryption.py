"""The benchmark of encryption compares a plain and an encrypted store; these tests check no time."""

from __future__ import annotations

import json

import pytest

from benchmarks import encryption
from clerk_app.errors import BadData


@pytest.mark.wide
def test_each_measure_has_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("sqlcipher3")
    encryption.main(["--rows", "40", "--rounds", "1", "--seconds", "0.05", "--json"])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["name"] for line in lines} == set(encryption.BARS)
    assert all(line["plain"] > 0 and line["encrypted"] > 0 and line["count"] > 0 for line in lines)


def test_zero_rounds_are_rejected() -> None:
    with pytest.raises(BadData):
        encryption.main(["--rounds", "0"])
