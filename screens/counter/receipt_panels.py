"""The panels of a paper: the paper as the printer prints it, and what is known about its printing."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len
from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.shared import Level, Paper
from screens.theme.panels import title_panel
from screens.widgets.containers import Container
from screens.widgets.paint import Line, TextBlock, level_style, level_symbol, wrap
from screens.widgets.scroll import ScrollingText


class ReceiptPanel(Container):
    """Shows a paper with its bar code in a frame; Page Down scrolls."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self.paper: Paper | None = None

    def compose(self) -> ComposeResult:
        yield ScrollingText(
            lambda _width: [[(line, "")] for line in (self.paper.lines if self.paper else ())], id="paper"
        )

    def show_paper(self, paper: Paper | None) -> None:
        """Show a paper from its first line; a paper that is shown already keeps its place."""
        if paper is not None:
            title_panel(self, paper.title, key="1")
        if paper == self.paper:
            return
        self.paper = paper
        sheet = self.query_one("#paper", ScrollingText)
        widest = max((cell_len(line) for line in paper.lines), default=0) if paper else 0
        sheet.styles.width = widest + 5  # two cells at each side, and the scroll bar
        sheet.scroll_home(animate=False)
        sheet.reload()


class PrintingPanel(TextBlock):
    """Whether the paper was printed, and what is to be known about it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self.paper: Paper | None = None

    def show_paper(self, paper: Paper | None) -> None:
        """Show the state of a paper."""
        self.paper = paper
        title_panel(self, _("Printing"))
        self.refresh(layout=True)

    def lines(self, width: int) -> Iterable[Line]:
        paper = self.paper
        if paper is None:
            return
        level: Level
        if paper.printed:
            level = "plain" if paper.delivery else "good"
            sentence = paper.delivery or _("Printed.")
        else:
            level = "warn" if paper.pending_reason or paper.is_unknown else "bad"
            sentence = paper.pending_reason or paper.error or _("It did not come out of the printer.")
        yield from ([(line, level_style(level))] for line in wrap(f"{level_symbol(level)} {sentence}".strip(), width))
        if paper.is_unknown:
            yield [("F8 11 ", "cap"), (_("records whether it came out"), "")]
        elif not paper.printed:
            yield [("F8 ", "cap"), (_("prints it") if paper.pending_reason else _("prints it again"), "")]
        if paper.names_in_full:
            sentence = _("Names are masked on the screen only; the paper has them in full.")
            yield from ([(line, "dim")] for line in wrap(sentence, width))
