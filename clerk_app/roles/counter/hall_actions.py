"""Actions of the clerk on the hall: a certain ticket, transfer, stations, pause, functions, closing after the visit."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.errors import Refused
from clerk_app.hall.calls import PickTicket
from clerk_app.hall.reasons import ReasonList, describe_reason, list_reasons
from clerk_app.hall.targets import read_holders
from clerk_app.hall.transfers import SetStations, TransferTicket
from clerk_app.hall.window_settings import CloseWindowAfterVisit, SetWindowCategories
from clerk_app.hall.windows import SetWindowState, parse_categories
from clerk_app.locales import _, localize_name
from clerk_app.roles.counter.visit_actions import VisitActions
from clerk_app.roles.hall_names import category_names
from clerk_app.views.counter import CounterView, Leaving
from clerk_app.views.shared import Option


class HallActions(VisitActions):
    """Acts of a clerk on tickets and on the own window, except the call of the next ticket."""

    def call_next(self, leaving: Leaving = "") -> CounterView:
        """Call the next ticket; a paused window is opened first."""
        with self._office.store.read() as tx:
            window = tx.get("windows", id=self._window)
        if window is not None and (window["state"], window["staff"]) == ("paused", self._staff_id):
            self._door.perform(SetWindowState(window=self._window, state="open"), self._staff_id)
        return super().call_next(leaving)

    def list_pick_reasons(self) -> tuple[Option, ...]:
        return _reason_options("pick")

    def list_pause_reasons(self) -> tuple[Option, ...]:
        return _reason_options("pause")

    def pick_ticket(self, ticket: str, reason: str, leaving: Leaving = "") -> CounterView:
        self._leave_current_visit(leaving)
        self._door.perform(PickTicket(ticket=ticket, window=self._window, reason=reason), self._staff_id)
        return self._reset()

    def list_transfer_targets(self) -> tuple[Option, ...]:
        """Return queues, windows and persons; the id has the kind before a colon."""
        hall, now = self._office.settings.hall, self._office.corrected_now
        visit = self._current_visit()
        with self._office.store.read() as tx:
            ticket = tx.get("tickets", id=visit["ticket"]) if visit["ticket"] else None
            holders = read_holders(tx, hall, now)
            windows = {row["id"]: row for row in tx.select("windows", order=("id",))}
            names = {row["id"]: row["name"] for row in tx.select("staff")}
        queues = [option for option in self.list_functions() if ticket is None or option.id != ticket["category"]]
        others = {window: staff for window, staff in holders.items() if window != self._window}
        found = [
            *((f"category:{option.id}", option.name, _("queue")) for option in queues),
            *((f"window:{name}", localize_name(windows[name]["name"]), _("window")) for name in others),
            *((f"staff:{staff}", names.get(staff, staff), _("person")) for staff in others.values()),
        ]
        return tuple(Option(key, name, hint, str(number)) for number, (key, name, hint) in enumerate(found, 1))

    def transfer_ticket(self, target: str, *, comes_back: bool = False) -> CounterView:
        kind, _colon, name = target.partition(":")
        visit = self._current_visit()
        with self._office.store.read() as tx:
            before = tx.get("tickets", id=visit["ticket"]) if visit["ticket"] else None
        command = TransferTicket(
            visit=visit["id"],
            category=name if kind == "category" else "",
            window=name if kind == "window" else "",
            staff=name if kind == "staff" else "",
            comes_back=comes_back,
        )
        self._door.perform(command, self._staff_id)
        if before is not None:
            self._state.moved.record(before, self._office.corrected_now)
        return replace(self._reset(), message=_("The ticket waits there now."))

    def set_stations(self, categories: tuple[str, ...]) -> CounterView:
        self._door.perform(SetStations(visit=self._current_visit()["id"], categories=categories), self._staff_id)
        return self._view_with_message(_("After this window the ticket waits for the next ones."))

    def list_functions(self) -> tuple[Option, ...]:
        """Return the ticket categories that a window of the hall serves, with their names."""
        hall = self._office.settings.hall
        with self._office.store.read() as tx:
            windows = [row for row in tx.select("windows") if row["hall"] in (hall, "")]
        served = frozenset[str]().union(*(parse_categories(row["categories"]) for row in windows))
        names = category_names(self._office)
        letters = [*names, *sorted(served - names.keys())]
        return tuple(
            Option(letter, f"{letter} {names.get(letter, '')}".rstrip(), "", str(number))
            for number, letter in enumerate((letter for letter in letters if letter in served), 1)
        )

    def set_functions(self, categories: tuple[str, ...]) -> CounterView:
        self._door.perform(SetWindowCategories(window=self._window, categories=categories), self._staff_id)
        return self._view_with_message(
            _("From the next call on, this window serves: {list}.").format(list=" ".join(categories))
        )

    def pause_window(self, reason: str) -> CounterView:
        self._door.perform(SetWindowState(window=self._window, state="paused", reason=reason), self._staff_id)
        sentence = _("This window is paused ({reason}): nobody is called. F2 opens it again.")
        return self._view_with_message(sentence.format(reason=describe_reason("pause", reason)))

    def close_after_visit(self) -> CounterView:
        """Let the window close when this visit ends; a second time takes that back."""
        with self._office.store.read() as tx:
            window = tx.get("windows", id=self._window)
        if window is None:
            raise Refused("window", "There is no window {window}.", window=self._window)
        closes = not window["closes_after"]
        self._door.perform(CloseWindowAfterVisit(window=self._window, closes=closes), self._staff_id)
        sentence = _("This window closes when this visit ends.") if closes else _("This window stays open.")
        return self._view_with_message(sentence)


def _reason_options(of: ReasonList) -> tuple[Option, ...]:
    return tuple(
        Option(reason.code, reason.localized(), "", str(number)) for number, reason in enumerate(list_reasons(of), 1)
    )
