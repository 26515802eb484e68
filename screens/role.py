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
from screens.keys import Act, keyline
from screens.widgets.paint import Line, Painted, wrap
from screens.widgets.status import KeyLine, MessageLine, TopLine

if TYPE_CHECKING:
    from screens.base import ClerkApp

SMALLEST = (80, 24)
WIDE = 110  # columns from which a screen has the class -wide


class TooSmall(Painted):
    """Covers everything while the terminal is smaller than 80 x 24; focus and what was typed stay beneath."""

    DEFAULT_CSS = """
    TooSmall { layer: cover; dock: top; width: 100%; height: 100%; background: $page; padding: 1 2; display: none; }
    """

    def lines(self, width: int) -> Iterable[Line]:
        size = self.app.size
        sentence = _(
            "This terminal has {width} x {height} characters; the program needs 80 x 24. Nothing is lost: enlarge it."
        )
        return [[(line, "warn")] for line in wrap(sentence.format(width=size.width, height=size.height), width)]


class RoleScreen(Screen[None]):
    """A role's screen. Subclasses give ACTS, BINDINGS = keys.bindings(ACTS), `body` and `refresh_view`."""

    ACTS: ClassVar[tuple[Act, ...]] = ()
    AUTO_FOCUS = ""
    DEFAULT_CSS = """
    RoleScreen { layers: base cover; background: $page; color: $ink; }
    RoleScreen > #body { height: 1fr; }
    """

    @property
    def desk_app(self) -> ClerkApp:
        """The app, which runs acts."""
        from screens.base import ClerkApp

        return cast(ClerkApp, self.app)

    def compose(self) -> ComposeResult:
        yield TopLine(id="top")
        yield Container(*self.body(), id="body")
        yield MessageLine(lambda: self.desk_app.said, id="message")
        yield KeyLine(self.keyline, id="keys")
        yield TooSmall()

    def body(self) -> Iterable[Widget]:
        """The widgets between top line and message line."""
        return ()

    def keyline(self) -> tuple[Act, ...]:
        """The acts at the bottom, at most eight."""
        return keyline(self.ACTS)

    async def arrive(self) -> None:
        """Called once, inside the act that brought the person here: the first look at the desk."""
        await self.refresh_view()

    async def put_away(self) -> None:
        """Called inside an act before the screen is locked or left: keep what has been typed."""

    async def refresh_view(self) -> None:
        """Ask the desk again and paint; called after a change of language and after unlocking."""

    def words_changed(self) -> None:
        """Paint every word anew, in the language spoken now."""
        for widget in self.walk_children():
            widget.refresh(layout=True)
        self.refresh(layout=True)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= WIDE, "-wide")
        small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        cover = self.query_one(TooSmall)
        cover.display = small
        cover.refresh(layout=True)

    async def on_key_line_pressed(self, message: KeyLine.Pressed) -> None:
        await self.perform_act(message.act)

    async def perform_act(self, act: Act) -> None:
        """What the key of `act` does, asked for by a click or by name."""
        mine = hasattr(self, f"action_{act.id}")
        await self.run_action(act.id if mine else f"app.{act.id}")
