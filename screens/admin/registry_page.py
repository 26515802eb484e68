"""A page with tables of the registry, one of which is shown, and the details of its row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.registry import RegistryRow, RegistryTable
from clerk_app.views.shared import LabelledValue
from screens import keys
from screens.theme.panels import PANEL_CSS, title_panel
from screens.theme.sizes import set_size_classes
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.dialogs import Dialog
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.panel_tabs import PanelTab, PanelTabs
from screens.widgets.preview import Preview, PreviewLines
from screens.widgets.row_list import RowList
from screens.widgets.scroll import ScrollingText

FIND = keys.CHOOSE.with_label(mark("Find"), mark("Finds a person, an organisation or the holder of a licence."))
MORE = keys.MORE.with_label(mark("More"), mark("Everything that can be done with this record."))
_COLUMNS = 7
_LEAST_ROWS, _ROW_MARGIN = 4, 2  # of the list, titles included
_TABS_WITH_COUNTS = 4  # on a narrow screen


class PageAct(NamedTuple):
    """What a page is left for: find, more, read_again, or open with the row."""

    id: str
    row: RegistryRow | None = None


class LowerPart(NamedTuple):
    """What a page shows below its rows: a title, and the lines for a width in cells."""

    title: str
    lines: PreviewLines


class RegistryPage(Dialog[PageAct]):
    """Covers the screen. Numbers select a table; Enter opens a row, F5 finds, F8 lists what can be done.

    `notes` are lines above the tables: what is to be decided. `below` is shown below the rows.
    """

    about = mark(
        "The registry of the center: what you find and open is recorded with its purpose, and the person can read it. "
        "Nothing of it is stored at this machine."
    )
    BINDINGS = [
        *keys.bindings((FIND, MORE)),
        *(Binding(str(number), f"table({number - 1})", show=False) for number in range(1, 7)),
        Binding("r", "read_again", show=False),
    ]
    OTHER_KEYS = (
        keys.KeyHelp("1,2,3,4,5,6", "1 - 6", mark("the table with this number")),
        keys.KeyHelp("f5", "F5", mark("finds a person, an organisation or the holder of a licence")),
        keys.KeyHelp("f8", "F8", mark("everything that can be done with this record")),
        keys.KeyHelp("r", "r", mark("reads the page again")),
        keys.ROWS,
        *keys.LIST_KEYS,
    )
    DEFAULT_CSS = (
        "RegistryPage { "
        + PANEL_CSS
        + """}
    RegistryPage > Vertical { width: 100% !important; height: 100%; }
    RegistryPage #notes { height: auto; max-height: 40%; margin: 0 0 1 0; }
    RegistryPage.-narrow #notes { margin: 0; }
    RegistryPage #parts { height: 1fr; }
    RegistryPage #lists { width: 1fr; height: 1fr; }
    RegistryPage RowList { width: 1fr; height: 1fr; max-height: 100%; }
    RegistryPage.-divided RowList { max-height: 60%; }
    RegistryPage #below { height: 1fr; }
    RegistryPage #facts { width: 36%; height: 1fr; }
    RegistryPage.-narrow #facts { display: none; }
    """
    )

    def __init__(
        self,
        title: str,
        tables: Sequence[RegistryTable],
        *,
        shown: int = 0,
        notes: Sequence[LabelledValue] = (),
        message: str = "",
        has_acts: bool = False,
        below: LowerPart | None = None,
    ) -> None:
        super().__init__(title, hint=_("opens the row"))
        self.tables, self.shown = tuple(tables), min(shown, len(tables) - 1)
        self._notes, self._message, self._has_acts = tuple(notes), message, has_acts
        self._below = below
        self.set_class(below is not None, "-divided")

    @property
    def table(self) -> RegistryTable:
        """The table that is shown."""
        return self.tables[self.shown]

    def compose(self) -> ComposeResult:
        set_size_classes(self, self.app.size, update=False)
        return super().compose()

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(self._note_lines, id="notes")
        yield PanelTabs(self._tabs, lambda: str(self.shown), id="tables")
        rows = RowList(self._columns(), id="rows", empty=lambda: self.table.empty)
        with Horizontal(id="parts"):
            with Vertical(id="lists"):
                yield rows
                if self._below is not None:
                    yield ScrollingText(self._below.lines, id="below", classes="panel")
            yield Preview(rows, self._read_facts, id="facts", classes="panel")

    def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        event.prevent_default()  # that of the base class, which would focus the first part
        super().on_mount()
        self.query_one("#notes").display = bool(self._notes or self._message)
        title_panel(self.query_one("#facts"), _("Details"))
        if self._below is not None:
            title_panel(self.query_one("#below"), self._below.title)
        self._show_table()
        self.set_focus(self.query_one(RowList))

    def on_resize(self, event: events.Resize) -> None:
        set_size_classes(self, event.size)

    def footer_lines(self) -> Iterable[Line]:
        caps = [("Enter ", _("opens")), ("F5 ", _("find")), *([("F8 ", _("more"))] if self._has_acts else [])]
        caps += [("/ ", _("filter")), ("s ", _("sort")), ("r ", _("read again")), ("Esc ", _("back"))]
        return [[span for cap, text in caps for span in ((cap, "cap"), (f"{text}  ", "dim"))]]

    def on_panel_tabs_chosen(self, message: PanelTabs.Chosen) -> None:
        self.action_table(int(message.panel))

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        self.close(PageAct("open", self._row(message.row.key)))

    def action_table(self, number: int) -> None:
        """Show another table."""
        if number < len(self.tables):
            self.shown = number
            self._show_table()

    def action_choose(self) -> None:
        self.close(PageAct("find"))

    def action_more(self) -> None:
        if not self._has_acts:
            self.app.bell()
            return
        current = self.query_one(RowList).current_row
        self.close(PageAct("more", self._row(current.key) if current is not None else None))

    def action_read_again(self) -> None:
        """Leave the page, which is read and opened again."""
        self.close(PageAct("read_again"))

    def _row(self, key: str) -> RegistryRow | None:
        return next((row for row in self.table.rows if row.key == key), None)

    def _show_table(self) -> None:
        self.query_one(PanelTabs).refresh()
        rows = self.query_one(RowList)
        rows.show_rows([ListRow(row.key, row.cells, row.level, sort_keys=row.order) for row in self.table.rows])
        if self._below is not None:  # it gets the room that the rows do not need
            self.query_one("#below").display = self.table.title != self._below.title
            rows.styles.height = max(_LEAST_ROWS, len(self.table.rows) + _ROW_MARGIN)
        self.query_one(Preview).read_again()

    def _tabs(self) -> Iterable[PanelTab]:
        is_narrow = self.has_class("-narrow") and len(self.tables) > _TABS_WITH_COUNTS
        for number, table in enumerate(self.tables):
            title = table.title if is_narrow else f"{table.title} {len(table.rows)}"
            yield PanelTab(str(number), title, table.level)

    def _columns(self) -> list[Column]:
        """Return the columns of all tables; those that the shown table lacks have no title and no cells."""
        return [Column(partial(self._title, at), 0, grow=1, keep_whole=True) for at in range(_COLUMNS)]

    def _title(self, at: int) -> str:
        columns = self.table.columns
        return columns[at] if at < len(columns) else ""

    def _read_facts(self, row: ListRow) -> PreviewLines:
        found = self._row(row.key)
        return lambda width: fact_lines(found, width)

    def _note_lines(self, width: int) -> Iterable[Line]:
        if self._message:
            yield from ([(line, "good")] for line in wrap(self._message, width))
        yield from labelled_facts(self._notes, width)


def fact_lines(row: RegistryRow | None, width: int) -> Iterable[Line]:
    """Return the details of a row."""
    if row is not None:
        yield from labelled_facts(row.facts, width)


def labelled_facts(facts: Sequence[LabelledValue], width: int) -> Iterable[Line]:
    """Return facts with their labels in a column of its own."""
    if facts:
        cells = min(width // 2, max(cell_len(fact.label) for fact in facts))
        for fact in facts:
            yield from labelled_lines(fact.label, fact.value, width, cells, gap=2)
