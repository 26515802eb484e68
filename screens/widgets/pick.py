"""A dialog in which the user picks one row by letters or number."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input

from clerk_app.locales import _, mark
from screens import keys
from screens.widgets.columns import Column, ListRow
from screens.widgets.fields import FormInput
from screens.widgets.list_dialog import ListDialog
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.pick_rows import PickColumns, is_part_of_number, pick_columns
from screens.widgets.pick_rows import PickRow as PickRow
from screens.widgets.pick_rows import matching_rows as matching_rows
from screens.widgets.row_list import RowList

Search = Callable[[str], Awaitable[Sequence[PickRow]]]


class PickDialog(ListDialog[str]):
    """Typing filters the rows, Up and Down move, Enter picks a row. With `search`, a service returns the rows."""

    about = mark("One row is to be picked, by its number, by letters of it, or with Up and Down.")
    BINDINGS = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]
    OTHER_KEYS: ClassVar[tuple[keys.KeyHelp, ...]] = (
        keys.ROWS,
        keys.KeyHelp("", mark("Letters"), mark("show the rows that match; also the number of a row")),
    )
    DEFAULT_CSS = """
    PickDialog RowList { height: auto; min-height: 1; margin: 1 0 0 0; }
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
        self._columns = pick_columns(self.rows) if search is None else PickColumns(6, 30, 30)
        self._found: list[PickRow] = []
        self._moved = False  # whether the cursor was moved since the last change of the text

    def dialog_body(self) -> Iterable[Widget]:
        if self.sentence:
            yield TextBlock(lambda width: [[(line, "strong")] for line in wrap(self.sentence, width)])
        yield FormInput(id="query")
        cells, has_hints = self._columns, any(row.hint for row in self.rows) or self.search is not None
        columns = [
            Column(str, cells.key, priority=int(cells.key > 0)),
            Column(str, cells.name, grow=int(not has_hints)),
            Column(str, 30 if has_hints else 0, grow=int(has_hints), keep_whole=has_hints),
        ]
        rows = RowList(
            columns, id="found", empty=lambda: _("Nothing matches: delete letters to see more rows."), can_filter=False
        )
        rows.can_focus = False
        yield rows
        yield TextBlock(lambda width: self._columns.whole_text(self.current_row, width), id="current")

    @property
    def current_row(self) -> PickRow | None:
        """The row under the cursor."""
        current = self.query_one(RowList).current_row
        return next((row for row in self._found if current is not None and row.id == current.key), None)

    def content_cells(self) -> int:
        return pick_columns(self._found or self.rows).cells

    def title_line(self) -> Line:
        count = _("{shown} of {total}").format(shown=len(self._found), total=len(self.rows))
        is_filtered = self.search is None and self._found and len(self._found) < len(self.rows)
        return [(self.heading, ""), (f"  {count}" if is_filtered else "", "warn")]

    def on_row_list_moved(self) -> None:
        self.query_one("#current", TextBlock).refresh(layout=True)

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
        found.show_rows([ListRow(row.id, (row.key, row.name, row.hint), styles=("cap", "", "dim")) for row in rows])
        found.cursor = 0  # the best match, wherever the cursor was
        found.refresh(layout=True)
        self.query_one("#current", TextBlock).refresh(layout=True)
        self.show_frame()
