"""The panel on which tickets are issued: a row for each category with its queue, below them the classes."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from clerk_app.locales import _
from clerk_app.views.reception import ReceptionCategory, ReceptionClass, ReceptionView
from screens.theme.panels import title_panel
from screens.widgets.columns import Column, ListRow, column_widths, natural_widths
from screens.widgets.paint import Line, Span, TextBlock, fit, wrap

_CLASS_CELLS = 46  # of a class with what is to be shown, in two columns
_LEAD = 4  # cells before the name: cursor, key, space
MOST_TICKETS = 9


class IssuePanel(TextBlock):
    """Takes the digit of a category, then the digit of a class. `chosen` is the category, `count` the tickets."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: ReceptionView | None = None
        self.chosen: ReceptionCategory | None = None
        self.count = 1

    def show_view(self, view: ReceptionView) -> None:
        """Show the queues of a view."""
        self._view = view
        if self.chosen is not None:
            self.chosen = next((row for row in view.categories if row.id == self.chosen.id), None)
        self._repaint()

    def press(self, digit: str) -> tuple[ReceptionCategory, ReceptionClass] | None:
        """Take a digit; return category and class once both are chosen. Raises KeyError for a digit without a row."""
        view = self._view
        if view is None:
            raise KeyError(digit)
        if self.chosen is None:
            self.chosen = {row.key: row for row in view.categories}[digit]
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
        self.chosen, self.count = None, 1
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
        yield from self._category_lines(view, width)
        yield self._appointments(view)
        yield self._question()
        yield from self._class_lines(view, width)

    def _category_lines(self, view: ReceptionView, width: int) -> Iterable[Line]:
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
            is_chosen = self.chosen is not None and self.chosen.id == category.id
            cells = [
                f"{' ' * max(0, at - len(text))}{text}" if column.align_right else fit(text, at)
                for column, text, at in zip(columns, row.cells, widths, strict=True)
            ]
            style = "strong" if is_chosen else "" if category.open_windows else "warn"
            yield [(">" if is_chosen else " ", "strong"), (f"{category.key}  ", "cap"), (" ".join(cells), style)]

    def _appointments(self, view: ReceptionView) -> Line:
        """Return how many come by appointment; an empty line without any."""
        expected = [row for row in view.appointments if row.is_expected]
        if not expected:
            return []
        sentence = _("F7 takes the code of an appointment. Expected: {count}, next {time}.")
        return [(sentence.format(count=len(expected), time=expected[0].time), "dim")]

    def _question(self) -> Line:
        if self.chosen is None:
            return [(_("Press the digit of a category, then that of a class."), "dim")]
        sentence = _("{category}: press the digit of the class. Esc: another category.")
        return [(sentence.format(category=self.chosen.name), "strong")]

    def _class_lines(self, view: ReceptionView, width: int) -> Iterable[Line]:
        name_cells = max((_name_cells(row) for row in view.classes), default=0)
        proof_cells = max((cell_len(_("shows: {proof}").format(proof=row.proof)) for row in view.classes), default=0)
        per_line = 2 if width >= 2 * max(_CLASS_CELLS, name_cells + proof_cells + 5) else 1  # no proof is cut
        cells = width // per_line
        rows = [self._class_spans(row, cells, name_cells) for row in view.classes]
        half = -(-len(rows) // per_line)
        for index in range(half):
            yield [span for column in range(per_line) for row in rows[index + column * half :][:1] for span in row]

    def _class_spans(self, row: ReceptionClass, cells: int, name_cells: int) -> list[Span]:
        offered = self.chosen is None or row.id in self.chosen.classes
        name = ("* " if row.is_green_lane else "  ") + row.name
        proof = _("shows: {proof}").format(proof=row.proof) if row.proof else ""
        proof = proof if offered else _("not in this category")
        style = ("strong" if self.chosen is not None else "") if offered else "dim"
        return [
            (f" {row.key} ", "cap" if offered else "dim"),
            (fit(name, name_cells + 1), style),
            (fit(proof, cells - name_cells - 4), "dim"),
        ]


def _name_cells(row: ReceptionClass) -> int:
    return max(cell_len(row.name), 8) + 2


def _category_cells(row: ReceptionCategory) -> tuple[str, ...]:
    windows = f"{row.open_windows}/{row.windows}"
    return f"{row.id}  {row.name}", str(row.waiting), row.longest, row.estimate, windows
