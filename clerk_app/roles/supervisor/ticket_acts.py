"""The waiting tickets of a category, and the acts of a supervisor on them: move, priority."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from clerk_app.errors import ClerkError, OutOfReach
from clerk_app.hall.calling_order import CallPlace, explain_category, explain_order
from clerk_app.hall.reasons import list_reasons
from clerk_app.hall.targets import read_holders
from clerk_app.hall.ticket_priority import PrioritiseTicket, RemovePriority, has_priority
from clerk_app.hall.transfers import read_route
from clerk_app.hall.waiting_moves import MoveWaitingTicket, SetWaitingStations
from clerk_app.hall.windows import parse_categories
from clerk_app.ledger.commands import Command
from clerk_app.locales import _, localize_name, plural_form
from clerk_app.roles.call_reasons import class_name, describe_place
from clerk_app.roles.formatting import format_short_age, format_time
from clerk_app.roles.hall_names import category_names
from clerk_app.roles.promised_waits import read_promise
from clerk_app.roles.supervisor.hall_acts import HallActs
from clerk_app.roles.ticket_route import describe_route
from clerk_app.views.shared import Level, Option
from clerk_app.views.supervisor import WINDOW_QUEUE, HallDetails, SupervisorView, WaitingTicket, WindowFunctions
from db.engines import Transaction

_SECOND = 1_000_000  # microseconds
_WAITING_ACTS: dict[str, Callable[[str, str], MoveWaitingTicket]] = {
    "category": lambda ticket, target: MoveWaitingTicket(ticket=ticket, category=target),
    "window": lambda ticket, target: MoveWaitingTicket(ticket=ticket, window=target),
    "staff": lambda ticket, target: MoveWaitingTicket(ticket=ticket, staff=target),
}


class TicketActs(HallActs):
    """Acts on waiting tickets."""

    def list_waiting(self, queue: str) -> tuple[WaitingTicket, ...]:
        hall, now = self._office.settings.hall, self._office.corrected_now
        with self._office.store.read() as tx:
            window = tx.get("windows", id=queue.removeprefix(WINDOW_QUEUE)) if queue.startswith(WINDOW_QUEUE) else None
            places = explain_order(tx, hall, window, now) if window else explain_category(tx, hall, queue)
            return tuple(self._build_ticket(tx, number, place) for number, place in enumerate(places, 1))

    def _build_ticket(self, tx: Transaction, number: int, place: CallPlace) -> WaitingTicket:
        row, now = place.ticket, self._office.corrected_now
        seconds = max(0, now - row["issued_at"]) // _SECOND
        promise = read_promise(self._office, tx, row["category"]) * 60
        level: Level = "bad" if seconds > promise else "warn" if seconds * 2 > promise else "plain"
        return WaitingTicket(
            id=row["id"],
            number=row["number"],
            category=row["category"],
            place=number,
            waited=format_short_age(row["issued_at"], now),
            waited_seconds=seconds,
            drawn=format_time(self._office.local_time(row["issued_at"])),
            reason=describe_place(self._office, tx, place),
            priority=class_name(row["priority"]),
            target=_name_target(tx, row["target_window"], row["target_staff"]),
            route=describe_route(self._office, tx, row),
            has_priority=has_priority(row),
            level=level,
        )

    def read_ticket(self, ticket: str) -> HallDetails:
        with self._office.store.read() as tx:
            row = tx.get("tickets", id=ticket)
        found = self.list_waiting(row["category"]) if row is not None else ()
        shown = next((each for each in found if each.id == ticket), None)
        if shown is None:
            number = row["number"] if row is not None else ticket
            return HallDetails(number, (_("Ticket {number} is not waiting any more.").format(number=number),))
        place = _("Place {place} of {count} in its queue, taken at {drawn}, waited {waited}.").format(
            place=shown.place, count=len(found), drawn=shown.drawn, waited=shown.waited
        )
        lines = [place, shown.reason]
        if shown.priority:
            lines.append(_("Class: {name}").format(name=shown.priority))
        if shown.target:
            lines.append(_("Waits for {target} alone.").format(target=shown.target))
        if shown.route:
            lines.append(shown.route)
        return HallDetails(shown.number, tuple(lines))

    def list_move_targets(self, category: str) -> tuple[Option, ...]:
        names = category_names(self._office)
        with self._office.store.read() as tx:
            holders = read_holders(tx, self._office.settings.hall, self._office.corrected_now)
            windows = {row["id"]: localize_name(row["name"]) for row in tx.select("windows")}
            staff = {row["id"]: row["name"] for row in tx.select("staff")}
        held = sorted(holders.items(), key=lambda item: (len(item[0]), item[0]))
        return (
            *(Option(f"category:{each}", f"{each}  {name}", _("category")) for each, name in names.items()
              if each != category),
            *(Option(f"window:{window}", windows[window], _("this window alone")) for window, _holder in held),
            *(Option(f"staff:{person}", staff.get(person, person), _("this person alone")) for _window, person in held),
            Option(f"category:{category}", names.get(category, category), _("any window again")),
        )  # fmt: skip

    def move_tickets(self, tickets: Sequence[str], target: str) -> SupervisorView:
        kind, _colon, value = target.partition(":")
        moved, refused = self._perform_each(tickets, lambda ticket: _WAITING_ACTS[kind](ticket, value))
        words = plural_form(moved, _("{count} ticket was moved."), _("{count} tickets were moved."))
        return self._view_with(f"{words.format(count=moved)} {refused}".rstrip())

    def list_stations(self, ticket: str) -> WindowFunctions:
        with self._office.store.read() as tx:
            row = tx.get("tickets", id=ticket)
            served = [parse_categories(window["categories"]) for window in tx.select("windows")]
        names, offered = category_names(self._office), frozenset[str]().union(*served)
        letters = [letter for letter in names if letter in offered]
        chosen = read_route(row).stations if row is not None else ()
        return WindowFunctions(tuple(Option(each, f"{each}  {names[each]}") for each in letters), frozenset(chosen))

    def set_stations(self, tickets: Sequence[str], categories: Sequence[str]) -> SupervisorView:
        stations = tuple(categories)
        changed, refused = self._perform_each(
            tickets, lambda ticket: SetWaitingStations(ticket=ticket, categories=stations)
        )
        words = plural_form(
            changed, _("{count} ticket has these further windows."), _("{count} tickets have these further windows.")
        )
        return self._view_with(f"{words.format(count=changed)} {refused}".rstrip())

    def list_priority_reasons(self) -> tuple[Option, ...]:
        return tuple(Option(reason.code, reason.localized()) for reason in list_reasons("pick"))

    def prioritise_tickets(self, tickets: Sequence[str], reason: str) -> SupervisorView:
        given, refused = self._perform_each(tickets, lambda ticket: PrioritiseTicket(ticket=ticket, reason=reason))
        words = plural_form(given, _("{count} ticket has priority now."), _("{count} tickets have priority now."))
        return self._view_with(f"{words.format(count=given)} {refused}".rstrip())

    def remove_priority(self, tickets: Sequence[str]) -> SupervisorView:
        taken, refused = self._perform_each(tickets, lambda ticket: RemovePriority(ticket=ticket))
        words = plural_form(
            taken, _("{count} ticket has its place again."), _("{count} tickets have their places again.")
        )
        return self._view_with(f"{words.format(count=taken)} {refused}".rstrip())

    def _perform_each(self, tickets: Sequence[str], build: Callable[[str], Command[Any]]) -> tuple[int, str]:
        """Perform a command for each ticket; return how many were done, and why the others were refused."""
        refusals: list[str] = []
        for ticket in tickets:
            try:
                self._door.perform(build(ticket), self._staff_id)
            except OutOfReach:
                raise
            except ClerkError as error:
                refusals.append(str(error))
        if len(refusals) == len(tickets) == 1:
            return 0, refusals[0]
        return len(tickets) - len(refusals), " ".join(refusals)


def _name_target(tx: Transaction, window: str, staff: str) -> str:
    """Return the name of the window or person that alone calls a ticket; empty without one."""
    row = tx.get("windows", id=window) if window else tx.get("staff", id=staff) if staff else None
    return localize_name(row["name"]) if row is not None else ""
