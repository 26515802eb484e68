"""The page viewer: the pages of a paper over nearly the whole terminal, with zoom, turn and pages by keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from rich.cells import cell_len
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.page_view import PaperPages
from clerk_app.views.shared import LabelledValue
from screens import keys
from screens.papers.viewer_keys import KEY_HELP, KEYS
from screens.papers.viewer_page import PageWidget
from screens.papers.viewer_place import (
    WHOLE,
    PagePlace,
    VisiblePart,
    find_visible_part,
    pan_place,
    turn_place,
    zoom_place,
)
from screens.theme.sizes import WIDE_COLUMNS
from screens.widgets.containers import Horizontal
from screens.widgets.dialogs import ConfirmDialog, Dialog
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, Span, TextBlock, level_symbol, wrap

A4 = (210, 297)


class PageViewer(Dialog[bool]):
    """Shows the pages of one paper; Enter or Escape closes it. Drawing never delays a key: the newest place is drawn.

    `facts` are at the side of the page on a wide terminal; on a narrow one, the key i shows them instead of the page.
    """

    about = mark("A paper is shown; that you opened it is recorded. The lines across belong to the screen, not to it.")
    BINDINGS = keys.bindings(KEYS)
    OTHER_KEYS = KEY_HELP
    DEFAULT_CSS = """
    PageViewer > Vertical { width: 100%; height: 100%; }
    PageViewer #paper { height: 1fr; }
    PageViewer #facts { width: 1fr; height: 100%; display: none; }
    PageViewer.-facts #facts { display: block; }
    PageViewer.-facts PageWidget { display: none; }
    PageViewer.-wide-room.-facts #facts { width: 38; padding: 0 0 0 2; }
    PageViewer.-wide-room.-facts PageWidget { display: block; }
    PageViewer #pagestate { height: auto; }
    """

    def __init__(self, name: str, pages: PaperPages, facts: Sequence[LabelledValue] = ()) -> None:
        super().__init__(name, hint=_("closes"))
        self.pages, self.facts = pages, tuple(facts)
        self.count = 0
        self.place = PagePlace()
        self.problem = ""
        self.notice = ""  # what became of the last key, in the line below the page
        self.findings: tuple[str, ...] = ()
        self._sizes: dict[int, tuple[int, int]] = {}  # of the pages, before they are turned
        self._drawn: tuple[PagePlace, tuple[int, int], bool] | None = None
        self._is_drawing = False
        self._was_wide: bool | None = None

    def dialog_body(self) -> Iterable[Widget]:
        page = PageWidget(self.pages.watermark, self._message_lines, id="page")
        yield Horizontal(page, TextBlock(self._fact_lines, id="facts"), id="paper")
        yield TextBlock(self._state_lines, id="pagestate")

    def footer_lines(self) -> Iterable[Line]:
        parts = [("+ - ", _("zoom")), ("hjkl ", _("move")), ("R ", _("turn")), ("PgUp PgDn ", _("page"))]
        parts += [("I ", _("facts"))] if self.facts else []
        parts += [("O ", _("original"))] if self.pages.offers_original else []
        parts += [("Enter ", _("closes"))]
        spans: list[Span] = []
        for cap, word in parts:
            spans += [("   " if spans else "", ""), (cap, "cap"), (word, "dim")]
        return [spans]

    def on_mount(self) -> None:
        super().on_mount()
        self._fit_room()
        self._draw()

    def on_unmount(self) -> None:
        self.pages.close()

    def on_resize(self) -> None:
        self._fit_room()
        self.call_after_refresh(self._draw)

    def _fit_room(self) -> None:
        """Show the facts at the side where there is room for both; the choice of the user holds until that changes."""
        is_wide = self.app.size.width >= WIDE_COLUMNS
        if is_wide != self._was_wide:
            self._was_wide = is_wide
            self.set_class(is_wide, "-wide-room")
            self.set_class(is_wide and bool(self.facts), "-facts")

    # drawing

    @property
    def _room(self) -> tuple[int, int]:
        for page in self.query(PageWidget):  # none while the viewer is removed
            return page.size.width, page.size.height
        return 0, 0

    @property
    def visible_part(self) -> VisiblePart:
        """What of the page is visible at the present place; of a page not measured yet, as if it had the size of A4."""
        columns, rows = self._room
        return find_visible_part(self.place, self._sizes.get(self.place.page, A4), max(1, columns), max(1, rows))

    def _draw(self) -> None:
        """Draw the present place in the background, unless that is under way: then it is drawn after it."""
        if not self._is_drawing and self.is_attached:
            self._is_drawing = True
            self.host.run_in_background(self._draw_newest())

    async def _draw_newest(self) -> None:
        try:
            while self.is_attached and (wanted := (self.place, self._room, self.app.no_color)) != self._drawn:
                self._drawn = wanted
                if min(self._room) > 0:
                    await self._draw_place(self.place)
        finally:
            self._is_drawing = False
        await self._finish_page(self.place.page)

    async def _draw_place(self, place: PagePlace) -> None:
        page, drawn = self.query_one(PageWidget), None
        painter = page.make_painter(self.pages)
        try:
            if not self.count:
                self.count = await asyncio.to_thread(self.pages.count_pages)
            if place.page not in self._sizes:
                self._sizes[place.page] = await asyncio.to_thread(self.pages.measure_page, place.page)
            if self.is_attached and place == self.place:
                drawn = await asyncio.to_thread(painter.draw, place, self.visible_part)
                self.problem = ""
        except ClerkError as error:
            self.problem, self.findings = str(error), ()
        if self.is_attached and (drawn is not None or self.problem):
            page.show_part(drawn)
            self._show_state()

    async def _finish_page(self, number: int) -> None:
        """Show what a page lacks, then have the next page drawn, so that it is there when its key is pressed."""
        self.findings = ()
        with suppress(ClerkError):  # the page is shown without them
            if not self.problem:
                self.findings = await asyncio.to_thread(self.pages.list_findings, number)
        self._show_state()
        with suppress(ClerkError):  # it is reported when that page is shown
            if not self.problem and number + 1 < self.count and number + 1 not in self._sizes:
                self._sizes[number + 1] = await asyncio.to_thread(self.pages.measure_page, number + 1)

    def _show_state(self) -> None:
        if self.is_attached:
            self.query_one("#pagestate").refresh(layout=True)
            self.query_one(PageWidget).refresh()

    def _state_lines(self, width: int) -> Iterable[Line]:
        if self.notice:
            return [[(line, "strong")] for line in wrap(self.notice, width)]
        number, count = self.place.page + 1, max(self.count, 1)
        parts = [_("page {number} of {count}").format(number=number, count=count), _zoom_name(self.place.zoom)]
        if self.place.quarters:
            parts.append(_("turned by {degrees} degrees").format(degrees=self.place.quarters * 90))
        spans: list[Span] = [(" · ".join(parts), "dim")]
        spans += [(f"   {level_symbol('warn')} {finding}", "warn") for finding in self.findings]
        return [spans]

    def _message_lines(self, width: int) -> Iterable[Line]:
        if not self.problem:
            return [[(_("The paper is being fetched ..."), "dim")]]
        sentences = [(self.problem, "bad"), (_("F5 tries again; Esc goes back."), "dim")]
        return [[(line, style)] for sentence, style in sentences for line in wrap(sentence, width)]

    def _fact_lines(self, width: int) -> Iterable[Line]:
        cells = min(max((cell_len(fact.label) for fact in self.facts), default=0), width // 3)
        return [line for fact in self.facts for line in labelled_lines(fact.label, fact.value, width, cells)]

    # keys

    def action_agree(self) -> None:
        self.close(True)

    def action_zoom(self, by: int) -> None:
        self._go(zoom_place(self.place, by, self.visible_part.part))

    def action_pan(self, right: int, down: int) -> None:
        self._go(pan_place(self.place, right, down, self.visible_part.part))

    def action_turn(self) -> None:
        self._go(turn_place(self.place, self.visible_part.part))

    def action_page(self, by: int) -> None:
        page = min(max(self.place.page + by, 0), max(self.count - 1, 0))
        if page != self.place.page:
            self._go(replace(self.place, page=page, x=0.5, y=0.0))

    def action_top(self) -> None:
        self._go(replace(self.place, x=0.0, y=0.0))

    def action_facts(self) -> None:
        if self.facts:
            self.toggle_class("-facts")
            self.call_after_refresh(self._draw)

    def action_again(self) -> None:
        if self.problem:
            self.problem, self._drawn = "", None
            self._show_state()
            self._draw()

    def action_original(self) -> None:
        self.host.perform(self._open_original())

    async def _open_original(self) -> None:
        title = _("Open the file in another program")
        sentence = _("The file leaves this program and has no lines across it. That you opened it is recorded.")
        if not self.pages.offers_original or await self.host.show(ConfirmDialog(title, sentence, hint=_("opens it"))):
            try:
                self.notice = await self.host.ask(self.pages.open_original)
            except ClerkError as error:
                self.notice = str(error)
            self._show_state()

    def _go(self, place: PagePlace) -> None:
        """Show another place; a key at an edge changes nothing."""
        if place != self.place:
            self.place, self.notice = place, ""
            self._show_state()
            self._draw()


def _zoom_name(zoom: int) -> str:
    if zoom == WHOLE:
        return _("whole page")
    return _("page width") if zoom == 1 else _("{times} times the width").format(times=zoom)
