"""The tests that docs/scenarios.md names exist."""

from __future__ import annotations

import re

from tests.docs.code_blocks import DOCS

PAGE = DOCS / "scenarios.md"


def test_each_test_that_the_page_names_exists() -> None:
    found = 0
    for row in PAGE.read_text("utf-8").splitlines():
        names = re.findall(r"`([^`]+)`", row) if row.startswith("|") else []
        files = [DOCS.parent / name for name in names if name.startswith("tests/")]
        assert all(file.is_file() for file in files), row
        text = "".join(file.read_text("utf-8") for file in files)
        assert all(f"def {name}(" in text for name in names if name.startswith("test_")), row
        found += len(files)
    assert found > 30
