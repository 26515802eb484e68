"""Pages of an application for a single matter at the kiosk. Only the page holds what it shows and what is typed."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.kiosk import KioskView
from clerk_app.views.kiosk_matters import AcceptedMatter
from screens.host import ScreenHost
from screens.kiosk.buttons import BigButton, ButtonItem, centred
from screens.kiosk.flows.matter_texts import TextContent, in_groups
from screens.kiosk.pages import GridPage, KioskPage
from screens.kiosk.sizes import TARGET_GAP, target_rows
from screens.kiosk.text_pages import TextPages
from screens.widgets.containers import Horizontal
from screens.widgets.large_text import LargeText
from screens.widgets.paint import Line, TextBlock, wrap

Step = Callable[[], Coroutine[Any, Any, None]]
_TURNS = {"up": -1, "pageup": -1, "down": 1, "pagedown": 1}


class FlowActs:
    """What the pages of a flow call: `choose` with the id of a button; `again` shows the page in another language."""

    def __init__(self, choose: Callable[[str], None], again: Step, back: Step | None = None) -> None:
        self.choose = choose
        self.again = again
        self.back = back


class TextChoicePage(KioskPage):
    """Shows lines of text, with page buttons where they are long, and a row of large buttons beneath."""

    DEFAULT_CSS = """
    TextChoicePage TextPages { height: 1fr; padding: 0 2; }
    TextChoicePage #choices { padding: 0 2; margin: 1 0 0 0; }
    TextChoicePage #choices BigButton { width: 1fr; height: 100%; }
    """

    def __init__(self, content: TextContent, acts: FlowActs) -> None:
        super().__init__()
        self._lines, self._buttons = content
        self._acts = acts

    def compose(self) -> ComposeResult:
        yield TextPages(self._lines, id="lines")
        if self._buttons:
            with Horizontal(id="choices"):
                for number, item in enumerate(self._buttons, 1):
                    yield BigButton(str(number), item.name, item.description, id=item.id)

    def on_mount(self) -> None:
        self.on_resize()

    def on_resize(self) -> None:
        for row in self.query("#choices"):
            row.styles.height = max(3, target_rows(self.app.size.height))
            for button in list(row.children)[:-1]:
                button.styles.margin = (0, TARGET_GAP[0], 0, 0)

    def press(self, key: str, character: str) -> bool:
        if key in _TURNS and self.screen.focused is None:
            self.query_one(TextPages).turn(_TURNS[key])
            return True
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


class ChoicePage(GridPage):
    """Shows a question and a large button for each answer."""

    is_personal = True

    def __init__(self, view: KioskView, content: TextContent, acts: FlowActs) -> None:
        super().__init__(view)
        self._lines, self._list = content
        self._acts = acts

    def press_button(self, button: str) -> bool:
        is_own = any(item.id == button for item in self._list)
        if is_own:
            self._acts.choose(button)
        return is_own

    def step_back(self) -> Coroutine[Any, Any, None] | None:
        return self._acts.back() if self._acts.back is not None else None

    async def read_again(self, host: ScreenHost) -> None:  # noqa: ARG002
        await self._acts.again()

    def _question_lines(self, width: int) -> Iterable[Line]:
        return self._lines(width)

    def _items(self) -> Sequence[ButtonItem]:
        return self._list


class AcceptedPage(KioskPage):
    """Shows number and day of the accepted case in large characters, and what is known about the receipt."""

    DEFAULT_CSS = """
    AcceptedPage { align: center middle; }
    AcceptedPage #number { margin: 1 0; }
    """

    def __init__(self, accepted: AcceptedMatter, acts: FlowActs) -> None:
        super().__init__()
        self._accepted = accepted
        self._acts = acts
        self._receipt = ""

    def compose(self) -> ComposeResult:
        yield TextBlock(self._head)
        yield LargeText(lambda: self._accepted.number, self._number_rows, id="number")
        yield TextBlock(self._details, id="details")

    def show_receipt(self, sentence: str) -> None:
        """Show what is known about the receipt."""
        self._receipt = sentence
        self.query_one("#details", TextBlock).refresh(layout=True)

    async def read_again(self, host: ScreenHost) -> None:  # noqa: ARG002
        await self._acts.again()

    def _head(self, width: int) -> Iterable[Line]:
        sentence = _("Your application is accepted. Case number:")
        if self._accepted.was_accepted_before:
            sentence = _("Your application was accepted before. Case number:")
        yield centred(self._accepted.name, "title", width)
        yield from (centred(line, "strong", width) for line in wrap(sentence, width))

    def _number_rows(self) -> int:
        return max(1, min(9, self.app.size.height - 19))

    def _details(self, width: int) -> Iterable[Line]:
        yield centred(in_groups(self._accepted.number), "title", width)
        if self._accepted.promised:
            promised = _("Decided by {day}").format(day=self._accepted.promised)
            yield centred(promised, "title", width)
        yield []
        printing = _("The receipt is being printed ...")
        for line in wrap(self._receipt or printing, width - 8):
            yield centred(line, "strong" if self._receipt else "dim", width)
        keep = _("With this number and your identity number you can look up the case here at any time.")
        yield from (centred(line, "", width) for line in wrap(keep, width - 8))


def press_key(page: KioskPage, character: str) -> bool:
    """Press the button of a page that has this key; return whether there is one."""
    button = next((button for button in page.query(BigButton) if character and button.key == character), None)
    if button is not None:
        button.action_press()
    return button is not None
