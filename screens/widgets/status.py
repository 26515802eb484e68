"""Top line, message line and key line: one line each, repainted alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from clerk_app.desk import Level, Status
from clerk_app.locales import _
from screens.keys import Act
from screens.widgets.paint import (
    PAINT_CSS,
    ROLES,
    Line,
    Painter,
    Part,
    mark_of,
    role_of,
    width_of,
    wrap,
)

ONE_LINE_CSS = " { height: 1; width: 1fr; background: $bar; " + PAINT_CSS + "}"


class OneLine(Painter, Widget):
    """A line across the screen."""

    COMPONENT_CLASSES = set(ROLES)
    DEFAULT_CSS = "OneLine" + ONE_LINE_CSS

    def parts(self) -> Line:
        """What stands on the line now."""
        return ()

    def render_line(self, y: int) -> Strip:
        return self.paint(self.parts() if y == 0 else (), self.size.width)


class TopLine(OneLine):
    """Who sits where, the ticket and how long it takes, the connection in words, what waits to be sent, the clock.

    What does not fit is left out from the least needed on; the connection and the clock always stay.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.status: Status | None = None
        self.ticket = ""
        self.since: datetime | None = None
        self._told_at = 0.0
        self._shown: Line = ()

    def on_mount(self) -> None:
        self.set_interval(1, self._tick)

    def tell(self, status: Status | None, ticket: str = "", since: datetime | None = None) -> None:
        """Show `status`; `ticket` is being served since `since`."""
        self.status, self.ticket, self.since, self._told_at = status, ticket, since, monotonic()
        self.refresh()

    def _tick(self) -> None:
        shown = self._shown
        if self.parts() != shown:
            self.refresh()

    def parts(self) -> Line:
        status = self.status
        if status is None:
            self._shown = [(" " + _("Opening the store ..."), "dim")]
            return self._shown
        now = status.now + timedelta(seconds=monotonic() - self._told_at)
        left = [(0, (status.office, "strong")), (4, (status.place, "")), (3, (status.person, ""))]
        if self.ticket:
            left.append((9, (f"{self.ticket} {_elapsed(self.since, now)}".rstrip(), "mark")))
        sign = mark_of(status.connection_level).strip() or "*"
        right = [(9, (f"[{sign}] {status.connection}", role_of(status.connection_level)))]
        unsent = _("{count} unsent").format(count=status.unsent)
        right.append((8, (unsent, "warn")) if status.unsent else (1, (unsent, "dim")))
        if status.returned:
            right.append((8, (_("{count} to settle ^O").format(count=status.returned), "bad")))
        for item in status.lists:
            stale = item.level in ("warn", "bad")
            right.append((7 if stale else 0, (f"{item.name} {item.age}", role_of(item.level) if stale else "dim")))
        right.append((2, (_("{count} waiting").format(count=status.waiting), "dim")))
        right.append((9, (now.strftime("%H:%M"), "strong")))
        self._shown = _spread(left, right, self.size.width)
        return self._shown


def _elapsed(since: datetime | None, now: datetime) -> str:
    if since is None:
        return ""
    seconds = max(0, int((now - since).total_seconds()))
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def _spread(left: list[tuple[int, Part]], right: list[tuple[int, Part]], width: int) -> Line:
    """Both halves with two cells between their parts, without the least needed parts that do not fit."""
    left, right = [p for p in left if p[1][0]], [p for p in right if p[1][0]]
    while sum(width_of([part]) + 2 for _, part in left + right) > width - 1:
        least = min(left + right, key=lambda item: item[0])
        if least[0] >= 9:
            break
        (left if least in left else right).remove(least)
    start: list[Part] = [(" ", "")]
    for _need, part in left:
        start += [part, ("  ", "")]
    end: list[Part] = []
    for _need, part in right:
        end += [part, ("  ", "")]
    end = [*end[:-1], (" ", "")]
    gap = max(0, width - width_of(start) - width_of(end))
    return [*start, (" " * gap, ""), *end]


@dataclass(frozen=True)
class Said:
    """A sentence for the message line."""

    text: str = ""
    level: Level = "plain"


class MessageLine(OneLine):
    """One sentence: what happened, what is safe, what to do. Wraps to a second line when it must."""

    DEFAULT_CSS = "MessageLine { height: auto; max-height: 2; background: $page; }"

    def __init__(self, said: Callable[[], Said], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said = said

    def get_content_height(self, container: object, viewport: object, width: int) -> int:  # noqa: ARG002
        return len(self._wrapped(width))

    def render_line(self, y: int) -> Strip:
        lines = self._wrapped(self.size.width)
        said = self._said()
        lead = f" {mark_of(said.level)} " if y == 0 else "   "
        text = lines[y] if y < len(lines) else ""
        return self.paint([(lead + text, role_of(said.level))], self.size.width)

    def _wrapped(self, width: int) -> list[str]:
        return wrap(self._said().text, width - 4)[:2]


class KeyLine(OneLine):
    """The acts of the screen with their keys; a click does what the key does."""

    @dataclass
    class Pressed(Message):
        """Someone clicked an act."""

        act: Act

    def __init__(self, acts: Callable[[], Iterable[Act]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._acts = acts

    def parts(self) -> Line:
        parts: list[Part] = []
        for act in self._acts():
            parts += [(f" {act.cap} ", "cap"), (_(act.label) + " ", "")]
        return parts

    def on_click(self, event: events.Click) -> None:
        at = 0
        for act in self._acts():
            at += width_of([(f" {act.cap} ", ""), (_(act.label) + " ", "")])
            if event.x < at:
                self.post_message(self.Pressed(act))
                return
