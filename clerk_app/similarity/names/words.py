"""Words and rules of the check of enterprise names, as data: `data/names.yaml`, with its schema."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from clerk_app.catalogue.base_model import CatalogueModel, Id, PlainText, Text
from clerk_app.errors import BadData

if TYPE_CHECKING:
    from clerk_app.catalogue.yaml_file import Mistake

OWN_FILE = Path(__file__).parents[1] / "data" / "names.yaml"

Severity = Literal["stop", "reason", "note"]
Days = Annotated[int, Field(ge=0, le=3660)]
Word = Annotated[PlainText, Field(max_length=20)]
Character = Annotated[PlainText, Field(min_length=1, max_length=1)]
Syllable = Annotated[PlainText, Field(pattern="^[a-z]{1,6}$")]


class Place(CatalogueModel):
    """An administrative division: its name, short names, and the name of the one above it."""

    name: Word
    short: tuple[Word, ...] = ()
    parent: Word | None = None


class Trade(CatalogueModel):
    """Words for one trade (行业或者经营特点)."""

    id: Id
    words: tuple[Word, ...] = Field(min_length=1)


class ForbiddenWords(CatalogueModel):
    """Words that a name may not contain, or only with a reason; why, and by which rule."""

    words: tuple[Word, ...] = Field(min_length=1)
    rule: Literal["stop", "reason"]
    reason: Text
    article: Text


class Severities(CatalogueModel):
    """What each kind of finding means."""

    same: Severity
    same_sound: Severity
    near: Severity
    elsewhere: Severity
    no_core: Severity
    no_form: Severity
    characters: Severity


class NearRule(CatalogueModel):
    """Least length of the shorter core, in characters, from which two cores are near."""

    shortest: Annotated[int, Field(ge=2, le=10)]
    shortest_contained: Annotated[int, Field(ge=1, le=10)]


class NameWords(CatalogueModel):
    """All words and rules of the check."""

    places: tuple[Place, ...]
    forms: tuple[Word, ...]
    trades: tuple[Trade, ...]
    modifiers: tuple[Word, ...] = ()
    numerals: dict[Character, Character] = {}
    readings: dict[Character, tuple[Syllable, ...]] = {}
    severity: Severities
    near: NearRule
    closed_days: Days
    harmless: tuple[Word, ...] = ()
    forbidden: tuple[ForbiddenWords, ...]

    @model_validator(mode="after")
    def _check_places(self) -> Self:
        names = {place.name for place in self.places}
        for place in self.places:
            if place.parent is not None and place.parent not in names:
                raise ValueError(f"there is no place {place.parent}")
        return self

    @cached_property
    def place_by_word(self) -> dict[str, Place]:
        """Places by full and short name."""
        return {word: place for place in self.places for word in (place.name, *place.short)}

    @cached_property
    def trade_by_word(self) -> dict[str, str]:
        """Ids of trades by word."""
        return {word: trade.id for trade in self.trades for word in trade.words}

    @cached_property
    def place_words(self) -> frozenset[str]:
        """Full and short names of places."""
        return frozenset(self.place_by_word)

    @cached_property
    def trade_words(self) -> frozenset[str]:
        """Words of trades."""
        return frozenset(self.trade_by_word)

    @cached_property
    def form_words(self) -> frozenset[str]:
        """Forms of organisation."""
        return frozenset(self.forms)

    @cached_property
    def modifier_words(self) -> frozenset[str]:
        """Words that may stand before a trade."""
        return frozenset(self.modifiers)

    @cached_property
    def qualifier_words(self) -> frozenset[str]:
        """Words that may stand before the last word of a trade: modifiers and words of trades."""
        return self.modifier_words | self.trade_words

    def list_above(self, place: str) -> tuple[str, ...]:
        """Return a place and those above it, the nearest first."""
        found: list[str] = []
        while place and place not in found:
            found.append(place)
            known = self.place_by_word.get(place)
            place = (known.parent or "") if known is not None else ""
        return tuple(found)


@cache
def load_words(path: Path = OWN_FILE) -> NameWords:
    """Return the words of a file. Cached. Raises BadData with its first mistake."""
    words, mistakes = check_words_file(path)
    if words is None:
        raise BadData("The file {file} of words of names has a mistake. {first}", file=path, first=str(mistakes[0]))
    return words


def check_words_file(path: Path) -> tuple[NameWords | None, list[Mistake]]:
    """Return the words in a file, None if they do not fit the schema, and its mistakes by line and field."""
    from clerk_app.catalogue.folder import add_schema_mistakes  # most programs read no file of words
    from clerk_app.catalogue.yaml_file import read_yaml_file

    file = read_yaml_file(path, path.name)
    try:
        return (None if file.mistakes else NameWords.model_validate(file.content)), file.mistakes
    except ValidationError as error:
        add_schema_mistakes(file, (), error)
        return None, file.mistakes
