"""Loads a catalogue from its folder of YAML files and checks it; mistakes are reported by file, line and field.

Used by `clerk catalogue check` and `publish`; at run time catalogues come from the store (`Catalogue.from_bytes`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from pydantic import ValidationError

from clerk_app.catalogue.consistency import check_consistency
from clerk_app.catalogue.folder import HEAD_FILE, CatalogueFolder, FolderItem, add_schema_mistakes, read_folder
from clerk_app.catalogue.model import Catalogue, MaterialDefinition, MatterDefinition, OneThing
from clerk_app.catalogue.plan import Plan, find_supplied_materials, make_plan
from clerk_app.catalogue.yaml_file import Mistake
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list

# how far a catalogue is searched for below a folder that has none: levels, folders, names read of one folder
_MAX_DEPTH, _MAX_FOLDERS, _MAX_NAMES = 3, 200, 2000
_MAX_SUGGESTED = 3
SAMPLE_CITY = Path(__file__).parent / "data" / "sample-city"


def load_folder(folder: Path) -> Catalogue:
    """Load the catalogue in `folder`. Raises BadData with the first mistake and the number of mistakes."""
    catalogue, mistakes = read_and_check(folder)
    if catalogue is None or mistakes:
        raise BadData(
            "The catalogue in {folder} has {count} mistakes. {first}",
            folder=folder,
            count=len(mistakes),
            first=mistakes[0],
        )
    return catalogue


def check_folder(folder: Path) -> list[Mistake]:
    """Return the mistakes in `folder`, sorted by file and line; empty if `load_folder` would succeed. Raises nothing.

    `str(mistake)` is `file:line: field: sentence`, in the current language.
    """
    return read_and_check(folder)[1]


def read_valid_part(folder: Path, without: frozenset[Path] = frozenset()) -> Catalogue | None:
    """Return the catalogue of the items in `folder` that fit the schema; None if its head does not.

    The files in `without` are not read.
    """
    return _assemble_catalogue(read_folder(folder, without))


def read_and_check(folder: Path) -> tuple[Catalogue | None, list[Mistake]]:
    """Return the catalogue in `folder`, None if its head or a section does not fit, and the mistakes. Raises nothing.

    A catalogue with mistakes lacks the items that do not fit the schema.
    """
    if not folder.is_dir():
        return None, [Mistake(str(folder), 1, "", _("This is not a folder."))]
    if not (folder / HEAD_FILE).exists():
        return None, [_describe_wrong_folder(folder)]
    content = read_folder(folder)
    check_consistency(content)
    catalogue = _assemble_catalogue(content)
    if catalogue and content.has_no_mistakes:
        _check_promises(content, catalogue)
    return catalogue, sorted({mistake for file in content.files for mistake in file.mistakes})


def _describe_wrong_folder(folder: Path) -> Mistake:
    """Return the only mistake of a folder without a head file: where the catalogue is, if it is near."""
    near = [path for path in (*_subfolders(folder), folder.absolute().parent) if (path / HEAD_FILE).is_file()]
    sentence = _("There is no {file} here, so this is not the folder of a catalogue.").format(file=HEAD_FILE)
    if near:
        places = format_list(str(path) for path in near[:_MAX_SUGGESTED])
        sentence += " " + _("Did you mean {name}?").format(name=places)
    return Mistake(str(folder), 1, "", sentence)


def _subfolders(folder: Path) -> list[Path]:
    """Return up to _MAX_FOLDERS folders below `folder`, up to _MAX_DEPTH levels down, nearest first, no hidden ones."""
    found: list[Path] = []
    level = [folder]
    for _depth in range(_MAX_DEPTH):
        level = list(islice((path for parent in level for path in _readable_folders(parent)), _MAX_FOLDERS))
        found += level
    return found[:_MAX_FOLDERS]


def _readable_folders(parent: Path) -> list[Path]:
    """Return the folders among the first _MAX_NAMES names in `parent`, sorted."""
    return sorted(path for path in islice(parent.iterdir(), _MAX_NAMES) if _is_readable_folder(path))


def _is_readable_folder(path: Path) -> bool:
    if path.name.startswith(".") or path.is_symlink() or not path.is_dir():
        return False
    return os.access(path, os.R_OK | os.X_OK)


def _assemble_catalogue(content: CatalogueFolder) -> Catalogue | None:
    lists = {name: tuple(item.parsed for item in content.valid_items(name)) for name in content.lists}
    sections = {name: item.parsed for name in content.sections if (item := content.valid_section(name)) is not None}
    try:
        return Catalogue.model_validate({**content.head, **lists, **sections})
    except ValidationError as error:
        add_schema_mistakes(content.head_file, (), error)
        return None


def _check_promises(content: CatalogueFolder, catalogue: Catalogue) -> None:
    """Record mistakes that only the plan shows: a promise below the longest chain, a material produced too late."""
    for item in content.valid_items("one_things"):
        one_thing: OneThing = item.parsed
        plan = make_plan(catalogue, one_thing.id, frozenset(one_thing.matters), {})
        if one_thing.promised_days < plan.promised_days:
            sentence = _("{promised} days are promised, but {chain} takes {days}.")
            chain = " > ".join(plan.critical_path)
            item.add_mistake(
                ("promised_days",),
                sentence.format(promised=one_thing.promised_days, chain=chain, days=plan.promised_days),
            )
        _check_provided_materials(item, catalogue, plan)
        if one_thing.on_request:
            usual = make_plan(catalogue, one_thing.id, None, {})
            _check_provided_materials(item, catalogue, usual, unless=_("unless the matters on request are chosen"))
    materials = {material.id: material for material in catalogue.materials}
    for item in content.valid_items("matters"):
        _check_alone(item, item.parsed, materials)


def _check_alone(item: FolderItem, matter: MatterDefinition, materials: Mapping[str, MaterialDefinition]) -> None:
    """Record each material of a matter that can be chosen alone which only another matter provides."""
    needed = dict.fromkeys(name for _where, name in matter.material_places()) if matter.alone else {}
    for name in (name for name in needed if _is_made(materials[name])):
        sentence = _("Nobody provides {name} before {matter} begins.").format(name=name, matter=matter.id)
        item.add_mistake(("alone",), sentence)


def _is_made(material: MaterialDefinition) -> bool:
    """Return whether a material exists only if another matter has made it."""
    return material.origin == "produced" and not material.licence_type


def _check_provided_materials(item: FolderItem, catalogue: Catalogue, plan: Plan, unless: str = "") -> None:
    """Record each material of a matter or of a variant that another matter produces, but not before it is needed.

    `unless` is an exception, in words, or "".
    """
    supplied, named = find_supplied_materials(plan.active_matters), set[str]()
    made = {material.id for material in catalogue.materials if _is_made(material)}
    for planned in plan.active_matters:
        for _where, name in planned.matter.material_places():
            if name in made and name not in supplied[planned.id] | named:
                named.add(name)
                sentence = _("Nobody provides {name} before {matter} begins.").format(name=name, matter=planned.id)
                if unless:
                    sentence = f"{sentence} ({unless})"
                item.add_mistake(("matters", plan.one_thing.matters.index(planned.id)), sentence)
