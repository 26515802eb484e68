"""Loads a catalogue from its folder of YAML files and checks it; mistakes are reported by file, line and field.

Used by `clerk catalogue check` and `publish`; at run time catalogues come from the store (`Catalogue.from_bytes`).
"""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from clerk_app.catalogue.consistency import check_consistency
from clerk_app.catalogue.folder import CatalogueFolder, add_schema_mistakes, read_folder
from clerk_app.catalogue.model import Catalogue, OneThing
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.yaml_file import Mistake
from clerk_app.errors import BadData
from clerk_app.locales import _

SAMPLE_CITY = Path(__file__).parent / "data" / "sample-city"


def load_folder(folder: Path) -> Catalogue:
    """Load the catalogue in `folder`. Raises BadData with the first mistake and the number of mistakes."""
    catalogue, mistakes = _read_and_check(folder)
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
    return _read_and_check(folder)[1]


def _read_and_check(folder: Path) -> tuple[Catalogue | None, list[Mistake]]:
    if not folder.is_dir():
        return None, [Mistake(str(folder), 1, "", _("This is not a folder."))]
    content = read_folder(folder)
    check_consistency(content)
    catalogue = _assemble_catalogue(content)
    if catalogue and content.has_no_mistakes:
        _check_promises(content, catalogue)
    return catalogue, sorted({mistake for file in content.files for mistake in file.mistakes})


def _assemble_catalogue(content: CatalogueFolder) -> Catalogue | None:
    lists = {name: tuple(item.parsed for item in content.valid_items(name)) for name in content.lists}
    try:
        return Catalogue.model_validate({**content.head, **lists})
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
        for needed in plan.materials:
            if needed.material.origin == "produced" and not needed.material.licence_type:
                sentence = _("Nobody provides {name} before {matter} begins.")
                where = ("matters", one_thing.matters.index(needed.needed_by[0]))
                item.add_mistake(where, sentence.format(name=needed.material.id, matter=needed.needed_by[0]))
