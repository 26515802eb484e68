"""The tabs of the panels on a narrow screen, which shows one panel at a time."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from clerk_app.locales import _
from screens.supervisor.arrangement import DEPARTMENTS, EVENTS, PANELS, PLOT, PREVIEW, WAITING, WINDOWS
from screens.widgets.paint import Line, Span, cell_width
from screens.widgets.status_lines import SingleLine


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


class PanelTabs(SingleLine):
    """Digits and names of the panels; the one that is shown is marked. A click selects another."""

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        panel: str

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._selected = ""

    def show_selected(self, panel: str) -> None:
        """Mark the tab of a panel."""
        if panel != self._selected:
            self._selected = panel
            self.refresh()

    def spans(self) -> Line:
        return [span for name in PANELS for span in self._tab(name)]

    def _tab(self, panel: str) -> list[Span]:
        number, name = PANELS.index(panel) + 1, panel_names()[panel]
        if panel == self._selected:
            return [(f"[{number} {name}]", "lit"), (" ", "")]
        return [(f" {number}", "cap"), (f" {name} ", ""), (" ", "")]

    def on_click(self, event: events.Click) -> None:
        end = 0
        for panel in PANELS:
            end += cell_width(self._tab(panel))
            if event.x < end:
                self.post_message(self.Chosen(panel))
                return
