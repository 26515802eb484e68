"""The board of the supervisor: the alert strip, and panels with waits, departments, plot, windows, events, preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views.supervisor import SupervisorView
from screens.supervisor.alert_strip import AlertStrip
from screens.supervisor.arrangement import DEPARTMENTS, EVENTS, PANELS, PLOT, PREVIEW, WAITING, WINDOWS, board_plan
from screens.supervisor.panel_lists import (
    ListPanel,
    category_columns,
    category_rows,
    department_columns,
    department_rows,
    event_columns,
    event_rows,
)
from screens.supervisor.plot_panel import PlotPanel
from screens.supervisor.preview import BoardPreview, Content, Subject
from screens.supervisor.titles import panel_tabs, title_panels
from screens.supervisor.window_cards import WindowCards
from screens.widgets.containers import Container
from screens.widgets.panel_area import PanelArea, planned_panels
from screens.widgets.panel_tabs import PanelTabs
from screens.widgets.row_list import RowList


class Overview(Container):
    """Shows the panels side by side, or one of them with tabs on a narrow screen. A digit selects a panel."""

    class SubjectChanged(Message):
        """The cursor is on another row."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.view: SupervisorView | None = None
        self.selected = WAITING
        self.enlarged = False
        self.subject = Subject()
        self._shown: set[str] = set()

    def compose(self) -> ComposeResult:
        yield AlertStrip(id="alerts")
        yield PanelTabs(lambda: panel_tabs(self.view), lambda: self.selected, id="tabs")
        yield Board(
            ListPanel(
                category_columns(), lambda: _("The hall has no ticket category: office.toml names them."), id=WAITING
            ),
            ListPanel(
                department_columns(),
                lambda: _("No organ has a task. Tasks appear when a window accepts a case."),
                id=DEPARTMENTS,
            ),
            PlotPanel(),
            WindowCards(
                id=WINDOWS, empty=lambda: _("No window of this hall was used yet. It appears when its clerk signs in.")
            ),
            ListPanel(event_columns(), lambda: _("Nothing has happened today."), id=EVENTS),
            BoardPreview(),
            id="board",
        )

    # views

    def show_view(self, view: SupervisorView) -> None:
        """Show a view; repaint only what has changed."""
        rows = self.panel_rows
        self.view = view
        self.query_one(AlertStrip).show_alerts(view)
        self.query_one(f"#{WAITING}", ListPanel).show_rows(category_rows(view))
        self.query_one(f"#{DEPARTMENTS}", ListPanel).show_rows(department_rows(view))
        self.query_one(f"#{EVENTS}", ListPanel).show_rows(event_rows(view))
        self.query_one(WindowCards).show_windows(view.windows)
        self.query_one(PlotPanel).show_view(view)
        title_panels(self, view)
        if rows != self.panel_rows:
            self.arrange_panels()
        self._update_subject()

    @property
    def panel_rows(self) -> Mapping[str, int]:
        """The number of rows of the lists, and of windows: the panels are as high as these need."""
        view = self.view
        if view is None:
            return {}
        return {WAITING: len(view.hall), DEPARTMENTS: max(1, len(view.queues)), WINDOWS: len(view.windows)}

    def show_language(self) -> None:
        """Prepare all texts to be painted again in the current language."""
        self.query_one(WindowCards).refresh_language()
        self.query_one(BoardPreview).show_language()

    # panels

    def arrange_panels(self) -> None:
        """Show the panels that have room."""
        board = self.query_one(Board)
        if board.size.width:
            plan = board_plan(board.size, self.panel_rows, selected=self.selected, enlarged=self.enlarged)
            self._shown = set(planned_panels(plan))
            board.show_plan(plan)
            for panel in board.children:
                panel.set_class(panel.id == self.selected, "-tabbed")
        self.query_one(PanelTabs).refresh()

    def select(self, panel: str) -> None:
        """Focus a panel; show it alone where there is no room for it."""
        self.selected = panel
        narrow = self.screen.has_class("-narrow")
        if narrow or self.enlarged or panel not in self._shown:
            self.enlarged = not narrow
            self.arrange_panels()
        self.screen.set_focus(self.focus_target(panel))
        self.query_one(PanelTabs).refresh()
        self._update_subject()

    def select_next(self, by: int) -> None:
        """Focus the next panel that is shown; on a narrow screen the next tab."""
        is_single = self.enlarged or self.screen.has_class("-narrow")
        offered = [name for name in PANELS if is_single or name in self._shown]
        start = offered.index(self.selected) if self.selected in offered else -1
        self.select(offered[(start + by) % len(offered)])

    def toggle_enlarged(self) -> None:
        """Show the selected panel alone, or all again."""
        self.enlarged = not self.enlarged
        self.arrange_panels()

    def focus_target(self, panel: str) -> Widget:
        """Return the widget of a panel that takes the focus."""
        widget = self.query_one(f"#{panel}")
        return widget.rows if isinstance(widget, ListPanel) else widget

    def focus_selected(self) -> None:
        """Focus the selected panel."""
        self.screen.set_focus(self.focus_target(self.selected))

    def go_to(self, panel: str, row: str) -> None:
        """Select a panel and move its cursor to a row."""
        self.select(panel)
        widget = self.focus_target(panel)
        if row and isinstance(widget, RowList | WindowCards):
            widget.move_to(row)
        self._update_subject()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        panel = next((node.id for node in event.widget.ancestors_with_self if node.id in PANELS), None)
        if panel is not None and panel != self.selected:
            self.selected = panel
            self.query_one(PanelTabs).refresh()
        self._update_subject()

    def on_board_resized(self, message: Board.Resized) -> None:
        message.stop()
        self.arrange_panels()

    def on_row_list_moved(self) -> None:
        self._update_subject()

    def on_window_cards_moved(self) -> None:
        self._update_subject()

    def on_panel_tabs_chosen(self, message: PanelTabs.Chosen) -> None:
        message.stop()
        self.select(message.panel)

    def _update_subject(self) -> None:
        """Take the row under the cursor of the selected list as the subject of the preview."""
        if self.selected in (PREVIEW, PLOT):
            return
        widget = self.focus_target(self.selected)
        key = ""
        if isinstance(widget, RowList):
            key = widget.current_row.key if widget.current_row is not None else ""
        elif isinstance(widget, WindowCards):
            key = widget.current_window
        subject = Subject(self.selected, key)
        if subject != self.subject:
            self.subject = subject
            self.query_one(PlotPanel).show_row(subject.panel, subject.key)
            self.post_message(self.SubjectChanged())

    def shows(self, panel: str) -> bool:
        """Return whether a panel is shown."""
        return panel in self._shown

    def show_content(self, subject: Subject, content: Content) -> None:
        """Show what was read about a subject in the preview."""
        if self.view is not None:
            self.query_one(BoardPreview).show_subject(subject, content, self.view)


class Board(PanelArea):
    """The area of the panels, which are arranged again when its size changes."""

    @dataclass
    class Resized(Message):
        """The board has another size."""

    def on_resize(self) -> None:
        self.post_message(self.Resized())


def hall_state(view: SupervisorView | None) -> str:
    """Return whether the service day and each window are open, as a text to compare."""
    return f"{view.day.is_open} {[(row.id, row.is_open) for row in view.windows]}" if view is not None else ""
