"""Pages on which papers are laid under the document camera of a kiosk. Only the page holds the pictures."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.message import Message

from clerk_app.locales import _
from clerk_app.views.kiosk_papers import HandedInPaper, RequestedPaper, ShownPage
from clerk_app.views.papers import PageCameraView
from screens.host import ScreenHost
from screens.kiosk.buttons import BigButton, ButtonItem
from screens.kiosk.flows.matter_pages import FlowActs, press_key
from screens.kiosk.flows.matter_texts import TextContent, in_groups, listed, paragraph
from screens.kiosk.pages import LOW_ROWS, KioskPage, constant_text
from screens.kiosk.sizes import TARGET_GAP, target_rows
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.picture import PictureWidget

_BAR_CELLS = 16  # of the time for which a page has to lie still


class PicturePage(KioskPage):
    """A picture at the left, text and buttons at the right."""

    DEFAULT_CSS = """
    PicturePage #view { height: 1fr; }
    PicturePage PictureWidget { width: 3fr; height: 100%; background: $page; }
    PicturePage #side { width: 2fr; min-width: 30; height: 100%; padding: 0 2; }
    PicturePage #words { height: 1fr; }
    """

    def __init__(self, buttons: Sequence[ButtonItem], acts: FlowActs) -> None:
        super().__init__()
        self._buttons = buttons
        self._acts = acts

    def compose(self) -> ComposeResult:
        with Horizontal(id="view"):
            yield PictureWidget(id="picture")
            with Vertical(id="side"):
                yield TextBlock(self._words, id="words")
                for number, item in enumerate(self._buttons, 1):
                    yield BigButton(str(number), item.name, item.description, id=item.id)

    def on_resize(self) -> None:
        rows = self.app.size.height
        for button in self.query("#side BigButton"):
            button.styles.height = max(3, target_rows(rows))
            button.styles.margin = (TARGET_GAP[1] if rows >= LOW_ROWS else 1, 0, 0, 0)

    def press(self, key: str, character: str) -> bool:  # noqa: ARG002
        return press_key(self, character)

    def press_button(self, button: str) -> bool:
        is_own = any(item.id == button for item in self._buttons)
        if is_own:
            self._acts.choose(button)
        return is_own

    def step_back(self) -> Coroutine[Any, Any, None] | None:
        return self._acts.back() if self._acts.back is not None else None

    async def read_again(self, host: ScreenHost) -> None:  # noqa: ARG002
        await self._acts.again()

    def show_again(self) -> None:
        """Repaint all words, in the current language."""
        for part in (*self.query(TextBlock), *self.query(BigButton)):
            part.refresh(layout=True)

    def _words(self, width: int) -> Iterable[Line]:
        raise NotImplementedError


class CameraPage(PicturePage):
    """The live picture with the outline of the page. A page that lies still is taken by itself."""

    class ViewChanged(Message):
        """The camera has a new view."""

        def __init__(self, view: PageCameraView) -> None:
            super().__init__()
            self.view = view

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, CameraPage.ViewChanged)

    def __init__(self, paper: RequestedPaper, count: int, acts: FlowActs, leave: Callable[[], None]) -> None:
        items = [ButtonItem("now", lambda: _("Take it now"))]
        if count:
            items.append(ButtonItem("finish", lambda: _("That was all")))
        super().__init__(items, acts)
        self._leave = leave
        self._paper = paper
        self._count = count
        self._view: PageCameraView | None = None

    def on_unmount(self) -> None:
        self._leave()

    def receive(self, view: PageCameraView) -> None:
        """Show a new view; the camera's thread calls this method."""
        self.post_message(self.ViewChanged(view))

    def on_camera_page_view_changed(self, message: ViewChanged) -> None:
        view = self._view = message.view
        self.query_one("#picture", PictureWidget).show_frame(view.picture, view.outlines)
        self.query_one("#words", TextBlock).refresh()
        if view.waiting:
            self._acts.choose("taken")

    def _words(self, width: int) -> Iterable[Line]:
        view = self._view
        yield from paragraph(self._paper.name, "title", width)
        yield [(_("Pages: {count}").format(count=self._count), "dim")]
        yield []
        sentence = _("Lay page {number} under the camera. It is taken by itself when it lies still.")
        yield from paragraph(sentence.format(number=self._count + 1), "strong", width)
        yield []
        if view is None:
            yield [(_("The camera starts ..."), "dim")]
        elif view.error:
            yield from paragraph("x " + view.error, "bad", width)
            yield from paragraph(_("Without the camera, please bring the paper to any window."), "strong", width)
        else:
            cells = round(_BAR_CELLS * view.stillness)
            yield [("━" * cells, "mark"), ("─" * (_BAR_CELLS - cells), "dim")]
            yield from paragraph(view.guidance, "mark", width)


class TakenPage(PicturePage):
    """A page as it was taken, large: it is right, or taken again."""

    def __init__(self, page: ShownPage, acts: FlowActs) -> None:
        items = (
            ButtonItem("keep", lambda: _("That is right")),
            ButtonItem("again", lambda: _("Take again")),
        )
        super().__init__(items, acts)
        self._page = page

    def on_mount(self) -> None:
        self.on_resize()
        self.query_one("#picture", PictureWidget).show_picture(self._page.picture)

    def _words(self, width: int) -> Iterable[Line]:
        yield [(_("Page {number}").format(number=self._page.number), "title")]
        yield from paragraph(_("Can everything be read?"), "strong", width)
        if self._page.findings:
            yield []
            for finding in self._page.findings:
                yield from ([(line, "warn")] for line in wrap("! " + finding, width))
            yield from paragraph(_("Better take it again."), "strong", width)


def requests_content(requests: Sequence[RequestedPaper]) -> TextContent:
    """Return the page on which the paper is chosen that is brought."""
    items = [
        ButtonItem(f"paper-{found.id}", constant_text(found.name), constant_text(_describe(found)))
        for found in requests
    ]
    return lambda width: paragraph(_("Which paper do you bring?"), "title", width), items


def _describe(found: RequestedPaper) -> str:
    if found.until:
        return _("{matter}, until {day}").format(matter=found.matter, day=found.until)
    return found.matter


def more_content(paper: RequestedPaper, count: int) -> TextContent:
    """Return the page that asks whether the paper has more pages."""

    def lines(width: int) -> Iterable[Line]:
        yield from paragraph(paper.name, "title", width)
        yield from paragraph(_("Pages: {count}").format(count=count), "strong", width)
        yield []
        yield from paragraph(_("Does the paper have another page?"), "strong", width)
        if paper.reason:
            yield []
            yield from paragraph(_("Asked for because: {reason}").format(reason=paper.reason), "dim", width)

    return lines, (
        ButtonItem("more", lambda: _("Another page")),
        ButtonItem("finish", lambda: _("That was all")),
    )


def handed_in_content(handed: HandedInPaper, receipt: str) -> TextContent:
    """Return the page that confirms what was handed in."""

    def lines(width: int) -> Iterable[Line]:
        yield from paragraph(_("Handed in: {name}").format(name=handed.name), "title", width)
        yield from listed(_("Case"), in_groups(handed.case), width)
        yield from listed(_("Pages"), str(handed.pages), width)
        yield []
        if handed.continues:
            yield from paragraph(_("The department continues with your case."), "strong", width)
        for name in handed.still_missing:
            yield from listed(_("Still to be brought"), name, width)
        yield []
        yield from paragraph(receipt or _("The receipt is being printed ..."), "strong" if receipt else "dim", width)

    return lines, (ButtonItem("others", lambda: _("Another paper")),) if handed.still_missing else ()
