"""Taking in a paper: its pages are added from a source, looked at, turned, ordered, and made one paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, format_list, mark
from clerk_app.views.papers import PaperTakingService, PaperTarget, TakenPage, TakenPaper
from clerk_app.views.shared import Picture
from screens import keys
from screens.host import ScreenHost
from screens.key_gate import KeyHold
from screens.papers.photo_reason import state_photo_reason
from screens.papers.taking_sources import add_pages
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Horizontal
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import Line, Span, TextBlock, wrap
from screens.widgets.picture import PictureWidget
from screens.widgets.row_list import RowList

ADD, DONE = "add", "done"  # answers of the dialog
_PREVIEW_SIDE = 900  # pixels of the longer side: more than the cells of a large terminal show
_ADD_PAGES = keys.CHOOSE.with_label(mark("Add pages"), mark("Adds pages from a camera, a file or a scanner."))
_FINISH = keys.SUBMIT.with_label(mark("Done"), mark("Makes one paper of the pages."))


class TakingDialog(Dialog[str]):
    """Lists the pages of a paper with their findings; the selected page is shown at the right."""

    about = mark(
        "The pages of one paper. Each is saved as soon as it is listed; leaving keeps them. What a page lacks is "
        "named, and prevents nothing."
    )
    BINDINGS = keys.bindings(
        (
            _ADD_PAGES,
            _FINISH,
            keys.KeyAction("turn", "t", "", ""),
            keys.KeyAction("remove", "delete,backspace", "", ""),
            keys.KeyAction("earlier", "minus,shift+up", "", ""),
            keys.KeyAction("later", "plus,shift+down", "", ""),
        )
    )
    OTHER_KEYS = (
        keys.KeyHelp("f5", "F5", mark("adds pages from a camera, a file or a scanner")),
        keys.KeyHelp("f9", "F9", mark("makes one paper of the pages, like Enter")),
        keys.KeyHelp("t", "T", mark("turns the page by a quarter")),
        keys.KeyHelp("delete,backspace", mark("Delete"), mark("removes the page")),
        keys.KeyHelp("minus,plus", "- / +", mark("moves the page to the front / to the end")),
        keys.ROWS,
    )
    DEFAULT_CSS = """
    TakingDialog > Vertical { width: 100%; height: 92%; }
    TakingDialog #taken { height: 1fr; }
    TakingDialog RowList { width: 26; height: 100%; }
    TakingDialog PictureWidget { width: 1fr; height: 100%; margin: 0 0 0 1; background: $page; }
    """

    def __init__(self, taking: PaperTakingService, paper: TakenPaper, *, place: str = "", cursor: int = 0) -> None:
        """`place` is which of several papers it is; `cursor` the number of the page to begin with."""
        super().__init__(paper.target.name, hint=_("makes the paper"))
        self.taking, self.paper, self.place = taking, paper, place
        self._cursor = cursor
        self._shown = 0  # number of the page in the preview, 0 for none

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(self._notes, id="notes")
        rows = RowList(
            [Column(str, 4), Column(str, 12, grow=1, keep_whole=True)],
            id="pages",
            empty=lambda: _("No page yet: F5 adds pages."),
            can_filter=False,
        )
        yield Horizontal(rows, PictureWidget(id="page"), id="taken")
        yield TextBlock(self._findings, id="findings")

    def on_mount(self) -> None:
        super().on_mount()
        rows = self.query_one(RowList)
        rows.cursor_watchers.append(lambda _row: self._show_page())
        self._show_paper(self.paper)
        if self._cursor:
            rows.move_to(str(self._cursor))
        rows.focus()

    def title_line(self) -> Line:
        return [(self.heading, ""), (f"  {self.place}" if self.place else "", "dim")]

    def footer_lines(self) -> Iterable[Line]:
        acts = (
            ("F5", _("adds")),
            ("T", _("turns")),
            ("Del", _("removes")),
            ("-/+", _("moves")),
            ("F9", _("finishes")),
        )
        spans: list[Span] = []
        for cap, name in acts:
            spans += [(f"{cap} ", "cap"), (f"{name}   ", "dim")]
        return [[*spans, ("Esc ", "cap"), (_("keeps them"), "dim")]]

    @property
    def current_page(self) -> TakenPage | None:
        """The page under the cursor."""
        row = self.query_one(RowList).current_row
        number = int(row.key) if row is not None else 0
        return next((page for page in self.paper.pages if page.number == number), None)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        self.action_submit()

    def action_choose(self) -> None:
        self.close(ADD)

    def action_submit(self) -> None:
        if self.paper.pages:
            self.close(DONE)
        else:
            self.show_error(_("No page was taken in yet: F5 adds pages."))

    def action_turn(self) -> None:
        self._change(self.taking.turn_page)

    def action_remove(self) -> None:
        self._change(self.taking.remove_page)

    def action_earlier(self) -> None:
        self._move(-1)

    def action_later(self) -> None:
        self._move(1)

    def _move(self, by: int) -> None:
        page = self.current_page
        if page is not None and 1 <= page.number + by <= len(self.paper.pages):
            self._change(partial(self.taking.move_page, to=page.number + by), page.number + by)

    def _change(self, act: Callable[[PaperTarget, int], TakenPaper], cursor: int = 0) -> None:
        """Perform an act on the page under the cursor; the cursor is on page `cursor` afterwards."""
        page = self.current_page
        if page is not None:
            hold = self.host.hold_keys()  # keys that follow are for the pages as they are afterwards
            self.host.run_in_background(self._perform(partial(act, self.paper.target, page.number), cursor, hold))

    async def _perform(self, call: Callable[[], TakenPaper], cursor: int, hold: KeyHold) -> None:
        try:
            self._show_paper(await self.host.ask(call))
            self.show_error("")
            if cursor:
                self.query_one(RowList).move_to(str(cursor))
        except ClerkError as error:
            self.show_error(str(error))
        finally:
            self.host.release_keys(hold)

    def _show_paper(self, paper: TakenPaper) -> None:
        self.paper, self._shown = paper, 0
        rows = self.query_one(RowList)
        rows.show_rows(
            [
                ListRow(
                    str(page.number),
                    (str(page.number), page.findings[0] if page.findings else _("good")),
                    "warn" if page.findings else "good",
                    styles=("cap", "warn" if page.findings else "dim"),
                )
                for page in paper.pages
            ]
        )
        self.query_one("#notes", TextBlock).refresh(layout=True)
        self._show_page()

    def _show_page(self) -> None:
        """Show the page under the cursor, and what it lacks."""
        self.query_one("#findings", TextBlock).refresh(layout=True)
        page, picture = self.current_page, self.query_one("#page", PictureWidget)
        number = page.number if page is not None else 0
        if number == self._shown:
            return
        self._shown = number
        if page is None:
            picture.show_picture(None)
            return
        draw = partial(self.taking.draw_page, self.paper.target, number, _PREVIEW_SIDE)
        self.host.run_in_background(self._draw(number, draw))

    async def _draw(self, number: int, draw: Callable[[], Picture]) -> None:
        paper = self.paper
        try:
            picture = await self.host.ask(draw)
        except ClerkError as error:
            self.show_error(str(error))
            return
        if number == self._shown and paper is self.paper and self.is_attached:
            self.query_one("#page", PictureWidget).show_picture(picture)

    def _notes(self, width: int) -> Iterable[Line]:
        for warning in self.paper.warnings:
            yield from ([(line, "warn")] for line in wrap("! " + warning, width))
        if self.paper.message:
            yield from ([(line, "dim")] for line in wrap(self.paper.message, width))

    def _findings(self, width: int) -> Iterable[Line]:
        page = self.current_page
        if page is not None and page.findings:
            yield from ([(line, "warn")] for line in wrap("! " + " ".join(page.findings), width))


async def take_paper(host: ScreenHost, taking: PaperTakingService, target: PaperTarget, *, place: str = "") -> bool:
    """Take in the pages of a paper; return whether one paper is to be made of them. Leaving keeps the pages."""
    paper = await host.ask(partial(taking.open_paper, target))
    if not paper.pages:
        paper = await add_pages(host, taking, paper)
        if not paper.pages:
            return False
    cursor = 0
    while True:
        dialog = TakingDialog(taking, paper, place=place, cursor=cursor)
        answer = await host.show(dialog)
        paper = dialog.paper
        if answer == DONE and await state_photo_reason(host, taking, paper):
            return True
        if answer == DONE:
            continue
        if answer != ADD:
            if paper.pages:
                sentence = _("The pages of {name} are kept: {count}. They are not handed in yet.")
                host.notify(sentence.format(name=target.name, count=len(paper.pages)))
            return False
        cursor = len(paper.pages) + 1
        paper = await add_pages(host, taking, paper)


def describe_taken(paper: TakenPaper) -> Iterable[str]:
    """Yield the pages of a paper in lines, with what they lack."""
    yield from paper.warnings
    if paper.message:
        yield paper.message
    for page in paper.pages:
        name = _("page {number} of {count}").format(number=page.number, count=len(paper.pages))
        yield format_list((name, *page.findings), ":") if page.findings else name
