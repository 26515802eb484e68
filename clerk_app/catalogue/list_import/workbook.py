"""Sheets of a workbook row by row; the value of a merged range belongs to each of its cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from clerk_app.catalogue.list_import.cells import ListCell
from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.text.workbook_limits import require_harmless_workbook

MOST_ROWS = 100_000  # of a sheet: a city has 35 000 handling items
_MOST_COLUMNS = 200
_MOST_EMPTY_ROWS = 1_000  # after which a sheet ends: formats may reach to its last row
_EXACT_DIGITS = 15  # a workbook keeps no more of a number
_RANGE = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3}\d+)"[^>]*>(.*?)</(?:\w+:)?c>', re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v>[^<]")

Row = dict[int, ListCell]
"""Cells of a row that are not empty, by number of the column from 0."""


@dataclass(frozen=True)
class _Range:
    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass
class ListSheet:
    """A sheet of a workbook that is open."""

    name: str
    is_hidden: bool
    _sheet: Any
    _xml: bytes

    def rows(self) -> Iterator[tuple[int, Row]]:
        """Yield number (from 1) and cells of each row that is not empty. Raises BadData for too many rows."""
        ranges = _read_ranges(self._xml)
        uncalculated = _find_uncalculated(self._xml)
        active: list[tuple[_Range, ListCell]] = []
        empty = 0
        for number, cells in enumerate(self._sheet.iter_rows(max_col=_MOST_COLUMNS), 1):
            if number > MOST_ROWS:
                raise BadData("The sheet {name} has more than {limit} rows.", name=self.name, limit=MOST_ROWS)
            row = {at: cell for at, cell in self._read_cells(number, cells, uncalculated) if cell.text or cell.loss}
            active = [(area, cell) for area, cell in active if area.last_row >= number]
            for area, cell in active:
                _fill(row, area, cell, number)
            for area in ranges.get(number, ()):
                if area.first_column in row:
                    first = row[area.first_column]
                    _fill(row, area, first, number)
                    active.append((area, first))
            empty = 0 if row else empty + 1
            if row:
                yield number, row
            elif empty > _MOST_EMPTY_ROWS:
                return

    def _read_cells(self, number: int, cells: Any, uncalculated: frozenset[bytes]) -> Iterator[tuple[int, ListCell]]:
        for at, cell in enumerate(cells):
            column = column_letters(at)
            if uncalculated and f"{column}{number}".encode() in uncalculated:
                loss = _("This is a formula without a value: open the file in the spreadsheet program and save it.")
                yield at, ListCell(self.name, number, column, "", loss=loss)
            elif cell.value is not None:
                text, loss = _read_value(cell)
                is_number, is_date = isinstance(cell.value, int | float), isinstance(cell.value, date)
                yield at, ListCell(self.name, number, column, text, is_number, loss=loss, is_date=is_date)


def _fill(row: Row, area: _Range, cell: ListCell, number: int) -> None:
    for at in range(area.first_column, area.last_column + 1):
        if (number, at) != (area.first_row, area.first_column):
            row[at] = cell._replace(row=number, column=column_letters(at), is_merged=True)


@contextmanager
def open_workbook(path: Path) -> Iterator[list[ListSheet]]:
    """Yield the sheets of a workbook. Raises BadData for a file that is none, is damaged or too large."""
    try:
        from openpyxl import load_workbook
    except ImportError as error:
        raise BadData("Workbooks need the extra package: pip install 'clerk[xlsx]'") from error
    if path.suffix.lower() == ".xls":
        raise BadData("{path} is in the old format XLS: save it as XLSX.", path=path)
    require_harmless_workbook(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # whatever a damaged file causes
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
    try:
        with zipfile.ZipFile(path) as archive:
            yield [_open_sheet(sheet, archive) for sheet in book.worksheets]
    finally:
        book.close()


def _open_sheet(sheet: Any, archive: zipfile.ZipFile) -> ListSheet:
    sheet.reset_dimensions()  # what the file states may be wrong
    xml = archive.read(sheet._worksheet_path)  # merged ranges are not read otherwise
    return ListSheet(str(sheet.title), sheet.sheet_state != "visible", sheet, xml)


def _read_ranges(xml: bytes) -> dict[int, list[_Range]]:
    """Return the merged ranges by their first row."""
    found: dict[int, list[_Range]] = {}
    for first, top, last, bottom in _RANGE.findall(xml, max(0, xml.rfind(b"mergeCells ") - 100)):
        area = _Range(int(top), int(bottom), _column_number(first), min(_column_number(last), _MOST_COLUMNS))
        found.setdefault(area.first_row, []).append(area)
    return found


def _find_uncalculated(xml: bytes) -> frozenset[bytes]:
    """Return the cells with a formula whose value was never stored."""
    if b"<f" not in xml and b":f>" not in xml:
        return frozenset()
    return frozenset(
        place
        for place, inner in _CELL.findall(xml)
        if re.search(rb"<(?:\w+:)?f[ >/]", inner) and not _VALUE.search(inner)
    )


def _read_value(cell: Any) -> tuple[str, str]:
    """Return the text of a cell, and the reason if it may differ from what was typed."""
    value = cell.value
    if isinstance(value, bool):
        return ("是" if value else "否"), ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10], _("The spreadsheet program made a date of it: format the column as text.")
    if isinstance(value, int | float):
        return _read_number(value, str(cell.number_format or ""))
    if getattr(cell, "data_type", "") == "e":
        return str(value), _("The cell has an error: {value}.").format(value=value)
    return str(value).replace("_x000D_", "").strip(), ""


def _read_number(value: float, shown_as: str) -> tuple[str, str]:
    if isinstance(value, float) and not value.is_integer():
        return repr(value), ""
    digits = str(int(value))
    if len(digits.lstrip("-")) > _EXACT_DIGITS:
        return digits, _("It was stored as a number, so its last digits are lost: format the column as text.")
    return digits.zfill(len(shown_as)) if re.fullmatch("0+", shown_as) else digits, ""


@cache
def column_letters(number: int) -> str:
    """Return the name of a column, counted from 0: A, B ... Z, AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
