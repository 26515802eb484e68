"""The supervisor's screen: who waits, where it jams, what will be late; and the two acts that mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.binding import Binding
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from clerk_app.desk import QueueRow, SupervisorDesk, SupervisorView, TaskPage, TaskRow
from clerk_app.locales import _, mark
from screens import keys
from screens.department_queue import TaskList
from screens.line import show_line
from screens.role import RoleScreen
from screens.supervisor_overview import Overview
from screens.widgets.dialogs import AskText
from screens.widgets.paint import Line, Painted, Part, mark_of, role_of
from screens.widgets.pick import Pick, Row
from screens.widgets.rows import PAGE, RowList
from screens.widgets.status import TopLine

LOOK_EVERY = 1.0  # seconds between snapshots

MORE = keys.MORE.named(mark("Release, reassign"), mark("Takes a task back from its officer, or gives it to another."))
BACK = keys.BACK.named(mark("Back"), mark("Goes back from an organ's tasks to the overview."))

Snapshot = tuple[SupervisorView, str, int, TaskPage | None]
"""What was seen; of which organ, from which row on, the tasks."""


class Supervisor(RoleScreen):
    """The whole house; Enter goes into an organ's tasks."""

    CSS_PATH = "supervisor.tcss"
    ACTS = (MORE, keys.LOCK, keys.LINE, BACK)
    BINDINGS = [
        *keys.bindings(ACTS),
        Binding("tab", "part(1)", show=False, priority=True),
        Binding("shift+tab", "part(-1)", show=False, priority=True),
    ]

    def __init__(self, desk: SupervisorDesk) -> None:
        super().__init__()
        self.desk = desk
        self.organ = ""  # whose tasks are on the screen

    def body(self) -> Iterable[Widget]:
        tasks = Vertical(
            Painted(lambda _width: self._organ_head(), id="organhead"),
            TaskList(id="tasks", empty=lambda: _("No task stands here.")),
            id="organ",
        )
        yield ContentSwitcher(Overview(id="overview"), tasks, id="main", initial="overview")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Overview).lists[0])
        self.set_interval(LOOK_EVERY, self.look_again)

    def keyline(self) -> tuple[keys.Act, ...]:
        return keys.keyline((MORE, keys.LOCK) if self.organ else (keys.LOCK,))

    # what the desk says

    async def refresh_view(self) -> None:
        self._paint_snapshot(await self.desk_app.ask(self._snapshot()))

    def look_again(self) -> None:
        """The next snapshot."""
        if self.is_current and not self.desk_app.keys_waiting:
            self.desk_app.fetch(self._snapshot(), self._paint_snapshot)

    def _snapshot(self) -> Callable[[], Snapshot]:
        organ, offset = self.organ, self.query_one(TaskList).page_here

        def take() -> Snapshot:
            return self.desk.look(), organ, offset, self.desk.tasks(organ, offset, PAGE) if organ else None

        return take

    def _paint_snapshot(self, snapshot: Snapshot) -> None:
        view, organ, offset, page = snapshot
        with self.app.batch_update():
            self.query_one(TopLine).tell(view.status)
            self.query_one(Overview).tell(view)
            if page is not None and organ == self.organ:
                self.query_one(TaskList).tell(offset, page)
            self.query_one("#organhead", Painted).refresh()

    def on_row_list_wanted(self, message: RowList.Wanted) -> None:
        self.desk_app.aside(self._read_more(message.offset))

    async def _read_more(self, offset: int) -> None:
        organ = self.organ
        if organ:
            page = await self.desk_app.ask(partial(self.desk.tasks, organ, offset, PAGE))
            if organ == self.organ:
                self.query_one(TaskList).tell_more(offset, page)

    def _organ_row(self) -> QueueRow | None:
        view = self.query_one(Overview).view
        return next((row for row in view.queues if row.organ == self.organ), None) if view is not None else None

    def _organ_head(self) -> Iterable[Line]:
        row = self._organ_row()
        if row is None:
            return
        counts = _("{count} in the queue, {taken} taken, {returned} wait for papers").format(
            count=row.length, taken=row.claimed, returned=row.returned
        )
        late: Part = (f"   {mark_of('bad')} " + _("{count} overdue").format(count=row.overdue), role_of("bad"))
        yield [(f" {row.name}", "title"), (f"   {counts}", ""), *((late,) if row.overdue else ())]
        yield [(" Enter ", "cap"), (_("releases or reassigns the marked task"), "dim"), ("   Esc ", "cap"),
               (_("goes back"), "dim")]  # fmt: skip

    # moving about

    def action_part(self, by: int) -> None:
        """Tab: to the next list."""
        if not self.organ:
            lists = self.query_one(Overview).lists
            here = next((at for at, rows in enumerate(lists) if rows.has_focus), 0)
            self.set_focus(lists[(here + by) % len(lists)])

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        if message.rows.id == "queues-rows":
            self.desk_app.perform(self._go_into(message.row.key))
        elif message.rows.id == "tasks":
            self.action_more()
        else:
            self.app.bell()

    async def _go_into(self, organ: str) -> None:
        self.organ = organ
        self.query_one(TaskList).start_anew()
        await self.refresh_view()
        self._show_part("organ", "#tasks")

    def action_step_back(self) -> None:
        if self.organ:
            self.organ = ""
            self._show_part("overview", "#queues-rows")

    def _show_part(self, part: str, focus: str) -> None:
        self.query_one("#main", ContentSwitcher).current = part
        self.set_focus(self.query_one(focus))
        self.query_one("#keys").refresh()

    # acts

    def action_line(self) -> None:
        self.desk_app.perform(show_line(self, self.desk))

    def action_more(self) -> None:
        task = self.query_one(TaskList).chosen if self.organ else None
        if task is None:
            self.desk_app.say(_("Enter opens an organ's tasks; there F8 releases or reassigns the marked one."), "warn")
        else:
            self.desk_app.perform(self._mend(task))

    async def _mend(self, task: TaskRow) -> None:
        """Take the task back from its officer, or give it to another one; both with a reason that is recorded."""
        rows = [Row("reassign", _("Reassign to another officer"))]
        if task.holder:
            rows.insert(0, Row("release", _("Release: take it back from {person}").format(person=task.holder)))
        rows = [Row(row.id, row.name, str(at + 1)) for at, row in enumerate(rows)]
        chosen = await self.desk_app.show(Pick(f"{task.number}  {task.matter}", rows))
        if chosen == "release":
            sentence = _("Why is the task taken back from {person}? The reason is recorded.")
            reason = await self._ask(_("Release"), sentence.format(person=task.holder))
            if reason:
                await self._do(partial(self.desk.release, task.id, reason))
        elif chosen == "reassign":
            await self._reassign(task)

    async def _reassign(self, task: TaskRow) -> None:
        officers = await self.desk_app.ask(partial(self.desk.officers, self.organ))
        rows = [Row(one.id, one.name, str(at + 1), one.hint) for at, one in enumerate(officers)]
        officer = await self.desk_app.show(Pick(_("To which officer?"), rows))
        if officer is None:
            return
        name = next(one.name for one in officers if one.id == officer)
        sentence = _("Why is the task given to {person}? The reason is recorded.").format(person=name)
        reason = await self._ask(_("Reassign"), sentence)
        if reason:
            await self._do(partial(self.desk.reassign, task.id, officer, reason))

    async def _do(self, call: Callable[[], SupervisorView]) -> None:
        view = await self.desk_app.ask(call)
        await self.refresh_view()
        if view.say:
            self.desk_app.say(view.say)

    async def _ask(self, title: str, sentence: str) -> str | None:
        return await self.desk_app.show(AskText(title, sentence))
