"""The pre-review of one paper: findings, what was read with the cut-out of the page, and what the form has."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal, NamedTuple

from textual.binding import Binding
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.paper_review import PaperReview, ReviewFinding, ReviewValue
from clerk_app.views.shared import Picture
from screens import keys
from screens.papers.review_rows import finding_lines, review_rows, value_facts
from screens.widgets.columns import Column, ListRow
from screens.widgets.dialogs import Dialog
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, Span, TextBlock, level_style, level_symbol, wrap
from screens.widgets.picture import PictureWidget
from screens.widgets.row_list import RowList

CUT_OUT_SIDE = 1200  # pixels of the width of a cut-out
_LABEL_CELLS = 20
_SETTLE_SECONDS = 0.08  # the cursor rests so long before a cut-out is drawn

DrawValue = Callable[[str, int, int], Picture | None]
"""Draws the cut-out of a value by its id, width and height in pixels."""


class ReviewAnswer(NamedTuple):
    """What the clerk does: take a value into the form, explain a difference, set a finding aside, read again."""

    act: Literal["take", "reason", "ignore", "again"]
    id: str = ""


class PaperReviewDialog(Dialog[ReviewAnswer]):
    """Findings and values of a paper in a list; below it the row under the cursor with the cut-out of the page.

    `draw` draws a cut-out; `read` returns the review of a paper that is not read yet, after seconds.
    """

    about = mark(
        "What the program has read from a paper, and how it compares. It proposes only: you decide by the paper."
    )
    BINDINGS = [
        *keys.bindings((keys.KeyAction("read_again", "f5", "", ""),)),
        Binding("r", "reason", show=False),
        Binding("i,delete", "ignore", show=False),
    ]
    OTHER_KEYS = (
        keys.ROWS,
        keys.KeyHelp("r", "R", mark("writes down why the form differs")),
        keys.KeyHelp("i,delete", "I", mark("sets a finding aside, or shows it again")),
        keys.KeyHelp("f5", "F5", mark("reads the paper once more")),
    )
    DEFAULT_CSS = """
    PaperReviewDialog > Vertical { width: 100%; height: 100%; }
    PaperReviewDialog #reviewhead { margin: 0 0 1 0; }
    PaperReviewDialog RowList { height: auto; min-height: 4; max-height: 50%; }
    PaperReviewDialog #reviewdetail { margin: 1 0 0 0; }
    PaperReviewDialog PictureWidget { height: 1fr; min-height: 3; background: $page; }
    """

    def __init__(
        self,
        review: PaperReview,
        draw: DrawValue,
        *,
        row: str = "",
        read: Callable[[], PaperReview] | None = None,
    ) -> None:
        super().__init__(_("Pre-review: {name}").format(name=review.name), hint=_("takes the value into the form"))
        self.add_class("-wide")
        self.review = review
        self.read = read
        self._draw = draw
        self._first_row = row
        self._shown_value = ""

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(self._head, id="reviewhead")
        columns = [
            Column(lambda: _("Field"), 12, grow=1),
            Column(lambda: _("Read from the paper"), 16, grow=2),
            Column(lambda: _("State"), 10, keep_whole=True),
            Column(lambda: _("Known"), 14, grow=2, priority=2),
        ]
        yield RowList(columns, id="reviewrows", can_filter=False)
        yield TextBlock(self._detail, id="reviewdetail")
        yield PictureWidget(id="cutout")

    def on_mount(self) -> None:
        super().on_mount()
        rows = self.query_one(RowList)
        rows.show_rows(list(review_rows(self.review)))
        rows.cursor_watchers.append(self._show_row)
        if self._first_row:
            rows.move_to(self._first_row)
        rows.focus()
        self._show_row(rows.current_row)
        if self.read is not None:
            self.host.run_in_background(self._read_paper(self.read))

    async def _read_paper(self, read: Callable[[], PaperReview]) -> None:
        """Show the review of the paper once it was read; an error is shown in the dialog."""
        try:
            review = await asyncio.to_thread(read)
        except ClerkError as error:
            review = replace(self.review, state="failed", level="warn", headline=str(error))
        if not self.is_mounted:
            return
        self.review = review
        rows = self.query_one(RowList)
        rows.show_rows(list(review_rows(review)))
        rows.refresh(layout=True)
        self.query_one("#reviewhead", TextBlock).refresh(layout=True)
        self.show_frame()
        self._show_row(rows.current_row)

    def content_cells(self) -> int:
        return 200

    def footer_lines(self) -> Iterable[Line]:
        names = [("Enter", _("takes the value")), ("R", _("reason")), ("I", _("sets aside"))]
        names = names if self.review.can_act else []
        names += [("F5", _("again"))] if self.review.can_read else []
        spans: list[Span] = []
        for key, name in (*names, ("Esc", _("goes back"))):
            spans += [(f"  {key} " if spans else f"{key} ", "cap"), (name, "dim")]
        return [spans]

    # acts

    def answer_for(self, act: Literal["take", "reason", "ignore"], key: str) -> ReviewAnswer | None:
        """Return the answer of an act on the row `key`; None if the row does not allow it."""
        value, finding = self._value_at(key), self._finding_at(key)
        if not self.review.can_act:
            return None
        if act == "ignore":
            return ReviewAnswer(act, finding.id) if finding is not None else None
        if value is None:
            return None
        is_possible = value.can_take if act == "take" else value.needs_reason or bool(value.reason)
        return ReviewAnswer(act, value.id) if is_possible else None

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        self._answer("take", message.row.key)

    def action_reason(self) -> None:
        self._answer("reason", self._current_key)

    def action_ignore(self) -> None:
        self._answer("ignore", self._current_key)

    def action_read_again(self) -> None:
        if self.review.can_read:
            self.close(ReviewAnswer("again"))
        else:
            self.app.bell()

    def _answer(self, act: Literal["take", "reason", "ignore"], key: str) -> None:
        answer = self.answer_for(act, key)
        if answer is None:
            self.app.bell()
        else:
            self.close(answer)

    # the row under the cursor

    @property
    def _current_key(self) -> str:
        row = self.query_one(RowList).current_row
        return row.key if row is not None else ""

    def _value_at(self, key: str) -> ReviewValue | None:
        kind, _colon, name = key.partition(":")
        return next((value for value in self.review.values if kind == "value" and value.id == name), None)

    def _finding_at(self, key: str) -> ReviewFinding | None:
        kind, _colon, name = key.partition(":")
        return next((found for found in self.review.findings if kind == "finding" and found.id == name), None)

    def _show_row(self, _row: ListRow | None) -> None:
        self.query_one("#reviewdetail", TextBlock).refresh(layout=True)
        value, finding = self._value_at(self._current_key), self._finding_at(self._current_key)
        name = value.id if value is not None else finding.value if finding is not None else ""
        if name == self._shown_value:
            return
        self._shown_value = name
        self.query_one(PictureWidget).show_picture(None)
        if name:
            self.host.run_in_background(self._show_cut_out(name))

    async def _show_cut_out(self, name: str) -> None:
        await asyncio.sleep(_SETTLE_SECONDS)
        if name != self._shown_value:
            return
        picture: Picture | None = None
        try:
            picture = await asyncio.to_thread(self._draw, name, CUT_OUT_SIDE, self._cut_out_height)
        except ClerkError as error:
            if self.is_mounted and name == self._shown_value:
                self.show_error(str(error))
        if self.is_mounted and name == self._shown_value:
            self.query_one(PictureWidget).show_picture(picture)

    @property
    def _cut_out_height(self) -> int:
        """Height in pixels of a cut-out that is `CUT_OUT_SIDE` wide and fills its place; a cell is twice as high."""
        cells = self.query_one(PictureWidget).size
        return max(1, CUT_OUT_SIDE * 2 * cells.height // cells.width) if cells.width else CUT_OUT_SIDE // 4

    def _head(self, width: int) -> Iterable[Line]:
        text = " ".join(filter(None, (level_symbol(self.review.level), self.review.headline)))
        head: list[Line] = [[(line, level_style(self.review.level))] for line in wrap(text, width)]
        return [*head, *([(line, "dim")] for line in wrap(self.review.compared, width) if line)]

    def _detail(self, width: int) -> Iterable[Line]:
        key = self._current_key
        value, finding = self._value_at(key), self._finding_at(key)
        if finding is not None:
            style = level_style(finding.level) if not finding.is_ignored else ""
            return [[(line, style)] for text in finding_lines(finding) for line in wrap(text, width)]
        if value is None:
            return []
        return [line for label, text in value_facts(value) for line in labelled_lines(label, text, width, _LABEL_CELLS)]
