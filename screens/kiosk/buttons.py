"""Large touch buttons; each can also be pressed with a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.message import Message

from screens.kiosk.large_names import KEY_CELLS, NameForm, draw_line, gap_rows, name_lines, name_room
from screens.widgets.large_text import DrawnText, dot_lines, large_lines
from screens.widgets.paint import Line, TextBlock, cell_width, wrap

NARROW, BESIDE_ROWS = 18, 3  # columns below which the key is above the name, and the rows for this
LARGE_KEY = (5, 20)  # rows and columns of a button from which its key is a large digit


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
        """The button was pressed; `touched`: by a finger or the mouse, not by a key."""

        button: BigButton
        touched: bool = False

    def __init__(
        self, key: str, name: Callable[[], str], about: Callable[[], str] = str, *, id: str, classes: str = ""
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.key = key
        self._name_text = name
        self._description = about
        self.name_form: NameForm | None = None
        """The large characters of the name; None for characters of the terminal."""
        self._drawn = DrawnText(self)

    def lines(self, width: int) -> Iterable[Line]:
        height = max(1, self.size.height)
        large_name = self._large_name(self.name_form, width, height) if self.name_form is not None else None
        if large_name is not None:
            yield from large_name
        elif height < 3:
            yield self._short_line(width)
        elif len(self.key) == 1 and height >= LARGE_KEY[0] and width >= LARGE_KEY[1]:
            yield from self._lines_beside_large_key(width, height)
        elif len(self._name_text()) == 1 and height >= LARGE_KEY[0]:
            large = large_lines(self._name_text(), width - 2, min(7, height - 1), "strong")
            yield from [[]] * ((height - len(large)) // 2)
            yield from ([(" ", ""), *line] for line in large)
        else:
            yield from self._centred_lines(width, height)

    def _short_line(self, width: int) -> Line:
        """Return key, name and description in a line; without the key where the name would be cut."""
        key, name = f" {self.key} ", self._name_text()
        if cell_width([(key + " " + name, "")]) > width:
            return centred(name, "strong", width)
        return [(key, "cap"), (" " + name, "strong"), ("   " + self._description(), "dim")]

    def _large_name(self, form: NameForm, width: int, height: int) -> list[Line] | None:
        """Return key, large name and description; None if the name does not fit, or is not drawn yet."""
        name = self._name_text()
        columns = name_room(width, height, form)[0]
        parts = name_lines(name, width, height, form)
        drawn = [draw_line(part, name, form, self._drawn, columns) for part in parts]
        if not parts or not all(drawn):
            return None
        lines = list(dot_lines(drawn[0], columns, "strong"))
        for dots in drawn[1:]:
            lines += [[]] * gap_rows(name, form)
            lines += dot_lines(dots, columns, "strong")
        text = [*lines, [], centred(self._description(), "strong", columns)] if self._description() else lines
        key = large_lines(self.key, 5, 4, "cap") if form.key_beside else []
        rows = max(len(text), len(key))
        above = max(0, (height - rows) // 2)
        if not form.key_beside:
            return [[(f" {self.key} ", "cap")], *[[]] * max(0, above - 1), *([(" ", ""), *line] for line in text)]
        result: list[Line] = [[]] * above
        first = max(0, (len(lines) - len(key)) // 2)
        for row in range(rows):
            beside = key[row - first] if 0 <= row - first < len(key) else ()
            gap = " " * (KEY_CELLS - 2 - cell_width(beside))
            result.append([("  ", ""), *beside, (gap, ""), *(text[row] if row < len(text) else ())])
        return result

    def _lines_beside_large_key(self, width: int, height: int) -> Iterable[Line]:
        """Yield the large key, and name and description at its right, in the middle of the button."""
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
        if self.key and width < NARROW and height >= BESIDE_ROWS:
            name = [centred(line, "strong", width) for line in wrap(self._name_text(), width)]
            yield [(f" {self.key} ", "cap")]
            yield from [[]] * max(0, (height - len(name)) // 2 - 1)
            yield from name
            return
        name = [centred(line, "strong", width) for line in wrap(self._name_text(), width - 6)]
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

    def show_form(self, form: NameForm | None) -> None:
        """Show the name in large characters, or in those of the terminal."""
        if form != self.name_form:
            self.name_form = form
            self.refresh()

    @property
    def name_text(self) -> str:
        """The name in the current language."""
        return self._name_text()

    def on_resize(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.post_message(self.Pressed(self, touched=True))

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
