"""What an officer does with a task: decide, return for papers, commit, put back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Literal, cast

from textual.binding import Binding
from textual.widget import Widget

from clerk_app.desk import TaskView
from clerk_app.locales import _
from screens.widgets.dialogs import AskText, Dialog
from screens.widgets.paint import Painted, wrap
from screens.widgets.pick import Pick, PickMany, Row
from screens.widgets.rows import Column, ListRow, RowList

if TYPE_CHECKING:
    from screens.department import Department

Decision = Literal["approve", "note", "refuse"]


class Decide(Dialog[Decision]):
    """Approve or refuse: Enter or `a` approves, `n` approves with a note, `r` refuses."""

    BINDINGS = [
        Binding("a,1", "take('approve')", show=False),
        Binding("n,2", "take('note')", show=False),
        Binding("r,3", "take('refuse')", show=False),
    ]
    DEFAULT_CSS = """
    Decide RowList { height: 3; margin: 1 0 0 0; }
    """

    def __init__(self, task: TaskView) -> None:
        super().__init__(_("Decide"), hint=_("takes the marked line"))
        self._about = task

    def inside(self) -> Iterable[Widget]:
        sentence = f"{self._about.row.number}  {self._about.row.matter}, {self._about.applicant}"
        yield Painted(lambda width: [[(line, "strong")] for line in wrap(sentence, width)])
        yield RowList([Column(str, 3), Column(str, 24, grow=1)], id="decisions")

    def on_mount(self) -> None:
        rows = (
            ListRow("approve", ("a", _("Approve")), "good"),
            ListRow("note", ("n", _("Approve with a note")), "good"),
            ListRow("refuse", ("r", _("Refuse, with a reason")), "bad"),
        )
        self.query_one("#decisions", RowList).show_rows(rows)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        self.close(cast(Decision, message.row.key))

    def action_take(self, decision: Decision) -> None:
        self.close(decision)


async def decide(screen: Department, task: TaskView) -> None:
    """Ask which decision, then for what it needs in writing."""
    decision = await screen.desk_app.show(Decide(task))
    if decision == "approve":
        await screen.do(partial(screen.desk.approve, ""))
    elif decision == "note":
        note = await _ask(screen, _("Approve with a note"), _("What is to be noted with the approval?"))
        if note:
            await screen.do(partial(screen.desk.approve, note))
    elif decision == "refuse":
        await _refuse(screen, task)


async def return_for_papers(screen: Department, task: TaskView) -> None:
    """Which materials are to be brought, and why; what is missing is ticked already."""
    title = _("Return for papers")
    if not task.materials:
        screen.desk_app.say(_("No material belongs to this task, so there is nothing to ask for."), "warn")
        return
    rows = [
        Row(row.id, row.name, hint=row.state_name, ticked=row.state in ("missing", "expired")) for row in task.materials
    ]
    sentence = _("What must the citizen bring? The clock of this task stands until then.")
    ticked = await screen.desk_app.show(PickMany(title, sentence, rows, hint=_("goes on to the reason")))
    if ticked is None:
        return
    if not ticked:
        screen.desk_app.say(_("Nothing was ticked, so nothing was returned. Space ticks a material."), "warn")
        return
    reason = await _ask(screen, title, _("What is wrong with it, and what is to be brought? The citizen reads this."))
    if reason:
        await screen.do(partial(screen.desk.return_for, ticked, reason))


async def show_more(screen: Department, task: TaskView) -> None:
    """Everything else that can be done with the task."""
    names = {
        "refuse": _("Refuse, with a reason"),
        "commit": _("Commit in writing: others may start"),
        "release": _("Put back into the queue"),
    }
    offered = [act for act in names if act in task.acts]
    rows = [Row(act, names[act], str(at + 1)) for at, act in enumerate(offered)]
    chosen = await screen.desk_app.show(Pick(_("More"), rows))
    if chosen == "refuse":
        await _refuse(screen, task)
    elif chosen == "commit":
        sentence = _("You say in writing that this will be approved. Which condition, if any, is still open?")
        note = await _ask(screen, _("Commit in writing"), sentence)
        if note:
            await screen.do(partial(screen.desk.commit, note))
    elif chosen == "release":
        await screen.do(screen.desk.release)


async def _refuse(screen: Department, task: TaskView) -> None:
    sentence = _("Why is {matter} refused? The applicant gets the reason in writing.")
    reason = await _ask(screen, _("Refuse"), sentence.format(matter=task.row.matter))
    if reason:
        await screen.do(partial(screen.desk.refuse, reason))


async def _ask(screen: Department, title: str, sentence: str) -> str | None:
    return await screen.desk_app.show(AskText(title, sentence))
