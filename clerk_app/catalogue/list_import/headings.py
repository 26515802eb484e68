"""Finds the rows with the headings of a sheet, and what each column holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from clerk_app.catalogue.list_import.cells import ListCell
from clerk_app.catalogue.list_import.workbook import Row
from clerk_app.catalogue.yaml_file import read_yaml_file

SEARCHED_ROWS = 20
_MOST_HEADING_ROWS = 3
_FEWEST_KNOWN = 3  # columns by which rows are recognised as headings
_FILE = Path(__file__).parents[1] / "data" / "list-headings.yaml"
_BRACKETS = re.compile(r"[(\[【〔].*?[)\]】〕]")
_SIGNS = re.compile(r"[^\w]|_")
IGNORED = "ignored"


class Headings(NamedTuple):
    """The headings of a sheet: field and heading by column, unknown headings by column, and their last row.

    `units` has the unit that a heading names in brackets, by field.
    """

    fields: dict[int, str]
    titles: dict[str, str]
    unknown: dict[int, ListCell]
    units: dict[str, str]
    last_row: int


def find_headings(rows: Sequence[tuple[int, Row]]) -> Headings | None:
    """Return the headings among the first rows of a sheet; None if no rows with at least a name are found.

    Headings may take up to three rows: a group such as the statutory and promised time limit is one merged cell above.
    """
    best: Headings | None = None
    for start in range(min(len(rows), SEARCHED_ROWS)):
        for depth in range(1, _MOST_HEADING_ROWS + 1):
            block = rows[start : start + depth]
            if len(block) < depth or block[-1][0] - block[0][0] != depth - 1:
                break
            found = _read_block([row for _number, row in block], block[-1][0])
            known = [field for field in found.fields.values() if field != IGNORED]
            if "name" in known and len(known) >= _FEWEST_KNOWN and (best is None or len(known) > _count_known(best)):
                best = found
    return best


def _count_known(headings: Headings) -> int:
    return sum(field != IGNORED for field in headings.fields.values())


def _read_block(rows: Sequence[Row], last_row: int) -> Headings:
    found = Headings({}, {}, {}, {}, last_row)
    for column in sorted({at for row in rows for at in row}):
        cells = [row[column] for row in rows if column in row]
        texts = list(dict.fromkeys(cell.text for cell in cells))
        field = _recognise(texts)
        if field is None:
            found.unknown[column] = cells[-1]
        elif field == IGNORED or field not in found.fields.values():
            found.fields[column] = field
            found.titles[field] = texts[-1].replace("\n", "")
            found.units[field] = "".join(texts)
        else:
            found.unknown[column] = cells[-1]
    return found


def _recognise(texts: Sequence[str]) -> str | None:
    """Return the field of a column with these headings, from top to bottom."""
    known = known_headings()
    plain = [fold_heading(text) for text in texts]
    candidates = [plain[-1], "".join(plain), "".join(reversed(plain))]
    candidates += ["".join(plain[-2:]), "".join(reversed(plain[-2:]))]
    return next((known[text] for text in candidates if text in known), None)


def fold_heading(text: str) -> str:
    """Return a heading without spaces, line breaks, punctuation, and what is in brackets."""
    plain = unicodedata.normalize("NFKC", text)
    return _SIGNS.sub("", _BRACKETS.sub("", plain))


@cache
def known_headings() -> Mapping[str, str]:
    """Return the field of each known heading, folded."""
    content = read_yaml_file(_FILE, _FILE.name).content["headings"]
    return {fold_heading(heading): field for field, headings in content.items() for heading in headings}
