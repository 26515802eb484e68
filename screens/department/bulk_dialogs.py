"""The dialogs for the approval of several tasks: which ones, the note for all, and the progress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, format_list, mark
from clerk_app.views.bulk import BulkList, BulkProgress, BulkTask
from clerk_app.views.department import DepartmentService
from screens import keys
from screens.widgets.dialogs import Dialog, TextDialog
from screens.widgets.fields import FormInput
from screens.widgets.paint import Line, join_phrases, wrap
from screens.widgets.pick import PickRow
from screens.widgets.pick_many import PickManyDialog
from screens.widgets.progress import progress_line
from screens.widgets.row_list import RowList
from screens.widgets.scroll import ScrollingText


class BulkDialog(PickManyDialog):
    """Tasks with ticks; those that are decided alone are listed after them with the reason, and take no tick."""

    about = mark("Tasks are to be ticked; nothing is recorded before the confirmation that follows.")

    def __init__(self, found: BulkList, ticked: Sequence[str]) -> None:
        title = _("Approve several: {matter}").format(matter=found.name)
        rows = [*_list_rows(found.tasks, ticked), *_list_rows(found.alone, ())]
        super().__init__(title, _describe_list(found), rows, hint=_("continues with the note"))
        self._alone = {task.id: task.obstacle for task in found.alone}
        self.state_hints = dict.fromkeys(self._alone, _("alone"))

    def tick_changed(self) -> None:
        self.ticked -= self._alone.keys()

    def on_row_list_ticked(self, message: RowList.Ticked) -> None:
        message.prevent_default()  # that of the base class, which is called here
        obstacle = self._alone.get(message.row.key)
        if obstacle is None:
            super().on_row_list_ticked(message)
        else:
            self.show_error(_("It is decided alone: {why}").format(why=obstacle))

    def action_tick_all(self) -> None:
        shown = set(self.query_one(RowList).shown_keys) - self._alone.keys()
        self.ticked = self.ticked - shown if shown <= self.ticked else self.ticked | shown
        self._show()


def _list_rows(tasks: Iterable[BulkTask], ticked: Sequence[str]) -> Iterator[PickRow]:
    for task in tasks:
        own = _("yours") if task.is_own else ""
        facts = [format_list((line.label, line.value), ":") for line in task.differs]
        hint = join_phrases(own, *facts, task.remaining)
        short = join_phrases(own, *(line.value for line in task.differs))
        name = format_list((task.number, task.applicant))
        if task.obstacle:
            hint, short = task.obstacle, task.obstacle
        yield PickRow(task.id, name, hint=hint, ticked=task.id in ticked, short_hint=short)


def _describe_list(found: BulkList) -> str:
    sentences = [
        _("Each ticked task is approved by its own decision. What differs is shown."),
        _("A refusal needs its own reason: open the task alone."),
    ]
    if found.alone:
        sentences.append(_("Decided alone, see below: {count}.").format(count=len(found.alone)))
    if found.more:
        sentences.append(_("Not listed, as the list has its limit: {count}.").format(count=found.more))
    return " ".join(sentences)


class BulkNoteDialog(TextDialog):
    """Asks for the note of all approvals, which may be empty; Enter confirms them."""

    about = mark("All ticked tasks are approved with Enter, with the same note; it may be empty.")

    def __init__(self, matter: str, count: int, note: str) -> None:
        title = _("Approve several: {matter}").format(matter=matter)
        sentence = _(
            "{count} tasks are approved, each by its own decision in your name. What is to be noted with all of them? "
            "It may be empty."
        )
        super().__init__(title, sentence.format(count=count), value=note, hint=_("approves them"))

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        message.stop()
        message.prevent_default()  # the base class takes no empty text
        try:
            self.close(message.input.text)
        except ClerkError as error:
            self.show_error(str(error))


class BulkProgressDialog(Dialog[BulkProgress]):
    """Approves the tasks one after another and shows how many are done; Escape stops after the present one."""

    about = mark("Tasks are approved one after another. What is approved stays approved, also after a stop.")
    BINDINGS = keys.bindings((keys.KeyAction("agree", "enter", "", ""),))

    def __init__(self, matter: str, service: DepartmentService, progress: BulkProgress) -> None:
        super().__init__(_("Approve several: {matter}").format(matter=matter), hint=_("closes"))
        self.add_class("-wide")
        self.service = service
        self.progress = progress
        self.is_stopped = False
        self._is_running = True

    def dialog_body(self) -> Iterable[Widget]:
        yield ScrollingText(self._lines)

    def footer_lines(self) -> Iterable[Line]:
        if self._is_running:
            return [[("Esc ", "cap"), (_("stops after the present task"), "dim")]]
        return super().footer_lines()

    def on_mount(self) -> None:
        super().on_mount()
        self.host.run_in_background(self._run())

    async def _run(self) -> None:
        while not (self.progress.is_finished or self.is_stopped or self.answer.done()):
            self.progress = await self.host.ask(self.service.approve_next)
            self.query_one(ScrollingText).reload()
        self._is_running = False
        if self.progress.failed:
            self.show_frame()
        else:
            self.close(self.progress)

    def _lines(self, width: int) -> Iterable[Line]:
        done, total = self.progress.done, self.progress.total
        label = _("Tasks")
        yield progress_line(label, done, total, None, width, label_cells=8)
        if self.progress.failed:
            yield []
            yield [(_("Not approved: {count}.").format(count=len(self.progress.failed)), "warn")]
        for sentence in self.progress.failed:
            yield from ([(line, "warn")] for line in wrap("x " + sentence, width))

    def action_agree(self) -> None:
        if not self._is_running:
            self.close(self.progress)

    def action_step_back(self) -> None:
        if self._is_running:
            self.is_stopped = True
        else:
            self.close(self.progress)
