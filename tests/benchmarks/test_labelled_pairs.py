"""Pairs of another author, from a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.labelled_pairs import read_labelled
from clerk_app.errors import BadData


def test_pairs_are_read_by_kind_and_a_wrong_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    lines = (
        '{"kind": "name", "left": "甲", "right": "乙", "label": "near"}',
        '{"kind": "name", "left": "丙", "right": "", "label": "forbidden"}',
        '{"kind": "text", "left": "a", "right": "b", "label": "topic"}',
    )
    file.write_text("\n".join(lines), "utf-8")
    found = read_labelled(file)
    assert [(pair.kind, pair.is_similar) for pair in (*found.names, *found.texts)] == [("near", True), ("topic", False)]
    assert found.forbidden == ["丙"]
    for wrong in ('{"kind": "text", "left": "a", "right": "b", "label": "near"}', "{"):
        file.write_text(f"{lines[0]}\n{wrong}", "utf-8")
        with pytest.raises(BadData) as refused:
            read_labelled(file)
        assert "line 2" in str(refused.value)
