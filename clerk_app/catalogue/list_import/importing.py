"""Imports a workbook with implementing lists into a catalogue folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clerk_app.catalogue.list_import.cells import ImportReport
from clerk_app.catalogue.list_import.matters import MatterReader
from clerk_app.catalogue.list_import.rows import group_rows, read_sheet
from clerk_app.catalogue.list_import.workbook import ListSheet, open_workbook
from clerk_app.catalogue.yaml_text import dump_yaml
from clerk_app.errors import BadData
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

FOLDER = "imported"
_MATTERS_OF_A_FILE = 100


@dataclass
class ImportResult:
    """What an import read: texts of files by name, numbers of what they hold, and the report."""

    files: dict[str, str]
    matters: int
    items: int
    materials: int
    report: ImportReport


def read_lists(
    path: Path,
    catalogue: Catalogue,
    *,
    organ_level: str = "",
    with_hidden: bool = False,
    with_requirements: bool = False,
) -> ImportResult:
    """Read the lists of a workbook; `catalogue` has the organs, materials and themes that are found by name.

    Organs that are not known are added with `organ_level`; without one they are mistakes. `with_requirements` adds an
    entry of the requirement list for each matter and e-licence that it needs, with all claims. Raises BadData for a
    file that cannot be read, or without any list.
    """
    report = ImportReport()
    reader = MatterReader(catalogue, path.name, report, organ_level)
    with open_workbook(path) as sheets:
        groups = group_rows(chain.from_iterable(_read_sheets(sheets, report, with_hidden)), report)
    if not groups and not report.mistakes:
        raise BadData(
            "{path} has no sheet with the headings of an implementing list, such as {example}.",
            path=path,
            example="事项名称",
        )
    matters = [matter for matter in map(reader.read, groups) if matter is not None]
    for added, other in reader.materials.list_similar():
        sentence = _("{added} is nearly the name of {other}; it was added as a material of its own.")
        definition = reader.materials.added[added]
        report.add_note(sentence.format(added=definition["name"]["zh"], other=other), definition["source"])
    return ImportResult(
        files=dict(_write_files(path.stem, reader, matters, catalogue if with_requirements else None)),
        matters=len(matters),
        items=sum(len(matter.get("variants", ())) for matter in matters),
        materials=len(reader.materials.added),
        report=report,
    )


def _read_sheets(sheets: list[ListSheet], report: ImportReport, with_hidden: bool) -> Iterator[Any]:
    for sheet in sheets:
        if sheet.is_hidden and not with_hidden:
            report.add_note(_("A hidden sheet was left out."), sheet.name)
        else:
            yield read_sheet(sheet, report)


def _write_files(
    stem: str, reader: MatterReader, matters: list[dict[str, Any]], requirements_of: Catalogue | None
) -> Iterator[tuple[str, str]]:
    shared = {"organs": reader.organs.added, "materials": list(reader.materials.added.values())}
    if any(shared.values()):
        yield f"{FOLDER}/{stem}-materials.yaml", dump_yaml({name: items for name, items in shared.items() if items})
    fields = {field["id"]: field for field in reader.fields}
    for start in range(0, len(matters), _MATTERS_OF_A_FILE):
        part = matters[start : start + _MATTERS_OF_A_FILE]
        own = [fields[name] for matter in part if (name := f"{matter['id']}-item") in fields]
        content: dict[str, Any] = {"fields": own, "matters": part} if own else {"matters": part}
        if requirements_of is not None:
            content["data_requirements"] = list(_list_requirements(requirements_of, part))
        yield f"{FOLDER}/{stem}-{start // _MATTERS_OF_A_FILE + 1:03d}.yaml", dump_yaml(content)


def _list_requirements(catalogue: Catalogue, matters: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield an entry of the requirement list for each e-licence that a matter needs, with all its claims."""
    types = {material.id: material.licence_type for material in catalogue.materials}
    claims = {known.code: [claim.id for claim in known.claims] for known in catalogue.licence_types}
    for matter in matters:
        listed = [name for item in (matter, *matter.get("variants", ())) for name in item.get("materials", ())]
        codes = dict.fromkeys(code for name in listed if (code := types.get(name)))
        for code in codes:
            if claims.get(code):
                name = f"{matter['id']}-{code}"
                entry = {"id": name, "matter": matter["id"], "licence_type": code, "claims": claims[code]}
                yield {**entry, "source": matter["source"]}
