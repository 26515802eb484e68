"""A dialog with one material: its fields and picture, and a watermark with the purpose of showing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.cells import cell_len
from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.case import MaterialView
from screens import keys
from screens.host import ScreenHost
from screens.papers.viewer import PageViewer
from screens.theme.sizes import WIDE_COLUMNS
from screens.widgets.containers import Horizontal
from screens.widgets.dialogs import Dialog
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.picture import PictureWidget
from screens.widgets.scroll import ScrollingText


class MaterialDialog(Dialog[bool]):
    """Shows one material; V shows its picture large, Enter or Escape closes it."""

    about = mark("A material is shown; that you opened it is recorded.")
    BINDINGS = keys.bindings((keys.KeyAction("agree", "enter", "", ""), keys.KeyAction("enlarge", "v", "", "")))
    OTHER_KEYS = (keys.KeyHelp("v", "V", mark("shows the picture large, with zoom")),)
    DEFAULT_CSS = """
    MaterialDialog > Vertical { width: 100%; height: 92%; }
    MaterialDialog #opened { height: 1fr; }
    MaterialDialog #opened ScrollingText { width: 1fr; height: 100%; max-height: 100%; }
    MaterialDialog #opened PictureWidget { width: 1fr; margin: 0 0 0 2; background: $page; }
    """

    def __init__(self, view: MaterialView) -> None:
        super().__init__(view.name, hint=_("closes"))
        self.material = view
        self._advice: tuple[str, ...] = ()

    def dialog_body(self) -> Iterable[Widget]:
        parts: list[Widget] = [ScrollingText(self._text)]
        if self._has_page_beside:
            parts.append(ScrollingText(self._page_lines, id="page"))
        if self.material.picture is not None:
            picture = PictureWidget()
            picture.show_picture(self.material.picture)
            parts.append(picture)
        yield Horizontal(*parts, id="opened")
        if self.material.watermark:
            yield TextBlock(lambda width: [[(line, "warn")] for line in wrap(self.material.watermark, width)])

    def on_mount(self) -> None:
        super().on_mount()
        if self.material.find_advice is not None:
            self.host.run_in_background(self._show_advice(self.material.find_advice))

    async def _show_advice(self, find_advice: Callable[[], tuple[str, ...]]) -> None:
        """Show what the check of a photo finds, as soon as it is done."""
        self._advice = await self.host.ask(find_advice)
        if self.is_attached:
            self.query_one(ScrollingText).reload()

    def footer_lines(self) -> Iterable[Line]:
        spans = [("V ", "cap"), (_("large"), "dim"), ("   ", "")] if self.material.pages is not None else []
        return [[*spans, *next(iter(super().footer_lines()))]]

    def action_agree(self) -> None:
        self.close(True)

    def action_enlarge(self) -> None:
        if self.material.pages is not None:
            self.host.perform(self._enlarge(PageViewer(self.material.name, self.material.pages, self.material.facts)))

    async def _enlarge(self, viewer: PageViewer) -> None:
        await self.host.show(viewer)

    def _text(self, width: int) -> Iterable[Line]:
        longest = max((cell_len(fact.label) for fact in self.material.facts), default=0)
        label = min(longest, max(width // 3, width - 19))  # leaves room for an identity number without a line break
        for fact in self.material.facts:
            yield from labelled_lines(fact.label, fact.value, width, label)
        for sentence in self._advice:
            yield from ([(line, "warn")] for line in wrap("! " + sentence, width))
        if self.material.page and not self._has_page_beside:
            yield []
            yield from self._page_lines(width)

    @property
    def _has_page_beside(self) -> bool:
        """Whether the page of a certificate has room at the right of the facts."""
        return bool(self.material.page) and self.app.size.width >= WIDE_COLUMNS

    def _page_lines(self, width: int) -> Iterable[Line]:
        return [[(line[:width], "")] for line in self.material.page]


async def show_material(host: ScreenHost, material: MaterialView) -> None:
    """Show an opened material: its facts, or the pages of a paper of which there is nothing but a file."""
    if material.pages is not None and material.is_paper:
        await host.show(PageViewer(material.name, material.pages, material.facts))
    else:
        await host.show(MaterialDialog(material))
