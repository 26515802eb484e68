"""Materials of an implementing list: read from cells, and matched with those of the catalogue by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from clerk_app.catalogue.list_import.cells import NotUnderstood
from clerk_app.catalogue.list_import.values import read_text, split_lines, split_outside_brackets
from clerk_app.locales import _
from clerk_app.text.folding import fold_text

if TYPE_CHECKING:
    from clerk_app.catalogue.model import MaterialDefinition

_SIMILAR = 85  # per cent
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]\s*$")
_FORMS = {
    "原件": "original", "纸质原件": "original", "原件及复印件": "original", "原件和复印件": "original",
    "原件、复印件": "original", "复印件": "copy", "纸质复印件": "copy", "电子": "electronic", "电子版": "electronic",
    "电子件": "electronic", "电子材料": "electronic", "纸质": "original", "纸质材料": "original", "纸质版": "original",
}  # fmt: skip
_FACTS = {"必要": "main", "必需": "main", "非必要": "minor", "可容缺": "gap", "容缺": "gap"}
_COUNTS = re.compile(r"(?:一式)?[\d一二两三四五六七八九十]+份")


@lru_cache(maxsize=65536)
def fold_listed(name: str) -> str:
    """Return the folded name of a material; the same names are in thousands of rows."""
    return fold_text(name)


class ListedMaterial(NamedTuple):
    """A material as a cell names it. `form` is empty if it is not stated; `copies` is a number of copies, in words."""

    name: str
    form: str = ""
    is_main: bool = True
    gap_allowed: bool = False
    copies: str = ""


def read_materials(text: str, is_known: Callable[[str], bool]) -> list[ListedMaterial]:
    """Return the materials of a cell. Raises NotUnderstood if it is not clear where one ends.

    Names joined by 、 are several materials only if each of them is known.
    """
    found = []
    for line in split_lines(text):
        parts = split_outside_brackets(line)
        if len(parts) > 1 and not is_known(read_material(line).name):
            materials = [read_material(part) for part in parts]
            if not all(is_known(material.name) for material in materials):
                raise NotUnderstood(
                    _("{text}: one material or several? Write each on a line of its own.").format(text=line[:40])
                )
            found += materials
        else:
            found.append(read_material(line))
    return list({fold_listed(material.name): material for material in found}.values())


def read_material(text: str) -> ListedMaterial:
    """Return a material without what stands in brackets after its name: form, copies, and whether it may follow."""
    form, copies, is_main, gap = "", "", True, False
    name = unicodedata.normalize("NFC", text.strip())
    while (bracket := _BRACKETS.search(name)) and bracket.start() > 0:
        words = [word for word in re.split(r"[,，;；\s]+", bracket[1]) if word]
        read = [_read_word(word) for word in words]
        if not words or None in read:
            break
        for kind, value in (fact for fact in read if fact is not None):
            form = value if kind == "form" else form
            copies = value if kind == "copies" else copies
            is_main = is_main and (kind, value) != ("fact", "minor")
            gap = gap or (kind, value) == ("fact", "gap")
        name = name[: bracket.start()].strip()
    if not form:
        form = next((value for ending, value in _FORMS.items() if name.endswith(ending) and len(ending) > 2), "")
        form = form or next((value for ending, value in (("原件", "original"),) if name.endswith(ending)), "")
    return ListedMaterial(read_text(name), form, is_main and not gap, gap, copies)


def _read_word(word: str) -> tuple[str, str] | None:
    counted = _COUNTS.search(word)
    rest = _COUNTS.sub("", word).strip("各")
    if word in _FACTS:
        return "fact", _FACTS[word]
    if rest in _FORMS:
        return "form", _FORMS[rest]
    return ("copies", word) if counted and not rest else None


class MaterialList:
    """The materials of a catalogue and those that were added to it, by name."""

    def __init__(self, known: Iterable[MaterialDefinition], make_id: Callable[[str], str]) -> None:
        self._ids: dict[str, str] = {}
        self._forms: dict[str, str] = {}
        self._make_id = make_id
        self.added: dict[str, dict[str, Any]] = {}
        for material in known:
            self._ids.setdefault(fold_listed(material.name.zh), material.id)
            self._forms[material.id] = material.form

    def is_known(self, name: str) -> bool:
        """Return whether a material has this name."""
        return fold_listed(name) in self._ids

    def find_or_add(self, material: ListedMaterial, source: str) -> str:
        """Return the id of the material with this name; it is added if there is none."""
        folded = fold_listed(material.name)
        if folded not in self._ids:
            added = self._make_id(material.name)
            self._ids[folded], self._forms[added] = added, material.form or "original"
            self.added[added] = {
                "id": added,
                "name": {"zh": material.name, "en": material.name},
                "source": source,
                "form": material.form or "original",
                "origin": "applicant",
                **({} if material.is_main else {"main": False}),
                **({"gap_allowed": True} if material.gap_allowed else {}),
            }
        return self._ids[folded]

    def form_of(self, material_id: str) -> str:
        """Return the form of a material."""
        return self._forms[material_id]

    def list_similar(self) -> list[tuple[str, str]]:
        """Return each added material with the name of another one that is nearly the same."""
        from rapidfuzz import fuzz, process

        names = list(self._ids)
        similar = []
        for added, definition in self.added.items():
            folded = fold_listed(definition["name"]["zh"])
            near = process.extract(folded, names, scorer=fuzz.ratio, score_cutoff=_SIMILAR, limit=2)
            other = next((name for name, _score, _at in near if name != folded), None)
            if other is not None:
                similar.append((added, self._ids[other]))
        return similar
