"""An exported history that somebody forged, with right digests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clerk_app.composition.registry import all_rules
from clerk_app.errors import BadData
from clerk_app.ledger.history_file import export_history, import_history
from db.engines import Store
from tests.empty_store import create_empty_store
from tests.forged_history import forge_line
from tests.office import SampleOffice


def test_a_line_with_right_digests_and_impossible_values_is_refused_by_its_place(
    office: SampleOffice, tmp_path: Path
) -> None:
    file, forged = tmp_path / "cases.jsonl", tmp_path / "forged.jsonl"
    export_history(office.store, file, lambda _: None)
    *lines, _end = file.read_bytes().splitlines(keepends=True)
    changes: tuple[dict[str, Any], ...] = (
        {"outcome": "maybe"},
        {"kind": "NoSuchCommand"},
        {"kind": "x\0"},
        {"decision": "eA=="},
        {"command": "eA=="},
        {"said_at": 2**63},
        {"number": 0},
        {"revision": -1},
        {"personal": "e30="},
    )
    for changed in changes:
        forged.write_bytes(b"".join(lines[:-1]) + forge_line(lines[-1], **changed))
        store = Store(create_empty_store(tmp_path / "store.db"))
        with pytest.raises(BadData) as refused:
            import_history(forged, store, all_rules(), lambda _: None)
        assert refused.value.facts.get("number") in (len(lines), json.loads(lines[-1])["number"])
        store.close()
