"""The strip at the top of the supervisor's screen: what is wrong, the worst first, and the key that leads to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from clerk_app.locales import _, format_list
from clerk_app.views.hall import Place
from clerk_app.views.shared import Level
from clerk_app.views.supervisor import Alert, SupervisorView
from screens.supervisor.arrangement import DEPARTMENTS, EVENTS, PANELS, WAITING, WINDOWS
from screens.supervisor.titles import count_calling_windows
from screens.widgets.paint import Line, Span, TextBlock, cell_width, level_lines, level_style, level_symbol, wrap
from screens.widgets.status_lines import target_at

STRIP_LINES = 2
MOST_SHOWN = 8
GAP = "   "
PLACE_PANELS: dict[Place, str] = {"waiting": WAITING, "departments": DEPARTMENTS, "windows": WINDOWS}


def panel_key(panel: str) -> str:
    """Return the digit that selects a panel."""
    return str(PANELS.index(panel) + 1)


def place_key(place: Place) -> str:
    """Return the key that leads to the place of an alert."""
    panel = PLACE_PANELS.get(place)
    return panel_key(panel) if panel is not None else {"connection": "^O", "day": "F8", "applications": "i"}[place]


def cover_causes(alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    """Return the alerts with the worst level first, and among them the first of each place before its others."""
    seen: Counter[tuple[Level, Place]] = Counter()
    ranked: list[tuple[bool, int, Alert]] = []
    for alert in alerts:
        seen[alert.level, alert.place] += 1
        ranked.append((alert.level != "bad" and alert.place != "day", seen[alert.level, alert.place], alert))
    return tuple(alert for _later, _rank, alert in sorted(ranked, key=lambda each: each[:2]))


def strip_lines(alerts: Sequence[Alert], width: int) -> list[list[tuple[Span, int]]]:
    """Return lines of spans, each with the index of its alert; -1 for the number of alerts without room.

    As many alerts are shown as fit into STRIP_LINES; the first one always is, wrapped if it is longer.
    """
    lines: list[list[tuple[Span, int]]] = []
    for shown in range(min(len(alerts), MOST_SHOWN), 0, -1):
        parts = [(_alert_text(alert), level_style(alert.level)) for alert in alerts[:shown]]
        if shown < len(alerts):
            count = len(alerts) - shown
            parts.append((_("{count} more").format(count=count) + f" [{panel_key(EVENTS)}]", "strong"))
        lines = _flow(parts, [*range(shown), -1], width)
        if len(lines) <= STRIP_LINES:
            break
    return lines


def _alert_text(alert: Alert) -> str:
    return f"{level_symbol(alert.level)} {alert.text} [{place_key(alert.place)}]"


def _flow(parts: Sequence[Span], indices: Sequence[int], width: int) -> list[list[tuple[Span, int]]]:
    """Return the parts as lines: a part that does not fit starts a new line, a longer one is wrapped."""
    lines: list[list[tuple[Span, int]]] = []
    for (text, style), index in zip(parts, indices, strict=False):
        used = cell_width([span for span, _index in lines[-1]]) if lines else width
        if used + cell_width([(GAP + text, "")]) <= width:
            lines[-1].append(((GAP + text, style), index))
            continue
        first, *more = wrap(text, width - 3)
        lines.append([((" " + first, style), index)])
        lines += [[(("   " + line, style), index)] for line in more]
    return lines


def calm_sentence(view: SupervisorView) -> str:
    """Return that nothing is wrong, and the numbers on which that rests."""
    waiting = sum(row.waiting for row in view.hall)
    parts = [
        _("{count} waiting, longest {time} of {limit} min").format(
            count=waiting, time=view.longest, limit=view.promise_minutes
        )
        if waiting
        else _("nobody waits"),
        _("{open} of {all} windows open").format(open=count_calling_windows(view.windows), all=len(view.windows)),
        _("{count} tasks, none late").format(count=sum(row.length + row.claimed for row in view.queues)),
    ]
    return _("All normal: {facts}").format(facts=format_list(parts, ";"))


class AlertStrip(TextBlock):
    """Shows the alerts with their keys; a click leads to the cause. Without alerts it shows the main figures."""

    @dataclass
    class Chosen(Message):
        """An alert was clicked; None for the number of those that are not shown."""

        alert: Alert | None

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._alerts: tuple[Alert, ...] = ()
        self._calm = ""

    def show_alerts(self, view: SupervisorView) -> None:
        """Show the alerts of a view; repaint only if they differ."""
        calm = "" if view.alerts else calm_sentence(view)
        alerts = cover_causes(view.alerts)
        if (alerts, calm) != (self._alerts, self._calm):
            self._alerts, self._calm = alerts, calm
            self.refresh(layout=True)

    def lines(self, width: int) -> Iterable[Line]:
        if not self._alerts:
            yield from level_lines("good", self._calm, width)
            return
        for parts in strip_lines(self._alerts, width):
            yield [span for span, _index in parts]

    def on_click(self, event: events.Click) -> None:
        lines = strip_lines(self._alerts, self.size.width) if self._alerts else []
        if event.y < len(lines):
            index = target_at((((span,), index) for span, index in lines[event.y]), event.x)
            if index is not None:
                self.post_message(self.Chosen(self._alerts[index] if index >= 0 else None))
