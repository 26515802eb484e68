"""The queue of an organ with its tabs, the officer's decisions of the day, and a preview."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from textual.app import ComposeResult

from clerk_app.locales import _, format_list
from clerk_app.views.department import DecidedRow, DepartmentService, DepartmentView, TaskPage, TaskSelection, TaskView
from clerk_app.views.shared import Level
from screens.department.decided_list import DecidedList
from screens.department.ended_tasks import EndedTasks
from screens.department.load_line import LoadLine
from screens.department.preview import TaskHistory, TaskPreview, show_tracks
from screens.department.queue_tabs import TabName, due_counts, queue_tabs, tab_name
from screens.host import host_of
from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.columns import PAGE_SIZE, ListRow
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.cursor_reader import CursorReader
from screens.widgets.panel_tabs import PanelTabs
from screens.widgets.row_list import RowList
from screens.widgets.task_list import TaskList
from screens.widgets.tracks import TrackChart

EVERYTHING = TaskSelection()
NO_DECISIONS: tuple[DecidedRow, ...] = ()


@dataclass(frozen=True)
class QueueReading:
    """What was read for the page, and for which list."""

    view: DepartmentView
    tab: TabName
    selection: TaskSelection
    offset: int
    page: TaskPage
    decided: tuple[DecidedRow, ...]
    preview_id: str
    preview: TaskView | None


class QueuePage(Vertical):
    """Tabs, list and preview. The screen reads the lists; the page reads the preview when the cursor rests."""

    def __init__(self, service: DepartmentService, *, id: str) -> None:
        super().__init__(id=id)
        self.service = service
        self.tab: TabName = "open"
        self.selection = EVERYTHING
        self.selection_words = ""  # of the option by which the queue is narrowed
        self.view: DepartmentView | None = None
        self._reader = CursorReader(self, self._current_task, service.preview_task, self._show_preview)

    def compose(self) -> ComposeResult:
        yield PanelTabs(
            lambda: queue_tabs(self.view), lambda: self.tab, aside=lambda: due_counts(self.view), id="views"
        )
        yield EndedTasks(id="ended")
        with Horizontal(id="queuerow"):
            with Vertical(id="queuepanel", classes="panel"):
                yield TaskList(id="tasks", empty=self._empty_words, can_filter=True)
                yield DecidedList(id="decided", empty=lambda: _("You have decided nothing today. F2 takes a task."))
                yield LoadLine(id="load")
            with Vertical(id="beside"):
                yield TaskPreview(id="preview")
                with Vertical(id="around"):
                    yield TrackChart(id="queuetracks", classes="panel")
                    yield TaskHistory(id="history")

    def on_mount(self) -> None:
        self.query_one(DecidedList).display = False
        for rows in (self.query_one(TaskList), self.query_one(DecidedList)):
            rows.cursor_watchers.append(self._follow_cursor)

    @property
    def shown_list(self) -> RowList:
        """The list of the present tab."""
        return self.query_one(DecidedList) if self.tab == "decided" else self.query_one(TaskList)

    @property
    def full_selection(self) -> TaskSelection:
        """The selection with filter and order of the list."""
        return replace(self.selection, query=self.query_one(TaskList).list_query)

    @property
    def current_task_id(self) -> str:
        """The id of the task under the cursor, or an empty string."""
        row = self.shown_list.current_row
        return row.key if row is not None else ""

    # the list

    def show_tab(self, tab: TabName) -> None:
        """Show another list; its rows are read by the screen."""
        self.tab = tab
        self.query_one(TaskList).clear_tasks()
        self.query_one(TaskList).display = tab != "decided"
        self.query_one(DecidedList).display = tab == "decided"
        self._reader.accept(None, None)

    def show_everything(self, tab: TabName) -> None:
        """Show another list, or the present one, without narrowing it."""
        self.selection, self.selection_words = EVERYTHING, ""
        self.show_tab(tab)

    def show_view(self, view: DepartmentView) -> tuple[str, ...]:
        """Show counts; return new sentences on tasks that ended without a decision."""
        self.view = view
        self.query_one(PanelTabs).refresh()
        self.query_one(LoadLine).show_plot(view.load)
        return self.query_one(EndedTasks).show_sentences(view.ended, len(view.extensions))

    def reading(self) -> Callable[[], QueueReading]:
        """Return the call that reads counts, the present list and the preview of the task under the cursor."""
        service, tab, selection, task = self.service, self.tab, self.full_selection, self.current_task_id
        offset = self.query_one(TaskList).page_offset

        def read() -> QueueReading:
            view = service.read_view()
            page, decided = TaskPage((), 0), NO_DECISIONS
            if tab == "decided":
                decided = service.list_decided()
                shown = task or next((row.id for row in decided), "")
            else:
                page = service.list_tasks(tab, offset, PAGE_SIZE, selection)
                shown = task or next((row.id for row in page.rows), "")
            preview = service.preview_task(shown) if shown else None
            return QueueReading(view, tab, selection, offset, page, decided, shown, preview)

        return read

    def show_reading(self, reading: QueueReading) -> None:
        """Show a list and the preview, unless another list was chosen meanwhile."""
        if (reading.tab, reading.selection) != (self.tab, self.full_selection):
            return
        self.view = reading.view
        if self.tab == "decided":
            self.query_one(DecidedList).show_decided(reading.decided)
        else:
            self.query_one(TaskList).show_page(reading.offset, reading.page, reading.selection.query)
        self._title(len(reading.decided) if self.tab == "decided" else reading.page.total)
        self._reader.accept(reading.preview_id or None, reading.preview)

    async def read_more(self, offset: int) -> None:
        """Read a page of the queue that came into view."""
        tab, selection = self.tab, self.full_selection
        if tab == "decided":
            return
        page = await host_of(self).ask(partial(self.service.list_tasks, tab, offset, PAGE_SIZE, selection))
        if (tab, selection) == (self.tab, self.full_selection):
            self.query_one(TaskList).add_page(offset, page, selection.query)

    def _title(self, count: int) -> None:
        panel, view = self.query_one("#queuepanel"), self.view
        overdue = view is not None and view.overdue > 0
        if self.tab == "decided":
            show_panel_keys(panel, _("Enter corrects  1 queue"))
            title_panel(panel, tab_name(self.tab), count=count)
            return
        due = _("next due {day}").format(day=view.next_due) if view is not None and view.next_due else ""
        state = format_list(filter(None, (self.selection_words, due)), ";")
        level: Level = "warn" if self.selection_words else "bad" if overdue else "plain"
        show_panel_keys(panel, _("Enter takes  F5 narrows  / filters  s sorts"))
        title_panel(panel, tab_name(self.tab), count=count, state=state, level=level)

    def _empty_words(self) -> str:
        if self.selection != EVERYTHING:
            return _("No task is left by this choice; Esc shows all.")
        return {
            "open": _("The queue is empty. New tasks appear here by themselves."),
            "mine": _("You hold no task. F2 takes the most urgent one, 1 shows the queue."),
            "overdue": _("Nothing is overdue. 1 shows the queue."),
            "returned": _("No task waits for papers or a special procedure. 1 shows the queue."),
        }.get(self.tab, "")

    # the preview

    def _follow_cursor(self, _row: ListRow | None) -> None:
        self._reader.follow()

    def _current_task(self) -> str | None:
        return self.current_task_id or None

    def _show_preview(self, task_id: str | None, task: TaskView | None) -> None:
        decided = self.query_one(DecidedList).current_decision if self.tab == "decided" else None
        self.query_one(TaskPreview).show_task(task, decided if task_id else None)
        self.query_one(TaskHistory).show_task(task)
        show_tracks(self.query_one(TrackChart), task)
