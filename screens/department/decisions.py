"""The actions on a task that show dialogs: decide, return for materials, commit to approve, release."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Literal, cast

from textual.binding import Binding
from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.department import TaskAction, TaskView
from clerk_app.views.shared import GivenReasons
from screens import keys
from screens.case_messages import show_messages
from screens.department.answers import CORRECT_NUMBER, correct_answer
from screens.department.bulk import BULK_NUMBER, approve_with_others
from screens.department.course_acts import begin_wait, refer_task, send_back
from screens.department.decision_acts import ActId, act_question
from screens.department.paper_review import REVIEW_NUMBER, review_papers, reviewable
from screens.department.recording import TaskScreen, list_papers, record_act, record_return
from screens.department.result_dialog import ask_results
from screens.department.similar import SIMILAR_NUMBER, show_similar
from screens.department.term_acts import ask_extension, begin_procedure
from screens.unmasking import ask_unmask_purpose
from screens.widgets.columns import Column, ListRow
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import TextBlock, wrap
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.pick_many import PickManyDialog
from screens.widgets.reasons import record_reasons, record_stock_reasons
from screens.widgets.row_list import RowList

DecisionChoice = Literal["approve", "note", "refuse"]


class DecisionDialog(Dialog[DecisionChoice]):
    """Lets the officer choose: `a` approves, `n` approves with a note, `r` refuses. No line is marked at first."""

    about = mark("No decision is chosen before you choose one; an approval without a note is recorded at once.")
    BINDINGS = [
        Binding("a,1", "take('approve')", show=False),
        Binding("n,2", "take('note')", show=False),
        Binding("r,3", "take('refuse')", show=False),
        Binding("enter", "choose_first", show=False),
    ]
    OTHER_KEYS = (
        keys.KeyHelp("a,1", "a", mark("approve")),
        keys.KeyHelp("n,2", "n", mark("approve with a note")),
        keys.KeyHelp("r,3", "r", mark("refuse, with a reason")),
        keys.ROWS,
    )
    DEFAULT_CSS = """
    DecisionDialog RowList { height: 3; margin: 1 0 0 0; }
    """

    def __init__(self, task: TaskView) -> None:
        super().__init__(_("Decide"), hint=_("takes the marked line"))
        self.task_view = task

    def dialog_body(self) -> Iterable[Widget]:
        sentence = f"{self.task_view.row.number}  {self.task_view.row.matter}, {self.task_view.applicant}"
        yield TextBlock(lambda width: [[(line, "strong")] for line in wrap(sentence, width)])
        decisions = RowList([Column(str, 3), Column(str, 24, grow=1)], id="decisions", can_filter=False)
        decisions.unselected = True
        yield decisions

    def on_mount(self) -> None:
        rows = (
            ListRow("approve", ("a", _("Approve")), "good"),
            ListRow("note", ("n", _("Approve with a note")), "good"),
            ListRow("refuse", ("r", _("Refuse, with a reason")), "bad"),
        )
        self.query_one("#decisions", RowList).show_rows(rows)

    def action_choose_first(self) -> None:
        self.show_error(_("Choose first: a, n or r."))

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        self.close(cast(DecisionChoice, message.row.key))

    def action_take(self, decision: DecisionChoice) -> None:
        self.close(decision)


async def decide_task(screen: TaskScreen, task: TaskView) -> None:
    """Show the decision dialog, then a dialog for the note or reason, and record the decision."""
    decision = await screen.host.show(DecisionDialog(task))
    if decision == "approve" and task.undecided:
        decision = "note"
    if decision == "approve":
        await _approve(screen, task, "")
    elif decision == "note":
        sentence = act_question("note", task)
        await record_reasons(
            screen,
            f"note {task.row.id}",
            _("Approve with a note"),
            sentence,
            partial(_approve, screen, task),
        )
    elif decision == "refuse":
        await _refuse(screen, task)


async def _approve(screen: TaskScreen, task: TaskView, note: str) -> bool:
    """Ask what the results of the task need, and record the approval; return whether it was recorded."""
    results = await ask_results(screen, task)
    return results is not None and await record_act(screen, task, "note", GivenReasons(note), (), results)


async def return_for_papers(screen: TaskScreen, task: TaskView) -> None:
    """Let the officer tick the materials that the citizen must bring and type a reason, then return the task.

    Missing and expired materials come first. Nothing is ticked before the officer has chosen it.
    """
    title = _("Return for papers")
    if not (task.materials or task.other_materials):
        screen.host.notify(_("No material belongs to this task, so there is nothing to ask for."), severity="warning")
        return
    key = f"return {task.row.id}"
    kept = await screen.kept_reasons.find(screen.host, key)
    ticked_before = kept.ticked or ()
    rows = [PickRow(key, name, hint=state, ticked=key in ticked_before) for key, name, state in list_papers(task)]
    sentence = _("What must the citizen bring? The time limit of this task is suspended until then.")
    ticked = await screen.host.show(PickManyDialog(title, sentence, rows, hint=_("continues with the reason")))
    if ticked is None:
        return
    kept.ticked = ticked

    async def record(given: GivenReasons) -> bool:
        return await record_return(screen, task, ticked, given)

    sentence = _("What is wrong with it, and what is to be brought? The citizen reads this.")
    await record_stock_reasons(screen, key, title, sentence, record, stock=task.return_reasons)


async def show_menu(
    screen: TaskScreen, task: TaskView, begin: Callable[[ActId], Awaitable[None]] | None = None
) -> None:
    """Show a menu of the other actions that the service allows, and run the chosen one.

    `begin` opens the decision form for an act that needs reasons; without it, dialogs ask for them.
    """
    chosen = await screen.host.show(PickDialog(_("More"), _list_acts(task)))
    if chosen == "unmask":
        purpose = await ask_unmask_purpose(screen.host, screen.service.list_unmask_purposes)
        if purpose is not None:
            await screen.call_and_paint(partial(screen.service.unmask, purpose))
    elif begin is not None and chosen in ("refuse", "commit"):
        await begin("refuse" if chosen == "refuse" else "commit")
    elif chosen == "refuse":
        await _refuse(screen, task)
    elif chosen == "commit":
        sentence = _("You commit in writing to approve this. State which condition is still open, or that none is.")
        await record_reasons(
            screen,
            f"commit {task.row.id}",
            _("Commit in writing"),
            sentence,
            lambda note: screen.call_and_paint(partial(screen.service.commit_to_approve, note)),
        )
    elif chosen == "release":
        await screen.call_and_paint(screen.service.release_task)
    elif chosen is not None:
        acts = {
            "procedure": begin_procedure,
            "extend": ask_extension,
            "refer": refer_task,
            "send_back": send_back,
            "wait": begin_wait,
            "messages": _show_messages,
            "review": review_papers,
            "similar": show_similar,
            "correct_answer": correct_answer,
            "bulk": approve_with_others,
        }
        await acts[chosen](screen, task)


def _list_acts(task: TaskView) -> list[PickRow]:
    """Return the rows of the menu; the number of an act is the same whether or not the others are offered."""
    names: dict[TaskAction | Literal["unmask", "messages"], str] = {
        "refuse": _("Refuse, with a reason"),
        "commit": _("Commit in writing: others may start"),
        "release": _("Put back into the queue"),
        "unmask": _("Show names and numbers in full"),
        "procedure": _("Special procedure: its time is not counted"),
        "extend": _("Extend the time limit, with a colleague's approval"),
        "refer": _("Agree, and refer to {organ}").format(organ=task.superior),
        "send_back": _("Send back to the organ that referred it"),
        "wait": _("Wait for a document from another office"),
        "messages": _("Messages on the case: read, write"),
    }
    rows = [
        PickRow(action, name, str(number))
        for number, (action, name) in enumerate(names.items(), 1)
        if action in task.actions or action == "messages" or (action == "unmask" and task.is_masked)
    ]
    if reviewable(task):
        rows.append(PickRow("review", _("Pre-review of a paper"), str(REVIEW_NUMBER)))
    if task.has_compared_texts:
        rows.append(PickRow("similar", _("Similar applications"), str(SIMILAR_NUMBER)))
    if task.bulk_matter:
        rows.append(PickRow("bulk", _("Approve several tasks of this matter"), str(BULK_NUMBER)))
    rows.append(PickRow("correct_answer", _("Correct an answer"), str(CORRECT_NUMBER)))
    return rows


async def _show_messages(screen: TaskScreen, _task: TaskView) -> None:
    await show_messages(screen, screen.service)


async def _refuse(screen: TaskScreen, task: TaskView) -> None:
    sentence = _("Why is {matter} refused? The applicant gets the reason in writing.")
    if await record_stock_reasons(
        screen,
        f"refuse {task.row.id}",
        _("Refuse"),
        sentence.format(matter=task.row.matter),
        lambda given: screen.call_and_paint(partial(screen.service.refuse, given.text, given.codes)),
        stock=task.refuse_reasons,
    ):
        await screen.kept_reasons.drop_subject(screen.host, task.row.id)
