"""The decision form of a task: decision, papers to bring, and reasons. Nothing is preselected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views.department import TaskAction, TaskView
from clerk_app.views.shared import GivenReasons, Level, Option
from screens.department.decision_acts import ACTS, ActId, act_question, act_title
from screens.department.preview import missing_lines
from screens.department.recording import list_papers
from screens.kept_reasons import KeptReasons
from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Vertical
from screens.widgets.paint import Line, Span, TextBlock, flow, wrap
from screens.widgets.reason_editor import ReasonEditor
from screens.widgets.row_list import RowList


class ActList(RowList):
    """The decisions, each with its letter; no line is marked at first."""

    BINDINGS = [
        Binding(f"{act.letter},{number}", f"choose('{act.id}')", show=False) for number, act in enumerate(ACTS, 1)
    ]

    def action_choose(self, act: str) -> None:
        self.move_to(act)
        self.action_open()


class DecisionForm(Vertical):
    """Acts, papers and reasons. The screen shows what was kept for the chosen act, and records what is submitted."""

    BINDINGS = [Binding("enter", "open", show=False)]

    @dataclass
    class Chosen(Message):
        """An act was chosen."""

        act: ActId

    @dataclass
    class Submitted(Message):
        """An act is to be recorded, with reasons and ids of papers."""

        act: ActId
        given: GivenReasons
        papers: tuple[str, ...]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self.shown_task: TaskView | None = None
        self.act: ActId | None = None
        self.error_text = ""

    def compose(self) -> ComposeResult:
        acts = ActList([Column(str, 1), Column(str, 20, grow=1)], id="acts", can_filter=False)
        acts.unselected = True
        yield acts
        yield TextBlock(self._question_lines, id="question")
        yield RowList([Column(str, 16, grow=3), Column(str, 8, grow=1)], id="papers", can_filter=False)
        yield ReasonEditor(KeptReasons(), id="why")
        yield TextBlock(self._foot_lines, id="decidefoot")

    def on_mount(self) -> None:
        self._show_parts()

    @property
    def editor(self) -> ReasonEditor:
        """The part in which reasons are collected."""
        return self.query_one(ReasonEditor)

    @property
    def acts(self) -> ActList:
        """The list of the acts."""
        return self.query_one(ActList)

    @property
    def stops(self) -> list[Widget]:
        """The parts that take keys, from top to bottom."""
        return [part for part in (self.acts, self.query_one("#papers"), self.editor.line) if _is_shown(part, self)]

    def show_task(self, task: TaskView | None) -> None:
        """Show the acts that are possible; nothing is chosen for another task."""
        before, self.shown_task = self.shown_task, task
        if (before.row.id if before else "") != (task.row.id if task else ""):
            self.forget_choice()
        if task is not None and not task.actions and self.act is not None:
            self.forget_choice()
        if before != task:
            self.paint_acts()

    def paint_acts(self) -> None:
        """Paint the acts and the frame, in the language of the screen."""
        allowed: tuple[TaskAction, ...] = self.shown_task.actions if self.shown_task is not None else ()
        rows = [ListRow(act.id, (act.letter, act_title(act.id)), act.level) for act in ACTS if act.needs in allowed]
        acts = self.acts
        acts.show_rows(rows)
        acts.styles.height = max(1, len(rows))
        self._show_parts()

    def forget_choice(self) -> None:
        """Choose nothing, as for a new task; reasons that were typed are kept by the screen."""
        self.act, self.error_text = None, ""
        self.acts.unselected = True
        self.acts.refresh()
        self.editor.store_now()
        if self.has_focus_within:
            self.screen.set_focus(self.acts)
        self._show_parts()

    def show_act(self, act: ActId, kept: KeptReasons, stock: tuple[Option, ...]) -> None:
        """Show papers and reasons of the chosen act, with what was entered for it before."""
        self.act, self.error_text = act, ""
        self.acts.unselected = False
        self.acts.move_to(act)
        self.editor.show(kept, stock)
        self._show_papers()
        self._show_parts()

    def submit(self) -> None:
        """Submit the act with what was entered; what is typed in the line is added first."""
        if self.act is None:
            self.show_error(_("Choose first: a letter, or the arrow keys and Enter."))
            return
        if self.act != "approve":
            if self.act == "return" and not self.editor.kept.ticked:
                self.show_error(_("Nothing is ticked: Space ticks a row."))
                return
            self.editor.add_typed()
            if not self.editor.is_complete:
                return
        papers = (self.editor.kept.ticked or ()) if self.act == "return" else ()
        given = self.editor.given_reasons() if self.act != "approve" else GivenReasons()
        self.post_message(self.Submitted(self.act, given, papers))

    def show_error(self, sentence: str) -> None:
        """Show why something was not taken; an empty sentence removes the error."""
        changed, self.error_text = sentence != self.error_text, sentence
        if changed or not sentence:
            self.query_one("#decidefoot", TextBlock).refresh(layout=changed)
        if sentence:
            self.app.bell()

    # keys

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        if message.rows.id == "acts":
            self.post_message(self.Chosen(next(act.id for act in ACTS if act.id == message.row.key)))
        elif self.editor.kept.ticked:
            self.screen.set_focus(self.editor.line)
        else:
            self.show_error(_("Nothing is ticked: Space ticks a row."))

    def on_row_list_ticked(self, message: RowList.Ticked) -> None:
        message.stop()
        if message.rows.id == "papers":
            kept = self.editor.kept
            ticked = set(kept.ticked or ()) ^ {message.row.key}
            kept.ticked = tuple(row.key for row in self._paper_rows() if row.key in ticked)
            self.editor.save()
            self._show_papers()
            self.show_error("")

    def on_reason_editor_changed(self, message: ReasonEditor.Changed) -> None:
        message.stop()
        self.show_error(message.error)

    def on_reason_editor_completed(self, message: ReasonEditor.Completed) -> None:
        message.stop()
        self.submit()

    def action_open(self) -> None:
        """Enter without a marked line."""
        self.show_error(_("Choose first: a letter, or the arrow keys and Enter."))

    # parts

    def _show_parts(self) -> None:
        """Show the parts that the chosen act needs."""
        with_reasons = self.act is not None and self.act != "approve"
        self.query_one("#papers").display = self.act == "return"
        self.editor.display = with_reasons
        for part in ("#question", "#decidefoot"):
            self.query_one(part, TextBlock).refresh(layout=True)
        level: Level = next((act.level for act in ACTS if act.id == self.act), "plain")
        state = act_title(self.act) if self.act is not None else _("nothing chosen")
        title_panel(self, _("Decision"), key="F9", state=state, level=level)
        show_panel_keys(self, _("Tab parts  PgDn reads on  Esc pages"))

    def _show_papers(self) -> None:
        papers, rows = self.query_one("#papers", RowList), self._paper_rows()
        papers.show_rows(rows)
        papers.styles.height = max(1, min(len(rows), 8))

    def _paper_rows(self) -> list[ListRow]:
        """Return what can be asked for, with what is ticked."""
        ticked = self.editor.kept.ticked or ()
        return [ListRow(key, (name, state), ticked=key in ticked) for key, name, state in list_papers(self.shown_task)]

    def _question_lines(self, width: int) -> Iterable[Line]:
        task = self.shown_task
        if task is None:
            return
        yield []
        if not task.actions:
            yield from ([(line, "bad")] for line in wrap(_("You do not hold this task now."), width))
        elif self.act is None:
            words = _("Read the pages, then choose. Nothing is recorded before you choose.")
            yield from ([(line, "dim")] for line in wrap(words, width))
            yield []
            yield from missing_lines(task, width)
            for sentence in task.waiting[1:]:
                yield from ([(line, "")] for line in wrap(sentence, width))
        else:
            yield from ([(line, "")] for line in wrap(act_question(self.act, task), width))

    def _foot_lines(self, width: int) -> Iterable[Line]:
        yield []
        if self.error_text:
            yield from ([(line, "bad")] for line in wrap("x " + self.error_text, width))
        elif self.act is not None:
            yield from flow(self._hints(), width, gap="  ")

    def _hints(self) -> Iterable[Span]:
        if self.act == "return":
            yield _("Space ticks a paper"), "dim"
        reason = _("Enter adds a reason, in the empty line it records")
        yield _("Enter adds a note, in the empty line it records") if self.act == "note" else reason, "dim"
        if self.editor.kept.reasons:
            yield _("Up takes the last one back"), "dim"
        yield _("all is kept until it is recorded"), "dim"


def _is_shown(part: Widget, form: Widget) -> bool:
    return all(node.display for node in (part, *part.ancestors) if isinstance(node, Widget) and node is not form)
