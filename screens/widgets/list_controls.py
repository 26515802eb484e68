"""What a person does with a list as a whole: filter it, sort it, mark rows; and the line that shows what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from rich.cells import cell_len
from textual.actions import SkipAction
from textual.binding import Binding
from textual.geometry import Region
from textual.widget import Widget

from clerk_app.locales import _
from screens.theme.panels import show_panel_filter
from screens.widgets.columns import Column
from screens.widgets.list_filter import column_index, column_name
from screens.widgets.list_pages import PagedRows
from screens.widgets.paint import Line, Span, cell_width, fit, wrap

if TYPE_CHECKING:
    from screens.widgets.filter_line import FilteredList, FilterLine

PROMPT = "/ "
ASCENDING, DESCENDING = "^", "v"  # one cell in every terminal, other than arrows


class ListControls(PagedRows):
    """Base of `RowList`: `/` opens the filter, `s` sorts by the next column, `S` reverses, Escape shows all rows."""

    BINDINGS = [
        Binding("slash", "filter_rows", show=False),
        Binding("s", "sort", show=False),
        Binding("S", "reverse", show=False),
        Binding("escape,ctrl+g", "drop_filter", show=False),
        Binding("a", "mark_all", show=False),
    ]

    can_filter = True
    """Whether `/` and `s` do anything. False for a short list of acts."""

    marks_rows = False
    """Whether Space marks rows for one act on all of them, and `a` all rows or none."""

    def __init__(self, columns: Sequence[Column], *, id: str | None, empty: Callable[[], str]) -> None:
        super().__init__(columns, id=id)
        self._empty = empty
        self.marked: set[str] = set()
        self._state_in_frame = ""
        self._filter_line: FilterLine | None = None

    # filter

    @property
    def takes_escape(self) -> bool:
        """Whether Escape shows all rows again, before it does what it does on the screen."""
        return bool(self.list_query.text)

    @property
    def has_state_line(self) -> bool:
        """Whether the last line of the list shows that rows are hidden or marked."""
        return self._filter_line is not None or bool(self.list_query.text) or bool(self.marked)

    @property
    def filter_region(self) -> Region:
        """The place of the filter line on the screen, right of its prompt."""
        region = self.content_region
        taken = len(PROMPT) + cell_width(self._count_spans(self.unfiltered_total)) + 1  # the same for each count
        return Region(region.x + len(PROMPT), region.bottom - 1, max(8, region.width - taken), 1)

    def filter_by(self, text: str) -> None:
        """Show the rows that contain every word of `text`."""
        self.change_query(replace(self.list_query, text=text if text.strip() else ""))

    def close_filter_line(self) -> None:
        """Return to the rows; the filter stays."""
        line, self._filter_line = self._filter_line, None
        if line is not None:
            if line.has_focus:
                self.screen.set_focus(self if self.can_focus else None)
            line.remove()
            self.rows_changed(self.current_row)
            self.show_state()

    def action_filter_rows(self) -> None:
        if not self._can_query or self._filter_line is not None:
            raise SkipAction
        from screens.widgets.filter_line import FilterLine

        self._filter_line = line = FilterLine(cast("FilteredList", self), self.list_query.text)
        self.rows_changed(self.current_row)
        self.screen.mount(line)
        self.prepare_filter()
        self.screen.set_focus(line)

    def action_drop_filter(self) -> None:
        if not self.takes_escape:
            raise SkipAction
        self.filter_by("")

    @property
    def _can_query(self) -> bool:
        return self.can_filter and (self.is_service_read or self._memory is not None)

    # order

    @property
    def sortable_columns(self) -> list[int]:
        """The indexes of the columns by which the list can be sorted."""
        named = [index for index, column in enumerate(self.columns) if column.name]
        if named or self.is_service_read:
            return named
        return [index for index, column in enumerate(self.columns) if column.title().strip()]

    def action_sort(self) -> None:
        columns = self.sortable_columns if self._can_query else []
        if not columns:
            raise SkipAction
        current = column_index(self.columns, self.list_query.order)
        after = [index for index in columns if index > current]
        self.sort_by(after[0] if after else -1)

    def action_reverse(self) -> None:
        if not self.list_query.order:
            raise SkipAction
        self.change_query(replace(self.list_query, descending=not self.list_query.descending))

    def sort_by(self, column: int) -> None:
        """Sort by a column, in reverse if it is sorted by it already; -1: the order in which the rows came."""
        name = column_name(self.columns, column) if column >= 0 else ""
        if name and name == self.list_query.order:
            self.action_reverse()
        else:
            self.change_query(replace(self.list_query, order=name, descending=False))

    def click_title(self, x: int, widths: list[int], lead: int) -> None:
        """Sort by the column whose title is at cell `x`."""
        left = lead
        for index, width in enumerate(widths):
            if width and left <= x <= left + width and index in self.sortable_columns and self._can_query:
                self.sort_by(index)
            left += width + bool(width)

    def title_spans(self, widths: list[int]) -> list[Span]:
        """Return the titles of the columns, with the direction of the order behind the one that is sorted."""
        sorted_column = column_index(self.columns, self.list_query.order)
        arrow = DESCENDING if self.list_query.descending else ASCENDING
        spans: list[Span] = []
        for index, (column, width) in enumerate(zip(self.columns, widths, strict=True)):
            if not width:
                continue
            title = column.title()
            if column.align_right:
                title = " " * max(0, width - cell_len(title)) + title
            if index != sorted_column:
                spans.append((fit(title, width) + " ", ""))
            elif cell_len(title) < width:
                spans.append((fit(title + arrow, width) + " ", "strong"))
            else:
                spans.append((fit(title, width) + arrow, "strong"))  # in the cell between two columns
        return spans

    # marks

    def toggle_mark(self, key: str) -> None:
        """Mark a row, or take its mark away."""
        self.marked ^= {key}
        self.rows_changed(self.current_row)
        self.show_state()

    def clear_marks(self) -> None:
        """Take all marks away, because the act on the rows was done."""
        if self.marked:
            self.marked.clear()
            self.rows_changed(self.current_row)
            self.show_state()

    def action_mark_all(self) -> None:
        if not self.marks_rows:
            raise SkipAction
        shown = set(self.shown_keys)
        if self.is_service_read and len(self._rows) < self.total:
            self.app.bell()  # not all rows have been read
        else:
            self.marked = self.marked - shown if shown <= self.marked else self.marked | shown
            self.rows_changed(self.current_row)
            self.show_state()

    # what is hidden or marked

    def show_state(self) -> None:
        """Show filter and count in the frame of the panel."""
        parts = []
        if self.list_query.text:
            parts += [f"/{self.list_query.text}", self._count_text()]
        if self.marked:
            parts.append(_("{count} marked").format(count=len(self.marked)))
        state = "  ".join(parts)
        if state != self._state_in_frame:
            self._state_in_frame = state
            show_panel_filter(self._panel, state)
        if self._filter_line is not None:
            self._filter_line.place()

    def state_line(self, width: int) -> Line:
        """Return the last line: the filter, how many rows it leaves, and how all are shown again."""
        right: list[Span] = self._count_spans()
        if self._filter_line is None and self.list_query.text:
            right += [("  Esc ", "cap"), (_("shows all"), "dim")]
        text = self.list_query.text if self._filter_line is None else ""
        lead = PROMPT if self.list_query.text or self._filter_line is not None else "  "
        room = width - len(PROMPT) - cell_width(right)
        return [(lead, "cap"), (fit(text, room), "strong"), *right]

    def empty_line(self, index: int, width: int) -> str:
        """Return a line of the sentence that an empty list shows: what to do, wrapped."""
        if self.total or not width:
            return ""
        filtered = bool(self.list_query.text) and self.unfiltered_total > 0
        sentence = _("No row contains this; Esc shows all rows.") if filtered else self._empty()
        lines = wrap(sentence, width - 2)
        return lines[index] if index < len(lines) else ""

    def _count_spans(self, shown: int | None = None) -> list[Span]:
        spans: list[Span] = [(" " + self._count_text(shown), "warn" if self.list_query.text else "dim")]
        if self.marked:
            spans.append(("  * " + _("{count} marked").format(count=len(self.marked)), "strong"))
        return spans

    def _count_text(self, shown: int | None = None) -> str:
        count = self.shown_total if shown is None else shown
        return _("{shown} of {total}").format(shown=count, total=self.unfiltered_total)

    @property
    def _panel(self) -> Widget | None:
        nodes = (node for node in self.ancestors_with_self if isinstance(node, Widget))
        return next((node for node in nodes if node.has_class("panel")), None)
