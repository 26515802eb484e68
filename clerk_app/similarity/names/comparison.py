"""Rules that compare two enterprise names, and those that concern one name alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from clerk_app.ledger.commands import MessagePart
from clerk_app.similarity.names.folding import MAX_LENGTH
from clerk_app.similarity.names.parts import NameParts, split_name
from clerk_app.similarity.names.sounds import list_readings
from clerk_app.similarity.names.words import NameWords, load_words
from clerk_app.text.characters import is_ideograph

FindingKind = Literal["same", "same_sound", "near", "elsewhere", "forbidden", "no_core", "no_form", "characters"]
STOP, REASON, NOTE = "stop", "reason", "note"
NameState = Literal["in_use", "reserved", "revoked", "cancelled", "protected"]
ENDED_STATES = ("revoked", "cancelled")
_SHORTEST_TRADE = 2  # characters of a trade that the list does not have
_ORDER = {STOP: 0, REASON: 1, NOTE: 2}


class NameFinding(MessagePart, frozen=True, kw_only=True):
    """What was found about a name. `severity`: stop, reason or note.

    `other` is the name that is the same or near, with its `state`; `marks` and `other_marks` are the indexes of the
    characters that are the same in both. Of a forbidden word: `word`, `reason` and `article` in both languages.
    """

    kind: str
    severity: str
    marks: tuple[int, ...] = ()
    other: str = ""
    other_marks: tuple[int, ...] = ()
    state: str = ""
    word: str = ""
    reason: tuple[str, str] = ("", "")  # Chinese, English
    article: tuple[str, str] = ("", "")


def check_alone(name: str, words: NameWords | None = None) -> list[NameFinding]:
    """Return the findings about a name itself: its characters, its parts, forbidden words wherever they stand."""
    words = words or load_words()
    parts = split_name(name)
    found = [*_find_forbidden(name, words)]
    bad = tuple(index for index, character in enumerate(name[:MAX_LENGTH]) if not _is_allowed(character))
    if bad or len(name) > MAX_LENGTH:
        found.append(NameFinding(kind="characters", severity=words.severity.characters, marks=bad))
    if not parts.form:
        found.append(NameFinding(kind="no_form", severity=words.severity.no_form))
    ideographs = sum(map(is_ideograph, parts.core))
    if ideographs < 2 or parts.core in words.trade_by_word or parts.core in words.place_by_word:
        found.append(NameFinding(kind="no_core", severity=words.severity.no_core, marks=parts.core_places))
    return found


def _is_allowed(character: str) -> bool:
    """Article 5: standard Chinese characters; brackets, digits and Latin letters of a mark are left to the officer."""
    return is_ideograph(character) or character in "()（）·〇" or (character.isascii() and character.isalnum())


def _find_forbidden(name: str, words: NameWords) -> Iterator[NameFinding]:
    folded = split_name(name).folded
    for row in words.forbidden:
        for word in row.words:
            start = folded.text.find(word)
            if start >= 0:
                yield NameFinding(
                    kind="forbidden",
                    severity=REASON if _is_cut(folded.text, start, word, words) else row.rule,
                    marks=folded.places[start : start + len(word)],
                    word=word,
                    reason=(row.reason.zh, row.reason.en),
                    article=(row.article.zh, row.article.en),
                )


def _is_cut(text: str, start: int, word: str, words: NameWords) -> bool:
    """Return whether each place of a forbidden word may be parts of two words: a harmless one begins in its end."""
    while start >= 0:
        end = start + len(word)
        if not any(text.startswith(harmless, end - 1) for harmless in words.harmless):
            return False
        start = text.find(word, start + 1)
    return True


def compare_names(name: str, other: str, state: str = "in_use", words: NameWords | None = None) -> NameFinding | None:
    """Return how two names are alike (same, same sound, near); None if both may be used. The rule is symmetric."""
    words = words or load_words()
    left, right = split_name(name), split_name(other)
    if not (left.core and right.core) or (left.trade and right.trade and left.trade != right.trade):
        return None
    relation = _relate_places(left.place, right.place, words)
    kind, own, others = _compare_cores(left, right, words)
    if not kind or not relation:
        return None
    if kind == "same" and relation == "related":
        kind = "elsewhere"
    elif kind != "same" and relation == "related":
        return None
    severity = getattr(words.severity, kind)
    return NameFinding(kind=kind, severity=severity, marks=own, other=other, other_marks=others, state=state)


def _relate_places(left: str, right: str, words: NameWords) -> str:
    """Return "same" for one place, "related" if one is above the other, or one name has none; else empty."""
    if left == right:
        return "same"
    if not (left and right) or left in words.list_above(right) or right in words.list_above(left):
        return "related"
    return ""


def _compare_cores(left: NameParts, right: NameParts, words: NameWords) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """Return the kind of likeness of two cores, with the indexes of what is the same in both names."""
    own, others = left.core, right.core
    whole = left.core_places, right.core_places
    if own == others:
        return "same", *whole
    if len(own) == len(others) and not {*list_readings(own)}.isdisjoint(list_readings(others)):
        return "same_sound", *whole
    if not (left.trade or right.trade):
        tail = _unlisted_trade(own, others)
        if tail:
            own, others = own[:-tail], others[:-tail]
            whole = whole[0][:-tail], whole[1][:-tail]
    shorter, longer = sorted((own, others), key=len)
    if len(shorter) >= words.near.shortest_contained and shorter in longer:
        start = longer.index(shorter)
        part = slice(start, start + len(shorter))
        return ("near", whole[0], whole[1][part]) if shorter == own else ("near", whole[0][part], whole[1])
    if len(shorter) >= words.near.shortest and _is_near(own, others):
        return "near", *_mark_common(own, others, *whole)
    if len(own) == len(others) and own in others + others and own != others:  # halves have changed places
        return "near", *whole
    return "", (), ()


def _unlisted_trade(left: str, right: str) -> int:
    """Return the length of the common end of two cores, which is the trade if the list has none for either name.

    At least two characters, and the cores keep two. Without this rule, cores of two characters with one in common
    would be near because of their trade, as 博文图书 and 博雅图书.
    """
    tail = min(_common_head(left[::-1], right[::-1]), len(left) - 2, len(right) - 2)
    return tail if tail >= _SHORTEST_TRADE else 0


def _is_near(left: str, right: str) -> bool:
    """Return whether one character was changed, added or left out, or two neighbours changed places."""
    head = _common_head(left, right)
    a, b = left[head:], right[head:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])


def _common_head(left: str, right: str) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _mark_common(
    left: str, right: str, own: tuple[int, ...], others: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the indexes of the characters before and after the difference."""
    head = _common_head(left, right)
    tail = min(_common_head(left[::-1], right[::-1]), len(left) - head, len(right) - head)
    kept_left, kept_right = len(left) - tail, len(right) - tail
    return own[:head] + own[kept_left:], others[:head] + others[kept_right:]


def is_closed(state: str, ended_on: str, today: date, words: NameWords | None = None) -> bool:
    """Return whether a name of the register cannot be used by another enterprise on a day.

    A name whose registration has ended stays closed for `closed_days` (article 17); without a date it stays closed.
    """
    if state not in ENDED_STATES or not ended_on:
        return True
    closed_days = (words or load_words()).closed_days
    return today <= date.fromisoformat(ended_on) + timedelta(days=closed_days)


def sort_findings(findings: Sequence[NameFinding]) -> list[NameFinding]:
    """Return the findings, those that stop first."""
    return sorted(findings, key=lambda finding: (_ORDER[finding.severity], finding.kind, finding.other))


def worst_severity(findings: Sequence[NameFinding]) -> str:
    """Return the severity that decides: stop, reason, note, or empty without findings."""
    return min((finding.severity for finding in findings), key=_ORDER.__getitem__, default="")
