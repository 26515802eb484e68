"""What clerks type to find a name, by kind: parts of the name, its pinyin, its number, and each with a mistake."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from clerk_app.catalogue.names import Name

Typist = Callable[[Name, Random], str]
_OTHERS = "的一是在不了有和人这"  # characters that names of matters rarely have
_SHORT, _PART = 4, 6


def _spelled(name: Name, many: int | None = None) -> str:
    return "".join(syllables[0] for syllables in name.readings[:many])


def _initials(name: Name, many: int | None = None) -> str:
    return "".join(syllables[0][0] for syllables in name.readings[:many])


def _swap_two(text: str, random: Random) -> str:
    place = random.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _replace_one(text: str, random: Random) -> str:
    place = random.randrange(len(text))
    return text[:place] + random.choice(_OTHERS) + text[place + 1 :]


KINDS: Mapping[str, Typist] = {
    "whole name": lambda name, _: name.zh,
    "six characters": lambda name, _: name.zh[:_PART],
    "one character": lambda name, _: name.zh[0],
    "start and end": lambda name, _: f"{name.folded_zh[:_SHORT]} {name.folded_zh[-_SHORT:]}",
    "pinyin": lambda name, _: _spelled(name),
    "pinyin of four": lambda name, _: _spelled(name, _SHORT),
    "initials": lambda name, _: _initials(name),
    "initials of four": lambda name, _: _initials(name, _SHORT),
    "wrong character": lambda name, random: _replace_one(name.folded_zh, random),
    "swapped letters": lambda name, random: _swap_two(_spelled(name), random),
    "number": lambda name, _: name.number,
    "start of number": lambda name, _: name.number[:9],
    "English": lambda name, _: name.en,
}
"""The text that is typed for a name, by the kind of query."""
