"""The frame of a role's screen: top line, body, message line, key line; a sentence when the terminal is too small."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widget import Widget

from clerk_app.locales import _
from screens.keys import KeyAction, key_line_actions
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.status_lines import KeyLine, MessageLine, TopLine

if TYPE_CHECKING:
    from screens.app import ClerkApp

MIN_SIZE = (80, 24)
WIDE_COLUMNS = 110  # columns from which a screen has the class -wide


class SizeWarning(TextBlock):
    """Covers everything while the terminal is smaller than 80 x 24; focus and what was typed stay beneath."""

    DEFAULT_CSS = """
    SizeWarning { layer: cover; dock: top; width: 100%; height: 100%; background: $page; padding: 1 2; display: none; }
    """

    def lines(self, width: int) -> Iterable[Line]:
        size = self.app.size
        sentence = _(
            "This terminal has {width} x {height} characters; the program needs 80 x 24. Nothing is lost: enlarge it."
        )
        return [[(line, "warn")] for line in wrap(sentence.format(width=size.width, height=size.height), width)]


class RoleScreen(Screen[None]):
    """A role's screen. Subclasses give ACTIONS, BINDINGS = keys.bindings(ACTS), `body` and `refresh_view`."""

    ACTIONS: ClassVar[tuple[KeyAction, ...]] = ()
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    RoleScreen { layers: base cover; background: $page; color: $ink; }
    RoleScreen > #body { height: 1fr; }
    """

    @property
    def host(self) -> ClerkApp:
        """The app, which runs acts."""
        from screens.app import ClerkApp

        return cast(ClerkApp, self.app)

    def compose(self) -> ComposeResult:
        yield TopLine(id="top")
        yield Container(*self.body(), id="body")
        yield MessageLine(lambda: self.host.message, id="message")
        yield KeyLine(self.key_line_actions, id="keys")
        yield SizeWarning()

    def body(self) -> Iterable[Widget]:
        """The widgets between top line and message line."""
        return ()

    def key_line_actions(self) -> tuple[KeyAction, ...]:
        """The acts at the bottom, at most eight."""
        return key_line_actions(self.ACTIONS)

    async def load_first_view(self) -> None:
        """Called once, inside the act that brought the person here: the first look at the desk."""
        await self.refresh_view()

    async def save_input(self) -> None:
        """Called inside an act before the screen is locked or left: keep what has been typed."""

    async def refresh_view(self) -> None:
        """Ask the desk again and paint; called after a change of language and after unlocking."""

    def repaint_text(self) -> None:
        """Paint every word anew, in the language spoken now."""
        for widget in self.walk_children():
            widget.refresh(layout=True)
        self.refresh(layout=True)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= WIDE_COLUMNS, "-wide")
        small = event.size.width < MIN_SIZE[0] or event.size.height < MIN_SIZE[1]
        cover = self.query_one(SizeWarning)
        cover.display = small
        cover.refresh(layout=True)

    async def on_key_line_action_clicked(self, message: KeyLine.ActionClicked) -> None:
        await self.perform_action(message.action)

    async def perform_action(self, action: KeyAction) -> None:
        """What the key of `act` does, asked for by a click or by name."""
        mine = hasattr(self, f"action_{action.id}")
        await self.run_action(action.id if mine else f"app.{action.id}")
