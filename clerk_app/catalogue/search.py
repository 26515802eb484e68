"""Search of names by text, full pinyin, initials, number or topic; tolerates mistakes.

The rank of a match does not depend on other names, so that an index may look at candidates only.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate

import msgspec

from clerk_app.catalogue.names import ITEM, MATTER, ONE_THING, Name, normalize_name
from clerk_app.text.characters import is_alphanumeric, is_ideograph
from clerk_app.text.pinyin import find_pinyin, read_pinyin

EXACT, START, INSIDE, OTHER_LANGUAGE, PINYIN_INSIDE, NUMBER_INSIDE, TOPIC, WORDS, SOUND, MISTAKE, WORD_MISTAKE = range(
    11
)
"""Ranks, best first."""
ENOUGH_MATCHES = 1
"""Typing mistakes are allowed for if fewer names than this match exactly."""

_KINDS = {ONE_THING: 0, MATTER: 1, ITEM: 2}
_MIN_NUMBER = 4  # digits of an inner part of a number
_SHORT, _LONG = 3, 7  # lengths from which on one mistake, and two, are tolerated


class Query(msgspec.Struct, frozen=True, dict=True):
    """What was typed, normalized: `text` with single spaces, `compact` without."""

    text: str
    language: str

    @classmethod
    def of(cls, typed: str, language: str) -> Query:
        """Make the query of a typed text; `language` is that of the names that are shown.

        Its words are normalized one by one: normalization joins Chinese words at the space between them.
        """
        return cls(" ".join(filter(None, map(normalize_name, typed.split()))), "en" if language == "en" else "zh")

    @cached_property
    def compact(self) -> str:
        """The text without spaces."""
        return self.text.replace(" ", "")

    @cached_property
    def is_chinese(self) -> bool:
        """Whether it has a Chinese character."""
        return any(map(is_ideograph, self.text))

    @cached_property
    def words(self) -> tuple[Query, ...]:
        """The words of a text that has several."""
        words = self.text.split()
        return tuple(Query(word, self.language) for word in words) if len(words) > 1 else ()

    @cached_property
    def spoken(self) -> str:
        """The pinyin of a text with two Chinese characters or more; empty for other texts."""
        if len(self.compact) < 2 or not self.is_chinese:
            return ""
        return "".join(syllables[0] for syllables in read_pinyin(self.compact))


class Match(msgspec.Struct, frozen=True):
    """A name that matches; `marked` is the matching part of its shown text, as start and end, or empty."""

    name: Name
    place: int
    rank: int
    marked: tuple[int, int] = (0, 0)

    @property
    def order(self) -> tuple[int, int, int, int]:
        """What matches are sorted by: rank, kind, length of the name, place."""
        return self.rank, _KINDS[self.name.kind], len(self.name.zh), self.place


def rank_exactly(name: Name, query: Query) -> int | None:
    """Return the rank of a match without mistakes; None if the name does not match."""
    rank = _rank_phrase(name, query)
    if rank is None and query.words and all(_rank_phrase(name, word) is not None for word in query.words):
        return WORDS
    return rank


def rank_with_mistakes(name: Name, query: Query) -> int | None:
    """Return the rank of a match by sound or with mistakes; None if the name does not match."""
    if query.spoken and find_pinyin(query.spoken, name.readings) is not None:
        return SOUND
    if has_mistakes_only(name, query):
        return MISTAKE
    ranks = [
        rank for word in query.words if (rank := _rank_phrase(name, word)) is not None or has_mistakes_only(name, word)
    ]
    return WORD_MISTAKE if query.words and len(ranks) == len(query.words) else None


def rank_names(names: Iterable[tuple[int, Name]], query: Query) -> list[Match]:
    """Return the names that match, best first; each is given after its place in the catalogue."""
    candidates = list(names)
    found = collect_matches(candidates, query, with_mistakes=False)
    if len(found) < ENOUGH_MATCHES:
        taken = {match.place for match in found}
        rest = [(place, name) for place, name in candidates if place not in taken]
        found += collect_matches(rest, query, with_mistakes=True)
    return found


def collect_matches(names: Iterable[tuple[int, Name]], query: Query, *, with_mistakes: bool) -> list[Match]:
    """Return the names that match without mistakes, or only with mistakes, best first."""
    rank_name = rank_with_mistakes if with_mistakes else rank_exactly
    found = [Match(name, place, rank) for place, name in names if (rank := rank_name(name, query)) is not None]
    return sorted(found, key=lambda match: match.order)


def mark_match(name: Name, query: Query) -> tuple[int, int]:
    """Return start and end of the text that matches in the shown name; (0, 0) if it is not there as a whole."""
    shown = name.in_language(query.language)
    for typed in (query.text, query.compact, *(word.text for word in query.words)):
        start = shown.casefold().find(typed)
        if start >= 0:
            return start, start + len(typed)
    span = find_pinyin(query.compact, name.readings) if query.language != "en" else None
    letters = [place for place, character in enumerate(shown) if is_alphanumeric(character)] if span else []
    return (letters[span[0]], letters[span[1] - 1] + 1) if span and len(letters) == len(name.readings) else (0, 0)


def _rank_phrase(name: Name, query: Query) -> int | None:
    wanted, compact = query.text, query.compact
    handle, zh, en, code = name.handle, name.folded_zh, name.folded_en, name.code
    ours, theirs, typed = (en, zh, wanted) if query.language == "en" else (zh, en, compact)
    if wanted in (handle, name.initials, name.key, en) or compact in (zh, code):
        return EXACT
    span = find_pinyin(compact, name.readings)
    if (span is not None and span[0] == 0) or handle.startswith(wanted) or name.initials.startswith(wanted):
        return START
    if code.startswith(compact):
        return START
    if ours.startswith(typed):
        return START
    if len(wanted) > 1 or query.is_chinese:
        if typed in ours:
            return INSIDE
        if (wanted if theirs is en else compact) in theirs:
            return OTHER_LANGUAGE
    if len(compact) > 1 and (span is not None or compact in name.initials):
        return PINYIN_INSIDE
    if len(compact) >= _MIN_NUMBER and compact in code:
        return NUMBER_INSIDE
    is_topic = len(wanted) > (1 if query.is_chinese else 2) and (wanted in name.topics_zh or wanted in name.topics_en)
    return TOPIC if is_topic else None


def has_mistakes_only(name: Name, query: Query) -> bool:
    """Return whether the query is within a small edit distance, with transpositions, of a part of the name.

    One mistake is tolerated from 3 letters on, two from 7 letters on. A part begins at any character of the Chinese
    name or of its pinyin, at a word of the English name, or at the start of id and initials.
    """
    wanted, compact = query.text, query.compact
    allowed = 0 if len(wanted) < _SHORT else 1 if len(wanted) < _LONG else 2
    if not allowed:
        return False
    if query.is_chinese:
        return _is_near(compact, name.folded_zh, range(len(name.folded_zh)), allowed)
    syllables = [found[0] for found in name.readings]
    starts = [0, *accumulate(map(len, syllables[:-1]))]
    if _is_near(compact, "".join(syllables), starts, allowed) or _is_near(compact, name.initials, (0,), allowed):
        return True
    words = [0, *(place + 1 for place, character in enumerate(name.folded_en) if character == " ")]
    return _is_near(wanted, name.folded_en, words, allowed) or _is_near(wanted, name.handle, (0,), allowed)


def _is_near(wanted: str, text: str, starts: Iterable[int], allowed: int) -> bool:
    """Return whether `wanted` is within the distance of a part of the text that begins at one of the places."""
    from rapidfuzz.distance import OSA  # at the first query that matches too little

    last, length = len(text) + allowed - len(wanted), len(wanted)
    return any(
        OSA.distance(wanted, text[start : start + length + slip], score_cutoff=allowed) <= allowed
        for start in starts
        if start <= last
        for slip in (0, -1, 1)
    )
