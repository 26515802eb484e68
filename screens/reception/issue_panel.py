"""The panel on which tickets are issued: a row for each category with its queue, below them the classes.

Where a terminal has no room for both, the classes are shown once a category is chosen, in the place of the others.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from clerk_app.locales import _
from clerk_app.views.reception import ReceptionCategory, ReceptionClass, ReceptionView
from screens.theme.panels import title_panel
from screens.theme.sizes import TALL_ROWS
from screens.widgets.columns import Column, ListRow, column_widths, natural_widths
from screens.widgets.paint import Line, TextBlock, fit, wrap

_CLASS_CELLS = 46  # of a class with what is to be shown, in two columns
_LEAD = 4  # cells before the name: cursor, key, space
_ROWS_WITH_BOTH = 11  # of categories and classes together, in a terminal of less than TALL_ROWS
MOST_TICKETS = 9
CATEGORIES_PER_PAGE = 9
NEXT_PAGE = "0"


class IssuePanel(TextBlock):
    """Takes the digit of a category, then the digit of a class. `chosen` is the category, `count` the tickets."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: ReceptionView | None = None
        self.chosen: ReceptionCategory | None = None
        self.count = 1
        self._page = 0

    def show_view(self, view: ReceptionView) -> None:
        """Show the queues of a view."""
        self._view = view
        if self.chosen is not None:
            self.chosen = next((row for row in view.categories if row.id == self.chosen.id), None)
        self._repaint()

    @property
    def _shown_categories(self) -> tuple[ReceptionCategory, ...]:
        """The categories of the current page."""
        categories = self._view.categories if self._view is not None else ()
        return categories[self._page * CATEGORIES_PER_PAGE :][:CATEGORIES_PER_PAGE]

    def press(self, digit: str) -> tuple[ReceptionCategory, ReceptionClass] | None:
        """Take a digit; return category and class once both are chosen. Raises KeyError for a digit without a row."""
        view = self._view
        if view is None:
            raise KeyError(digit)
        if self.chosen is None:
            pages = -(-len(view.categories) // CATEGORIES_PER_PAGE)
            if digit == NEXT_PAGE and pages > 1:
                self._page = (self._page + 1) % pages
            else:
                self.chosen = {row.key: row for row in self._shown_categories}[digit]
            self._repaint()
            return None
        known = {row.key: row for row in view.classes if row.id in self.chosen.classes}[digit]
        return self.chosen, known

    def add(self, tickets: int) -> None:
        """Add to the number of tickets that are issued at once, for a group."""
        self.count = max(1, min(MOST_TICKETS, self.count + tickets))
        self._repaint()

    def reset(self) -> bool:
        """Choose nothing, and one ticket; return whether anything was chosen."""
        changed = self.chosen is not None or self.count > 1
        self.chosen, self.count, self._page = None, 1, 0
        self._repaint()
        return changed

    def _repaint(self) -> None:
        trouble = self._view.trouble if self._view is not None else ""
        state = _("tickets at once: {count}").format(count=self.count) if self.count > 1 else ""
        title_panel(self, _("Issue"), state=_("cannot give out tickets") if trouble else state, level="warn")
        self.refresh(layout=True)

    def lines(self, width: int) -> Iterable[Line]:
        view = self._view
        if view is None:
            return
        if view.trouble:
            yield from ([(line, "bad")] for line in wrap(f"x {view.trouble}", width))
        shown = self._shown_categories
        has_room = self.app.size.height >= TALL_ROWS or len(shown) + len(view.classes) <= _ROWS_WITH_BOTH
        if not has_room and self.chosen is not None:
            shown = (self.chosen,)
        yield from self._category_lines(view, shown, width)
        yield from self._appointments(view)
        yield self._question(view)
        if has_room or self.chosen is not None:
            yield from self._class_lines(view, width)

    def _category_lines(self, view: ReceptionView, shown: tuple[ReceptionCategory, ...], width: int) -> Iterable[Line]:
        """Yield the titles and the rows of the categories `shown`; the widths are those of all categories."""
        columns = [
            Column(lambda: _("Category"), 16, grow=1),
            Column(lambda: _("Wait"), 4, align_right=True, keep_whole=True),
            Column(lambda: _("Longest"), 6, keep_whole=True),
            Column(lambda: _("A new ticket waits"), 10, keep_whole=True),
            Column(lambda: _("Windows"), 5, keep_whole=True),
        ]
        rows = [ListRow(row.id, _category_cells(row)) for row in view.categories]
        widths = column_widths(columns, width - _LEAD, natural_widths(columns, rows))
        titles = " ".join(fit(column.title(), cells) for column, cells in zip(columns, widths, strict=True))
        yield [(" " * _LEAD + titles, "dim")]
        for category, row in zip(view.categories, rows, strict=True):
            if category not in shown:
                continue
            is_chosen = self.chosen is not None and self.chosen.id == category.id
            cells = [
                f"{' ' * max(0, at - len(text))}{text}" if column.align_right else fit(text, at)
                for column, text, at in zip(columns, row.cells, widths, strict=True)
            ]
            style = "strong" if is_chosen else "" if category.open_windows else "warn"
            yield [(">" if is_chosen else " ", "strong"), (f"{category.key}  ", "cap"), (" ".join(cells), style)]

    def _appointments(self, view: ReceptionView) -> Iterable[Line]:
        """Yield how many come by appointment; nothing without any."""
        expected = [row for row in view.appointments if row.is_expected]
        if expected:
            sentence = _("F7 takes the code of an appointment. Expected: {count}, next {time}.")
            yield [(sentence.format(count=len(expected), time=expected[0].time), "dim")]

    def _question(self, view: ReceptionView) -> Line:
        if self.chosen is not None:
            sentence = _("{category}: press the digit of the class. Esc: another category.")
            return [(sentence.format(category=self.chosen.name), "strong")]
        if len(view.categories) > CATEGORIES_PER_PAGE:
            return [(_("Press the digit of a category, then that of a class. 0: further categories."), "dim")]
        return [(_("Press the digit of a category, then that of a class."), "dim")]

    def _class_lines(self, view: ReceptionView, width: int) -> Iterable[Line]:
        """Yield the classes and what their holders show; what is longer than its column continues below."""
        heading = _("Its holder shows")
        name_cells = max((_name_cells(row) for row in view.classes), default=0)
        proof_cells = max(cell_len(heading), *(cell_len(row.proof) for row in view.classes))
        per_line = 2 if width >= 2 * max(_CLASS_CELLS, name_cells + proof_cells + 5) else 1
        cells = width // per_line
        titles = " " * (_LEAD + 1) + fit(_("Class"), name_cells - 1) + fit(heading, cells - name_cells - _LEAD)
        yield [(titles * per_line, "dim")]
        blocks = [self._class_block(row, cells, name_cells) for row in view.classes]
        half = -(-len(blocks) // per_line)
        for index in range(half):
            row_blocks = blocks[index::half]
            for at in range(max(len(block) for block in row_blocks)):
                yield [span for block in row_blocks for span in (block[at] if at < len(block) else [(" " * cells, "")])]

    def _class_block(self, row: ReceptionClass, cells: int, name_cells: int) -> list[Line]:
        """Return the lines of a class, each of `cells` cells."""
        offered = self.chosen is None or row.id in self.chosen.classes
        name = ("* " if row.is_green_lane else "  ") + row.name
        style = ("strong" if self.chosen is not None else "") if offered else "dim"
        room = cells - name_cells - _LEAD
        first, *further = wrap(row.proof if offered else _("not in this category"), room) or [""]
        lead: Line = [(f" {row.key} ", "cap" if offered else "dim"), (fit(name, name_cells + 1), style)]
        return [
            [*lead, (fit(first, room), "dim")],
            *([(" " * (name_cells + _LEAD), ""), (fit(line, room), "dim")] for line in further),
        ]


def _name_cells(row: ReceptionClass) -> int:
    return max(cell_len(row.name), 8) + 2


def _category_cells(row: ReceptionCategory) -> tuple[str, ...]:
    windows = f"{row.open_windows}/{row.windows}"
    return f"{row.id}  {row.name}", str(row.waiting), row.longest, row.estimate, windows
