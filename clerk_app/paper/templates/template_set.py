"""The templates in force: those of the program, and in their place those of the city's catalogue.

A template is read and checked at its first use and cached. A city's template that does not fit this program (it was
published by a newer one, or not checked) is replaced by the program's own, so that a paper can always be printed.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clerk_app.catalogue.paper_folder import FRAGMENTS, read_paper_folder, read_template_file
from clerk_app.catalogue.yaml_file import Mistake, YamlFile
from clerk_app.errors import BadData
from clerk_app.paper.page import Logo, PaperPage
from clerk_app.paper.templates.block_parser import parse_fragments, parse_template
from clerk_app.paper.templates.field_check import FragmentSource, check_fields
from clerk_app.paper.templates.page_builder import PageBuilder
from clerk_app.paper.templates.template import (
    ANY_LANGUAGE,
    REQUIRED_LANGUAGES,
    Fragments,
    GroupBlock,
    ListBlock,
    LogoBlock,
    Template,
    TemplateBlock,
    UseBlock,
)

if TYPE_CHECKING:
    from clerk_app.catalogue.papers import CityPapers

DATA = Path(__file__).parent / "data"
_VERSION_DIGITS = 12
_CACHE_SIZE = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreparedTemplate:
    """A template that was checked against the facts of its paper. `languages` are those of its title."""

    template: Template
    fragments: Fragments
    languages: tuple[str, ...]
    version: str
    logo: bytes = b""

    def build(self, facts: object, language: str) -> PaperPage:
        """Return the page of `facts`. Raises ValueError for a language that the template does not have."""
        code = language.partition("_")[0]
        if code not in self.languages:
            raise ValueError(language)
        return PageBuilder(self.template, self.fragments, code, self.logo).build(facts)

    def title(self, language: str) -> str:
        """Return the title of the paper in `language`, else in Chinese."""
        return "".join(map(str, self.template.title.in_language(language.partition("_")[0])))


class TemplateFiles:
    """The files of the program, and in their place those of a city. `logo` is a PNG; empty without one."""

    def __init__(
        self, templates: Mapping[str, YamlFile] | None = None, fragments: YamlFile | None = None, logo: bytes = b""
    ) -> None:
        self.city_templates = dict(templates or {})
        self._logo = logo
        parsed = [(file, parse_fragments(file)) for file in (_read_own_file(FRAGMENTS), fragments) if file is not None]
        self._fragments = {name: blocks for _file, found in parsed for name, blocks in found.items()}
        self._fragment_files = {name: file for file, found in parsed for name in found}

    def prepare(
        self, kind: str, facts: type, required: tuple[str, ...] = ()
    ) -> tuple[PreparedTemplate | None, list[Mistake]]:
        """Return the template of a kind of paper, and its mistakes; None if it has no blocks that can be read.

        `required` are fields that the paper has to show.
        """
        file = _copy(self.city_templates.get(kind) or _read_own_file(kind))
        template = parse_template(file, kind)
        if template is None:
            return None, file.mistakes
        blocks = self._list_blocks(template)
        used = sorted({block.fragment for block in blocks if isinstance(block, UseBlock)} & self._fragments.keys())
        files = {id(self._fragment_files[name]): _copy(self._fragment_files[name]) for name in used}
        copies = {name: files[id(self._fragment_files[name])] for name in used}
        check_fields(template, file, facts, FragmentSource(self._fragments, copies), required)
        mistakes = [*file.mistakes, *(mistake for copy in files.values() for mistake in copy.mistakes)]
        contents = [file.content, {name: copies[name].content[name] for name in used}]
        if any(isinstance(block, LogoBlock) for block in blocks):
            contents.append(sha256(self._logo).hexdigest())
        others = sorted(template.title.by_language.keys() - {ANY_LANGUAGE, *REQUIRED_LANGUAGES})
        languages = (*REQUIRED_LANGUAGES, *others)
        return PreparedTemplate(template, self._fragments, languages, _compute_version(contents), self._logo), mistakes

    def _list_blocks(self, template: Template) -> list[TemplateBlock]:
        """Return all blocks of a template and of the fragments that it uses, those of each fragment once."""
        found = list(_list_inner_blocks(template.blocks))
        used: set[str] = set()
        for block in found:  # grows while it is read
            if isinstance(block, UseBlock) and block.fragment in self._fragments and block.fragment not in used:
                used.add(block.fragment)
                found += _list_inner_blocks(self._fragments[block.fragment])
        return found


def _copy(file: YamlFile) -> YamlFile:
    """Return a copy of a file whose mistakes are those of one template alone."""
    return replace(file, mistakes=list(file.mistakes))


def _list_inner_blocks(blocks: tuple[TemplateBlock, ...]) -> Iterator[TemplateBlock]:
    for block in blocks:
        yield block
        if isinstance(block, GroupBlock | ListBlock):
            yield from _list_inner_blocks(block.blocks)


def _compute_version(contents: list[Any]) -> str:
    """Return the first digits of the digest of everything that a template prints from: comments do not count."""
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_VERSION_DIGITS]


@cache
def _read_own_file(kind: str) -> YamlFile:
    return read_template_file(DATA / f"{kind}.yaml", f"{kind}.yaml")


@cache
def _own_files() -> TemplateFiles:
    return TemplateFiles()


def read_templates(folder: Path) -> TemplateFiles:
    """Return the templates in a city's folder; the program's own count for kinds that it lacks."""
    files = read_paper_folder(folder)
    return TemplateFiles(files.templates, files.fragments, files.logo)


_prepared: dict[tuple[str, type, str], PreparedTemplate] = {}


def prepare_template(
    kind: str, facts: type, city: CityPapers | None = None, required: tuple[str, ...] = ()
) -> PreparedTemplate:
    """Return the template in force of a kind of paper, whose facts are of the class `facts`; cached by digest.

    `required` are fields that the paper has to show.

    Raises BadData if the program has no template of this kind without mistakes.
    """
    key = (kind, facts, city.digest if city is not None else "")
    prepared = _prepared.get(key)
    if prepared is None:
        if len(_prepared) >= _CACHE_SIZE:
            _prepared.clear()
        _prepared[key] = prepared = _prepare_newly(kind, facts, city, required)
    return prepared


def _prepare_newly(kind: str, facts: type, city: CityPapers | None, required: tuple[str, ...]) -> PreparedTemplate:
    if city is not None:
        prepared, mistakes = read_published(city).prepare(kind, facts, required)
        if prepared is not None and not mistakes:
            return prepared
        _log.warning("the city's template of %s does not fit this program: %s", kind, mistakes[0] if mistakes else "")
    prepared, mistakes = _own_files().prepare(kind, facts, required)
    if prepared is None or mistakes:
        raise BadData("The template of {kind} has a mistake: {first}", kind=kind, first=mistakes[0] if mistakes else "")
    return prepared


def read_published(city: CityPapers) -> TemplateFiles:
    """Return the files of a city as they were published, without their lines."""
    templates = {kind: YamlFile(f"{kind}.yaml", content) for kind, content in city.templates.items()}
    return TemplateFiles(templates, YamlFile(f"{FRAGMENTS}.yaml", dict(city.fragments)), _decode_logo(city))


def _decode_logo(city: CityPapers) -> bytes:
    """Return the PNG of the logo; empty without one, or if it cannot be printed."""
    try:
        return Logo(base64.b64decode(city.logo or "", validate=True)).png if city.logo else b""
    except (BadData, ValueError) as error:
        _log.warning("the city's logo cannot be printed: %s", error)
        return b""
