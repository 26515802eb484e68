"""The pages of a kiosk. A page holds what was typed and shown; leaving it removes the page, and so everything in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from clerk_app.desk import CaseState, KioskView, Slip
from clerk_app.locales import _
from screens.kiosk_buttons import BigButton, Grid, Item, centred
from screens.kiosk_glyphs import large
from screens.widgets.paint import Line, Painted, fit, mark_of, role_of, wrap
from screens.widgets.scroll import Scroll

STATE = "state"  # the button that asks for a case, beside those of the categories


class Page(Container):
    """What stands between head and foot. `press` gets every key that nothing else has taken."""

    stays: float | None = None  # seconds until it goes home without a warning; None: by the idle rule
    home = False

    DEFAULT_CSS = "Page { height: 1fr; }"

    def press(self, key: str, character: str) -> bool:  # noqa: ARG002
        """A key; True if it was of use."""
        return False

    async def said_again(self, view: KioskView) -> None:
        """The desk was asked again: what is shown may be in another language or newer."""


class Sentence(Page):
    """A sentence in the middle: wait, or what went wrong; after an empty line, what to do."""

    def __init__(self, words: Callable[[], str], role: str = "strong") -> None:
        super().__init__()
        self._words = words
        self._role = role

    def compose(self) -> ComposeResult:
        yield Painted(self._lines, classes="sentence")

    def _lines(self, width: int) -> Iterable[Line]:
        first, *more = self._words().split("\n\n")
        yield from (centred(line, self._role, width) for line in wrap(first, width))
        for paragraph in more:
            yield []
            yield from (centred(line, "strong", width) for line in wrap(paragraph, width))


class Home(Page):
    """A button for each category of tickets, and one for the state of a case."""

    home = True

    def __init__(self, view: KioskView) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        yield Painted(lambda _width: [[(_("What do you need? Touch it, or press its number."), "strong")]], id="asks")
        yield Grid(self._items(), id="services")

    @property
    def grid(self) -> Grid:
        """The buttons."""
        return self.query_one(Grid)

    @property
    def untouched(self) -> bool:
        """Whether it stands as it does for everybody."""
        return all(grid.first == 0 for grid in self.query(Grid))  # none yet while the page is being put up

    def category_name(self, category: str) -> str:
        """The name of a category in the language spoken when the desk was asked."""
        return next((one.name for one in self._view.categories if one.id == category), "")

    def press(self, key: str, character: str) -> bool:
        steps = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1), "tab": (1, 0), "shift+tab": (-1, 0)}
        if key in steps:
            self.grid.move(*steps[key])
            return True
        return self.grid.press(character)

    async def said_again(self, view: KioskView) -> None:
        self._view = view
        self.query_one("#asks", Painted).refresh()
        await self.grid.show(self._items())

    def _items(self) -> Sequence[Item]:
        items = [Item(f"category-{one.id}", always(one.name), _waiting(one.waiting)) for one in self._view.categories]
        state = Item(STATE, lambda: _("How my case stands"), lambda: _("with the receipt"))
        return [*items[:4], state, *items[4:]] if len(items) > 5 else [*items, state]


def always(words: str) -> Callable[[], str]:
    """Words that do not change with the language."""
    return lambda: words


def _waiting(count: int) -> Callable[[], str]:
    return lambda: _("{count} waiting").format(count=count) if count else _("nobody waits")


class SlipPage(Page):
    """The number that came out of the printer, large; the slip holds it, so the page need not stay."""

    stays = 20.0

    def __init__(self, slip: Slip) -> None:
        super().__init__()
        self._slip = slip

    def compose(self) -> ComposeResult:
        yield Painted(lambda width: [centred(_("Take your slip. Your number:"), "strong", width)])
        yield Painted(lambda width: large(self._slip.number, width, self.size.height - 6), id="number")
        yield Painted(self._below)

    def on_resize(self) -> None:
        self.query_one("#number", Painted).refresh(layout=True)

    def _below(self, width: int) -> Iterable[Line]:
        ahead = _("{count} before you.").format(count=self._slip.ahead) if self._slip.ahead else _("You are next.")
        yield centred(f"{self._slip.number}  {self._slip.category}", "title", width)
        for line in wrap(f"{ahead} " + _("The board calls your number."), width):
            yield centred(line, "", width)

    async def said_again(self, view: KioskView) -> None:  # noqa: ARG002
        for part in self.query(Painted):
            part.refresh(layout=True)


class StatePage(Page):
    """How a case stands: promised when, each matter, what to bring."""

    def __init__(self, state: CaseState) -> None:
        super().__init__()
        self.state = state

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Scroll(self._lines, id="state")
            with Vertical(id="turners"):
                yield BigButton("", lambda: _("Up"), id="up")
                yield BigButton("", lambda: _("Down"), id="down")

    def tell(self, state: CaseState) -> None:
        """The same case in another language."""
        self.state = state
        self.query_one(Scroll).tell()

    def on_mount(self) -> None:
        self.call_after_refresh(self.on_resize)

    def on_resize(self) -> None:
        """The buttons to turn stand there only if there is more than can be seen."""
        scroll = self.query_one(Scroll)
        self.query_one("#turners").display = scroll.virtual_size.height > self.size.height

    def press(self, key: str, character: str) -> bool:  # noqa: ARG002
        scroll = self.query_one(Scroll)
        steps = {"up": -4, "down": 4, "pageup": -self.size.height, "pagedown": self.size.height}
        if key in steps:
            scroll.scroll_relative(y=steps[key], animate=False)
        return key in steps

    def on_big_button_pressed(self, message: BigButton.Pressed) -> None:
        message.stop()
        self.press({"up": "pageup", "down": "pagedown"}[message.button.id or ""], "")

    def _lines(self, width: int) -> Iterable[Line]:
        state = self.state
        yield [(f"{state.number}  ", "title"), (fit(state.one_thing, max(0, width - 14)), "strong")]
        promised = _("promised by {date}").format(date=state.promised)
        yield [(state.state, "strong"), (f"   {promised}", ""), (f"   {state.as_of}", "dim")]
        if state.to_bring:
            yield []
            yield [(f"{mark_of('warn')} " + _("Please bring:"), "warn")]
            for thing in state.to_bring:
                first, *more = wrap(thing, width - 4)
                yield [("  - " + first, "strong")]
                yield from ([("    " + line, "strong")] for line in more)
        yield []
        name = min(max((cell_len(row.name) for row in state.matters), default=0), width * 3 // 5)
        for row in state.matters:
            yield [
                (f"{mark_of(row.level)} ", role_of(row.level)),
                (fit(row.name, name) + "   ", ""),
                (row.state, role_of(row.level)),
            ]
            yield from ([("    " + line, "dim")] for line in wrap(row.reason, width - 4) if line)
