"""`BoardScreen`: keys and clicks that lead from one panel of the board to another, and to the cause of an alert."""

from __future__ import annotations

from clerk_app.views.hall import Place
from screens import keys
from screens.role_screen import RoleScreen
from screens.supervisor import actions
from screens.supervisor.alert_strip import PLACE_PANELS, AlertStrip, calm_sentence
from screens.supervisor.arrangement import EVENTS
from screens.supervisor.overview import Overview
from screens.supervisor.panel_lists import find_event

PLACE_ACTIONS: dict[Place, keys.KeyAction] = {
    "connection": keys.CONNECTION,
    "day": keys.MORE,
    "applications": actions.APPLICATIONS,
}


class BoardScreen(RoleScreen):
    """The base of the supervisor's screen. While it shows tasks or tickets, the keys of the board do nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.organ = ""  # the organ whose tasks are shown; empty for the overview
        self.category = ""  # whose waiting tickets are shown; empty for the overview
        self._alert_index = -1  # of the alert that `n` has led to

    @property
    def is_away(self) -> bool:
        """Whether the tasks of an organ or the tickets of a category are shown instead of the board."""
        return bool(self.organ or self.category)

    def action_part(self, by: int) -> None:
        """Tab: select the next panel."""
        if not self.is_away:
            self.query_one(Overview).select_next(by)

    def action_panel(self, panel: str) -> None:
        """A digit: select a panel."""
        if not self.is_away:
            self.query_one(Overview).select(panel)

    def action_enlarge(self) -> None:
        if not self.is_away:
            self.query_one(Overview).toggle_enlarged()

    def action_next_alert(self) -> None:
        """Go to the cause of the worst alert, then of the next one."""
        view = self.query_one(Overview).view
        if self.is_away or view is None:
            return
        if not view.alerts:
            self.host.notify(calm_sentence(view))
            return
        self._alert_index = (self._alert_index + 1) % len(view.alerts)
        alert = view.alerts[self._alert_index]
        self.host.notify(alert.text, severity="warning")
        self._show_cause(alert.place, alert.row)

    def _show_cause(self, place: Place | None, row: str) -> None:
        """Select the panel of a place, and move its cursor to a row."""
        if place in PLACE_PANELS:
            self.query_one(Overview).go_to(PLACE_PANELS[place], row)

    async def _go_to(self, place: Place | None, row: str) -> None:
        """Go to the cause of an alert or event: its panel and row, or the page or dialog that deals with it."""
        self._show_cause(place, row)
        if place in PLACE_ACTIONS:
            await self.perform_action(PLACE_ACTIONS[place])

    async def on_alert_strip_chosen(self, message: AlertStrip.Chosen) -> None:
        if message.alert is None:
            self.query_one(Overview).select(EVENTS)
        else:
            await self._go_to(message.alert.place, message.alert.row)

    async def open_event(self, key: str) -> None:
        """Go to the cause of an alert or event, named by the key of its row."""
        view = self.query_one(Overview).view
        found = find_event(view, key) if view is not None else None
        if found is not None:
            await self._go_to(found.place, found.row)
