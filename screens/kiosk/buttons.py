"""Large touch buttons, at most six in a grid; each can also be pressed with a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.message import Message

from clerk_app.locales import _
from screens.widgets.containers import Container
from screens.widgets.large_text import large_lines
from screens.widgets.paint import Line, TextBlock, cell_width, wrap

MIN_BUTTON_SIZE = (24, 7)  # cells; in a smaller grid the buttons become rows
BUTTON_GAP = (3, 1)  # cells between two buttons
LARGE_KEY = (5, 20)  # rows and columns of a button from which its key is a large digit
MAX_BUTTONS = 6  # buttons on one page


class BigButton(TextBlock, can_focus=True):
    """Shows its name in the middle, its key at the left, a description beneath. A tap, Enter or the key presses it."""

    ALLOW_SELECT = False
    BINDINGS = [Binding("enter", "press", show=False), Binding("space", "press", show=False)]
    DEFAULT_CSS = """
    BigButton { width: 1fr; height: 1fr; background: $field; color: $ink; }
    BigButton:focus { background: $lit; color: $on-lit; }
    BigButton:nocolor { border: round $frame; }
    BigButton:nocolor:focus { border: heavy $frame; }
    """
    uncoloured_in_focus = ("dim", "cap")

    @dataclass
    class Pressed(Message):
        """The button was pressed."""

        button: BigButton

    def __init__(
        self, key: str, name: Callable[[], str], about: Callable[[], str] = str, *, id: str, classes: str = ""
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.key = key
        self._name_text = name
        self._description = about

    def lines(self, width: int) -> Iterable[Line]:
        height = max(1, self.size.height)
        if height < 3:
            yield [(f" {self.key} ", "cap"), (" " + self._name_text(), "strong"), ("   " + self._description(), "dim")]
        elif len(self.key) == 1 and height >= LARGE_KEY[0] and width >= LARGE_KEY[1]:
            yield from self._lines_beside_large_key(width, height)
        elif len(self._name_text()) == 1 and height >= LARGE_KEY[0]:
            large = large_lines(self._name_text(), width - 2, min(7, height - 1), "strong")
            yield from [[]] * ((height - len(large)) // 2)
            yield from ([(" ", ""), *line] for line in large)
        else:
            yield from self._centred_lines(width, height)

    def _lines_beside_large_key(self, width: int, height: int) -> Iterable[Line]:
        """Yield the large key at the left, and name and description beside it, in the middle of the button."""
        large = height >= LARGE_KEY[0] * 2 and width >= LARGE_KEY[1] * 3 // 2
        margin, column = (3, 10) if large else (1, 5)
        key, room = large_lines(self.key, column, 7 if large else 4, "cap"), width - column - 2 * margin - 2
        text: list[Line] = [[(line, "strong")] for line in wrap(self._name_text(), room)]
        if self._description():
            text += [[(line, "dim")] for line in wrap(self._description(), room)]
        rows = max(len(key), len(text))
        yield from [[]] * ((height - rows) // 2)
        above = (rows - len(key)) // 2, (rows - len(text)) // 2
        for row in range(rows):
            beside = key[row - above[0]] if 0 <= row - above[0] < len(key) else ()
            gap = " " * (column + 2 - cell_width(beside))
            words = text[row - above[1]] if 0 <= row - above[1] < len(text) else ()
            yield [(" " * margin, ""), *beside, (gap, ""), *words]

    def _centred_lines(self, width: int, height: int) -> Iterable[Line]:
        name: list[Line] = [centred(line, "strong", width) for line in wrap(self._name_text(), width - 6)]
        about = self._description()
        if about and height > len(name) + 1:
            name.append(centred(about, "dim", width))
        above = (height - len(name)) // 2
        rows: list[Line] = [[]] * above + name
        rows[above] = _add_key(self.key, rows[above]) if self.key else rows[above]
        yield from rows

    def set_item(self, item: ButtonItem) -> None:
        """Show another name and description."""
        self._name_text, self._description = item.name, item.description
        self.refresh()

    def on_resize(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_press()

    def action_press(self) -> None:
        """Press the button."""
        self.post_message(self.Pressed(self))


def centred(text: str, style: str, width: int) -> Line:
    """Return a line of `width` cells with `text` centred."""
    return [(" " * max(0, (width - cell_width([(text, "")])) // 2), ""), (text, style)]


def _add_key(key: str, line: Line) -> Line:
    """Return `line` with the key in its left margin."""
    cap = f"  {key} "
    if not line:
        return [(cap, "cap")]
    (margin, role), *rest = line
    return [(cap, "cap"), (margin[len(cap) :], role), *rest]


@dataclass(frozen=True)
class ButtonItem:
    """A button of a grid: its id, and functions that return its name and description in the current language."""

    id: str
    name: Callable[[], str]
    description: Callable[[], str] = str


class ButtonGrid(Container):
    """Up to six buttons, numbered from 1; with more items the last button shows the next page."""

    DEFAULT_CSS = """
    ButtonGrid { layout: grid; grid-gutter: 1 3; grid-rows: 1fr; padding: 0 1; }
    ButtonGrid.-rows { layout: vertical; }
    """

    def __init__(self, items: Sequence[ButtonItem], *, id: str) -> None:
        super().__init__(id=id)
        self._items = list(items)
        self.first_item = 0  # index of the first item on the page

    async def on_mount(self) -> None:
        await self._mount_buttons()

    @property
    def buttons(self) -> list[BigButton]:
        """The buttons in the order of their numbers."""
        return list(self.query(BigButton))

    @property
    def columns(self) -> int:
        """The number of buttons in a row of the grid."""
        return 1 if self.has_class("-rows") else _columns(len(self.buttons))

    def press(self, key: str) -> bool:
        """Press the button that has this key; return False if no button has it."""
        button = next((button for button in self.buttons if button.key == key), None)
        if button is not None:
            button.action_press()
        return button is not None

    def move_focus(self, across: int, down: int) -> None:
        """Move the focus to a neighbouring button, or to the first button if no button has the focus."""
        buttons = self.buttons
        current = next((index for index, button in enumerate(buttons) if button.has_focus), None)
        target = 0 if current is None else current + across + down * self.columns
        if 0 <= target < len(buttons):
            self.screen.set_focus(buttons[target])

    async def next_page(self) -> None:
        """Show the next page of items."""
        self.first_item = (
            0 if self.first_item + MAX_BUTTONS - 1 >= len(self._items) else self.first_item + MAX_BUTTONS - 1
        )
        await self._mount_buttons()

    async def show_items(self, items: Sequence[ButtonItem]) -> None:
        """Show other items, or the same items with other texts."""
        same = [item.id for item in items] == [item.id for item in self._items]
        self._items = list(items)
        if same:
            by_id = {item.id: item for item in self._items}
            for button in self.buttons:
                if button.id in by_id:
                    button.set_item(by_id[button.id])
        else:
            self.first_item = 0
            await self._mount_buttons()

    def on_resize(self) -> None:
        self._lay_out()

    async def _mount_buttons(self) -> None:
        many = len(self._items) > MAX_BUTTONS
        shown = self._items[self.first_item : self.first_item + MAX_BUTTONS - 1] if many else self._items
        buttons = [
            BigButton(str(index + 1), item.name, item.description, id=item.id) for index, item in enumerate(shown)
        ]
        if many:
            buttons.append(BigButton(str(MAX_BUTTONS), lambda: _("Other services"), id="turn"))
        self.styles.grid_size_columns = _columns(len(buttons))
        await self.remove_children()
        await self.mount(*buttons)
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        """Arrange the buttons in a grid, or as rows if a grid would make them smaller than MIN_BUTTON_SIZE."""
        if not self.size:
            return  # no size yet; `on_resize` calls this again
        wide, high = MIN_BUTTON_SIZE
        count = len(self.buttons)
        columns = _columns(count)
        rows = -(-count // columns)
        room = columns * (wide + BUTTON_GAP[0]) - BUTTON_GAP[0], rows * (high + BUTTON_GAP[1]) - BUTTON_GAP[1]
        small = self.size.width < room[0] or self.size.height < room[1]
        apart = int(self.size.height >= 2 * count - 1)
        self.set_class(small, "-rows")
        for button in self.buttons:
            button.styles.height = max(1, (self.size.height + apart) // count - apart) if small else "1fr"
            button.styles.margin = (0, 0, apart if small else 0, 0)


def _columns(count: int) -> int:
    """Return how many of `count` buttons are placed in one row of the grid."""
    return {1: 1, 2: 2, 4: 2}.get(count, 3)
