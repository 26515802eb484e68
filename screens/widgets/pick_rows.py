"""The rows of a pick dialog, and which of them a typed text finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from clerk_app.text.folding import fold_text
from screens.widgets.paint import Line, join_phrases, wrap


@dataclass(frozen=True)
class PickRow:
    """A row to pick: its name, with a short key before it (a number, a key cap) and a hint after it.

    `short_hint` is in the list where the hints are too long; the whole hint is then below the list.
    """

    id: str
    name: str
    key: str = ""
    hint: str = ""
    ticked: bool = False
    short_hint: str = ""


LONGEST_NAME = 44  # cells; a longer one is shown whole below the list
_LEAD_CELLS = 4  # before the first column


def matching_rows(rows: Sequence[PickRow], query: str) -> list[PickRow]:
    """Return the rows that contain the query in name, key, hint or initials; rows whose key equals it come first.

    A row matched only by the beginning of its number is shown, but `PickDialog` does not take it: the number that was
    typed belongs to another row.
    """
    query = fold_text(query)
    if not query:
        return list(rows)
    by_key = [row for row in rows if fold_text(row.key) == query]
    return by_key + [row for row in rows if row not in by_key and _matches(row, query)]


def is_part_of_number(row: PickRow, query: str) -> bool:
    """Return whether a query of digits matches only the beginning of a row's number."""
    query = fold_text(query)
    text = fold_text(f"{row.name} {row.hint}")
    return query.isdecimal() and row.key.isdecimal() and row.key != query and query not in text


def _matches(row: PickRow, query: str) -> bool:
    name = fold_text(row.name)
    initials = "".join(word[0] for word in name.split())
    return (
        query in name
        or initials.startswith(query)
        or query in fold_text(row.hint)
        or fold_text(row.key).startswith(query)
    )


@dataclass(frozen=True)
class PickColumns:
    """The cells of the columns of a pick dialog: those of keys and names are fixed, hints get the rest."""

    key: int
    name: int
    hint: int

    @property
    def cells(self) -> int:
        """The cells that the list needs, with ticks or symbols and a scroll bar."""
        return _LEAD_CELLS + sum(width + 1 for width in (self.key, self.name, self.hint) if width) + 1

    def has_room(self, row: PickRow, width: int) -> bool:
        """Return whether a list of `width` cells shows the whole hint of a row."""
        return cell_len(row.hint) <= width - PickColumns(self.key, self.name, 0).cells - 1

    def whole_text(self, row: PickRow | None, width: int) -> Iterable[Line]:
        """Yield name and hint of a row, wrapped, if a list of `width` cells has no room for the whole of both."""
        if row is None:
            return
        if cell_len(row.name) > self.name or not self.has_room(row, width):
            yield []
            for line in wrap(join_phrases(row.name, row.hint), width):
                yield [(line, "dim")]


def pick_columns(rows: Sequence[PickRow]) -> PickColumns:
    """Return the columns for these rows; a name of more than LONGEST_NAME cells is cut in the list."""
    longest = [
        max((cell_len(text) for text in texts), default=0)
        for texts in ([row.key for row in rows], [row.name for row in rows], [row.hint for row in rows])
    ]
    return PickColumns(longest[0], min(LONGEST_NAME, longest[1] + 1), longest[2])
