"""The four parts of an enterprise name (article 6): place, core (字号), trade (行业), form (组织形式)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from clerk_app.similarity.names.folding import FoldedName, fold_name
from clerk_app.similarity.names.words import NameWords, load_words

_SHORTEST_CORE = 2
_ANY_PLACE = re.compile(
    "(?!.{0,3}(?:超市|社区|小区|园区|景区|城市|都市))[\u4e00-\u9fff]{2,6}?(?:自治州|自治区|自治县|省|市|区|县|旗)"
)


class NameParts(NamedTuple):
    """Parts of a name. `place` is the full name of the nearest division, `trade` the id of the trade or its words.

    `core_span` are the indexes of the core in the folded text (from, to).
    """

    folded: FoldedName
    place: str
    core: str
    trade: str
    form: str
    core_span: tuple[int, int]

    @property
    def core_places(self) -> tuple[int, ...]:
        """Indexes of the characters of the core in the given name."""
        return self.folded.places[self.core_span[0] : self.core_span[1]]


@lru_cache(maxsize=4096)
def split_name(name: str) -> NameParts:
    """Return the parts of a name; a part that it lacks is empty. Never raises."""
    words, folded = load_words(), fold_name(name)
    form = _longest_end(folded.text, words.form_words)
    begin, end, place = 0, len(folded.text) - len(form), ""
    while (found := _match_place(folded.text[begin:end], words)) is not None:
        begin, place = begin + len(found[0]), found[1]
    core_end, place = _cut_bracketed(folded, begin, end, place, words)
    kept = folded.text[begin:end] if core_end == end else folded.text[begin:core_end]
    rest = folded.text[begin:end] if core_end == end else ""
    if core_end < end:  # the trade follows the place in brackets
        after = folded.text[_end_of_bracket(folded, core_end) : end]
        if after:
            return NameParts(folded, place, kept, _name_trade(after, words), form, (begin, core_end))
        rest = kept  # the trade stands before the place in brackets
    core, trade_words = _split_trade(rest, words)
    return NameParts(folded, place, core, _name_trade(trade_words, words), form, (begin, begin + len(core)))


@lru_cache(maxsize=16)
def _list_lengths(words: frozenset[str]) -> tuple[int, ...]:
    """Return the lengths of words, the longest first."""
    return tuple(sorted({len(word) for word in words}, reverse=True))


def _longest_end(text: str, words: frozenset[str]) -> str:
    """Return the longest of `words` with which a text ends."""
    ends = (text[-length:] for length in _list_lengths(words) if length <= len(text))
    return next((end for end in ends if end in words), "")


def _match_place(text: str, words: NameWords) -> tuple[str, str] | None:
    """Return the words of the place with which a text begins, and its full name; None without one.

    A short name counts only if a core is left.
    """
    for length in _list_lengths(words.place_words):
        place = words.place_by_word.get(text[:length])
        if place is not None and (text[:length] == place.name or _leaves_core(text[length:], words)):
            return text[:length], place.name
    found = _ANY_PLACE.match(text)
    if found is not None and _leaves_core(text[found.end() :], words):
        return found.group(), found.group()
    return None


def _leaves_core(text: str, words: NameWords) -> bool:
    return len(_split_trade(text, words)[0]) >= _SHORTEST_CORE and text not in words.trade_by_word


def _cut_bracketed(folded: FoldedName, begin: int, end: int, place: str, words: NameWords) -> tuple[int, str]:
    """Return the end of the core and the place: a place in brackets ends the core, and is the place if none is before.

    Other brackets belong to the core or the form.
    """
    for first, last in folded.bracketed:
        known = words.place_by_word.get(folded.text[first:last])
        if known is not None and begin + _SHORTEST_CORE <= first and last <= end:
            return first, place or known.name
    return end, place


def _end_of_bracket(folded: FoldedName, begin: int) -> int:
    return next(last for first, last in folded.bracketed if first == begin)


def _split_trade(text: str, words: NameWords) -> tuple[str, str]:
    """Return core and words of the trade of a text without place and form; the core keeps two characters.

    Before the last word of the trade may stand further ones (as electric power, engineering) and modifiers.
    """
    core = text[: len(text) - len(_longest_end(text[_SHORTEST_CORE:], words.trade_words))]
    before = words.modifier_words if core == text else words.qualifier_words
    while (more := _longest_end(core, before)) and len(core) - len(more) >= _SHORTEST_CORE:
        core = core[: -len(more)]
    return core, text[len(core) :]


def _name_trade(text: str, words: NameWords) -> str:
    """Return the id of the trade with whose words a text ends; the text if the list has none of them.

    A text of modifiers alone names no trade.
    """
    word = _longest_end(text, words.trade_words)
    if word:
        return words.trade_by_word[word]
    while more := _longest_end(text, words.modifier_words):
        text = text[: -len(more)]
    return text
