"""A list of cases with a preview of the case under the cursor, in a panel or in a dialog of the counter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult

from clerk_app.locales import _, mark
from clerk_app.views.case_list import CaseRow
from screens import keys
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Container
from screens.widgets.dialogs import Dialog
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, TextBlock, fit, level_style, level_symbol, wrap
from screens.widgets.row_list import RowList

LABEL_CELLS = 24
BESIDE_CELLS = 104  # from this width on, list and preview are side by side
DIALOG_EDGES = 8  # rows of the terminal around the list of a dialog
PREVIEW_ROWS = 16  # a lower list of less width has no preview


class CaseRows(Container):
    """Lists cases; `empty` is the sentence of an empty list. The preview is at the right where there is room."""

    DEFAULT_CSS = """
    CaseRows { layout: vertical; height: 1fr; }
    CaseRows .preview { margin: 1 0 0 1; height: 9; }
    CaseRows.-short .preview { display: none; }
    CaseRows.-side-by-side { layout: horizontal; }
    CaseRows.-side-by-side RowList { width: 1fr; }
    CaseRows.-side-by-side .preview { width: 37; margin: 0 0 0 2; height: 1fr; }
    """

    def __init__(self, *, list_id: str, empty: Callable[[], str], time_title: Callable[[], str]) -> None:
        super().__init__()
        self._list_id = list_id
        self._empty = empty
        self._time_title = time_title
        self._cases: dict[str, CaseRow] = {}

    def compose(self) -> ComposeResult:
        columns = [
            Column(lambda: _("Case"), 12),
            Column(lambda: _("One thing"), 20, grow=3),
            Column(lambda: _("Applicant"), 9, grow=1, keep_whole=True),
            Column(self._time_title, 5, keep_whole=True),
            Column(lambda: _("State"), 10, keep_whole=True),
            Column(lambda: _("Due"), 10, keep_whole=True),
            *self._last_columns(),
        ]
        yield RowList(columns, id=self._list_id, empty=self._empty)
        yield TextBlock(self._preview, classes="preview")

    def _last_columns(self) -> Sequence[Column]:
        return (
            Column(lambda: _("Act"), 14, priority=0, keep_whole=True),
            Column(lambda: _("To print"), 8, priority=0, align_right=True),
        )

    def row_cells(self, case: CaseRow) -> tuple[str, ...]:
        """Return the cells of the last columns of a case."""
        return (case.act, str(case.papers) if case.papers else "")

    def fit_dialog(self) -> None:
        """Set the height within a dialog: room for the rows and the preview, not more than the terminal has."""
        rows = max(len(self._cases) + 3, PREVIEW_ROWS)
        self.styles.height = min(rows, self.app.size.height - DIALOG_EDGES)

    def on_resize(self, event: events.Resize) -> None:
        is_beside = event.size.width >= BESIDE_CELLS
        is_short = not is_beside and event.size.height < PREVIEW_ROWS
        if (is_beside, is_short) != (self.has_class("-side-by-side"), self.has_class("-short")):
            self.update_classes({"-side-by-side": is_beside, "-short": is_short})
            self.call_after_refresh(self.rows.refresh, layout=True)  # its scroll bar was decided for another height

    def on_mount(self) -> None:
        self.rows.cursor_watchers.append(self._show_preview)

    def _show_preview(self, _row: ListRow | None) -> None:
        self.query_one(".preview", TextBlock).refresh()

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one(RowList)

    def show_cases(self, cases: Sequence[CaseRow]) -> None:
        """Show cases; the cursor stays on its case. Nothing is repainted if nothing has changed."""
        found = {case.number: case for case in cases}
        if found != self._cases or not cases:
            self._cases = found
            self.rows.show_rows([_list_row(case, self.row_cells(case)) for case in cases])
            self.query_one(".preview", TextBlock).refresh()

    def _preview(self, width: int) -> Iterable[Line]:
        row = self.rows.current_row
        case = self._cases.get(row.key) if row is not None else None
        if case is None:
            return
        yield [(f"{case.number}  ", "title"), (fit(case.applicant, width - 14).rstrip(), "strong")]
        yield from ([(line, "strong")] for line in wrap(case.one_thing, width))
        longest = max((cell_len(fact.label) for fact in case.facts), default=0)
        label = min(longest, LABEL_CELLS, width // 2)
        for fact in case.facts:
            yield from labelled_lines(fact.label, fact.value, width, label, gap=2)


class FoundCaseRows(CaseRows):
    """Lists cases that the center found, with the service centre where each one is."""

    def _last_columns(self) -> Sequence[Column]:
        return (Column(lambda: _("Service centre"), 16, grow=1, priority=0, keep_whole=True),)

    def row_cells(self, case: CaseRow) -> tuple[str, ...]:
        return (case.place,)


class CaseListDialog(Dialog[str]):
    """A list of cases with a preview; the answer is the number of the case to open."""

    about = mark("Cases in a list; Enter opens one of them.")
    OTHER_KEYS: ClassVar[tuple[keys.KeyHelp, ...]] = (keys.ROWS,)
    DEFAULT_CSS = """
    CaseListDialog > Vertical { width: 160; }
    """

    def __init__(self, title: str, cases: Sequence[CaseRow]) -> None:
        super().__init__(title, hint=_("opens it"))
        self.cases = cases

    def on_mount(self) -> None:
        super().on_mount()
        self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        rows = self.query_one(CaseRows)
        rows.show_cases(self.cases)
        rows.fit_dialog()

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        self.close(message.row.key)


def _list_row(case: CaseRow, more: tuple[str, ...]) -> ListRow:
    state = f"{level_symbol(case.level)} {case.state}".lstrip() if case.level != "plain" else case.state
    cells = (case.number, case.one_thing, case.applicant, case.at, state, case.due, *more)
    styles = ("strong", "", "", "dim", level_style(case.level), "", "", "warn")
    return ListRow(case.number, cells, styles=styles)
