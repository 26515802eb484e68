"""The templates in force: those of the program, and in their place those of the city's catalogue.

A template is read and checked at its first use and cached. A city's template that does not fit this program (it was
published by a newer one, or not checked) is replaced by the program's own, so that a paper can always be printed.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clerk_app.catalogue.yaml_file import Mistake, YamlFile, read_yaml_file
from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.paper.page import PaperPage
from clerk_app.paper.templates.block_parser import parse_fragments, parse_template
from clerk_app.paper.templates.field_check import FragmentSource, check_fields
from clerk_app.paper.templates.page_builder import PageBuilder
from clerk_app.paper.templates.template import Fragments, GroupBlock, ListBlock, Template, TemplateBlock, UseBlock

if TYPE_CHECKING:
    from clerk_app.catalogue.papers import CityPapers

DATA = Path(__file__).parent / "data"
FRAGMENTS = "fragments"
"""Name of the file of fragments, which is no kind of paper."""

MAX_BYTES = 64 * 1024
"""Largest file of templates."""

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

    def build(self, facts: object, language: str) -> PaperPage:
        """Return the page of `facts`. Raises ValueError for a language that the template does not have."""
        code = language.partition("_")[0]
        if code not in self.languages:
            raise ValueError(language)
        return PageBuilder(self.template, self.fragments, code).build(facts)


class TemplateFiles:
    """The files of the program, and in their place those of a city."""

    def __init__(self, templates: Mapping[str, YamlFile] | None = None, fragments: YamlFile | None = None) -> None:
        self.city_templates = dict(templates or {})
        city = fragments or YamlFile(f"{FRAGMENTS}.yaml")
        own = _read_own_file(FRAGMENTS)
        parsed = {name: (own, blocks) for name, blocks in parse_fragments(own).items()}
        parsed |= {name: (city, blocks) for name, blocks in parse_fragments(city).items()}
        self.source = FragmentSource(
            {name: blocks for name, (_file, blocks) in parsed.items()},
            {name: file for name, (file, _blocks) in parsed.items()},
        )

    def template_file(self, kind: str) -> YamlFile:
        """Return the file of a kind of paper: the city's, or that of the program."""
        return self.city_templates[kind] if kind in self.city_templates else _read_own_file(kind)

    def prepare(self, kind: str, facts: type) -> tuple[PreparedTemplate | None, list[Mistake]]:
        """Return the template of a kind of paper, and its mistakes; None if it has no blocks that can be read."""
        file = self.template_file(kind)
        file = YamlFile(file.name, file.content, file.lines, list(file.mistakes))
        template = parse_template(file, kind)
        if template is None:
            return None, file.mistakes
        check_fields(template, file, facts, self.source)
        mistakes = [*file.mistakes, *(found for used in self._used_files(template) for found in used.mistakes)]
        languages = tuple(template.title.by_language)
        version = _compute_version(self._list_contents(template, file.content))
        return PreparedTemplate(template, self.source.fragments, languages, version), mistakes

    def _used_files(self, template: Template) -> list[YamlFile]:
        files = {id(self.source.files[name]): self.source.files[name] for name in self._used_fragments(template)}
        return list(files.values())

    def _used_fragments(self, template: Template) -> list[str]:
        found: dict[str, None] = {}
        waiting = list(_list_uses(template.blocks))
        while waiting:
            name = waiting.pop()
            if name in self.source.fragments and name not in found:
                found[name] = None
                waiting += _list_uses(self.source.fragments[name])
        return sorted(found)

    def _list_contents(self, template: Template, content: Any) -> list[Any]:
        used = self._used_fragments(template)
        return [content, {name: self.source.files[name].content[name] for name in used}]


def _list_uses(blocks: tuple[TemplateBlock, ...]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, UseBlock):
            yield block.fragment
        elif isinstance(block, GroupBlock | ListBlock):
            yield from _list_uses(block.blocks)


def _compute_version(contents: list[Any]) -> str:
    """Return the first digits of the digest of everything that a template prints from: comments do not count."""
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:_VERSION_DIGITS]


@cache
def _read_own_file(kind: str) -> YamlFile:
    return read_template_file(DATA / f"{kind}.yaml")


def read_template_file(path: Path) -> YamlFile:
    """Return the content of a file of templates; one of more than MAX_BYTES has a mistake and no content."""
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        file = YamlFile(path.name)
        file.add_mistake((), _("The file is too large: more than {limit} bytes.").format(limit=MAX_BYTES))
        return file
    return read_yaml_file(path, path.name)


def read_templates(folder: Path) -> TemplateFiles:
    """Return the templates in a folder; those of the program count for kinds that it does not have."""
    files = {path.stem: read_template_file(path) for path in sorted(folder.glob("*.yaml"))}
    return TemplateFiles(files, files.pop(FRAGMENTS, None))


_prepared: dict[tuple[str, type, str], PreparedTemplate] = {}


def prepare_template(kind: str, facts: type, city: CityPapers | None = None) -> PreparedTemplate:
    """Return the template in force of a kind of paper, whose facts are of the class `facts`; cached by digest.

    Raises BadData if the program has no template of this kind without mistakes.
    """
    key = (kind, facts, city.digest if city is not None else "")
    prepared = _prepared.get(key)
    if prepared is None:
        if len(_prepared) >= _CACHE_SIZE:
            _prepared.clear()
        _prepared[key] = prepared = _prepare_newly(kind, facts, city)
    return prepared


def _prepare_newly(kind: str, facts: type, city: CityPapers | None) -> PreparedTemplate:
    if city is not None:
        prepared, mistakes = read_published(city).prepare(kind, facts)
        if prepared is not None and not mistakes:
            return prepared
        _log.warning("the city's template of %s does not fit this program: %s", kind, mistakes[0] if mistakes else "")
    prepared, mistakes = TemplateFiles().prepare(kind, facts)
    if prepared is None or mistakes:
        raise BadData("The template of {kind} has a mistake: {first}", kind=kind, first=mistakes[0] if mistakes else "")
    return prepared


def read_published(city: CityPapers) -> TemplateFiles:
    """Return the files of a city as they were published, without their lines."""
    templates = {kind: YamlFile(f"{kind}.yaml", content) for kind, content in city.templates.items()}
    return TemplateFiles(templates, YamlFile(f"{FRAGMENTS}.yaml", dict(city.fragments)))
