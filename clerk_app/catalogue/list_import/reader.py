"""Reads the cells of a row of a list; what is not understood is recorded once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clerk_app.catalogue.list_import import values
from clerk_app.catalogue.list_import.cells import ImportReport, ListCell, NotUnderstood
from clerk_app.catalogue.list_import.materials import MaterialList, read_materials
from clerk_app.catalogue.list_import.rows import ListRow
from clerk_app.locales import _

_CODES = frozenset({"number", "item_number", "consultation_phone", "complaint_phone"})


class RowReader:
    """Reads rows of the workbook `file`. `fields` are the questions that were added for handling items."""

    def __init__(self, file: str, report: ImportReport, materials: MaterialList) -> None:
        self.file = file
        self.report = report
        self.materials = materials
        self.fields: list[dict[str, Any]] = []
        self._understood: dict[tuple[str, str], Any] = {}

    def take(self, row: ListRow, field: str, parse: Callable[[str], Any]) -> Any:
        """Return the understood value of a cell; None if it is empty, or was recorded as not understood."""
        cell = row.cells.get(field)
        if cell is None:
            return None
        if cell.loss:
            self.reject_cell(cell, row, field, cell.loss)
            return None
        if values.is_empty(cell.text):
            return None
        if cell.is_number and field in _CODES:
            self.note(_("A code or telephone was stored as a number, which has no zeros at its beginning."), row, field)
        key = field, cell.text
        if key not in self._understood:
            try:
                self._understood[key] = parse(cell.text)
            except NotUnderstood as error:
                self._understood[key] = error
        value = self._understood[key]
        if isinstance(value, NotUnderstood):
            self.reject_cell(cell, row, field, str(value))
            return None
        return value

    def reject_cell(self, cell: ListCell, row: ListRow, field: str, sentence: str) -> None:
        """Record that a cell was not taken over."""
        if not cell.is_merged:  # reported at the first cell of the range
            self.report.add_mistake(cell, row.headings.titles.get(field, field), sentence)

    def reject(self, row: ListRow, field: str, sentence: str) -> None:
        """Record that the cell of a row was not taken over."""
        self.reject_cell(row.cells[field], row, field, sentence)

    def note(self, sentence: str, row: ListRow, field: str) -> None:
        """Record an assumption at a cell."""
        cell = row.cells.get(field)
        if cell is None or not cell.is_merged:
            self.report.add_note(sentence, cell.place if cell is not None else row.place)

    def read_days(self, row: ListRow, field: str) -> Callable[[str], int]:
        """Return the reader of a time limit, which notes a unit that is not stated."""
        has_unit = "工作日" in row.headings.units.get(field, "")

        def read(text: str) -> int:
            found = values.read_days(text)
            if found.unit != "工作日" and not (has_unit and not found.unit):
                self.note(_("Days that are not called working days were taken as working days."), row, field)
            return found.days

        return read

    def note_chinese(self, text: str, row: ListRow) -> str:
        """Return a text, and record that it is used in place of an English one."""
        self.report.add_note(_("No English text is given: the Chinese text is used."), row.place)
        return text

    def text(self, text: str, row: ListRow) -> dict[str, str]:
        """Return a text in both languages; the list has it in Chinese only."""
        return {"zh": text, "en": self.note_chinese(text, row)}

    def read_row_materials(self, row: ListRow) -> list[str] | None:
        """Return the ids of the materials of a row; None if it has none or they were not understood."""
        listed = self.take(row, "materials", lambda text: read_materials(text, self.materials.is_known))
        if listed is None:
            return None
        found = []
        for material in listed:
            if not material.form and not self.materials.is_known(material.name):
                self.note(_("Materials without a form were taken as originals."), row, "materials")
            if material.copies:
                self.note(_("Numbers of copies were left out."), row, "materials")
            material_id = self.materials.find_or_add(material, f"{self.file} {row.place}")
            if material.form and material.form != self.materials.form_of(material_id):
                self.note(
                    _("A material of the catalogue with this name has another form, which was kept."), row, "materials"
                )
            found.append(material_id)
        return list(dict.fromkeys(found))
