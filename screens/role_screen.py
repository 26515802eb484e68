"""`RoleScreen`, the base of all screens: top line, body, message line, key line, and a warning in a small terminal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widget import Widget

from clerk_app.locales import _
from screens import keys
from screens.host import ScreenHost, host_of
from screens.kept_reasons import ReasonKeeper
from screens.keys import KeyAction, KeyHelp, key_line_actions
from screens.scan_receiver import ScanReceiver
from screens.theme.panels import PANEL_CSS
from screens.theme.sizes import MIN_SIZE, set_size_classes
from screens.widgets.containers import Container
from screens.widgets.notice_line import NoticeLine
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.paint_cache import PaintCache
from screens.widgets.status_lines import KeyLine, MessageLine
from screens.widgets.text_input import TextInput
from screens.widgets.top_line import TopLine

if TYPE_CHECKING:
    from clerk_app.views.shared import Status
    from screens.situation import Situation


class SizeWarning(TextBlock):
    """Covers the screen while the terminal is smaller than MIN_SIZE; focus and input do not change."""

    DEFAULT_CSS = """
    SizeWarning { layer: cover; dock: top; width: 100%; height: 100%; background: $page; padding: 1 2; display: none; }
    """

    def lines(self, width: int) -> Iterable[Line]:
        size = self.app.size
        sentence = _(
            "This terminal has {width} x {height} characters; the program needs {columns} x {rows}. Nothing is lost: "
            "enlarge it."
        )
        columns, rows = MIN_SIZE
        text = sentence.format(width=size.width, height=size.height, columns=columns, rows=rows)
        return [[(line, "warn")] for line in wrap(text, width)]


class RoleScreen(PaintCache, ScanReceiver):
    """A screen of one role. Subclasses define ACTIONS, BINDINGS = keys.bindings(ACTIONS), `body`, `refresh_view`."""

    ACTIONS: ClassVar[tuple[KeyAction, ...]] = ()
    SIGN_OUT: ClassVar[KeyAction] = keys.SIGN_OUT
    OTHER_KEYS: ClassVar[tuple[KeyHelp, ...]] = ()  # for the help: keys of this screen's lists and fields
    HAS_NOTICES: ClassVar[bool] = False  # whether notices that stay until they are answered are below the top line
    AUTO_FOCUS = ""
    DEFAULT_CSS = (
        "RoleScreen { layers: base filter cover; background: $page; color: $ink; "
        + PANEL_CSS
        + "} RoleScreen > #body { height: 1fr; }"
    )

    def __init__(self) -> None:
        super().__init__()
        self._rejected_at: int | None = None  # when the newest rejection shown arrived; None before the first view
        self._rejection = ""
        self.kept_reasons = ReasonKeeper()
        self.kept_texts: dict[str, str] = {}
        """Texts that were typed into dialogs and not recorded, by act and subject."""

    @property
    def host(self) -> ScreenHost:
        """The app, which runs actions."""
        return host_of(self)

    def compose(self) -> ComposeResult:
        set_size_classes(self, self.app.size, update=False)  # before there are parts to restyle
        yield TopLine(id="top")
        if self.HAS_NOTICES:
            yield NoticeLine(id="notices")
        yield Container(*self.body(), id="body")
        yield MessageLine(lambda: self.host.message, id="message")
        yield KeyLine(self.key_line_actions, id="keys")
        yield SizeWarning()

    def body(self) -> Iterable[Widget]:
        """Return the widgets between top line and message line."""
        return ()

    def key_line_actions(self) -> tuple[KeyAction, ...]:
        """Return the actions on the key line, at most eight."""
        return key_line_actions(self.ACTIONS)

    def situation(self) -> Situation | None:
        """Return what F1 shows above the keys: what happens now, and what comes next; None for nothing."""
        return None

    def described_actions(self) -> tuple[KeyAction, ...]:
        """Return the actions for F1 and Ctrl+P; those on the key line have their present label and help."""
        offered = {action.id: action for action in self.key_line_actions()}
        return tuple(offered.get(action.id, action) for action in self.ACTIONS)

    def show_status(self, status: Status, ticket: str = "", since: datetime | None = None) -> None:
        """Show the top line; a rejection that has arrived since the last call replaces the message."""
        self.query_one(TopLine).show_status(status, ticket, since)
        self.notify_rejection(status)

    def notify_rejection(self, status: Status) -> None:
        """Show a rejection that has arrived since the last call."""
        before, self._rejected_at = self._rejected_at, max(status.rejected_at, self._rejected_at or 0)
        if before is not None and status.rejected_at > before:
            self._rejection = status.rejection
            self.host.notify(self._rejection, severity="error")

    def notify_result(self, sentence: str, *, severity: SeverityLevel = "information") -> None:
        """Show the message of an act; a rejection that arrived during the act stays before it."""
        if self._rejection and self.host.message.text == self._rejection:
            self.host.notify(f"{self._rejection} {sentence}", severity="error")
        else:
            self.host.notify(sentence, severity=severity)

    def other_keys(self) -> tuple[KeyHelp, ...]:
        """Return the keys of lists and fields for F1, with those of a list that can be filtered."""
        parts = list(self.walk_children())
        has_filter = any(getattr(part, "can_filter", False) for part in parts)
        has_marks = any(getattr(part, "marks_rows", False) for part in parts)
        return (*self.OTHER_KEYS, *(keys.LIST_KEYS if has_filter else ()), *((keys.MARKS,) if has_marks else ()))

    async def load_first_view(self) -> None:
        """Read and paint the first view; the action that opens the screen calls this method once."""
        await self.refresh_view()

    async def save_input(self) -> None:
        """Save what has been typed; called inside an action, before the screen is locked or left."""

    async def refresh_view(self) -> None:
        """Read the view from the service and paint it; called after a change of language and after unlocking."""

    def on_resize(self, event: events.Resize) -> None:
        self.adapt_to_size(event.size)

    def adapt_to_size(self, size: Size) -> None:
        """Set the classes that depend on the size of the terminal, and show the warning if it is too small."""
        set_size_classes(self, size)
        small = size.width < MIN_SIZE[0] or size.height < MIN_SIZE[1]
        cover = self.query_one(SizeWarning)
        cover.display = small
        cover.refresh(layout=True)

    def _update_focus_styles(self, focused: Widget | None = None, blurred: Widget | None = None) -> None:
        """Compute the styles that depend on the focus; not before the screen is shown, which computes all styles."""
        if self.stack_updates:
            super()._update_focus_styles(focused, blurred)

    def on_text_input_text_refused(self, message: TextInput.TextRefused) -> None:
        self.host.notify(message.sentence, severity="error")

    async def on_key_line_action_clicked(self, message: KeyLine.ActionClicked) -> None:
        await self.perform_action(message.action)

    async def perform_action(self, action: KeyAction) -> None:
        """Run `action_<id>` of this screen if it exists, otherwise that of the app."""
        defined_here = hasattr(self, f"action_{action.id}")
        await self.run_action(action.id if defined_here else f"app.{action.id}")


async def save_typed_input(screens: Iterable[Screen[Any]]) -> None:
    """Save what has been typed on the role screens among `screens`."""
    for screen in screens:
        if isinstance(screen, RoleScreen):
            await screen.save_input()
