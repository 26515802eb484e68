"""Writes a catalogue as the folder of files from which an author would publish it.

A file of each one thing has its matters; what belongs to none, and the other lists, have files of their own. The
reader puts the files together in the order of their names, so the export of a published catalogue gives equal bytes.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from clerk_app.catalogue.folder import HEAD_FIELDS, HEAD_FILE
from clerk_app.catalogue.paper_folder import FOLDER as PAPER_FOLDER
from clerk_app.catalogue.paper_folder import FRAGMENTS, LOGO_FILE
from clerk_app.catalogue.yaml_text import dump_yaml

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

ONE_THINGS_FOLDER = "one_things"
_ITEMS_OF_A_FILE = 500
_IN_HEAD_FILE = ("licence_types", "organs", "themes", "life_events", "sites", "calendars", "organ_calendars")
_OTHER_LISTS = (
    "materials",
    "fields",
    "stock_reasons",
    "data_requirements",
    "data_responsibilities",
    "data_exclusions",
)


def write_files(catalogue: Catalogue) -> dict[str, bytes]:
    """Return the content of each file by its name in the folder of the catalogue."""
    data: dict[str, Any] = catalogue.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    files = {HEAD_FILE: dump_yaml({name: data[name] for name in (*HEAD_FIELDS, *_IN_HEAD_FILE) if name in data})}
    for name in _OTHER_LISTS:
        files |= _write_list(name, data.get(name, []))
    if "hall" in data:
        files["hall.yaml"] = dump_yaml({"hall": data["hall"]})
    files |= dict(_write_one_things(catalogue, data))
    return {name: text.encode() for name, text in files.items()} | dict(_write_papers(catalogue))


def _write_list(name: str, items: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Return the files of a list; a long one has several, so that each can be read and edited."""
    if len(items) <= _ITEMS_OF_A_FILE:
        return {f"{name}.yaml": dump_yaml({name: list(items)})} if items else {}
    return {
        f"{name}-{number:04d}.yaml": dump_yaml({name: list(items[start : start + _ITEMS_OF_A_FILE])})
        for number, start in enumerate(range(0, len(items), _ITEMS_OF_A_FILE), 1)
    }


def _write_one_things(catalogue: Catalogue, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the files of one things and matters; apart from each other if their order does not allow one file."""
    groups, alone = _group_matters(catalogue)
    order = [*(matter for group in groups for matter in group), *alone]
    if order != [matter.id for matter in catalogue.matters]:
        yield from _write_list("matters", data["matters"]).items()
        groups = [[] for _group in groups]
        alone = []
    matters = {matter["id"]: matter for matter in data["matters"]}
    for number, (one_thing, group) in enumerate(zip(data["one_things"], groups, strict=True), 1):
        content: dict[str, Any] = {"one_things": [one_thing]}
        if group:
            content["matters"] = [matters[name] for name in group]
        yield f"{ONE_THINGS_FOLDER}/{number:04d}-{one_thing['id']}.yaml", dump_yaml(content)
    for name, text in _write_list("matters", [matters[name] for name in alone]).items():
        yield f"single_{name}", text


def _group_matters(catalogue: Catalogue) -> tuple[list[list[str]], list[str]]:
    """Return the matters that each one thing is the first to contain, and those in none, in their order."""
    left = dict.fromkeys(matter.id for matter in catalogue.matters)
    groups = []
    for one_thing in catalogue.one_things:
        own = set(one_thing.matters)
        groups.append([name for name in left if name in own])
        left = {name: None for name in left if name not in own}
    return groups, list(left)


def _write_papers(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    papers = catalogue.papers
    if papers is None:
        return
    for kind, template in papers.templates.items():
        yield f"{PAPER_FOLDER}/{kind}.yaml", dump_yaml(template).encode()
    if papers.fragments:
        yield f"{PAPER_FOLDER}/{FRAGMENTS}.yaml", dump_yaml(papers.fragments).encode()
    if papers.logo:
        yield f"{PAPER_FOLDER}/{LOGO_FILE}", base64.b64decode(papers.logo)
