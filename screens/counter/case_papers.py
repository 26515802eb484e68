"""The papers of a case in a list, each with its prints: who printed it, when, on which printer, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views.counter import CounterView
from clerk_app.views.shared import CasePaper
from screens.counter.frame import CounterFrame
from screens.counter.print_lines import describe_print, print_lines
from screens.counter.print_questions import ask_question
from screens.widgets.dialogs import ReadDialog
from screens.widgets.paint import Line, TextBlock
from screens.widgets.pick import PickDialog, PickRow

SHOWN_PRINTS = 4


class PapersDialog(PickDialog):
    """The papers of a case; below the list are the last prints of the one under the cursor."""

    def __init__(self, papers: Sequence[CasePaper]) -> None:
        self.papers = {paper.id: paper for paper in papers}
        rows = [
            PickRow(paper.id, paper.title, paper.key, f"{paper.made_at:%Y-%m-%d %H:%M}  {paper.state}")
            for paper in papers
        ]
        sentence = _("Papers of case {number}").format(number=papers[0].case_number)
        super().__init__(_("Print again"), rows, hint=_("opens it"), sentence=sentence)

    def dialog_body(self) -> Iterable[Widget]:
        *others, _current = super().dialog_body()
        yield from others
        yield TextBlock(self._print_lines, id="current")

    def _print_lines(self, width: int) -> Iterable[Line]:
        row = self.current_row
        paper = self.papers.get(row.id) if row is not None else None
        if paper is None or not paper.prints:
            return
        yield []
        for made in paper.prints[:SHOWN_PRINTS]:
            yield from print_lines(made, width)
        if len(paper.prints) > SHOWN_PRINTS:
            yield [(_("{count} earlier prints").format(count=len(paper.prints) - SHOWN_PRINTS), "dim")]


def _all_lines(paper: CasePaper) -> Iterable[Line]:
    for made in paper.prints:
        yield from print_lines(made, 72)
        yield [("  " + made.at.strftime("%Y-%m-%d %H:%M:%S"), "dim")]
        if made.template:
            yield [("  " + _("Template version {version}").format(version=made.template), "dim")]
        if made.answered_by:
            yield [("  " + _("Answered by {who}").format(who=made.answered_by), "dim")]
        yield []


async def open_papers(screen: CounterFrame) -> None:
    """Show the papers of the case on the screen; print one again, in a new version, or read its prints."""
    papers = await screen.host.ask(screen.service.list_papers)
    chosen: str | None = papers[0].id if papers else None
    if len(papers) > 1:
        chosen = await screen.host.show(PapersDialog(papers))
    paper = next((paper for paper in papers if paper.id == chosen), None)
    if paper is not None:
        await _open_paper(screen, paper)


async def _open_paper(screen: CounterFrame, paper: CasePaper) -> None:
    view = screen.view
    question = next((row for row in view.print_questions if row.id == paper.open_print), None) if view else None
    if question is not None:
        await ask_question(screen, question)
        return
    if paper.is_kept:
        screen.host.notify(f"{paper.title}: {paper.state}.")
        return
    act: str | None = "same"
    if paper.prints or paper.can_renew or paper.languages:
        act = await screen.host.show(PickDialog(paper.title, _list_acts(paper), sentence=_describe(paper)))
    if act == "prints":
        await screen.host.show(ReadDialog(paper.title, _all_lines(paper)))
    elif act is not None:
        screen.closed_receipt_id = ""  # a paper that was closed is shown again, with what is known about its print
        await screen.call_and_paint(_choose_print(screen, paper, act))


def _choose_print(screen: CounterFrame, paper: CasePaper, act: str) -> Callable[[], CounterView]:
    if act == "same":
        return partial(screen.service.reprint_paper, paper.id)
    if act == "new":
        return partial(screen.service.print_new_version, paper.id)
    return partial(screen.service.print_in_language, paper.id, act)


def _list_acts(paper: CasePaper) -> list[PickRow]:
    hint = _("marked as a reprint, with its dates and language")
    rows = [PickRow("same", _("Print the same paper again"), "1", hint)]
    if not paper.prints and not paper.can_renew:
        rows = [PickRow("same", _("Print"), "1")]
    if paper.can_renew:
        changed = _("its content has changed") if paper.has_changed else _("with what holds now, in this language")
        rows.append(PickRow("new", _("Print a new version"), "2", changed))
    if paper.prints:
        rows.append(PickRow("prints", _("Read all its prints"), "3", str(len(paper.prints))))
    for key, language in enumerate(paper.languages, 4):
        words = _("Print it in {language}").format(language=language.name)
        rows.append(PickRow(language.id, words, str(key), _("with what holds now")))
    return rows


def _describe(paper: CasePaper) -> str:
    if not paper.prints:
        return paper.state
    made = paper.prints[0]
    return f"{made.at:%Y-%m-%d %H:%M}  {describe_print(made)}  {made.person} {made.window}"
