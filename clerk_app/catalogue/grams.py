"""Grams of names and of queries: pieces of two or three letters by which an index finds the names to look at.

A gram begins with a letter for its kind: `z` Chinese name, `e` English name, `m` two or three letters of its pinyin as
they may be typed after each other, `i` given initials, `c` id and code, `k` number in the list, `t` topics, `o` organ,
`h` theme, `l` life event, `K` kind of name. `^` is the start of a text.

Each name that `search.rank_exactly` finds has all grams of at least one of the lists that `exact_grams` returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from clerk_app.catalogue.names import Name
from clerk_app.catalogue.search import Query
from clerk_app.text.pinyin import Readings

THREE = 3
FACETS = {"organ": "o", "theme": "h", "life_event": "l"}


def name_grams(name: Name) -> set[str]:
    """Return the grams of a name."""
    grams = _own_grams(name.folded_zh, name.folded_en, name.readings)
    grams.update(_text_grams("i", name.initials), _text_grams("c", name.handle), _text_grams("c", name.code))
    grams.update(_topic_grams(name.topics_zh), _topic_grams(name.topics_en))
    grams.add(facet_gram("organ", name.organ))
    grams.update(facet_gram("theme", theme) for theme in name.themes)
    grams.update(facet_gram("life_event", event) for event in name.life_events)
    grams.add(kind_gram(name.kind))
    if name.key:
        grams.add("k" + name.key)
    return grams


def item_grams(item: Name, matter: Name) -> set[str]:
    """Return the grams of a handling item that its matter does not have, and some that it has.

    Where the name of the item begins with that of the matter, only the rest and the two characters before it are new.
    Both have the same id, topics and facets.
    """
    if not (item.folded_zh.startswith(matter.folded_zh) and item.readings[: len(matter.readings)] == matter.readings):
        return name_grams(item)
    en, code = len(matter.folded_en), len(matter.code)
    grams = _own_grams(
        item.folded_zh[max(0, len(matter.folded_zh) - 1) :],
        item.folded_en[max(0, en - 2) :] if item.folded_en.startswith(matter.folded_en) else item.folded_en,
        item.readings[max(0, len(matter.readings) - 2) :],
    )
    grams.update(_text_grams("i", item.initials))
    grams.update(
        _text_grams("c", item.code[code - 2 :] if code > 1 and item.code.startswith(matter.code) else item.code)
    )
    grams.add(kind_gram(item.kind))
    return grams


def _own_grams(zh: str, en: str, readings: Readings) -> set[str]:
    grams = set(_chinese_grams(zh))
    grams.update(_text_grams("e", en), _pinyin_grams(readings))
    return grams


@lru_cache(maxsize=4096)  # handling items of many matters end with the same circumstances
def _chinese_grams(zh: str) -> frozenset[str]:
    return frozenset("z" + character for character in zh).union(_pieces("z", zh, 2))


def facet_gram(facet: str, value: str) -> str:
    """Return the gram of the names of an organ, a theme or a life event."""
    return FACETS[facet] + value


def kind_gram(kind: str) -> str:
    """Return the gram of the names of a kind."""
    return "K" + kind


def exact_grams(query: Query) -> list[list[str]]:
    """Return lists of grams: a name that matches without mistakes has all grams of at least one list."""
    text, compact = query.text, query.compact
    lists = [
        list(_pieces("z", compact, 2)) if len(compact) > 1 else ["z" + compact],
        _query_grams("e", text),
        _query_grams("m", compact),
        _query_grams("i", text),
        _query_grams("i", compact),
        _query_grams("c", text),
        _query_grams("c", compact),
        list(_pieces("t", text, 2 if query.is_chinese else THREE)),
        ["k" + text],
    ]
    return [grams for grams in lists if grams]


def sound_grams(query: Query) -> list[str]:
    """Return grams that every name with the pinyin of the query has; empty if it has no Chinese characters."""
    return _query_grams("m", query.spoken) if query.spoken else []


def similar_grams(query: Query) -> list[str]:
    """Return grams of which a name that matches with mistakes has some."""
    compact = query.compact
    if query.is_chinese:
        return list(dict.fromkeys([*("z" + character for character in compact), *_pieces("z", compact, 2)]))
    pairs = [*_pieces("m", compact, 2), *_pieces("e", query.text, 2), *_pieces("i", compact, 2)]
    return list(dict.fromkeys([*pairs, *_pieces("c", query.text, THREE)]))


def _query_grams(kind: str, text: str) -> list[str]:
    if len(text) < 2:
        return [f"{kind}^{text}"] if text else []
    return list(dict.fromkeys(_pieces(kind, text, min(len(text), THREE))))


@lru_cache(maxsize=4096)
def _text_grams(kind: str, text: str) -> frozenset[str]:
    start = (f"{kind}^{text[0]}",) if text else ()
    return frozenset((*start, *_pieces(kind, text, 2), *_pieces(kind, text, THREE)))


@lru_cache(maxsize=4096)
def _topic_grams(topics: str) -> tuple[str, ...]:
    return tuple({*_pieces("t", topics, 2), *_pieces("t", topics, THREE)})


def _pieces(kind: str, text: str, length: int) -> Iterator[str]:
    return (kind + text[place : place + length] for place in range(len(text) - length + 1))


@lru_cache(maxsize=4096)
def _pinyin_grams(readings: Readings) -> frozenset[str]:
    grams = {f"m^{syllable[0]}" for syllable in readings[0]} if readings else set()
    for syllables, following, last in zip(readings, (*readings[1:], ()), (*readings[2:], (), ()), strict=False):
        grams.update(_syllable_grams(syllables, following, last))
    return frozenset(grams)


@lru_cache(maxsize=65536)  # the same characters follow each other in many names
def _syllable_grams(syllables: tuple[str, ...], following: tuple[str, ...], last: tuple[str, ...]) -> tuple[str, ...]:
    """Return the pairs and triples of letters that begin in a character and may be typed after each other.

    After a letter of a syllable comes its next letter, or the first one of the following character.
    """
    initials, last_initials = {syllable[0] for syllable in following}, {syllable[0] for syllable in last}
    grams: set[str] = set()
    for syllable in syllables:
        for place, letter in enumerate(syllable):
            inner = syllable[place + 1 : place + 2]
            if inner:
                grams.update((f"m{letter}{inner}", f"m{letter}{syllable[place + 1 : place + THREE]}"))
                grams.update(f"m{letter}{inner}{initial}" for initial in initials)
            for follower in following:
                grams.update((f"m{letter}{follower[0]}", f"m{letter}{follower[:2]}"))
                grams.update(f"m{letter}{follower[0]}{initial}" for initial in last_initials)
    return tuple(grams)
