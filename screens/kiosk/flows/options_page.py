"""Pages that several flows use: a choice among large buttons, and sentences with a large number."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.app import ComposeResult

from clerk_app.errors import ClerkError
from clerk_app.views.kiosk import KioskView
from screens.host import ScreenHost
from screens.kiosk.buttons import ButtonItem, centred
from screens.kiosk.pages import GridPage, KioskPage, Submit, constant_text
from screens.kiosk.question_page import KioskField, QuestionPage
from screens.widgets.large_text import LargeText
from screens.widgets.paint import Line, TextBlock, wrap

if TYPE_CHECKING:
    from screens.kiosk.host import KioskHost
    from screens.kiosk.screen import KioskScreen

Step = Callable[[], Coroutine[Any, Any, None]]
"""Shows a page."""
_CHOICE_PREFIX = "choice-"
_OTHER_ROWS = 18  # of head, foot and sentences above and below a large number
_NUMBER_ROWS = 10  # of a large number, at most


class Choice(NamedTuple):
    """A large button: its name, and a description beneath."""

    name: str
    description: str = ""


class OptionsPage(GridPage):
    """Asks a question with a large button for each choice. `load` returns the choices in the current language."""

    def __init__(
        self,
        host: KioskHost,
        view: KioskView,
        question: Callable[[], str],
        load: Callable[[], Sequence[Choice]],
        choices: Sequence[Choice],
        choose: Callable[[int], Coroutine[Any, Any, None]],
        back: Step | None,
        style: str,
    ) -> None:
        super().__init__(view)
        self._host = host
        self._question = question
        self._load = load
        self._choices = choices
        self._choose = choose
        self._back = back
        self._style = style

    def press_button(self, button: str) -> bool:
        number = button.removeprefix(_CHOICE_PREFIX)
        if number == button:
            return False
        self._host.perform(self._choose(int(number)))
        return True

    def step_back(self) -> Coroutine[Any, Any, None] | None:
        return self._back() if self._back is not None else None

    async def read_again(self, host: ScreenHost) -> None:
        try:
            self._choices = await host.ask(self._load)
        except ClerkError:
            return  # they stay in the other language
        await self.grid.show_items(self._items())

    def _question_lines(self, width: int) -> Iterable[Line]:
        for paragraph in self._question().split("\n"):
            yield from (centred(line, self._style, width) for line in wrap(paragraph, width))

    def _items(self) -> Sequence[ButtonItem]:
        return [
            ButtonItem(f"{_CHOICE_PREFIX}{index}", constant_text(choice.name), constant_text(choice.description))
            for index, choice in enumerate(self._choices)
        ]


async def ask_choice(
    host: KioskHost,
    screen: KioskScreen,
    question: Callable[[], str],
    load: Callable[[], Sequence[Choice]],
    choose: Callable[[int], Coroutine[Any, Any, None]],
    *,
    back: Step | None = None,
    style: str = "strong",
) -> None:
    """Show a page with choices; `choose` gets the index of the chosen one. Raises ClerkError if `load` does."""
    choices, view = await host.ask(load), host.view
    if view is not None:
        await screen.show_page(OptionsPage(host, view, question, load, choices, choose, back, style))
        host.restart_idle_time()


class NoticePage(KioskPage):
    """Shows what an act has led to: sentences, and a number in large characters."""

    def __init__(
        self,
        sentences: Callable[[], Sequence[tuple[str, str]]],
        *,
        number: str = "",
        closes_after: float | None = None,
    ) -> None:
        """`sentences` returns each sentence with its style; the first one is above the number."""
        super().__init__()
        self._sentences = sentences
        self._number = number
        self.closes_after = closes_after

    def compose(self) -> ComposeResult:
        if not self._number:
            yield TextBlock(lambda width: self._lines(self._sentences(), width), classes="sentence")
            return
        yield TextBlock(lambda width: self._lines(self._sentences()[:1], width))
        yield LargeText(lambda: self._number, self._number_rows, id="number")
        yield TextBlock(lambda width: self._lines([(self._number, "title"), *self._sentences()[1:]], width))

    def _number_rows(self) -> int:
        return max(1, min(_NUMBER_ROWS, self.app.size.height - _OTHER_ROWS))

    @staticmethod
    def _lines(sentences: Iterable[tuple[str, str]], width: int) -> Iterable[Line]:
        for sentence, style in sentences:
            yield from (centred(line, style, width) for line in wrap(sentence, width))
            yield []

    async def update_view(self, view: KioskView) -> None:  # noqa: ARG002
        for part in self.query(TextBlock):
            part.refresh(layout=True)


class TypedPage(QuestionPage):
    """Takes typed values within a flow; `back` shows the page before."""

    def __init__(self, title: str, fields: Sequence[KioskField], submit: Submit, back: Step) -> None:
        super().__init__(title, fields, submit=submit)
        self._back_step = back

    def step_back(self) -> Coroutine[Any, Any, None]:
        return self._back_step()
