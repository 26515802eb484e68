"""An officer's screen: the queue by urgency, then one task with all that belongs to it; decide, next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from textual.binding import Binding
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from clerk_app.desk import ClerkError, DepartmentDesk, DepartmentView, TaskPage, TaskView
from clerk_app.locales import _, mark
from screens import keys
from screens.department_acts import decide, return_for_papers, show_more
from screens.department_queue import WHICH, TaskList, Views, Which
from screens.department_task import TaskPanel
from screens.line import show_line
from screens.role import RoleScreen
from screens.widgets.dialogs import Dialog
from screens.widgets.material import Material
from screens.widgets.rows import PAGE, RowList
from screens.widgets.status import TopLine

LOOK_EVERY = 3.0  # seconds between looks at the queue
KEEP_EVERY = 120.0  # seconds between renewals of the lease; a lease lives a quarter of an hour

NEXT = keys.NEXT.named(mark("Next task"), mark("Takes the most urgent task of the queue."))
LAST = keys.RECALL.named(mark("Last task"), mark("Opens the task again that was left with Esc."))
RETURN = keys.RETURN.named(mark("For papers"), mark("Returns the task: the citizen must bring or mend something."))
MORE = keys.MORE.named(mark("More"), mark("Refuse, commit in writing, put back into the queue."))
DECIDE = keys.SUBMIT.named(mark("Decide"), mark("Approves or refuses the task on the screen."))
BACK = keys.BACK.named(mark("Back"), mark("Goes back to the queue; the task stays yours."))


class Department(RoleScreen):
    """One organ's queue, and one task at a time."""

    CSS_PATH = "department.tcss"
    ACTS = (NEXT, LAST, RETURN, MORE, DECIDE, keys.LOCK, keys.LINE, BACK)
    BINDINGS = [
        *keys.bindings(ACTS),
        Binding("tab", "part(1)", show=False, priority=True),
        Binding("shift+tab", "part(-1)", show=False, priority=True),
        *(Binding(str(at + 1), f"view('{which}')", show=False) for at, which in enumerate(WHICH)),
    ]

    def __init__(self, desk: DepartmentDesk) -> None:
        super().__init__()
        self.desk = desk
        self.view: DepartmentView | None = None
        self.which: Which = "open"
        self._left = ""  # the task that the officer went back from, still open at the desk
        self._lost = ""  # the task of which was said that it is no longer theirs

    def body(self) -> Iterable[Widget]:
        queue = Vertical(Views(id="views"), TaskList(id="tasks", empty=_no_task), id="queue")
        yield ContentSwitcher(queue, TaskPanel(id="task"), id="main", initial="queue")

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#tasks"))
        self.set_interval(LOOK_EVERY, self.look_again)
        self.set_interval(KEEP_EVERY, self.keep_lease)

    def keyline(self) -> tuple[keys.Act, ...]:
        if self.shown is None:
            return keys.keyline((NEXT, *((LAST,) if self._left else ()), keys.LOCK))
        return keys.keyline((NEXT, RETURN, MORE, DECIDE, keys.LOCK) if self.shown.acts else (NEXT, keys.LOCK))

    @property
    def shown(self) -> TaskView | None:
        """The task on the screen."""
        task = self.view.task if self.view is not None else None
        return None if task is None or task.row.id == self._left else task

    # what the desk says

    async def refresh_view(self) -> None:
        await self._paint_both(await self.desk_app.ask(self._look_call()))

    async def do(self, call: Callable[[], DepartmentView]) -> None:
        """A desk's act, painted, with what it has to say; the queue is read again when it comes back."""
        view = await self.desk_app.ask(call)
        self._left = ""
        self.paint(view)
        if self.shown is None:
            await self.refresh_view()
        if view.say:
            self.desk_app.say(view.say)

    def paint(self, view: DepartmentView) -> None:
        """Show the counts and the task, if there is one; the focus moves only when the queue gives way to a task."""
        if view.task is None:
            self._left = ""
        self.view = view
        task, switcher = self.shown, self.query_one("#main", ContentSwitcher)
        before = switcher.current
        with self.app.batch_update():
            self.query_one(TopLine).tell(view.status)
            self.query_one(Views).tell(view, self.which)
            self.query_one(TaskPanel).tell(task)
            switcher.current = "task" if task is not None else "queue"
            self.query_one("#keys").refresh()
        if switcher.current != before:
            self.set_focus(self.query_one("#own" if task is not None else "#tasks"))
        self._say_if_lost(task)

    def _say_if_lost(self, task: TaskView | None) -> None:
        if task is None or task.acts:
            self._lost = ""
        elif task.row.id != self._lost:
            self._lost = task.row.id
            sentence = _("You no longer hold {task}. Nothing was decided by you; F2 takes the next one.")
            self.desk_app.say(sentence.format(task=task.row.number), "bad")

    def look_again(self) -> None:
        """What has changed in the queue and around the task, without moving the cursor."""
        if self.is_current and not self.desk_app.keys_waiting:
            self.desk_app.fetch(self._look_call(), self._paint_both)

    def _look_call(self) -> Callable[[], tuple[DepartmentView, Which, int, TaskPage]]:
        which, offset = self.which, self.query_one(TaskList).page_here
        return lambda: (self.desk.look(), which, offset, self.desk.queue(which, offset, PAGE))

    async def _paint_both(self, answer: tuple[DepartmentView, Which, int, TaskPage]) -> None:
        view, which, offset, page = answer
        if which == self.which:
            self.query_one(TaskList).tell(offset, page)
        self.paint(view)

    def on_row_list_wanted(self, message: RowList.Wanted) -> None:
        self.desk_app.aside(self._read_more(message.offset))

    async def _read_more(self, offset: int) -> None:
        which = self.which
        page = await self.desk_app.ask(partial(self.desk.queue, which, offset, PAGE))
        if which == self.which:
            self.query_one(TaskList).tell_more(offset, page)

    def keep_lease(self) -> None:
        """While the task is on the screen, also beneath a dialog, it stays the officer's."""
        on_top = self.is_current or isinstance(self.app.screen, Dialog)
        if on_top and self.shown is not None and self.shown.acts:
            self.desk_app.aside(self._keep())

    async def _keep(self) -> None:
        try:
            self.paint(await self.desk_app.ask(self.desk.keep))
        except ClerkError as error:
            self._lost = self.shown.row.id if self.shown is not None else ""
            self.desk_app.say(str(error), "bad")
            self.paint(await self.desk_app.ask(self.desk.look))

    # acts

    def action_next(self) -> None:
        self.desk_app.perform(self.do(self.desk.claim_next))

    def action_recall(self) -> None:
        if self._left and self.view is not None:
            self._left = ""
            self.desk_app.perform(self._again(self.view))

    async def _again(self, view: DepartmentView) -> None:
        self.paint(view)

    def action_submit(self) -> None:
        self._with_task(decide)

    def action_return_it(self) -> None:
        self._with_task(return_for_papers)

    def action_line(self) -> None:
        self.desk_app.perform(show_line(self, self.desk))

    def action_more(self) -> None:
        self._with_task(show_more)

    def _with_task(self, act: Callable[[Department, TaskView], Awaitable[None]]) -> None:
        task = self.shown
        if task is None or not task.acts:
            self.desk_app.say(_("First take a task: F2 takes the most urgent, Enter the marked one."), "warn")
        else:
            self.desk_app.perform(self._act_on(act, task))

    async def _act_on(self, act: Callable[[Department, TaskView], Awaitable[None]], task: TaskView) -> None:
        await act(self, task)

    def action_step_back(self) -> None:
        if self.shown is not None and self.view is not None:
            self._left = self.shown.row.id
            self.desk_app.perform(self._back(self.view))

    async def _back(self, view: DepartmentView) -> None:
        self.paint(view)
        await self.refresh_view()

    # the parts of the screen

    def action_part(self, by: int) -> None:
        """Tab: the next view of the queue, or the next part of the task."""
        if self.shown is not None:
            self.query_one(TaskPanel).next_part(by)
        else:
            self.action_view(WHICH[(WHICH.index(self.which) + by) % len(WHICH)])

    def action_view(self, which: Which) -> None:
        """Another view of the queue."""
        if self.shown is None and which != self.which:
            self.which = which
            self.query_one(TaskList).start_anew()
            self.desk_app.perform(self.refresh_view())

    def on_views_picked(self, message: Views.Picked) -> None:
        self.action_view(message.which)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        if message.rows.id == "tasks":
            self._open(self.query_one(TaskList))
        else:
            material = self.query_one(TaskPanel).material_at(message.row)
            if material:
                self.desk_app.perform(self._look_at(material))

    def _open(self, tasks: TaskList) -> None:
        row = tasks.chosen
        if row is not None and self.view is not None:
            mine = row.holder == self.view.status.person
            self.desk_app.perform(self.do(partial(self.desk.open_task if mine else self.desk.claim, row.id)))

    async def _look_at(self, material: str) -> None:
        await self.desk_app.show(Material(await self.desk_app.ask(partial(self.desk.look_at, material))))


def _no_task() -> str:
    return _("No task stands here.")
