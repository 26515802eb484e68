"""Writes the file of a new one thing: commented YAML with blanks, or the shape of an existing one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from clerk_app.catalogue.yaml_file import BLANK
from clerk_app.catalogue.yaml_text import dump_yaml
from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.text.pinyin import pinyin_initials, read_pinyin

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_NAMES = f"{{zh: {BLANK}, en: {BLANK}}}"
# what an author has to decide again for a copy: names, initials and where the figures come from
_OWN_VALUES = frozenset({"name", "initials", "source", "legal_basis"})
_WIDTH = 110
_LEFT_OUT = frozenset({"number", "value_sources"})
_MATTER_FIELDS = frozenset({"matter", "matters", "on_request"})
_MOST_LISTED = 60
_LONGEST_ID = 55  # the matters get a number after it
_LONGEST_INITIALS = 30
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def derive_id(name: str, longest: int = _LONGEST_ID) -> str:
    """Return `name` if it is an id, otherwise its pinyin as one of at most `longest` letters. Raises BadData."""
    if _ID.fullmatch(name):
        return name
    derived = ""
    for syllables in read_pinyin(name):
        longer = f"{derived}-{syllables[0]}" if derived else syllables[0]
        if len(longer) > longest:
            break
        derived = longer
    if not _ID.fullmatch(derived):
        raise BadData("{name} is no name for a one thing: use letters, digits and hyphens, or Chinese.", name=name)
    return derived


def write_blank_file(catalogue: Catalogue | None, one_thing: str, name: str) -> str:
    """Return the text of a new file. Lists of known ids in its comments are those of `catalogue`.

    `name` is the Chinese name; empty if it is still to be written.
    """
    lines = [
        _("# Fill in each {blank}. `clerk catalogue check` names the blanks that are left.").format(blank=BLANK),
        _("# Names are given in Chinese (zh) and English (en). Days are working days."),
        *_list_known_ids(catalogue),
        "",
        "one_things:",
        f"  - id: {one_thing}",
        f"    name: {{zh: {name or BLANK}, en: {BLANK}}}",
        f"    initials: {pinyin_initials(name)[:_LONGEST_INITIALS] or BLANK}  # "
        + _("first letters of the pinyin of the Chinese name"),
        f"    source: {BLANK}  # " + _("where the data comes from; for invented data write sample: true as well"),
        f"    lead: {BLANK}  # " + _("the lead organ"),
        "    handling: joint  # " + _("immediate, promised or joint"),
        "    parties:",
        "      - {id: applicant, name: {zh: 申请人, en: Applicant}, applicant: true}",
        f"    matters: [{one_thing}-1, {one_thing}-2]",
        f"    promised_days: {BLANK}  # " + _("at least the longest chain; clerk catalogue graph shows it"),
        "    # " + _("figures from the time before the bundle: steps, working days, papers, visits"),
        f"    before: {{steps: {BLANK}, days: {BLANK}, papers: {BLANK}, visits: {BLANK}}}",
        "",
        "matters:",
        *_blank_matter(f"{one_thing}-1", ""),
        "",
        *_blank_matter(f"{one_thing}-2", f"{one_thing}-1"),
    ]
    return "\n".join(lines) + "\n"


def _list_known_ids(catalogue: Catalogue | None) -> Iterator[str]:
    """Yield comments with the ids to which the new file can refer, up to _MOST_LISTED of a kind."""
    if catalogue is None:
        return
    for title, items in (
        (_("Organs"), catalogue.organs),
        (_("Materials"), catalogue.materials),
        (_("Questions"), catalogue.fields),
    ):
        more = len(items) - _MOST_LISTED
        rest = (_("and {count} more in the catalogue").format(count=more),) if more > 0 else ()
        yield from _comment(title, (*(f"{item.id} {item.name.zh}" for item in items[:_MOST_LISTED]), *rest))


def write_head_file() -> str:
    """Return the text of the head of a catalogue that has no file yet."""
    return "\n".join(
        (
            _("# The city and its organs. Fill in each {blank}.").format(blank=BLANK),
            f"id: {BLANK}",
            "version: 1",
            f"name: {_NAMES}",
            f"city: {_NAMES}",
            "time_zone: Asia/Shanghai",
            f"valid_from: {BLANK}  # 2026-01-01",
            "organs:",
            f"  - {{id: {BLANK}, name: {_NAMES}, level: district}}",
            "calendars:",
            f"  - {{year: {BLANK}, holidays: [{BLANK}], working_weekends: [{BLANK}]}}",
            "",
        )
    )


def _blank_matter(matter: str, before: str) -> Iterator[str]:
    yield f"  - id: {matter}"
    yield f"    name: {_NAMES}"
    yield f"    source: {BLANK}"
    yield f"    organ: {BLANK}"
    yield "    kind: permit  # permit, benefit, confirmation, ruling, reward, other_power, public_service"
    yield f"    legal_basis: {_NAMES}"
    yield f"    materials: [{BLANK}]"
    yield f"    fields: [{BLANK}]  # " + _("the questions of the form that this organ needs")
    if before:
        waits = _("it waits for this matter; without the line both run in parallel")
        yield f"    after: [{{matter: {before}}}]  # {waits}"
    yield f"    statutory_days: {BLANK}"
    yield f"    promised_days: {BLANK}  # " + _("at most statutory_days; 0 is on the spot")


def _comment(title: str, words: Iterable[str]) -> Iterator[str]:
    """Yield comment lines with a list of words."""
    line = f"# {title}:"
    for word in words:
        if len(line) + len(word) > _WIDTH:
            yield line
            line = "#  "
        line += f" {word};"
    yield line


def write_copied_file(catalogue: Catalogue, one_thing: str, name: str, like: str) -> str:
    """Return the text of a new file with the shape of the one thing `like`: graph, days, materials and questions.

    Names, initials, sources and legal bases are blanks. Raises KeyError if the catalogue has no such one thing.
    """
    shape = catalogue.one_thing(like)
    ids = {matter: f"{one_thing}-{number}" for number, matter in enumerate(shape.matters, 1)}
    matters = [_blank_names(_dump(catalogue.matter(matter))) for matter in shape.matters]
    bundle = _blank_names(_dump(shape)) | {"id": one_thing}
    if name:
        bundle |= {"name": {"zh": name, "en": BLANK}, "initials": pinyin_initials(name)[:_LONGEST_INITIALS]}
    for matter in matters:
        arrows = [arrow for arrow in matter.get("after", ()) if arrow["matter"] in ids]
        matter["id"] = ids[matter["id"]]
        if "after" in matter:
            matter["after"] = arrows
    content = {"one_things": [bundle], "matters": matters}
    requirements = [_dump(item) for item in catalogue.data_requirements if item.matter in ids]
    if requirements:
        content["data_requirements"] = [
            item | {"id": f"{ids[item['matter']]}-{item['licence_type']}"} for item in requirements
        ]
    head = _("# With the shape of {like}. Fill in each {blank}, and check what was taken over.").format(
        like=like, blank=BLANK
    )
    names = (f"{ids[matter]} {catalogue.matter(matter).name.zh}" for matter in shape.matters)
    comments = _comment(_("Matters of the model"), names)
    text = dump_yaml(_rename(content, ids))
    return "\n".join((head, *comments, "", text))


def _dump(item: Any) -> Any:
    """Return an item as it is written in a file, without fields that have their default."""
    if isinstance(item, BaseModel):
        fields = type(item).model_fields.items()
        values = {name: (info, getattr(item, name)) for name, info in fields}
        return {info.alias or name: _dump(value) for name, (info, value) in values.items() if value != info.default}
    if isinstance(item, tuple | list):
        return [_dump(member) for member in item]
    return item


def _blank_names(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item in which the values that belong to the model only are blanks."""
    blank = {"zh": BLANK, "en": BLANK}
    own = {name: blank if isinstance(item[name], Mapping) else BLANK for name in _OWN_VALUES if name in item}
    return {name: own.get(name, value) for name, value in item.items() if name not in _LEFT_OUT}


def _rename(value: Any, ids: Mapping[str, str], is_matter: bool = False) -> Any:
    """Return a value in which each reference to a matter is replaced; a material may have the same id."""
    if isinstance(value, Mapping):
        return {name: _rename(member, ids, name in _MATTER_FIELDS) for name, member in value.items()}
    if isinstance(value, list):
        return [_rename(member, ids, is_matter) for member in value]
    return ids.get(value, value) if is_matter and isinstance(value, str) else value
