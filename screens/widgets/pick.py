"""Dialogs in which the user picks one row by letters or number, or ticks several rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from clerk_app.locales import _, mark
from clerk_app.text.folding import fold_text
from screens import keys
from screens.widgets.columns import Column, ListRow
from screens.widgets.dialogs import Dialog
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, Span, TextBlock, join_phrases, wrap
from screens.widgets.row_list import RowList


@dataclass(frozen=True)
class PickRow:
    """A row to pick: its name, with a short key before it (a number, a key cap) and a hint after it."""

    id: str
    name: str
    key: str = ""
    hint: str = ""
    ticked: bool = False


_TICK_CELLS = 4
Search = Callable[[str], Awaitable[Sequence[PickRow]]]


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


class PickDialog(Dialog[str]):
    """Typing filters the rows, Up and Down move, Enter picks a row. With `search`, a service returns the rows."""

    about = mark("One row is to be picked, by its number, by letters of it, or with Up and Down.")
    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]
    OTHER_KEYS = (
        keys.ROWS,
        keys.KeyHelp("", mark("Letters"), mark("show the rows that match; also the number of a row")),
    )
    DEFAULT_CSS = """
    PickDialog RowList { height: auto; min-height: 1; max-height: 14; margin: 1 0 0 0; }
    """

    def __init__(
        self,
        title: str,
        rows: Sequence[PickRow],
        *,
        search: Search | None = None,
        hint: str = "",
        sentence: str = "",
    ) -> None:
        super().__init__(title, hint=hint or _("takes it"))
        self.add_class("-wide")
        self.sentence = sentence
        self.rows = list(rows)
        self.search = search
        self._found: list[PickRow] = []
        self._moved = False  # whether the cursor was moved since the last change of the text

    def dialog_body(self) -> Iterable[Widget]:
        if self.sentence:
            yield TextBlock(lambda width: [[(line, "strong")] for line in wrap(self.sentence, width)])
        yield FormInput(id="query")
        key_cells = max([len(row.key) for row in self.rows] or [0])
        hints = any(row.hint for row in self.rows)
        columns = [
            Column(str, key_cells, priority=int(key_cells > 0)),
            Column(str, 24, grow=1),
            Column(str, 30 if hints else 0, grow=int(hints)),
        ]
        rows = RowList(columns, id="found", empty=lambda: _("Nothing matches."), can_filter=False)
        rows.can_focus = False
        yield rows

    def on_mount(self) -> None:
        super().on_mount()
        self._show(self.rows)

    async def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.search is None:
            self._show(matching_rows(self.rows, event.value))
            return
        hold = self.host.hold_keys()
        try:
            self._show(await self.search(event.value))
        finally:
            self.host.release_keys(hold)

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        message.stop()
        row = self.query_one(RowList).current_row
        found = next((found for found in self._found if row is not None and found.id == row.key), None)
        if found is None or (not self._moved and is_part_of_number(found, message.input.value)):
            self.app.bell()
        else:
            self.close(found.id)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        self.close(message.row.key)

    def action_move(self, by: int) -> None:
        self._moved = True
        self.query_one(RowList).action_move(by)

    def action_page(self, by: int) -> None:
        self.query_one(RowList).action_page(by)

    def _show(self, rows: Sequence[PickRow]) -> None:
        self._found, self._moved = list(rows), False
        found = self.query_one(RowList)
        found.show_rows([ListRow(row.id, (row.key, row.name, row.hint)) for row in rows])
        found.cursor = 0  # the best match, wherever the cursor was
        found.refresh(layout=True)


class PickManyDialog(Dialog[tuple[str, ...]]):
    """Shows rows with ticks: Space toggles a tick, `a` ticks all or none, Enter returns the ids of all ticked rows."""

    about = mark("Rows are to be ticked; only what is ticked is recorded.")
    BINDINGS = [Binding("a", "tick_all", show=False)]
    OTHER_KEYS = (
        keys.ROWS,
        keys.KeyHelp("space", mark("Space"), mark("ticks the marked row")),
        keys.KeyHelp("a", "a", mark("ticks all rows or none")),
    )
    DEFAULT_CSS = """
    PickManyDialog RowList { height: auto; max-height: 14; margin: 1 0 0 0; }
    """

    def __init__(self, title: str, sentence: str, rows: Sequence[PickRow], *, hint: str = "") -> None:
        super().__init__(title, hint=hint or _("takes what is ticked"))
        self.add_class("-wide")
        self.sentence = sentence
        self.rows = list(rows)
        self.ticked = {row.id for row in rows if row.ticked}

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(lambda width: [[(line, "")] for line in wrap(self.sentence, width)])
        yield RowList([Column(str, 24, grow=1), Column(str, 24, grow=1)], id="many")
        yield TextBlock(self._current_lines, id="current")

    def on_mount(self) -> None:
        super().on_mount()
        self._show()

    def footer_lines(self) -> Iterable[Line]:
        if self.error_text:
            return super().footer_lines()
        lead: list[Span] = [("Space ", "cap"), (_("ticks") + "   ", "dim"), ("a ", "cap"), (_("all") + "   ", "dim")]
        return [[*lead, *line] for line in super().footer_lines()]

    def on_row_list_moved(self) -> None:
        self.query_one("#current", TextBlock).refresh(layout=True)

    def on_row_list_ticked(self, message: RowList.Ticked) -> None:
        self.ticked ^= {message.row.key}
        self._show()

    def action_tick_all(self) -> None:
        everything = {row.id for row in self.rows}
        self.ticked = set() if self.ticked == everything else everything
        self._show()

    def on_row_list_opened(self) -> None:
        if self.ticked:
            self.close(tuple(row.id for row in self.rows if row.id in self.ticked))
        else:
            self.show_error(_("Nothing is ticked: Space ticks a row, a ticks all."))

    def _show(self) -> None:
        if self.error_text:
            self.show_error("")
        rows = self.query_one(RowList)
        rows.show_rows([ListRow(row.id, (row.name, row.hint), ticked=row.id in self.ticked) for row in self.rows])
        rows.refresh(layout=True)
        self.query_one("#current", TextBlock).refresh(layout=True)

    def _current_lines(self, width: int) -> Iterable[Line]:
        """The texts of the current row, if its list has no room for the whole of one of them."""
        current = self.query_one(RowList).current_row
        row = next((row for row in self.rows if current is not None and row.id == current.key), None)
        longest = (width - _TICK_CELLS) // 2 - 1
        if row is not None and max(cell_len(row.name), cell_len(row.hint)) > longest:
            yield []
            for line in wrap(join_phrases(row.name, row.hint), width):
                yield [(line, "dim")]
