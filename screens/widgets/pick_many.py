"""A dialog in which the user ticks several rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding
from textual.widget import Widget

from clerk_app.locales import _, mark
from screens import keys
from screens.widgets.columns import Column, ListRow
from screens.widgets.dialog_frame import EDGE_CELLS
from screens.widgets.list_dialog import ListDialog
from screens.widgets.paint import Line, Span, TextBlock, join_phrases, wrap
from screens.widgets.pick_rows import PickRow, pick_columns
from screens.widgets.row_list import RowList

FEW_ROWS = 8  # rows among which nobody searches


class PickManyDialog(ListDialog[tuple[str, ...]]):
    """Shows rows with ticks: Space toggles a tick, `a` ticks all or none, Enter returns the ids of all ticked rows."""

    LIST_SHARE = 55
    about = mark("Rows are to be ticked; only what is ticked is recorded.")
    BINDINGS = [Binding("a", "tick_all", show=False)]
    OTHER_KEYS: ClassVar[tuple[keys.KeyHelp, ...]] = (
        keys.ROWS,
        keys.KeyHelp("space", mark("Space"), mark("ticks the marked row")),
        keys.KeyHelp("a", "a", mark("ticks all rows or none")),
    )
    DEFAULT_CSS = """
    PickManyDialog RowList { height: auto; margin: 1 0 0 0; }
    """

    def __init__(self, title: str, sentence: str, rows: Sequence[PickRow], *, hint: str = "") -> None:
        super().__init__(title, hint=hint or _("takes what is ticked"))
        self.add_class("-wide")
        self.sentence = sentence
        self.rows = list(rows)
        self.ticked = {row.id for row in rows if row.ticked}
        self.state_hints: dict[str, str] = {}  # states of rows that are no ticks, in words
        self._columns = pick_columns([replace(row, key="") for row in rows])

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(lambda width: [[(line, "")] for line in wrap(self.sentence, width)])
        columns = [Column(str, self._columns.name), Column(str, 24, grow=1, keep_whole=True)]
        yield RowList(columns, id="many", can_filter=len(self.rows) > FEW_ROWS)
        yield TextBlock(self._current_lines, id="current")

    def on_mount(self) -> None:
        super().on_mount()
        self._show()

    def footer_lines(self) -> Iterable[Line]:
        lead: list[Span] = [("Space ", "cap"), (_("ticks") + "   ", "dim"), ("a ", "cap"), (_("all") + "   ", "dim")]
        return [[*lead, *line] for line in super().footer_lines()]

    def on_row_list_moved(self) -> None:
        self.query_one("#current", TextBlock).refresh(layout=True)

    def can_record(self) -> bool:
        """Return whether Enter closes the dialog; a subclass may record more than ticks."""
        return bool(self.ticked)

    def tick_changed(self) -> None:
        """Adapt what else is known of the rows after their ticks have changed."""

    def on_row_list_ticked(self, message: RowList.Ticked) -> None:
        self.ticked ^= {message.row.key}
        self.tick_changed()
        self._show()

    def action_tick_all(self) -> None:
        everything = set(self.query_one(RowList).shown_keys)
        self.ticked = self.ticked - everything if everything <= self.ticked else self.ticked | everything
        self.tick_changed()
        self._show()

    def on_row_list_opened(self) -> None:
        if self.can_record():
            self.close(tuple(row.id for row in self.rows if row.id in self.ticked))
        else:
            self.show_error(_("Nothing is ticked: Space ticks a row, a ticks all."))

    def _show(self) -> None:
        if self.error_text:
            self.show_error("")
        rows = self.query_one(RowList)
        are_whole = all(self._columns.has_room(row, self.app.size.width - EDGE_CELLS) for row in self.rows)
        rows.show_rows(
            [
                ListRow(
                    row.id,
                    (row.name, join_phrases(self.state_hints.get(row.id, ""), self._hint(row, are_whole=are_whole))),
                    ticked=row.id in self.ticked,
                )
                for row in self.rows
            ]
        )
        rows.refresh(layout=True)
        self.query_one("#current", TextBlock).refresh(layout=True)
        self.show_frame()

    def _hint(self, row: PickRow, *, are_whole: bool) -> str:
        return row.hint if are_whole else row.short_hint or row.hint

    def content_cells(self) -> int:
        return self._columns.cells

    def title_line(self) -> Line:
        count = _("{count} of {total} ticked").format(count=len(self.ticked), total=len(self.rows))
        return [(self.heading, ""), (f"  {count}", "dim")]

    def _current_lines(self, width: int) -> Iterable[Line]:
        current = self.query_one(RowList).current_row
        row = next((row for row in self.rows if current is not None and row.id == current.key), None)
        return self._columns.whole_text(row, width)
