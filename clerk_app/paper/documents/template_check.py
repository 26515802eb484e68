"""Checks a city's templates: their form, their fields, and the pages of all samples in every language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.catalogue.folder import suggest_similar
from clerk_app.catalogue.paper_folder import PaperFolder, read_paper_folder
from clerk_app.catalogue.yaml_file import Mistake, YamlFile
from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.paper.documents.facts import PaperFacts
from clerk_app.paper.documents.kinds import FACTS_BY_KIND
from clerk_app.paper.documents.samples import load_samples
from clerk_app.paper.page import DOTS, Barcode128, Logo, PageBlock, PaperPage, QrCode
from clerk_app.paper.templates.template_set import TemplateFiles, read_published

if TYPE_CHECKING:
    from clerk_app.catalogue.papers import CityPapers


def check_templates(folder: Path, prefix: str = "") -> list[Mistake]:
    """Return the mistakes in a city's folder of papers, sorted by file and line; `prefix` precedes the file names.

    The program's own templates are checked with the fragments of the folder.
    """
    files = read_paper_folder(folder, prefix)
    _check_kinds(files)
    _check_logo(files)
    found = [mistake for file in files.files for mistake in file.mistakes]
    return sorted({*found, *_check_all_kinds(TemplateFiles(files.templates, files.fragments, files.logo))})


def check_published(city: CityPapers | None) -> list[Mistake]:
    """Return the mistakes in a city's published papers, or in the program's own ones; they have no lines."""
    return sorted(set(_check_all_kinds(read_published(city) if city is not None else TemplateFiles())))


def _check_all_kinds(templates: TemplateFiles) -> list[Mistake]:
    return [mistake for facts in FACTS_BY_KIND.values() for mistake in _check_kind(templates, facts)]


def _check_kinds(files: PaperFolder) -> None:
    for kind, file in files.templates.items():
        if kind not in FACTS_BY_KIND:
            sentence = _("There is no kind of paper {kind}.").format(kind=kind)
            file.add_mistake((), sentence + suggest_similar(kind, FACTS_BY_KIND))


def _check_logo(files: PaperFolder) -> None:
    from clerk_app.paper.printers.symbols import read_logo  # loads Pillow

    if not files.logo:
        return
    try:
        read_logo(Logo(files.logo).png)
    except BadData as error:
        files.logo_file.add_mistake((), str(error))
        files.logo = b""


def _check_kind(templates: TemplateFiles, facts: type[PaperFacts]) -> list[Mistake]:
    prepared, mistakes = templates.prepare(facts.kind, facts, facts.required_fields)
    if prepared is None or mistakes:
        return mistakes
    file = templates.city_templates.get(facts.kind) or YamlFile(f"{facts.kind}.yaml")
    checked: set[PageBlock] = set()
    for sample in load_samples(facts.kind):
        for language in prepared.languages:
            try:
                _check_codes(prepared.build(sample, language), checked)
            except BadData as error:
                sentence = _("The page in {language} cannot be printed: {why}").format(language=language, why=error)
                return [Mistake(file.name, 1, "", sentence)]
    return []


def _check_codes(page: PaperPage, checked: set[PageBlock]) -> None:
    """Draw the codes of a page that are not in `checked`. Raises BadData for one that a narrow roll has no room for."""
    from clerk_app.paper.printers.symbols import code128_picture, qr_picture  # loads Pillow

    for block in page:
        if isinstance(block, Barcode128 | QrCode) and block not in checked:
            checked.add(block)
            draw = code128_picture if isinstance(block, Barcode128) else qr_picture
            draw(block.text, DOTS[58])
