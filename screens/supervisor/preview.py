"""The preview: what the cursor of the board is on, in more detail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len

from clerk_app.locales import _
from clerk_app.views.department import TaskPage, TaskRow
from clerk_app.views.hall import HallEvent
from clerk_app.views.supervisor import HallDetails, SupervisorService, SupervisorView
from screens.supervisor.alert_strip import place_key
from screens.supervisor.arrangement import DEPARTMENTS, EVENTS, WAITING, WINDOWS
from screens.supervisor.panel_lists import find_event
from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.paint import Line, fit, level_lines, level_style, level_symbol, wrap
from screens.widgets.scroll import ScrollingText

TASKS = 20  # of a department


@dataclass(frozen=True)
class Subject:
    """What is shown: the panel, and the key of a row in it."""

    panel: str = ""
    key: str = ""


Content = HallDetails | TaskPage | None


def read_subject(service: SupervisorService, subject: Subject) -> Content:
    """Read the details of a subject; those of an event are in the view."""
    if subject.panel == DEPARTMENTS and subject.key:
        return service.list_urgent(subject.key, TASKS)
    if subject.panel == WAITING and subject.key:
        return service.read_category(subject.key)
    if subject.panel == WINDOWS and subject.key:
        return service.read_window(subject.key)
    return None


class BoardPreview(ScrollingText):
    """Details of a category, a department, a window, an alert or an event."""

    def __init__(self) -> None:
        super().__init__(self._content_lines, id="preview", classes="panel")
        self.subject = Subject()
        self._content: Content = None
        self._view: SupervisorView | None = None
        self._shown: tuple[object, ...] = ()

    def show_subject(self, subject: Subject, content: Content, view: SupervisorView) -> None:
        """Show a subject; repaint only if something differs."""
        self._content, self._view = content, view
        shown = (subject, content, self._row_facts(subject, view))
        if subject != self.subject:
            self.subject = subject
            self.scroll_to(y=0, animate=False)
        if shown != self._shown:
            self._shown = shown
            self._show_frame()
            self.reload()

    def show_language(self) -> None:
        """Write the texts again in the current language."""
        self._shown = ()

    def _row_facts(self, subject: Subject, view: SupervisorView) -> object:
        if subject.panel == DEPARTMENTS:
            return next((row for row in view.queues if row.organ == subject.key), None)
        return (view.alerts, view.events) if subject.panel == EVENTS else None

    def _show_frame(self) -> None:
        title = self._content.title if isinstance(self._content, HallDetails) else ""
        row = self._row_facts(self.subject, self._view) if self._view is not None else None
        if self.subject.panel == DEPARTMENTS and row is not None:
            title = getattr(row, "name", "")
        title_panel(self, _("Preview"), key="6", state=title)
        show_panel_keys(self, _("Enter opens it"))

    def _content_lines(self, width: int) -> Iterable[Line]:
        if isinstance(self._content, TaskPage):
            yield from _department_lines(self._content, width)
        elif isinstance(self._content, HallDetails):
            yield from details_lines(self._content.lines, width)
        elif self.subject.panel == EVENTS and self._view is not None:
            yield from _event_lines(self._view, self.subject.key, width)
        else:
            yield from ([(line, "dim")] for line in wrap(_("Nothing is selected: 1, 2, 4 or 5 selects a list."), width))


def details_lines(sentences: Iterable[str], width: int) -> Iterable[Line]:
    """Return sentences as lines. Those that begin with two blanks belong to the one before: they share lines."""
    for is_item, group in groupby(sentences, lambda sentence: sentence.startswith("  ")):
        if is_item:
            yield from _item_lines([item.strip() for item in group], width - 2)
        else:
            yield from ([(line, "strong")] for sentence in group for line in wrap(sentence, width))


def _item_lines(items: Sequence[str], width: int) -> Iterable[Line]:
    """Return items in as many columns as fit, in the order of reading."""
    cells = max(cell_len(item) for item in items) + 3
    columns = max(1, width // cells)
    for start in range(0, len(items), columns):
        if columns == 1:
            yield from ([("  " + line, "")] for line in wrap(items[start], width))
        else:
            yield [("  " + "".join(fit(item, cells) for item in items[start : start + columns]), "")]


def _department_lines(page: TaskPage, width: int) -> Iterable[Line]:
    """Return the most urgent tasks of a department."""
    if not page.rows:
        yield [(_("There is no task here."), "dim")]
        return
    yield [(_("The most urgent tasks, {shown} of {total}").format(shown=len(page.rows), total=page.total), "dim")]
    cells = max(cell_len(row.holder or row.state) for row in page.rows)
    for row in page.rows:
        yield _task_line(row, width, cells)


def _task_line(row: TaskRow, width: int, cells: int) -> Line:
    """Return a task as a line; `cells` are for its holder or state."""
    holder, remaining = fit(row.holder or row.state, cells), fit(row.remaining, 13)
    room = max(8, width - 2 - 16 - 14 - 1 - cells)
    style = level_style(row.urgency)
    return [
        (level_symbol(row.urgency) + " ", style),
        (fit(row.number, 15) + " ", "dim"),
        (fit(row.matter, room) + " ", ""),
        (remaining + " ", style),
        (holder, "dim"),
    ]


def _event_lines(view: SupervisorView, key: str, width: int) -> Iterable[Line]:
    found = find_event(view, key)
    if found is None:
        return
    if isinstance(found, HallEvent):
        yield [(found.time, "dim")]
    yield from level_lines(found.level, found.text, width)
    if found.place is not None:
        yield []
        yield [(" Enter ", "cap"), (_("goes to the cause, as {key} does").format(key=place_key(found.place)), "dim")]
