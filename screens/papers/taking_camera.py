"""Taking pages with a document camera: the live picture with the outline of the page, which is taken by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.message import Message
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark
from clerk_app.views.papers import PageCameraView, PaperTakingService, TakenPaper
from screens import keys
from screens.host import ScreenHost
from screens.key_gate import KeyHold
from screens.widgets.containers import Horizontal
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.picture import PictureWidget

_BAR_CELLS = 16  # of the time for which a page has to lie still


class PageCameraDialog(Dialog[bool]):
    """Pages are taken by themselves and saved at once; Space takes the one in view, Enter ends."""

    about = mark(
        "Lay a page under the camera: it is taken by itself when it lies still, and saved. Lay down the next one. "
        "Space takes what is in view now; Enter ends."
    )
    BINDINGS = keys.bindings(
        (
            keys.SUBMIT,
            keys.KeyAction("agree", "enter", "", ""),
            keys.KeyAction("take", "space", "", ""),
            keys.KeyAction("whole", "w", "", ""),
        )
    )
    OTHER_KEYS = (
        keys.KeyHelp("space", mark("Space"), mark("takes the page in view now")),
        keys.KeyHelp("w", "W", mark("takes the whole picture instead of the page in it, or the page again")),
    )
    DEFAULT_CSS = """
    PageCameraDialog > Vertical { width: 100%; height: 92%; }
    PageCameraDialog #view { height: 1fr; }
    PageCameraDialog PictureWidget { width: 3fr; height: 100%; background: $page; }
    PageCameraDialog #guidance { width: 1fr; min-width: 24; height: 100%; padding: 0 0 0 2; }
    """

    class ViewChanged(Message):
        """The camera has a new view."""

        def __init__(self, view: PageCameraView) -> None:
            super().__init__()
            self.view = view

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, PageCameraDialog.ViewChanged)

    def __init__(self, taking: PaperTakingService, paper: TakenPaper) -> None:
        super().__init__(paper.target.name, hint=_("ends"))
        self.taking, self.paper = taking, paper
        self.is_whole = False
        self._begun = len(paper.pages)
        self._view: PageCameraView | None = None
        self._is_saving = False

    def dialog_body(self) -> Iterable[Widget]:
        yield Horizontal(PictureWidget(id="live"), TextBlock(self._guidance, id="guidance"), id="view")

    def footer_lines(self) -> Iterable[Line]:
        acts = (("Space", _("takes now")), ("W", _("whole picture")), ("Enter", _("ends")))
        return [[span for cap, name in acts for span in ((f"{cap} ", "cap"), (f"{name}   ", "dim"))]]

    def on_screen_resume(self) -> None:
        """Start the camera, also when the screen has been unlocked."""
        self._start()

    def on_unmount(self) -> None:
        self.host.run_in_background(self.host.ask(self.taking.stop_page_camera))

    def action_agree(self) -> None:
        self.close(True)

    def action_submit(self) -> None:
        self.close(True)

    def action_take(self) -> None:
        hold = self.host.hold_keys()
        call = partial(self.taking.take_photograph, self.paper.target, is_whole=self.is_whole)
        self.host.run_in_background(self._save(call, hold))

    def action_whole(self) -> None:
        self.is_whole = not self.is_whole
        self._view = None
        self._start()

    def on_page_camera_dialog_view_changed(self, message: ViewChanged) -> None:
        view = self._view = message.view
        self.query_one("#live", PictureWidget).show_frame(view.picture, view.outlines)
        self.query_one("#guidance", TextBlock).refresh()
        if view.waiting and not self._is_saving:
            self.host.run_in_background(self._save(partial(self.taking.add_camera_pages, self.paper.target)))

    async def _save(self, call: Callable[[], TakenPaper], hold: KeyHold | None = None) -> None:
        self._is_saving = True
        before = len(self.paper.pages)
        try:
            self.paper = await self.host.ask(call)
            self.show_error("")
            if len(self.paper.pages) > before:
                self.app.bell()
        except ClerkError as error:
            self.show_error(str(error))
        finally:
            self._is_saving = False
            if hold is not None:
                self.host.release_keys(hold)
        self.query_one("#guidance", TextBlock).refresh()

    def _start(self) -> None:
        call = partial(self.taking.start_page_camera, self._receive, is_whole=self.is_whole)
        self.host.run_in_background(self._open(call))
        self.query_one("#guidance", TextBlock).refresh()

    async def _open(self, call: Callable[[], None]) -> None:
        try:
            await self.host.ask(call)
        except ClerkError as error:
            self.show_error(str(error))

    def _receive(self, view: PageCameraView) -> None:
        """Post a new view to the dialog; the camera's thread calls this method."""
        self.post_message(self.ViewChanged(view))

    def _guidance(self, width: int) -> Iterable[Line]:
        view, taken = self._view, len(self.paper.pages)
        yield [(_("Pages: {count}").format(count=taken), "strong")]
        yield []
        if view is None:
            yield [(_("The camera starts ..."), "dim")]
        elif view.error:
            yield from ([(line, "bad")] for line in wrap("x " + view.error, width))
        else:
            cells = round(_BAR_CELLS * view.stillness)
            yield [("━" * cells, "mark"), ("─" * (_BAR_CELLS - cells), "dim")] if not self.is_whole else []
            yield from ([(line, "mark")] for line in wrap(view.guidance, width))
        last = self.paper.pages[-1] if taken > self._begun else None
        if last is not None and last.findings:
            yield []
            sentence = _("page {number}: {findings}").format(number=last.number, findings=" ".join(last.findings))
            yield from ([(line, "warn")] for line in wrap("! " + sentence, width))


async def add_from_camera(host: ScreenHost, taking: PaperTakingService, paper: TakenPaper) -> TakenPaper:
    """Add the pages that are laid under the document camera."""
    dialog = PageCameraDialog(taking, paper)
    await host.show(dialog)
    return dialog.paper
