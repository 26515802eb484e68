"""Titles, counts, states and keys in the frames of the supervisor's panels."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from clerk_app.locales import _, plural_form
from clerk_app.views.shared import Level
from clerk_app.views.supervisor import SupervisorView, WindowRow
from screens.supervisor.arrangement import DEPARTMENTS, EVENTS, PANELS, PLOT, PREVIEW, WAITING, WINDOWS
from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.panel_tabs import PanelTab


def panel_names() -> dict[str, str]:
    """Return the names of the panels in the current language."""
    return {
        WAITING: _("Waiting"),
        DEPARTMENTS: _("Departments"),
        PLOT: _("Plot"),
        WINDOWS: _("Windows"),
        EVENTS: _("Events"),
        PREVIEW: _("Preview"),
    }


def panel_tabs(view: SupervisorView | None) -> Iterable[PanelTab]:
    """Return the tabs of a narrow screen; a panel with something wrong has the symbol of its level."""
    names, levels = panel_names(), _levels(view) if view is not None else {}
    return [PanelTab(panel, names[panel], levels.get(panel, "plain")) for panel in PANELS]


def _levels(view: SupervisorView) -> dict[str, Level]:
    """Return the levels of panels that are not good."""
    levels = {
        WAITING: _waiting_state(view)[0],
        DEPARTMENTS: _department_state(view)[0],
        WINDOWS: _window_state(view)[0],
    }
    return {panel: level for panel, level in levels.items() if level in ("bad", "warn")}


def title_panels(board: Widget, view: SupervisorView) -> None:
    """Write the titles of all lists from a view."""
    names = panel_names()
    waiting = board.query_one(f"#{WAITING}")
    level, state = _waiting_state(view)
    count = sum(row.waiting for row in view.hall)
    title_panel(waiting, names[WAITING], key="1", count=count, state=state, level=level)
    show_panel_keys(waiting, _("Enter, t tickets: move  p priority  a add window"))
    departments = board.query_one(f"#{DEPARTMENTS}")
    level, state = _department_state(view)
    count = sum(row.length for row in view.queues)
    title_panel(departments, names[DEPARTMENTS], key="2", count=count, state=state, level=level)
    show_panel_keys(departments, _("Enter tasks: release, reassign"))
    windows = board.query_one(f"#{WINDOWS}")
    level, state = _window_state(view)
    count_text = f"{count_calling_windows(view.windows)}/{len(view.windows)}"
    title_panel(windows, names[WINDOWS], key="4", count=count_text, state=state, level=level)
    show_panel_keys(windows, _("o open  c pause  f serves  t tickets  m message"))
    events = board.query_one(f"#{EVENTS}")
    bad, warn = (sum(alert.level == each for alert in view.alerts) for each in ("bad", "warn"))
    words = (
        plural_form(bad + warn, _("{count} alert"), _("{count} alerts")).format(count=bad + warn)
        if bad or warn
        else _("no alert")
    )
    title_panel(events, names[EVENTS], key="5", state=words, level="bad" if bad else "warn" if warn else "good")
    show_panel_keys(events, _("Enter goes to the cause"))


def count_calling_windows(windows: Iterable[WindowRow]) -> int:
    """Return how many windows are open and not paused."""
    return sum(row.is_open and not row.is_paused for row in windows)


def _waiting_state(view: SupervisorView) -> tuple[Level, str]:
    if not view.day.is_open:
        return "warn", _("closed for now")
    if not view.longest:
        return "good", _("nobody waits")
    levels = {row.level for row in view.hall}
    level: Level = "bad" if "bad" in levels else "warn" if "warn" in levels else "good"
    return level, _("longest wait {time}").format(time=view.longest)


def _department_state(view: SupervisorView) -> tuple[Level, str]:
    late, soon = sum(row.overdue for row in view.queues), sum(row.due_soon for row in view.queues)
    taken = _("{count} taken").format(count=sum(row.claimed for row in view.queues))
    if late:
        return "bad", _("{count} overdue").format(count=late) + f"  {taken}"
    return ("warn", _("{count} due soon").format(count=soon) + f"  {taken}") if soon else ("plain", taken)


def _window_state(view: SupervisorView) -> tuple[Level, str]:
    long = sum(row.level == "warn" for row in view.windows)
    free = sum(row.is_open and not row.ticket and row.seconds is not None for row in view.windows)
    words = _("{count} free").format(count=free)
    if paused := sum(row.is_paused for row in view.windows):
        words = _("{count} paused").format(count=paused) + f"  {words}"
    if long:
        return "warn", _("{count} unusually long").format(count=long) + f"  {words}"
    return "plain", words
