"""Pages of the service guide: values or matches as buttons, letters to type, and the guide in large text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any

from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.text.cleaning import clean_character
from clerk_app.views.kiosk import KioskView
from clerk_app.views.kiosk_guide import KioskGuide
from screens.kiosk.button_grid import ButtonGrid
from screens.kiosk.buttons import BigButton, ButtonItem
from screens.kiosk.pages import KioskPage, SentencePage, constant_text
from screens.kiosk.sizes import BAR_ROWS, target_rows
from screens.kiosk.text_pages import TextPages
from screens.widgets.containers import Container
from screens.widgets.paint import Line, TextBlock, cell_width, wrap

MAX_TYPED = 24  # characters of a search
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890"
TURNS = {"up": -1, "pageup": -1, "down": 1, "pagedown": 1}


class StepPage(KioskPage):
    """A page of a flow that may have a page before it."""

    back: Callable[[], Coroutine[Any, Any, None]] | None = None
    """Shows the page before; None: the front page."""
    is_personal = False

    def step_back(self) -> Coroutine[Any, Any, None] | None:
        return self.back() if self.back is not None else None


class ResultPage(SentencePage, StepPage):
    """States what became of a print."""


class ChoicePage(StepPage):
    """Shows a question and a button for each answer; `choose` gets the number of the chosen one, from 0."""

    def __init__(
        self,
        question: Callable[[], str],
        items: Sequence[tuple[str, str]],
        choose: Callable[[int], None],
        reload: Callable[[], Awaitable[Sequence[tuple[str, str]]]],
    ) -> None:
        """`items` are names and descriptions; `reload` returns them in another language."""
        super().__init__()
        self._question = question
        self._answers = items
        self._choose = choose
        self._reload = reload

    def compose(self) -> ComposeResult:
        yield TextBlock(self._question_lines, id="asks")
        yield ButtonGrid(self._items(), id="services")

    @property
    def grid(self) -> ButtonGrid:
        """The buttons."""
        return self.query_one(ButtonGrid)

    def press(self, key: str, character: str) -> bool:  # noqa: ARG002
        return self.grid.press(character)

    async def on_big_button_pressed(self, message: BigButton.Pressed) -> None:
        message.stop()
        name = message.button.id or ""
        if name == "turn":
            await self.grid.next_page()
        else:
            self._choose(int(name.removeprefix("choice-")))

    async def update_view(self, view: KioskView) -> None:  # noqa: ARG002
        self._answers = await self._reload()
        self.query_one(TextBlock).refresh(layout=True)
        await self.grid.show_items(self._items())

    def _question_lines(self, width: int) -> Iterable[Line]:
        yield from ([("  " + line, "title")] for line in wrap(self._question(), width - 2))

    def _items(self) -> list[ButtonItem]:
        return [
            ButtonItem(f"choice-{number}", constant_text(name), constant_text(description))
            for number, (name, description) in enumerate(self._answers)
        ]


class LettersPage(StepPage):
    """Takes the initials of a name in pinyin, a name or a number, typed or touched; Enter searches."""

    takes_text = True

    def __init__(self, search: Callable[[LettersPage, str], None], *, typed: str = "") -> None:
        super().__init__()
        self._search_for = search
        self._typed = typed
        self._sentence = ""

    def compose(self) -> ComposeResult:
        yield TextBlock(self._lines, id="typed")
        with Container(id="letters"):
            for key in LETTERS:
                yield BigButton("", constant_text(key), id=f"key-{key}", classes="letter")
            yield BigButton("", constant_text("<"), id="key-backspace", classes="letter")
            yield BigButton("", lambda: _("Search"), id="key-enter", classes="search")

    def press(self, key: str, character: str) -> bool:
        plain = clean_character(character)
        if key == "enter":
            self._search()
        elif key in ("backspace", "delete"):
            self._typed = self._typed[:-1]
            self.show_sentence("")
        elif plain and plain.isprintable() and len(self._typed) < MAX_TYPED:
            self._typed += plain.upper()
            self.show_sentence("")
        else:
            return False
        return True

    def show_sentence(self, sentence: str) -> None:
        """Show why there is no match; empty for none."""
        self._sentence = sentence
        self.query_one("#typed", TextBlock).refresh(layout=True)

    def on_big_button_pressed(self, message: BigButton.Pressed) -> None:
        message.stop()
        key = (message.button.id or "").removeprefix("key-")
        self.press(key, key if len(key) == 1 else "")

    async def update_view(self, view: KioskView) -> None:  # noqa: ARG002
        self.show_sentence("")

    def _search(self) -> None:
        if self._typed.strip():
            self._search_for(self, self._typed)
        else:
            self.show_sentence(
                _("Touch the first letters of the name in pinyin, such as CS for Chu Sheng, or a number.")
            )

    def _lines(self, width: int) -> Iterable[Line]:
        yield from ([("  " + line, "title")] for line in wrap(_("First letters of the name, or its number"), width - 2))
        yield [("   ", ""), (f" {self._typed}_ ", "lit")]
        if self._sentence:
            yield from ([("  " + line, "warn")] for line in wrap("! " + self._sentence, width - 2))


class GuidePage(StepPage):
    """Shows a guide, what to bring first, with a button that prints it."""

    def __init__(
        self, guide: KioskGuide, print_it: Callable[[], None], reload: Callable[[], Awaitable[KioskGuide]]
    ) -> None:
        super().__init__()
        self._guide = guide
        self._print = print_it
        self._reload = reload

    def compose(self) -> ComposeResult:
        yield TextPages(lambda width: guide_lines(self._guide, width), id="guide")
        yield BigButton("1", lambda: _("Print this guide"), id="print")

    def press(self, key: str, character: str) -> bool:
        if character == "1":
            self._print()
        elif key in TURNS:
            self.query_one(TextPages).turn(TURNS[key])
        else:
            return False
        return True

    def on_big_button_pressed(self, message: BigButton.Pressed) -> None:
        if message.button.id == "print":
            message.stop()
            self._print()

    def on_resize(self) -> None:
        """Give the button the height of a target."""
        self.query_one("#print").styles.height = max(BAR_ROWS, target_rows(self.app.size.height))

    async def update_view(self, view: KioskView) -> None:  # noqa: ARG002
        self._guide = await self._reload()
        self.query_one(TextPages).reload()
        self.query_one("#print").refresh()


def guide_lines(guide: KioskGuide, width: int) -> list[Line]:
    """Return the lines of a guide: what to bring, what the city has, days and fee, then all items."""
    return [*_brief_lines(guide, width), *_full_lines(guide, width)]


def _brief_lines(guide: KioskGuide, width: int) -> Iterable[Line]:
    yield from ([(line, "title")] for line in wrap(guide.name, width))
    yield []
    if guide.brought:
        yield [(_("Please bring:"), "strong")]
    else:
        yield from (
            [(line, "strong")]
            for line in wrap(_("Bring your identity document or its code. No other paper is needed."), width)
        )
    for number, material in enumerate(guide.brought, 1):
        text = _("{material} ({form})").format(material=material.name, form=material.form)
        yield from _hang(f" {number:>2}  ", text, "strong", width)
        for note in material.notes:
            yield from _hang("     ", note, "", width)
    if guide.held:
        yield []
        yield from (
            [(line, "strong")]
            for line in wrap(_("The city can fetch these if you agree. Bring those that were issued elsewhere:"), width)
        )
        for name in guide.held:
            yield from _hang("  -  ", name, "", width)
    yield []
    for fact in guide.facts:
        yield from _hang("", _("{label}: {value}").format(label=fact.label, value=fact.value), "strong", width)


def _full_lines(guide: KioskGuide, width: int) -> Iterable[Line]:
    for section in guide.sections:
        yield []
        yield from ([(line, "title")] for line in wrap(section.title, width))
        for line in section.lines:
            yield from _hang("  ", line.text, "", width)


def _hang(mark: str, text: str, style: str, width: int) -> Iterable[Line]:
    indent = cell_width([(mark, "")])
    for index, line in enumerate(wrap(text, width - indent)):
        yield [(mark if not index else " " * indent, "cap" if mark.strip() and not index else ""), (line, style)]
