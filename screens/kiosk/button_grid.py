"""A grid of at most six large buttons, with names in large characters where all fit."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.locales import _
from screens.kiosk.buttons import BigButton, ButtonItem
from screens.kiosk.large_names import NameForm, find_form
from screens.kiosk.sizes import TARGET_GAP, target_rows
from screens.widgets.containers import Container

MIN_BUTTON_SIZE = (24, 6)  # cells; in a smaller grid the buttons have the least size in fewer columns, or become rows
LEAST_WIDTH, LEAST_HEIGHT = 12, 3  # cells of a button in a narrow terminal
MAX_BUTTONS = 6  # buttons on one page


class ButtonGrid(Container):
    """Up to six buttons, numbered from 1; with more items the last button shows the next page."""

    DEFAULT_CSS = """
    ButtonGrid { layout: grid; grid-gutter: 2 3; grid-rows: 1fr; padding: 0 1; }
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

    def press(self, key: str) -> bool:
        """Press the button that has this key; return False if no button has it."""
        button = next((button for button in self.buttons if button.key == key), None)
        if button is not None:
            button.action_press()
        return button is not None

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
        self.styles.grid_size_columns = _columns(len(buttons))
        await self.remove_children()
        await self.mount(*buttons)
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        """Arrange the buttons in a grid; as rows in a terminal in which no grid has buttons that are large enough."""
        if not self.size or not self.buttons:
            return  # no size yet (`on_resize` calls this again), or the grid is being removed
        count = len(self.buttons)
        columns, form = self._choose_columns(count)
        small = not columns
        apart = min(TARGET_GAP[1], max(0, (self.size.height - count) // max(1, count - 1)))
        self.set_class(small, "-rows")
        self.styles.grid_size_columns = max(1, columns)
        for index, button in enumerate(self.buttons):
            high = max(1, (self.size.height + apart) // count - apart)
            button.styles.height = high if small else "1fr"
            button.styles.margin = (0, 0, apart if small and index + 1 < count else 0, 0)
            button.show_form(form)

    def _choose_columns(self, count: int) -> tuple[int, NameForm | None]:
        """Return the columns in which all names fit in large characters, and their form; else those with most room.

        The columns are 0 where the buttons have to be rows.
        """
        usual = _columns(count)
        names = [button.name_text for button in self.buttons]
        for columns in (usual, 2 if count % 2 == 0 and usual > 2 else 1):
            if self._has_room(count, columns, MIN_BUTTON_SIZE):
                form = find_form(names, *self._button_size(count, columns))
                if form is not None:
                    return columns, form
        if self._has_room(count, usual, MIN_BUTTON_SIZE):
            return usual, None
        least = LEAST_WIDTH, max(LEAST_HEIGHT, target_rows(self.app.size.height))
        return next((columns for columns in (1, 2, 3) if self._has_room(count, columns, least)), 0), None

    def _button_size(self, count: int, columns: int) -> tuple[int, int]:
        """Return the width and height of a button in a grid of so many columns."""
        rows = -(-count // columns)
        across, down = TARGET_GAP
        return (self.size.width - across * (columns - 1)) // columns, (self.size.height - down * (rows - 1)) // rows

    def _has_room(self, count: int, columns: int, least: tuple[int, int]) -> bool:
        width, height = self._button_size(count, columns)
        return width >= least[0] and height >= least[1]


def _columns(count: int) -> int:
    """Return how many of `count` buttons are placed in one row of the grid."""
    return {1: 1, 2: 2, 4: 2}.get(count, 3)
