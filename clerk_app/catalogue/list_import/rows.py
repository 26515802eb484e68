"""Rows of a sheet by what their columns hold, grouped by matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from clerk_app.catalogue.list_import.cells import ImportReport, ListCell
from clerk_app.catalogue.list_import.headings import (
    IGNORED,
    SEARCHED_ROWS,
    Headings,
    find_headings,
    fold_heading,
    known_headings,
)
from clerk_app.catalogue.list_import.workbook import ListSheet, Row, column_letters
from clerk_app.locales import _, format_list
from clerk_app.text.folding import fold_text

_LOOK_AHEAD = SEARCHED_ROWS + 3
REQUIRED = ("organ", "kind", "statutory_days", "promised_days")


@dataclass
class ListRow:
    """A row of a list: its cells by field."""

    sheet: str
    number: int
    cells: dict[str, ListCell]
    headings: Headings

    def text(self, field: str) -> str:
        """Return the text of a cell; empty without one."""
        cell = self.cells.get(field)
        return cell.text if cell is not None else ""

    @property
    def place(self) -> str:
        """Sheet and row, as the source of what was read from it."""
        return f"{self.sheet}!{self.number}"


@dataclass
class MatterRows:
    """The rows of one matter: one, or one for each handling item."""

    name: str
    rows: list[ListRow] = field(default_factory=list)


def read_sheet(sheet: ListSheet, report: ImportReport) -> Iterator[ListRow]:
    """Yield the rows of a sheet. What is left out is recorded in `report`."""
    stream = sheet.rows()
    first = list(islice(stream, _LOOK_AHEAD))
    if not first:
        return
    headings = find_headings(first)
    if headings is None:
        report.add_note(_("A sheet without known headings was left out."), sheet.name)
        return
    _report_columns(sheet.name, headings, report)
    for number, cells in chain(first, stream):
        if number <= headings.last_row:
            continue
        found = {name: cells[at] for at, name in headings.fields.items() if at in cells and name != IGNORED}
        if not found or _is_heading_again(found):
            continue
        if _is_remark(found, cells):
            report.add_note(_("A row with one text over all columns was left out."), f"{sheet.name}!{number}")
            continue
        yield ListRow(sheet.name, number, found, headings)


def _is_heading_again(found: dict[str, ListCell]) -> bool:
    """Return whether the headings are repeated, as at the top of each printed page."""
    name = found.get("name")
    return name is not None and known_headings().get(fold_heading(name.text)) == "name"


def _is_remark(found: dict[str, ListCell], cells: Row) -> bool:
    """Return whether a row has one text only, over all columns or in a column of its own, such as a title."""
    is_one_text = len({cell.text for cell in cells.values()}) == 1
    return is_one_text and (len(cells) > 1 or "name" not in found)


def _report_columns(sheet: str, headings: Headings, report: ImportReport) -> None:
    for cell in headings.unknown.values():
        report.add_mistake(cell, cell.text.replace("\n", ""), _("This heading is not known: the column was left out."))
    ignored = [column_letters(at) for at, name in headings.fields.items() if name == IGNORED]
    if ignored:
        words = _("Columns that a catalogue does not have were left out.")
        report.add_note(words, f"{sheet}!{format_list(ignored)}")
    missing = [name for name in REQUIRED if name not in headings.fields.values()]
    for name in missing:
        place = ListCell(sheet, headings.last_row, column_letters(min(headings.fields)), "")
        sentence = _("The sheet has no column for it: it is left as a blank (____) in each matter.")
        report.add_mistake(place, name, sentence)


def group_rows(rows: Iterator[ListRow], report: ImportReport) -> list[MatterRows]:
    """Return the rows by matter, in the order of their first rows.

    Rows of one name and organ are one matter if they name handling items; otherwise the second one is a mistake.
    """
    groups: dict[tuple[str, ...], MatterRows] = {}
    last = ""
    for row in rows:
        name = row.text("name")
        if not name and "name" in row.cells and row.cells["name"].loss:
            report.add_mistake(row.cells["name"], row.headings.titles["name"], row.cells["name"].loss)
            continue
        if not name:
            column = next(at for at, known in row.headings.fields.items() if known == "name")
            cell = ListCell(row.sheet, row.number, column_letters(column), "")
            sentence = _("The name is empty. If the row belongs to {name}, merge the cells or repeat the name.")
            report.add_mistake(cell, row.headings.titles["name"], sentence.format(name=last or "?"))
            continue
        last = name
        key: tuple[str, ...] = (fold_text(row.text("organ")), fold_text(name))
        if not row.text("item_name"):
            key = (*key, row.text("number"))
        group = groups.setdefault(key, MatterRows(name))
        if group.rows and not row.text("item_name"):
            sentence = _("{name} is there twice; the first is in {place}.")
            report.add_mistake(
                row.cells["name"], row.headings.titles["name"], sentence.format(name=name, place=group.rows[0].place)
            )
            continue
        group.rows.append(row)
    return list(groups.values())
