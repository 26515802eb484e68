"""The line at the lower edge of a list into which its filter is typed."""

from __future__ import annotations

from typing import Protocol

from textual import events
from textual.binding import Binding
from textual.geometry import Region
from textual.widgets import Input

from screens.widgets.fields import FormInput


class FilteredList(Protocol):
    """The list whose filter is typed."""

    @property
    def filter_region(self) -> Region: ...
    def filter_by(self, text: str) -> None: ...
    def close_filter_line(self) -> None: ...
    def action_move(self, by: int) -> None: ...
    def action_page(self, by: int) -> None: ...


class FilterLine(FormInput):
    """Lies over the last line of a list. Typing filters; Enter keeps the filter, Escape shows all rows again.

    It is a child of the screen, in a layer of its own, so that no layout of a panel has to leave room for it.
    """

    BINDINGS = [
        Binding("escape,ctrl+g", "drop_filter", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]
    DEFAULT_CSS = "FilterLine { layer: filter; dock: top; margin: 0; }"

    takes_escape = True

    def __init__(self, rows: FilteredList, text: str) -> None:
        super().__init__(text)
        self.rows = rows
        self._placed_at = Region()

    def on_mount(self) -> None:
        self.place()
        self.screen.screen_layout_refresh_signal.subscribe(self, lambda _screen: self.place())

    def place(self) -> None:
        """Move to the place that the list leaves free for its filter."""
        region = self.rows.filter_region
        if region != self._placed_at:
            self._placed_at = region
            self.styles.offset = (region.x, region.y)
            self.styles.width = max(1, region.width)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.rows.filter_by(event.value)

    def on_blur(self, event: events.Blur) -> None:  # noqa: ARG002
        if self.app.app_focus:  # otherwise another program has the keyboard, and the focus comes back
            self.rows.close_filter_line()

    async def action_submit(self) -> None:
        self.rows.close_filter_line()

    def action_drop_filter(self) -> None:
        self.rows.filter_by("")
        self.rows.close_filter_line()

    def action_move(self, by: int) -> None:
        self.rows.action_move(by)

    def action_page(self, by: int) -> None:
        self.rows.action_page(by)
