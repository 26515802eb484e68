"""Message line and key line: one widget each, so that each is repainted alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.locales import _
from screens.host import StatusMessage
from screens.keys import KeyAction
from screens.widgets.paint import (
    Line,
    LinePainter,
    Span,
    cell_width,
    level_style,
    level_symbol,
    wrap,
)

if TYPE_CHECKING:
    from clerk_app.views.shared import Level


T = TypeVar("T")


class SingleLine(LinePainter, Widget):
    """A widget of one line across the screen."""

    DEFAULT_CSS = "SingleLine { height: 1; width: 1fr; background: $bar; }"

    def spans(self) -> Line:
        """Return the spans of the line."""
        return ()

    def render_line(self, y: int) -> Strip:
        return self.paint_line(self.spans() if y == 0 else (), self.size.width)


def target_at(parts: Iterable[tuple[Line, T]], x: int) -> T | None:
    """Return what the part at column `x` of a line leads to; None behind the last part."""
    edge = 0
    for spans, target in parts:
        edge += cell_width(spans)
        if x < edge:
            return target
    return None


SEVERITY_LEVELS: dict[str, Level] = {"information": "plain", "warning": "warn", "error": "bad"}


_MAX_LINES = {"information": 2, "warning": 4, "error": 4}  # an error ends with what to do: it is not cut at 80 columns


class MessageLine(SingleLine):
    """Shows one sentence: what happened, what was saved, what to do next. Wraps to at most four lines."""

    DEFAULT_CSS = "MessageLine { height: auto; max-height: 4; background: $page; }"

    def __init__(self, message: Callable[[], StatusMessage], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._message = message

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        return len(self._wrapped(width))

    def render_line(self, y: int) -> Strip:
        lines = self._wrapped(self.size.width)
        level = SEVERITY_LEVELS[self._message().severity]
        lead = f" {level_symbol(level)} " if y == 0 else "   "
        text = lines[y] if y < len(lines) else ""
        return self.paint_line([(lead + text, level_style(level))], self.size.width)

    def _wrapped(self, width: int) -> list[str]:
        message = self._message()
        return wrap(message.text, width - 4)[: _MAX_LINES[message.severity]]


class KeyLine(SingleLine):
    """The actions of the screen with their keys; a click runs the action."""

    class ActionClicked(Message):
        """An action was clicked."""

        def __init__(self, action: KeyAction) -> None:
            super().__init__()
            self.action = action

    def __init__(self, actions: Callable[[], Iterable[KeyAction]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._key_actions = actions

    def spans(self) -> Line:
        return [span for spans, _action in self._parts() for span in spans]

    def _parts(self) -> Iterable[tuple[list[Span], KeyAction]]:
        for action in self._key_actions():
            yield [(f" {action.key_cap} ", "cap"), (_(action.label) + " ", "")], action

    def on_click(self, event: events.Click) -> None:
        action = target_at(self._parts(), event.x)
        if action is not None:
            self.post_message(self.ActionClicked(action))
