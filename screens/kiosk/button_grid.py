"""A grid of at most six large buttons, with names in large characters where all fit."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.locales import _
from screens.kiosk.buttons import BigButton, ButtonItem
from screens.kiosk.large_names import NameForm, find_form
from screens.widgets.containers import Container

MIN_BUTTON_SIZE = (24, 6)  # cells; in a smaller grid the buttons become rows
BUTTON_GAP = (3, 1)  # cells between two buttons
MAX_BUTTONS = 6  # buttons on one page


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
        self._grid_columns = 1

    async def on_mount(self) -> None:
        await self._mount_buttons()

    @property
    def buttons(self) -> list[BigButton]:
        """The buttons in the order of their numbers."""
        return list(self.query(BigButton))

    @property
    def columns(self) -> int:
        """The number of buttons in a row of the grid."""
        return 1 if self.has_class("-rows") else self._grid_columns

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
            self._lay_out()
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
        self._grid_columns = self.styles.grid_size_columns = _columns(len(buttons))
        await self.remove_children()
        await self.mount(*buttons)
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        """Arrange the buttons in a grid, or as rows if a grid would make them smaller than MIN_BUTTON_SIZE."""
        if not self.size or not self.buttons:
            return  # no size yet (`on_resize` calls this again), or the grid is being removed
        wide, high = MIN_BUTTON_SIZE
        count = len(self.buttons)
        columns, form = self._choose_columns(count)
        rows = -(-count // columns)
        room = columns * (wide + BUTTON_GAP[0]) - BUTTON_GAP[0], rows * (high + BUTTON_GAP[1]) - BUTTON_GAP[1]
        small = self.size.width < room[0] or self.size.height < room[1]
        apart = int(self.size.height >= 2 * count - 1)
        self.set_class(small, "-rows")
        self._grid_columns = columns
        self.styles.grid_size_columns = columns
        for button in self.buttons:
            button.styles.height = max(1, (self.size.height + apart) // count - apart) if small else "1fr"
            button.styles.margin = (0, 0, apart if small else 0, 0)
            button.show_form(None if small else form)

    def _choose_columns(self, count: int) -> tuple[int, NameForm | None]:
        """Return the columns in which all names fit in large characters, and their form; else the usual columns."""
        usual = _columns(count)
        names = [button.name_text for button in self.buttons]
        for columns in (usual, 2 if count % 2 == 0 and usual > 2 else 1):
            rows = -(-count // columns)
            width = (self.size.width - BUTTON_GAP[0] * (columns - 1)) // columns
            height = (self.size.height - BUTTON_GAP[1] * (rows - 1)) // rows
            form = find_form(names, width, height)
            if form is not None:
                return columns, form
        return usual, None


def _columns(count: int) -> int:
    """Return how many of `count` buttons are placed in one row of the grid."""
    return {1: 1, 2: 2, 4: 2}.get(count, 3)
