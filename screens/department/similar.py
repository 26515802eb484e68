"""Similar applications: a list with the reasons, and two texts side by side with what both have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding
from textual.containers import Container
from textual.widget import Widget

from clerk_app.locales import _, format_list, mark
from clerk_app.views.department import TaskView
from clerk_app.views.similar import SimilarRow, TextPair
from screens import keys
from screens.department.recording import TaskScreen
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import Line, TextBlock
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons
from screens.widgets.scroll import ScrollingText

SIMILAR_NUMBER = 70
"""Number of the act in the menu, as of the hint at the counter."""
_SIDE_BY_SIDE = 110  # cells of a terminal from which both texts stand side by side


async def show_similar(screen: TaskScreen, _task: TaskView) -> None:
    """Search similar applications of the open task; show the texts of each that is picked and settle it."""
    rows = list(await screen.host.ask(screen.service.find_similar))
    if not rows:
        screen.host.notify(_("No similar application was found. This is a hint, and no proof."))
        return
    sentence = _("Hints, no verdict: read the passages and record how each is settled. [!] is needed for a decision.")
    while (chosen := await screen.host.show(_make_list(rows, sentence))) is not None:
        at = next(at for at, row in enumerate(rows) if row.number == chosen)
        if rows[at].pairs:
            await screen.host.show(SimilarDialog(rows[at]))
        settled = await _settle(screen, rows[at])
        if settled:
            rows[at] = replace(rows[at], settled=settled)


def _make_list(rows: Sequence[SimilarRow], sentence: str) -> PickDialog:
    picks = [
        PickRow(row.number, f"{row.number} {row.accepted}", str(key), _describe_row(row))
        for key, row in enumerate(rows, 1)
    ]
    return PickDialog(_("Similar applications"), picks, sentence=sentence)


def _describe_row(row: SimilarRow) -> str:
    state = row.settled or (_("[!] not settled") if row.must_settle else "")
    return format_list(filter(None, (state, row.why)), ";")


async def _settle(screen: TaskScreen, row: SimilarRow) -> str:
    """Ask how a finding is settled, with words if there are any; return it in words, empty if it stays open."""
    codes = await screen.host.ask(screen.service.list_finding_codes)
    title = _("How is case {number} settled?").format(number=row.number)
    picks = [PickRow(code.id, code.name, str(key), code.hint) for key, code in enumerate(codes, 1)]
    sentence = format_list((row.why, row.settled), ";") if row.settled else row.why
    code = await screen.host.show(PickDialog(title, picks, sentence=sentence))
    if code is None:
        return ""
    settled = ""

    async def record(note: str) -> None:
        nonlocal settled
        settled = await screen.host.ask(partial(screen.service.settle_similar, row.number, code, note))

    if not any(known.id == code and known.hint for known in codes):
        await record("")
    else:
        question = _("In words: what is new in this application, or what else explains it?")
        await record_reasons(screen, f"settle {row.number} {code}", title, question, record)
    return settled


class SimilarDialog(Dialog[None]):
    """Two texts with their common passages, numbered in both. N and P jump to the next and previous passage."""

    about = mark("Two texts are compared; what both have in common has the same number in both.")
    BINDINGS = [
        Binding("n", "jump(1)", show=False),
        Binding("p", "jump(-1)", show=False),
        Binding("enter", "step_back", show=False),
    ]
    OTHER_KEYS: ClassVar[tuple[keys.KeyHelp, ...]] = (
        keys.KeyHelp("n,p", "N P", mark("next and previous passage, in both texts")),
    )
    DEFAULT_CSS = """
    SimilarDialog > Vertical { width: 96%; height: 94%; }
    SimilarDialog #texts { height: 1fr; layout: vertical; }
    SimilarDialog #texts.-side-by-side { layout: horizontal; }
    SimilarDialog #texts > ScrollingText { height: 50%; max-height: 50%; border-top: solid $dim; }
    SimilarDialog #texts.-side-by-side > ScrollingText { height: 100%; max-height: 100%; }
    SimilarDialog #texts.-side-by-side > #own { margin: 0 2 0 0; }
    """

    def __init__(self, row: SimilarRow) -> None:
        super().__init__(_("Case {number}").format(number=row.number))
        self.row = row
        self.parts = [(index, part) for index, pair in enumerate(row.pairs) for part in range(len(pair.parts))]
        self._current = -1

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(lambda _width: [[(self.row.why, "strong")]])
        with Container(id="texts"):
            yield ScrollingText(partial(self._lines, False), id="own")
            yield ScrollingText(partial(self._lines, True), id="other")

    def on_resize(self) -> None:
        """Put the texts side by side where there is room."""
        self.query_one("#texts").set_class(self.app.size.width >= _SIDE_BY_SIDE, "-side-by-side")

    def footer_lines(self) -> Iterable[Line]:
        return [[("N P ", "cap"), (_("next, previous passage"), "dim"), ("   Esc ", "cap"), (_("goes back"), "dim")]]

    def action_jump(self, by: int) -> None:
        """Scroll both texts to another passage."""
        if not self.parts:
            self.app.bell()
            return
        self._current = (self._current + by) % len(self.parts)
        for text, is_other in (("#own", False), ("#other", True)):
            pane = self.query_one(text, ScrollingText)
            width = pane.scrollable_content_region.width
            pane.scroll_to(y=self._line_of(self._current, is_other, width), animate=False)

    def _lines(self, is_other: bool, width: int) -> list[Line]:
        return [
            line for line, _number in list_text_lines(self.row.pairs, width, is_other=is_other, head=self.text_head)
        ]

    def _line_of(self, part: int, is_other: bool, width: int) -> int:
        lines = list_text_lines(self.row.pairs, width, is_other=is_other, head=self.text_head)
        return next((at for at, (_line, number) in enumerate(lines) if number == part + 1), 0)

    def text_head(self, pair: TextPair, is_other: bool) -> str:
        """Return whose text it is, with the name of the field."""
        owner = _("case {number}").format(number=self.row.number) if is_other else _("this application")
        return format_list((pair.label, owner), ":")


def list_text_lines(
    pairs: Sequence[TextPair], width: int, *, is_other: bool, head: object, first: int = 0
) -> list[tuple[Line, int]]:
    """Return the lines of the own or the other texts; with each line the number of the passage that begins in it, or 0.

    A passage is in brackets with its number, so that it is marked without colour too. `first` passages come before.
    """
    lines: list[tuple[Line, int]] = []
    number = first
    for pair in pairs:
        title = head(pair, is_other) if callable(head) else str(head)
        lines.append(([(title, "dim")], 0))
        begins, ends = {}, set()
        for part in pair.parts:
            number += 1
            begin, end = (part.other_begin, part.other_end) if is_other else (part.begin, part.end)
            begins[begin] = number
            ends.add(end)
        lines += _wrap_marked(pair.other_text if is_other else pair.text, begins, ends, max(4, width))
    return lines


def _wrap_marked(text: str, begins: dict[int, int], ends: set[int], width: int) -> list[tuple[Line, int]]:
    """Wrap a text by cells; passages are in brackets with their number."""
    lines: list[tuple[Line, int]] = []
    spans: list[tuple[str, str]] = []
    cells, begun, style = 0, 0, ""
    for at in range(len(text) + 1):
        pieces: list[tuple[str, str]] = []
        if at in ends:
            pieces.append(("]", "strong"))
            style = ""
        if at in begins:
            style = "strong"
            pieces.append((f"[{begins[at]}: ", "strong"))
        character = text[at] if at < len(text) else "\n"
        if character != "\n":
            pieces.append((character, style))
        for piece, its_style in pieces:
            if cells + cell_len(piece) > width:
                lines.append((spans, begun))
                spans, cells, begun = [], 0, 0
            spans.append((piece, its_style))
            cells += cell_len(piece)
        begun = begins.get(at, 0) or begun
        if character == "\n":
            lines.append((spans, begun))
            spans, cells, begun = [], 0, 0
    return lines
