"""Buttons for a finger: large, each with the key that does the same, never more than six of a kind at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.containers import Container
from textual.message import Message

from clerk_app.locales import _
from screens.widgets.paint import Line, Painted, width_of, wrap

SIZE = (24, 7)  # cells of a button at least, where there is room
APART = (3, 1)  # cells between two
MOST = 6  # on one page


class BigButton(Painted, can_focus=True):
    """A name in the middle, the key at the left, a line beneath the name. A tap, Enter or the key presses it."""

    ALLOW_SELECT = False
    BINDINGS = [Binding("enter", "press", show=False), Binding("space", "press", show=False)]
    DEFAULT_CSS = """
    BigButton { width: 1fr; height: 1fr; background: $field; color: $ink; }
    BigButton:focus { background: $lit; color: $on-lit; }
    BigButton:focus > .dim, BigButton:focus > .cap { color: $on-lit; }
    """

    @dataclass
    class Pressed(Message):
        """The button was pressed."""

        button: BigButton

    def __init__(
        self, key: str, name: Callable[[], str], about: Callable[[], str] = str, *, id: str, classes: str = ""
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.key = key
        self._words = name
        self._about = about

    def lines(self, width: int) -> Iterable[Line]:
        height = max(1, self.size.height)
        if height < 3:
            yield [(f" {self.key} ", "cap"), (" " + self._words(), "strong"), ("   " + self._about(), "dim")]
            return
        name: list[Line] = [centred(line, "strong", width) for line in wrap(self._words(), width - 6)]
        about = self._about()
        if about and height > len(name) + 1:
            name.append(centred(about, "dim", width))
        above = (height - len(name)) // 2
        rows: list[Line] = [[]] * above + name
        key_row = min(1, above) if height >= SIZE[1] - 2 else above
        rows[key_row] = _with_key(self.key, rows[key_row])
        yield from rows

    def tell(self, item: Item) -> None:
        """The same button with other words."""
        self._words, self._about = item.name, item.about
        self.refresh()

    def on_resize(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_press()

    def action_press(self) -> None:
        """Press it."""
        self.post_message(self.Pressed(self))


def centred(text: str, role: str, width: int) -> Line:
    """A line with `text` in its middle."""
    return [(" " * max(0, (width - width_of([(text, "")])) // 2), ""), (text, role)]


def _with_key(key: str, line: Line) -> Line:
    """The key in the left margin of a line."""
    cap = f"  {key} "
    if not line:
        return [(cap, "cap")]
    (margin, role), *rest = line
    return [(cap, "cap"), (margin[len(cap) :], role), *rest]


@dataclass(frozen=True)
class Item:
    """What a button of a grid stands for."""

    id: str
    name: Callable[[], str]
    about: Callable[[], str] = str


class Grid(Container):
    """Up to six buttons, numbered from 1; with more items the last button turns the page."""

    DEFAULT_CSS = """
    Grid { layout: grid; grid-gutter: 1 3; grid-rows: 1fr; padding: 0 1; }
    Grid.-rows { layout: vertical; }
    """

    def __init__(self, items: Sequence[Item], *, id: str) -> None:
        super().__init__(id=id)
        self._items = list(items)
        self.first = 0  # item of the page

    async def on_mount(self) -> None:
        await self._show()

    @property
    def buttons(self) -> list[BigButton]:
        """The buttons in the order of their numbers."""
        return list(self.query(BigButton))

    @property
    def columns(self) -> int:
        """Buttons beside one another."""
        return 1 if self.has_class("-rows") else _columns(len(self.buttons))

    def press(self, key: str) -> bool:
        """Press the button with this number; False if there is none."""
        button = next((button for button in self.buttons if button.key == key), None)
        if button is not None:
            button.action_press()
        return button is not None

    def move(self, across: int, down: int) -> None:
        """The focus to a neighbour; the first button if none has it."""
        buttons = self.buttons
        here = next((at for at, button in enumerate(buttons) if button.has_focus), None)
        to = 0 if here is None else here + across + down * self.columns
        if 0 <= to < len(buttons):
            self.screen.set_focus(buttons[to])

    async def turn(self) -> None:
        """The next page of items."""
        self.first = 0 if self.first + MOST - 1 >= len(self._items) else self.first + MOST - 1
        await self._show()

    async def show(self, items: Sequence[Item]) -> None:
        """Other items, or the same with other words."""
        same = [item.id for item in items] == [item.id for item in self._items]
        self._items = list(items)
        if same:
            told = {item.id: item for item in self._items}
            for button in self.buttons:
                if button.id in told:
                    button.tell(told[button.id])
        else:
            self.first = 0
            await self._show()

    def on_resize(self) -> None:
        self._lay()

    async def _show(self) -> None:
        many = len(self._items) > MOST
        shown = self._items[self.first : self.first + MOST - 1] if many else self._items
        buttons = [BigButton(str(at + 1), item.name, item.about, id=item.id) for at, item in enumerate(shown)]
        if many:
            buttons.append(BigButton(str(MOST), lambda: _("Other services"), id="turn"))
        self.styles.grid_size_columns = _columns(len(buttons))
        await self.remove_children()
        await self.mount(*buttons)
        self.call_after_refresh(self._lay)

    def _lay(self) -> None:
        """Large buttons in a grid; rows where a grid would make them too small."""
        if not self.size:
            return  # it comes again once there is one
        wide, high = SIZE
        count = len(self.buttons)
        columns = _columns(count)
        rows = -(-count // columns)
        room = columns * (wide + APART[0]) - APART[0], rows * (high + APART[1]) - APART[1]
        small = self.size.width < room[0] or self.size.height < room[1]
        apart = int(self.size.height >= 2 * count - 1)
        self.set_class(small, "-rows")
        for button in self.buttons:
            button.styles.height = max(1, (self.size.height + apart) // count - apart) if small else "1fr"
            button.styles.margin = (0, 0, apart if small else 0, 0)


def _columns(count: int) -> int:
    """How many of so many buttons stand beside one another."""
    return {1: 1, 2: 2, 4: 2}.get(count, 3)
