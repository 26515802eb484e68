"""Makes matters of a catalogue of the rows of an implementing list."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from clerk_app.catalogue.list_import import values
from clerk_app.catalogue.list_import.cells import ImportReport, ListCell, NotUnderstood
from clerk_app.catalogue.list_import.ids import IdMaker
from clerk_app.catalogue.list_import.items import add_items
from clerk_app.catalogue.list_import.materials import MaterialList
from clerk_app.catalogue.list_import.names import NameList
from clerk_app.catalogue.list_import.reader import RowReader
from clerk_app.catalogue.list_import.rows import ListRow, MatterRows
from clerk_app.catalogue.yaml_file import BLANK
from clerk_app.locales import _
from clerk_app.text.pinyin import pinyin_initials

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_CITATION = re.compile(r"《[^》]{2,80}》(?:[(（][^)）]{0,80}[)）])?\s*第[零一二三四五六七八九十百\d]+条")
_LONGEST_INITIALS = 30
_IMMEDIATE = "即办件"


class MatterReader(RowReader):
    """Reads matters; what they need is added to the lists of materials and organs."""

    def __init__(self, catalogue: Catalogue, file: str, report: ImportReport, organ_level: str = "") -> None:
        self.ids = IdMaker(catalogue)
        materials = MaterialList(catalogue.materials, lambda name: self.ids.make("materials", name))
        super().__init__(file, report, materials)
        self._numbers = {matter.number: matter.id for matter in catalogue.matters if matter.number}
        self.organs = NameList(catalogue.organs, lambda name: self.ids.make("organs", name), organ_level)
        self._themes = NameList(catalogue.themes, lambda _name: "")

    def read(self, group: MatterRows) -> dict[str, Any] | None:
        """Return a matter as it is written in a file; None if it is not taken over."""
        first = group.rows[0]
        name = self.take(first, "name", values.read_text)
        numbers = [self.take(row, "number", values.read_number) for row in group.rows]
        number = numbers[0] if len(set(numbers)) == 1 else None
        if name is None or not self._is_new_number(first, number):
            return None
        matter_id = self.ids.make("matters", name)
        english = self._common(group, "english_name", values.read_text)
        matter: dict[str, Any] = {
            "id": matter_id,
            "name": {"zh": name, "en": english or self.note_chinese(name, first)},
        }
        matter["initials"] = pinyin_initials(name)[:_LONGEST_INITIALS] or None
        matter["number"] = number
        matter["source"] = f"{self.file} {first.place}"
        matter["organ"] = self._required(group, "organ", self.organs.find)
        matter["kind"] = self._required(group, "kind", lambda text: values.read_choice(text, values.KINDS))
        matter["alone"] = True
        matter |= self._read_plain(group)
        add_items(self, group, matter, numbers)
        self._check_days(first, matter)
        return {name: value for name, value in matter.items() if value not in (None, [], "") and value is not False}

    def _read_plain(self, group: MatterRows) -> dict[str, Any]:
        """Return what a matter states once for all handling items."""
        lines = self._common(group, "process", values.split_steps) or []
        steps = self._common(group, "special_steps", _read_special_steps) or []
        results = self._common(group, "result", values.split_lines) or []
        theme = self._common(group, "theme", self._themes.find)
        first = group.rows[0]
        return {
            "statutory_days": self._required(group, "statutory_days", self.read_days(first, "statutory_days")),
            "process": [self._step(line, first) for line in lines],
            "special_steps": [step | {"name": self.text(step["name"], first)} for step in steps],
            "visits": self._common(group, "visits", values.read_visits),
            "scope": self._common(group, "scope", lambda text: values.read_choice(text, values.SCOPES)),
            "level": self._common(group, "level", lambda text: values.read_choice(text, values.LEVELS)),
            "applicant_kind": self._common(group, "applicant_kind", values.read_applicant),
            "consultation_phone": self._common(group, "consultation_phone", values.read_text),
            "complaint_phone": self._common(group, "complaint_phone", values.read_text),
            "commitment_allowed": self._common(group, "commitment", values.read_yes_no),
            "legal_basis": self._read_basis(group),
            "themes": [theme] if theme else None,
            "produces": [{"name": self.text(result, first)} for result in results],
        }

    def _common(self, group: MatterRows, field: str, parse: Callable[[str], Any]) -> Any:
        """Return the value that all rows of a matter have; a row with another one is a mistake."""
        found: Any = None
        for row in group.rows:
            value = self.take(row, field, parse)
            if value is None or value == found:
                continue
            if found is None:
                found = value
                continue
            sentence = _("A matter has one value for all its handling items; {place} has another one.")
            self.reject(row, field, sentence.format(place=group.rows[0].place))
        return found

    def _required(self, group: MatterRows, field: str, parse: Callable[[str], Any]) -> Any:
        """Return a value that every matter has; a blank if it is not given, which is a mistake."""
        value = self._common(group, field, parse)
        first = group.rows[0]
        cell = first.cells.get(field, ListCell(first.sheet, first.number, "", ""))
        if value is None and field in first.headings.titles and not cell.loss and values.is_empty(cell.text):
            self.reject_cell(cell, first, field, _("It is empty: it is left as a blank (____)."))
        return BLANK if value is None else value

    def _step(self, line: str, row: ListRow) -> dict[str, Any]:
        try:
            name, days = values.split_days(line)
        except NotUnderstood:
            name, days = line, None
        return {"name": self.text(name[: values.LONGEST_TEXT], row), **({} if days is None else {"days": days})}

    def _read_basis(self, group: MatterRows) -> dict[str, str] | None:
        first = group.rows[0]
        text = first.text("legal_basis")
        citations = list(dict.fromkeys(_CITATION.findall(text)))
        if len(text) > values.LONGEST_TEXT and citations and len("；".join(citations)) <= values.LONGEST_TEXT:
            self.note(_("Of a long legal basis only the cited articles were taken over."), first, "legal_basis")
            return self.text("；".join(citations), first)
        basis = self._common(group, "legal_basis", values.read_text)
        return self.text(basis, first) if basis else None

    def _is_new_number(self, row: ListRow, number: str | None) -> bool:
        if number is None:
            return True
        if number in self._numbers:
            sentence = _("{number} is the number of {matter} already: the row was not taken over.")
            self.reject(row, "number", sentence.format(number=number, matter=self._numbers[number]))
            return False
        self._numbers[number] = row.place
        return True

    def _check_days(self, row: ListRow, matter: dict[str, Any]) -> None:
        promised, statutory = matter.get("promised_days"), matter.get("statutory_days")
        if isinstance(promised, int) and isinstance(statutory, int) and promised > statutory:
            sentence = _("{promised} days are promised, but the law allows {statutory}.")
            self.reject(row, "promised_days", sentence.format(promised=promised, statutory=statutory))
            matter["promised_days"] = BLANK
        if row.text("handling") == _IMMEDIATE and isinstance(promised, int) and promised > 0:
            sentence = _("It is decided on the spot, but {days} days are promised.").format(days=promised)
            self.reject(row, "handling", sentence)


def _read_special_steps(text: str) -> list[dict[str, Any]]:
    steps = []
    lines = values.split_lines(text)
    for step in (part for line in lines for part in values.split_outside_brackets(line)):
        name, days = values.split_days(step)
        kind = next((kind for word, kind in values.SPECIAL_STEPS.items() if word in name), None)
        if kind is None:
            known = " ".join(values.SPECIAL_STEPS)
            raise NotUnderstood(_("{text} is not one of: {known}.").format(text=name[:30], known=known))
        if days is None:
            sentence = _("{text}: its working days are missing, such as {example}.")
            raise NotUnderstood(sentence.format(text=name[:30], example="专家评审（15个工作日）"))
        steps.append({"kind": kind, "name": values.read_text(name), "days": days})
    return steps
