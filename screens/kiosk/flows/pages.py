"""Pages that flows share: a choice of buttons, and a text that is read from the service."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Generic, TypeVar, cast

from textual.app import ComposeResult

from clerk_app.views.kiosk import KioskView
from screens.host import ScreenHost
from screens.kiosk.buttons import ButtonItem, centred
from screens.kiosk.host import KioskHost
from screens.kiosk.pages import GridPage, KioskPage
from screens.kiosk.text_pages import TextPages
from screens.widgets.paint import Line, wrap

T = TypeVar("T")
Step = Callable[[], Coroutine[Any, Any, None]]
_TURNS = {"up": -1, "pageup": -1, "down": 1, "pagedown": 1}


class ChoicePage(GridPage, Generic[T]):
    """Asks a question with a button for each item of `content`; `choose` gets the id of the chosen button.

    `read` reads the content in another language; `back` shows the page before, if that is not the menu.
    """

    is_personal = True

    def __init__(
        self,
        view: KioskView,
        content: T,
        *,
        question: Callable[[T], str],
        items: Callable[[T], Sequence[ButtonItem]],
        choose: Callable[[str], Coroutine[Any, Any, None]],
        read: Callable[[], T],
        back: Step | None = None,
    ) -> None:
        super().__init__(view)
        self._content = content
        self._question = question
        self._list_items = items
        self._choose = choose
        self._read = read
        self._back = back

    def press_button(self, button: str) -> bool:
        is_own = any(item.id == button for item in self._items())
        if is_own:
            cast(KioskHost, self.app).perform(self._choose(button))
        return is_own

    def step_back(self) -> Coroutine[Any, Any, None] | None:
        return self._back() if self._back is not None else None

    async def read_again(self, host: ScreenHost) -> None:
        self._content = await host.ask(self._read)
        await self.update_view(self._view)

    def _question_lines(self, width: int) -> Iterable[Line]:
        return [centred(line, "strong", width) for line in wrap(self._question(self._content), width)]

    def _items(self) -> Sequence[ButtonItem]:
        return self._list_items(self._content)


class TextPage(KioskPage, Generic[T]):
    """Shows `content` as text of one or more pages; `read` reads it in another language."""

    def __init__(
        self,
        content: T,
        lines: Callable[[T, int], Iterable[Line]],
        read: Callable[[], T],
        back: Step | None = None,
    ) -> None:
        super().__init__()
        self._content = content
        self._lines = lines
        self._read = read
        self._back = back

    def compose(self) -> ComposeResult:
        yield TextPages(lambda width: self._lines(self._content, width), id="content")

    def press(self, key: str, character: str) -> bool:  # noqa: ARG002
        if key in _TURNS:
            self.query_one(TextPages).turn(_TURNS[key])
        return key in _TURNS

    def step_back(self) -> Coroutine[Any, Any, None] | None:
        return self._back() if self._back is not None else None

    async def read_again(self, host: ScreenHost) -> None:
        self._content = await host.ask(self._read)
        self.query_one(TextPages).reload()
