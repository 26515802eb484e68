"""Top line, message line and key line: one widget each, so that each is repainted alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.text.durations import format_running_time
from clerk_app.views import Level, Status
from screens.host import StatusMessage
from screens.keys import KeyAction
from screens.widgets.paint import (
    PAINT_CSS,
    TEXT_STYLES,
    Line,
    LinePainter,
    Span,
    cell_width,
    level_style,
    level_symbol,
    wrap,
)

ONE_LINE_CSS = " { height: 1; width: 1fr; background: $bar; " + PAINT_CSS + "}"


class SingleLine(LinePainter, Widget):
    """A widget of one line across the screen."""

    COMPONENT_CLASSES = set(TEXT_STYLES)
    DEFAULT_CSS = "SingleLine" + ONE_LINE_CSS

    def spans(self) -> Line:
        """Return the spans of the line."""
        return ()

    def render_line(self, y: int) -> Strip:
        return self.paint_line(self.spans() if y == 0 else (), self.size.width)


class TopLine(SingleLine):
    """Shows office, place, person, current ticket with its time, connection, unsent work, age of trust lists, clock.

    Parts that do not fit are left out, lowest priority first; ticket, connection and clock always stay.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.status: Status | None = None
        self.ticket = ""
        self.since: datetime | None = None
        self._status_at = 0.0
        self._shown_spans: Line = ()

    def on_mount(self) -> None:
        self.set_interval(1, self._tick)

    def show_status(self, status: Status | None, ticket: str = "", since: datetime | None = None) -> None:
        """Show `status`; `ticket` has been served since `since`."""
        self.status, self.ticket, self.since, self._status_at = status, ticket, since, monotonic()
        self.refresh()

    def _tick(self) -> None:
        shown = self._shown_spans
        if self.spans() != shown:
            self.refresh()

    def spans(self) -> Line:
        status = self.status
        if status is None:
            self._shown_spans = [(" " + _("Opening the store ..."), "dim")]
            return self._shown_spans
        now = status.now + timedelta(seconds=monotonic() - self._status_at)
        left = [(0, (status.office, "strong")), (4, (status.place, "")), (3, (status.person, ""))]
        if self.ticket:
            served = format_running_time(now - self.since) if self.since is not None else ""
            left.append((9, (f"{self.ticket} {served}".rstrip(), "mark")))
        sign = level_symbol(status.connection_level).strip() or "*"
        right = [(9, (f"[{sign}] {status.connection}", level_style(status.connection_level)))]
        unsent = _("{count} unsent").format(count=status.unsent)
        right.append((8, (unsent, "warn")) if status.unsent else (1, (unsent, "dim")))
        if status.rejected:
            right.append((8, (_("{count} to settle ^O").format(count=status.rejected), "bad")))
        if status.papers:
            right.append((8, (_("{count} to print").format(count=status.papers), "warn")))
        for item in status.lists:
            stale = item.level in ("warn", "bad")
            right.append((7 if stale else 0, (f"{item.name} {item.age}", level_style(item.level) if stale else "dim")))
        if status.waiting is not None:
            right.append((2, (_("{count} waiting").format(count=status.waiting), "dim")))
        if status.clock_wrong:
            right.append((9, (_("clock wrong ^O"), "bad")))
        right.append((9, (now.strftime("%Y-%m-%d %H:%M" if status.clock_wrong else "%H:%M"), "strong")))
        self._shown_spans = _spread(left, right, self.size.width)
        return self._shown_spans


def _spread(left: list[tuple[int, Span]], right: list[tuple[int, Span]], width: int) -> Line:
    """Return a line of `width` cells: `left` at the left edge, `right` at the right edge, two cells between spans.

    Each item is (priority, span). If they do not fit, spans are left out, lowest priority first; those of 9 stay.
    """
    left, right = [item for item in left if item[1][0]], [item for item in right if item[1][0]]
    while sum(cell_width([span]) + 2 for _, span in left + right) > width - 1:
        lowest = min(left + right, key=lambda item: item[0])
        if lowest[0] >= 9:
            break
        (left if lowest in left else right).remove(lowest)
    start: list[Span] = [(" ", "")]
    for _priority, span in left:
        start += [span, ("  ", "")]
    end: list[Span] = []
    for _priority, span in right:
        end += [span, ("  ", "")]
    end = [*end[:-1], (" ", "")]
    gap = max(0, width - cell_width(start) - cell_width(end))
    return [*start, (" " * gap, ""), *end]


SEVERITY_LEVELS: dict[str, Level] = {"information": "plain", "warning": "warn", "error": "bad"}


class MessageLine(SingleLine):
    """Shows one sentence: what happened, what was saved, what to do next. Wraps to at most two lines."""

    DEFAULT_CSS = "MessageLine { height: auto; max-height: 2; background: $page; }"

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
        return wrap(self._message().text, width - 4)[:2]


class KeyLine(SingleLine):
    """The actions of the screen with their keys; a click runs the action."""

    @dataclass
    class ActionClicked(Message):
        """An action was clicked."""

        action: KeyAction

    def __init__(self, actions: Callable[[], Iterable[KeyAction]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._key_actions = actions

    def spans(self) -> Line:
        spans: list[Span] = []
        for action in self._key_actions():
            spans += [(f" {action.key_cap} ", "cap"), (_(action.label) + " ", "")]
        return spans

    def on_click(self, event: events.Click) -> None:
        index = 0
        for action in self._key_actions():
            index += cell_width([(f" {action.key_cap} ", ""), (_(action.label) + " ", "")])
            if event.x < index:
                self.post_message(self.ActionClicked(action))
                return
