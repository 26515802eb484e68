"""CSV files for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

_FORMULA_SIGNS = "=+-@\t\r＝＋－＠"  # the full-width ones too


def write_csv(path: Path, rows: Iterable[Iterable[str]]) -> None:
    """Write rows as CSV in UTF-8 with a byte order mark; no cell is read as a formula."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([escape_cell(cell) for cell in row] for row in rows)


def escape_cell(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would read as a formula."""
    return f"'{text}" if text[:1] and text[0] in _FORMULA_SIGNS else text
