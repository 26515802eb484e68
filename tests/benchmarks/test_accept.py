"""The benchmark of acceptances accepts real cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import accept

pytestmark = pytest.mark.wide


def test_a_birth_of_nine_matters_is_measured_beside_its_rows(tmp_path: Path) -> None:
    found = accept.measure(tmp_path, flush=0.0, rounds=1)
    assert found["matters"] == 9
    assert found["rows"] > 40
    assert found["ratio"] > 0
