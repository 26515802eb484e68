"""Files with further persons: CSV, or the first sheet of an XLSX workbook, with the names of fields as headings.

What a spreadsheet program may have changed is refused with its row and column: formulas without a value, and numbers of
documents that were stored as numbers and lack their last digits or first zeros.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clerk_app.cases.intake.further_persons import MOST_PERSONS
from clerk_app.catalogue.form_fields import Field
from clerk_app.catalogue.list_import.cells import ListCell
from clerk_app.catalogue.list_import.workbook import column_letters, open_workbook
from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.registry.source_files import open_source_file
from clerk_app.roles.case_answers import list_answer_options
from clerk_app.roles.csv_file import write_csv
from clerk_app.roles.formatting import localize
from clerk_app.text.cleaning import clean_text, fold_width
from clerk_app.text.folding import fold_text

_MOST_BYTES = 5_000_000
_MOST_MISTAKES = 50
_EXPONENT = re.compile(r"\d+(\.\d+)?E\+\d+", re.IGNORECASE)
_FORMULA_SIGNS = ("=", "＝", "@")
_DATES = frozenset({"date", "birth_date"})
_AMOUNTS = frozenset({"number", "money"})
_WORDS = {"yes": ("是", "有", "y"), "no": ("否", "无", "n")}


Line = tuple[int, Mapping[int, ListCell]]
"""Number of a row from 1, and its cells by number of the column from 0."""


@dataclass(frozen=True)
class ReadList:
    """The answers of each row by field; with `mistakes` they are not to be used."""

    rows: tuple[dict[str, str], ...]
    mistakes: tuple[str, ...]


def read_list(path: Path, fields: Sequence[Field]) -> ReadList:
    """Read the persons of a file. Raises BadData for a file that cannot be read, or whose headings are not known."""
    lines = _read_lines(path)
    if not lines:
        raise BadData("{path} has no rows.", path=path)
    columns = _find_columns(lines[0][1], fields)
    if len(lines) - 1 > MOST_PERSONS:
        raise BadData("A list has at most {limit} persons.", limit=MOST_PERSONS)
    rows: list[dict[str, str]] = []
    mistakes: list[str] = []
    for number, cells in lines[1:]:
        answers: dict[str, str] = {}
        for at, cell in cells.items():
            field = columns.get(at)
            try:
                text = _read_answer(field, cell) if field is not None else _refuse_stray(cell)
            except BadData as error:
                place = _("Row {row}, column {column}").format(row=number, column=cell.column)
                name = localize(field.name) if field is not None else ""
                mistakes.append(": ".join(filter(None, (place, name, str(error)))))
                continue
            if field is not None and text:
                answers[field.id] = text
        rows.append(answers)
    if not rows:
        raise BadData("{path} has headings and no person.", path=path)
    return ReadList(tuple(rows), tuple(mistakes[:_MOST_MISTAKES]))


def _find_columns(headings: Mapping[int, ListCell], fields: Sequence[Field]) -> dict[int, Field]:
    """Return the field of each column. Raises BadData for a heading that is none, is there twice, or is missing."""
    known = {_fold(name): field for field in fields for name in (field.id, field.name.zh, field.name.en)}
    columns: dict[int, Field] = {}
    for at, cell in headings.items():
        if not cell.text.strip():
            continue
        field = known.get(_fold(cell.text))
        if field is None or cell.loss:
            names = ", ".join(localize(found.name) for found in fields)
            raise BadData("The heading {name} is no field. The fields are: {names}", name=cell.text, names=names)
        if field in columns.values():
            raise BadData("The heading {name} is there twice.", name=localize(field.name))
        columns[at] = field
    missing = next((field for field in fields if field.required and field not in columns.values()), None)
    if missing is not None:
        raise BadData("A column is missing: {name}", name=localize(missing.name))
    return columns


def _fold(text: str) -> str:
    return fold_text(text).casefold().replace(" ", "").strip("*:：")


def _refuse_stray(cell: ListCell) -> str:
    if cell.text.strip() or cell.loss:
        raise BadData("This column has no heading.")
    return ""


def _read_answer(field: Field, cell: ListCell) -> str:
    """Return the answer in a cell as it could be typed. Raises BadData if it may not be what was meant."""
    if cell.loss and not (cell.is_date and field.kind in _DATES):
        raise BadData(cell.loss)
    text = clean_text(cell.text)
    if field.fixed_answers():
        return _find_choice(field, text)
    if field.kind in _DATES:
        return fold_width(text)
    if field.kind in _AMOUNTS:
        return fold_width(text)
    if (cell.is_number or _EXPONENT.fullmatch(text)) and field.kind != "text":
        raise BadData("It was stored as a number, which may have lost digits: format the column as text.")
    return text if field.kind == "text" else fold_width(text)


def _find_choice(field: Field, text: str) -> str:
    """Return the id of an answer that is named by its id or in one of the languages; another text is returned as is."""
    names = {_fold(choice.id): choice.id for choice in field.choices}
    names |= {_fold(name): choice.id for choice in field.choices for name in (choice.name.zh, choice.name.en)}
    names |= {_fold(option.name): option.id for option in list_answer_options(field)}
    names |= {_fold(answer): answer for answer in field.fixed_answers()}
    if field.kind == "yes_no":
        names |= {word: answer for answer, words in _WORDS.items() for word in words}
    return names.get(_fold(text), text)


def _read_lines(path: Path) -> list[Line]:
    """Return the rows that are not empty, the headings first."""
    try:
        size = path.stat().st_size if path.is_file() else -1
    except OSError as error:
        raise BadData("{path} cannot be read: {text}", path=path, text=error) from error
    if size < 0:
        raise BadData("There is no file {path}.", path=path)
    if size > _MOST_BYTES:
        raise BadData("{path} is too large for a list of {limit} persons.", path=path, limit=MOST_PERSONS)
    if path.suffix.lower() == ".csv":
        file = open_source_file(path)
        return [_build_line(1, file.read_header()), *(_build_line(*row) for row in file.read_rows())]
    if path.suffix.lower() != ".xlsx":
        raise BadData("{path} is none of these: {formats}.", path=path, formats=".csv .xlsx")
    with open_workbook(path) as sheets:
        return list(sheets[0].rows())


def _build_line(number: int, values: Sequence[object]) -> Line:
    """Return a row of a CSV file; a cell that begins like a formula has a loss."""
    cells: dict[int, ListCell] = {}
    for at, value in enumerate(values):
        text = str(value).strip()
        if text:
            loss = _("This is a formula: write its value.") if text.startswith(_FORMULA_SIGNS) else ""
            cells[at] = ListCell("", number, column_letters(at), text, loss=loss)
    return number, cells


def write_form(path: Path, fields: Sequence[Field]) -> None:
    """Write an empty list with its headings to a new file. Raises BadData if there is one, or it cannot be written."""
    headings = [localize(field.name) for field in fields]
    if path.exists():
        raise BadData("{path} is there already: choose another name.", path=path)
    try:
        if path.suffix.lower() == ".csv":
            write_csv(path, [headings])
        elif path.suffix.lower() == ".xlsx":
            _write_workbook(path, headings)
        else:
            raise BadData("{path} is none of these: {formats}.", path=path, formats=".csv .xlsx")
    except OSError as error:
        raise BadData("{path} cannot be written: {text}", path=path, text=error) from error


def _write_workbook(path: Path, headings: Sequence[str]) -> None:
    """Write a sheet whose cells are texts, so that the spreadsheet program changes no number."""
    try:
        from openpyxl import Workbook
    except ImportError as error:
        raise BadData("Workbooks need the extra package: pip install 'clerk[xlsx]'") from error
    book = Workbook()
    sheet = book.active
    for column, heading in enumerate(headings, 1):
        sheet.cell(1, column, heading)
        sheet.column_dimensions[column_letters(column - 1)].width = max(14, 2 * len(heading))
        for row in range(1, MOST_PERSONS + 2):
            sheet.cell(row, column).number_format = "@"
    book.save(path)
