"""Filter and order of rows that are in memory.

Only the texts that the list shows are searched: folded, so that case and width do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from heapq import merge
from itertools import compress, islice, repeat
from operator import contains
from threading import Lock
from time import sleep
from typing import overload

from clerk_app.text.folding import fold_text
from clerk_app.views.lists import ListQuery
from screens.widgets.columns import Column, ListRow

CHUNK_ROWS = 1024  # rows between two pauses of a thread that folds or sorts
SEARCH_ROWS = 32 * CHUNK_ROWS  # rows that are searched in a millisecond: with other programs a pause may cost several
PAUSE_SECONDS = 0.0002  # lets the event loop take the interpreter lock
_NUMBERS = re.compile(r"(\d+)")

SortKey = tuple[object, ...]


class ListRows:
    """The rows of a list, with their folded texts, which are computed once.

    A full-width row belongs to the row above it: both are shown or not, and are sorted as one. Rows are sorted within
    their section; the heading of a section without matching rows is not shown.
    """

    def __init__(self, rows: Sequence[ListRow], columns: Sequence[Column]) -> None:
        self.rows = tuple(rows)
        self._columns = tuple(columns)
        self._groups: Sequence[Sequence[ListRow]] | None = None
        self.is_flat = not any(row.heading or row.full_width for row in rows)
        """Whether no row is a heading or belongs to another row."""
        self._texts: list[str] = []
        self._indexes: list[int] = []  # of the texts
        self._folded: dict[str, str] = {}  # many rows have the same matter or state
        self._found_before: tuple[Sequence[str], Sequence[int]] = ((), ())  # what a longer filter narrows
        self._lock = Lock()  # a stale thread may still be running

    @property
    def count(self) -> int:
        """The number of rows that are no headings and belong to no other row."""
        return len(self.rows) if self.is_flat else sum(not group[0].heading for group in self._group_rows())

    def arrange(self, query: ListQuery, is_stale: Callable[[], bool] = lambda: False) -> Sequence[ListRow] | None:
        """Return the rows that `query` asks for; None if `is_stale` returned True meanwhile.

        May run in a thread, with an `is_stale` that pauses it.
        """
        with self._lock:
            if not query.text and not query.order:
                return self.rows
            found = self._filter_groups(query.text, is_stale) if query.text else range(len(self._group_rows()))
            column = column_index(self._columns, query.order)
            if found is None:
                return None
            if self.is_flat and column < 0:
                return FoundRows(self.rows, found)
            return self._arrange_sections(found, query, column, is_stale)

    def _arrange_sections(
        self, found: Sequence[int], query: ListQuery, column: int, is_stale: Callable[[], bool]
    ) -> list[ListRow] | None:
        groups = self._group_rows()
        arranged: list[ListRow] = []
        for section in self._split_sections(found):
            heading = [index for index in section[:1] if groups[index][0].heading]
            members: Sequence[int] | None = section[len(heading) :]
            if column >= 0 and members:
                members = self._sort_groups(members, column, query.descending, is_stale)
            if members is None:
                return None
            if members or not query.text:
                arranged += [row for index in (*heading, *members) for row in groups[index]]
        return arranged

    def _group_rows(self) -> Sequence[Sequence[ListRow]]:
        """Return each row with the full-width rows that belong to it."""
        if self._groups is None and self.is_flat:
            self._groups = list(zip(self.rows))
        elif self._groups is None:
            groups: list[list[ListRow]] = []
            for row in self.rows:
                if row.full_width and not row.heading and groups and not groups[-1][0].heading:
                    groups[-1].append(row)
                else:
                    groups.append([row])
            self._groups = groups
        return self._groups

    def prepare(self, is_stale: Callable[[], bool]) -> None:
        """Fold the texts before the first filter needs them; may run in a thread."""
        with self._lock:
            self._fold_texts(is_stale)

    def _fold_texts(self, is_stale: Callable[[], bool]) -> bool:
        """Fold the texts that are not folded yet; return False if `is_stale` returned True meanwhile."""
        groups = self._group_rows()
        while len(self._texts) < len(groups):
            if is_stale():
                return False
            begin = len(self._texts)
            self._texts += [self._group_text(group) for group in groups[begin : begin + CHUNK_ROWS]]
        self._indexes = self._indexes or list(range(len(groups)))
        return True

    def _filter_groups(self, text: str, is_stale: Callable[[], bool]) -> list[int] | None:
        """Return the indexes of the groups that contain every word, and of all headings."""
        words = filter_words(text)
        if not self._fold_texts(is_stale):
            return None
        found = list[int]()
        before, candidates = self._found_before
        if not before or not all(any(old in word for word in words) for old in before):
            candidates = self._indexes
        for begin in range(0, len(candidates), SEARCH_ROWS):
            if is_stale():
                return None
            indexes: Sequence[int] = candidates[begin : begin + SEARCH_ROWS]
            for word in words:
                indexes = self._find_word(word, indexes)
            found += indexes
        self._found_before = words, found
        return found

    def _find_word(self, word: str, indexes: Sequence[int]) -> list[int]:
        """Return those of `indexes` whose group contains `word` or is a heading; no Python code runs for each row."""
        found: Iterable[bool] = map(contains, map(self._texts.__getitem__, indexes), repeat(word))
        if not self.is_flat:
            groups = self._group_rows()
            found = (has or groups[index][0].heading for index, has in zip(indexes, found, strict=True))
        return list(compress(indexes, found))

    def _group_text(self, group: Iterable[ListRow]) -> str:
        return "\n".join(self._fold_cell(cell) for row in group for cell in row.cells)

    def _fold_cell(self, cell: str) -> str:
        folded = self._folded.get(cell)
        if folded is None:
            folded = self._folded[cell] = fold_text(cell)
        return folded

    def _split_sections(self, found: Sequence[int]) -> Iterable[list[int]]:
        groups, section = self._group_rows(), list[int]()
        for index in found:
            if groups[index][0].heading and section:
                yield section
                section = []
            section.append(index)
        if section:
            yield section

    def _sort_groups(
        self, members: Sequence[int], column: int, descending: bool, is_stale: Callable[[], bool]
    ) -> list[int] | None:
        """Return the indexes sorted by a column; rows without a text in it come last in either order."""
        groups = self._group_rows()
        chunks: list[list[tuple[SortKey, int]]] = []
        empty: list[int] = []
        for begin in range(0, len(members), CHUNK_ROWS):
            if is_stale():
                return None
            chunk = []
            for index in members[begin : begin + CHUNK_ROWS]:
                key = sort_key(groups[index][0], column)
                if key:
                    chunk.append((key, -index if descending else index))
                else:
                    empty.append(index)
            chunks.append(sorted(chunk, reverse=descending))
        ordered: list[int] = []
        merged = merge(*chunks, reverse=descending)
        while part := list(islice(merged, CHUNK_ROWS)):
            if is_stale():
                return None
            ordered += [abs(index) for _key, index in part]
        return ordered + empty


class FoundRows(Sequence[ListRow]):
    """The rows at some indexes of a list; only those that are shown are looked up."""

    def __init__(self, rows: Sequence[ListRow], indexes: Sequence[int]) -> None:
        self._rows, self._indexes = rows, indexes

    def __len__(self) -> int:
        return len(self._indexes)

    @overload
    def __getitem__(self, index: int) -> ListRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[ListRow]: ...

    def __getitem__(self, index: int | slice) -> ListRow | list[ListRow]:
        if isinstance(index, slice):
            return [self._rows[found] for found in self._indexes[index]]
        return self._rows[self._indexes[index]]


class StaleCheck:
    """Returns whether a newer query has been asked; pauses the thread that calls it."""

    def __init__(self) -> None:
        self.stale = False

    def __call__(self) -> bool:
        sleep(PAUSE_SECONDS)
        return self.stale


def filter_words(text: str) -> tuple[str, ...]:
    """Return the folded words of a filter; any kind of space separates them."""
    return tuple(word for part in text.split() if (word := fold_text(part)))


def column_name(columns: Sequence[Column], index: int) -> str:
    """Return the name by which a query sorts a column."""
    return columns[index].name or str(index)


def column_index(columns: Sequence[Column], name: str) -> int:
    """Return the index of the column with this name, or -1."""
    return next((index for index in range(len(columns)) if name and column_name(columns, index) == name), -1)


def sort_key(row: ListRow, column: int) -> SortKey:
    """Return the key by which a row is sorted in a column; empty for a row without a text there.

    Numbers in a text are compared as numbers. Chinese characters are compared by GB 18030, in which the common ones are
    in the order of their pronunciation.
    """
    if column < len(row.sort_keys):
        value = row.sort_keys[column]
        return () if value is None else (value,)
    text = fold_text(row.cells[column]) if column < len(row.cells) and not row.full_width else ""
    if not text.strip(" -"):
        return ()
    return tuple(
        (0, int(piece), b"") if piece.isdecimal() else (1, 0, piece.encode("gb18030", "replace"))
        for piece in _NUMBERS.split(text)
        if piece
    )
