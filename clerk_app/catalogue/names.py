"""The names of a catalogue that can be found: one things, matters, and handling items (业务办理项) of matters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec

from clerk_app.catalogue.entries import CatalogueContent
from clerk_app.catalogue.terms import SINGLE_PREFIX
from clerk_app.text.characters import is_alphanumeric
from clerk_app.text.folding import fold_text
from clerk_app.text.pinyin import Readings, read_pinyin

ONE_THING, MATTER, ITEM = "one_thing", "matter", "item"


class Name(msgspec.Struct, frozen=True, array_like=True):
    """Something to be found, with what its row in a list shows.

    `opens` is the one thing whose draft it begins; `item` is the handling item that is preset, `key` the number in the
    list of one things, `number` the code of the implementing list. `topics_zh` and `topics_en` are the normalized names
    of its organ, themes and life events. What is compared with a query is normalized: `folded_zh` and `code` without
    spaces, `folded_en`, and `handle`, its id.
    """

    kind: str
    opens: str
    id: str  # of the one thing, or of the matter
    item: str
    key: str
    number: str
    zh: str
    en: str
    initials: str
    readings: Readings
    organ: str
    themes: tuple[str, ...]
    life_events: tuple[str, ...]
    topics_zh: str
    topics_en: str
    folded_zh: str
    folded_en: str
    code: str
    handle: str
    days: int
    matters: int  # how many matters a one thing has

    def in_language(self, language: str) -> str:
        """Return the name in a language: English for "en", else Chinese."""
        return self.en if language == "en" else self.zh


def list_names(content: CatalogueContent) -> Iterator[Name]:
    """Yield the names of a catalogue: first its one things, then its matters, each with its handling items.

    A matter is left out if a one thing of the same name has only this matter, and if nothing can be opened with it: it
    is neither chosen alone nor part of a one thing. A handling item is a variant with a number, of a matter that is
    chosen alone; other variants follow from the answers of the form.
    """
    topics = _Topics(content)
    for place, one_thing in enumerate(content.objects("one_things"), 1):
        yield topics.name(ONE_THING, one_thing, opens=one_thing["id"], key=str(place), organ=one_thing["lead"])
    single = {
        one_thing["matters"][0]: one_thing["name"]["zh"]
        for one_thing in content.objects("one_things")
        if len(one_thing["matters"]) == 1
    }
    containers = content.containers()
    opened = [
        (matter, SINGLE_PREFIX + matter["id"] if matter.get("alone") else containers.get(matter["id"], ""))
        for matter in content.objects("matters")
    ]
    for matter, opens in opened:
        if not opens:
            continue
        found = topics.name(MATTER, matter, opens=opens, organ=matter["organ"])
        if single.get(matter["id"]) != matter["name"]["zh"]:
            yield found
        for variant in matter.get("variants", ()):
            if matter.get("alone") and variant.get("number"):
                yield _item_name(found, variant)


def normalize_name(text: str) -> str:
    """Return a folded copy of a name or query: its letters and digits, other characters as single spaces."""
    folded = fold_text(text)
    if folded.isalnum():
        return folded
    return " ".join("".join(character if is_alphanumeric(character) else " " for character in folded).split())


_normalize_part = lru_cache(maxsize=4096)(normalize_name)
"""Normalizes organs, themes, matters and circumstances, which are parts of many names."""
_read_part = lru_cache(maxsize=4096)(read_pinyin)


class _Topics:
    """Looks up the organs, themes and life events of a catalogue."""

    def __init__(self, content: CatalogueContent) -> None:
        self._names = {
            section: {entry["id"]: entry["name"] for entry in content.objects(section)}
            for section in ("organs", "themes", "life_events")
        }

    def name(self, kind: str, entry: dict[str, Any], *, opens: str, organ: str, key: str = "") -> Name:
        topics = [
            self._names["organs"].get(organ),
            *(self._names["themes"].get(theme) for theme in entry.get("themes", ())),
            *(self._names["life_events"].get(event) for event in entry.get("life_events", ())),
        ]
        return Name(
            kind=kind,
            opens=opens,
            id=entry["id"],
            item="",
            key=key,
            number=entry.get("number") or "",
            zh=entry["name"]["zh"],
            en=entry["name"]["en"],
            initials=entry.get("initials") or "",
            readings=_read_part(entry["name"]["zh"]),
            organ=organ,
            themes=tuple(entry.get("themes", ())),
            life_events=tuple(entry.get("life_events", ())),
            topics_zh=" ".join(_normalize_part(topic["zh"]) for topic in topics if topic),
            topics_en=" ".join(_normalize_part(topic["en"]) for topic in topics if topic),
            folded_zh=_normalize_part(entry["name"]["zh"]).replace(" ", ""),
            folded_en=_normalize_part(entry["name"]["en"]),
            code=normalize_name(entry.get("number") or "").replace(" ", ""),
            handle=normalize_name(entry["id"]),
            days=entry["promised_days"],
            matters=len(entry.get("matters", ())),
        )


def _item_name(matter: Name, variant: dict[str, Any]) -> Name:
    """Build the name of a handling item: that of its matter with that of its circumstance, each read once."""
    days = variant.get("promised_days")
    zh, folded_zh, readings = matter.zh, matter.folded_zh, matter.readings
    en, folded_en = matter.en, matter.folded_en
    theirs = variant["name"]
    if zh in theirs["zh"]:
        zh, folded_zh, readings = theirs["zh"], "", ()
    else:
        zh = f"{zh}（{theirs['zh']}）"
    if en in theirs["en"]:
        en, folded_en = theirs["en"], ""
    else:
        en = f"{en}: {theirs['en']}"
    return msgspec.structs.replace(
        matter,
        kind=ITEM,
        item=variant["id"],
        number=variant["number"],
        zh=zh,
        en=en,
        initials=variant.get("initials") or "",
        readings=readings + _read_part(theirs["zh"]),
        folded_zh=folded_zh + _normalize_part(theirs["zh"]).replace(" ", ""),
        folded_en=f"{folded_en} {_normalize_part(theirs['en'])}".strip(),
        code=normalize_name(variant["number"]).replace(" ", ""),
        days=matter.days if days is None else days,
    )
