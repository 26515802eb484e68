"""A city's catalogue from its folder of YAML files: checked, with every mistake named by file, line and field.

For `clerk catalogue check` and `publish`; at run time catalogues come from the store (`Catalogue.from_bytes`).
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
    """The catalogue in `folder`. Raises BadData naming the first mistake and how many there are."""
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
    """Every mistake in `folder`, by file and line; empty when `load` would succeed. Never raises.

    `str(mistake)` is `file:line: field: sentence`, in the language spoken now.
    """
    return _read_and_check(folder)[1]


def _read_and_check(folder: Path) -> tuple[Catalogue | None, list[Mistake]]:
    if not folder.is_dir():
        return None, [Mistake(str(folder), 1, "", _("This is not a folder."))]
    draft = read_folder(folder)
    check_consistency(draft)
    catalogue = _assemble_catalogue(draft)
    if catalogue and draft.has_no_mistakes:
        _check_promises(draft, catalogue)
    return catalogue, sorted({mistake for page in draft.files for mistake in page.mistakes})


def _assemble_catalogue(draft: CatalogueFolder) -> Catalogue | None:
    lists = {name: tuple(item.parsed for item in draft.valid_items(name)) for name in draft.lists}
    try:
        return Catalogue.model_validate({**draft.head, **lists})
    except ValidationError as wrong:
        add_schema_mistakes(draft.head_file, (), wrong)
        return None


def _check_promises(draft: CatalogueFolder, catalogue: Catalogue) -> None:
    """What only the whole graph shows: a promise shorter than its longest chain, a paper nobody makes in time."""
    for item in draft.valid_items("one_things"):
        one: OneThing = item.parsed
        whole = make_plan(catalogue, one.id, frozenset(one.matters), {})
        if one.promised_days < whole.promised_days:
            sentence = _("{promised} days are promised, but {chain} takes {days}.")
            chain = " > ".join(whole.critical_path)
            item.add_mistake(
                ("promised_days",),
                sentence.format(promised=one.promised_days, chain=chain, days=whole.promised_days),
            )
        for needed in whole.materials:
            if needed.material.origin == "produced" and not needed.material.licence_type:
                sentence = _("Nobody provides {name} before {matter} begins.")
                where = ("matters", one.matters.index(needed.needed_by[0]))
                item.add_mistake(where, sentence.format(name=needed.material.id, matter=needed.needed_by[0]))
