"""A cell of a workbook with its place, and what is wrong with cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from clerk_app.locales import _

_MOST_PLACES = 5  # that a note names


class ListCell(NamedTuple):
    """A cell. `text` is its value as text; `loss` is the reason if it may differ from what was typed, else empty.

    A date has its ISO form as text, and a loss where it is read as a text.
    """

    sheet: str
    row: int
    column: str
    text: str
    is_number: bool = False
    is_merged: bool = False  # the value is that of the first cell of a merged range
    loss: str = ""
    is_date: bool = False

    @property
    def place(self) -> str:
        """Sheet and cell, such as `Sheet1!C5`."""
        return f"{self.sheet}!{self.column}{self.row}"


class CellMistake(NamedTuple):
    """A cell that was not understood. `field` is its heading."""

    place: str
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.field}: {self.sentence}" if self.field else f"{self.place}: {self.sentence}"


class NotUnderstood(Exception):
    """Raised with the sentence why a value of a cell cannot be taken over."""


@dataclass
class ImportReport:
    """What was not understood, cell by cell, and what was assumed, with the cells that it concerns."""

    mistakes: list[CellMistake] = field(default_factory=list)
    notes: dict[str, dict[str, None]] = field(default_factory=dict)  # places in order, by sentence

    def add_mistake(self, cell: ListCell, heading: str, sentence: str) -> None:
        """Record a cell that was not taken over."""
        self.mistakes.append(CellMistake(cell.place, heading, sentence))

    def add_note(self, sentence: str, place: str) -> None:
        """Record an assumption at a place; one sentence may concern many."""
        self.notes.setdefault(sentence, {})[place] = None

    def describe_notes(self) -> list[str]:
        """Return a line for each assumption, with the number of cells and the first of them."""
        return [
            _("{sentence} ({count}: {places})").format(
                sentence=sentence, count=len(places), places=" ".join(islice(places, _MOST_PLACES))
            )
            for sentence, places in self.notes.items()
        ]
