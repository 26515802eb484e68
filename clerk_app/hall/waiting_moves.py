"""Moves of waiting tickets by a supervisor or a reception: to another category, for a window, or for a person.

A supervisor also sets the further windows of a ticket while it waits.

A moved ticket keeps its place by time of issue, as a transferred one does (`transfers.py`).
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.service_days import require_own_site
from clerk_app.hall.targets import has_come_back, read_holders
from clerk_app.hall.ticket_priority import get_waiting_ticket
from clerk_app.hall.tickets import require_own_hall
from clerk_app.hall.transfers import StationsSet, decide_stations, require_categories
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import encode_json_list

RULES = RuleSet()


class WaitingTicketMoved(CommandDecision, frozen=True, kw_only=True):
    """Where the ticket waits now: in a category, or for a window or a person alone.

    `ticket` is empty if nothing changes, because it does not wait any more. `ends_return`: it had come back to a
    window, and does not wait for that any more.
    """

    stored_name: ClassVar[str] = "WaitingTicketMoved"
    ticket: str
    category: str
    window: str = ""
    staff: str = ""
    ends_return: bool = False


class MoveWaitingTicket(Command[WaitingTicketMoved], frozen=True, kw_only=True):
    """Lets a waiting ticket wait in the queue of `category`, for `window`, or for `staff`: one of them.

    The own category ends the wait for a window or person.
    """

    stored_name: ClassVar[str] = "MoveWaitingTicket"
    ticket: str
    category: str = ""
    window: str = ""
    staff: str = ""


class SetWaitingStations(Command[StationsSet], frozen=True, kw_only=True):
    """Sets which categories a waiting ticket visits after the window that calls it, in this order; none: it ends there.

    `SetStations` is for a ticket that is being served.
    """

    stored_name: ClassVar[str] = "SetWaitingStations"
    ticket: str
    categories: tuple[str, ...] = ()


def _decide(tx: Transaction, command: MoveWaitingTicket, moment: Moment) -> WaitingTicketMoved:
    ticket = get_waiting_ticket(tx, command.ticket)
    require_own_site(tx, ticket["hall"], moment)
    if moment.actor.role == Role.CLERK:
        require_own_hall(tx, ticket["hall"], moment)
    if len([target for target in (command.category, command.window, command.staff) if target]) != 1:
        raise Refused("target", "A ticket is transferred to one queue, window or person.")
    if command.category:
        has_target = ticket["target_window"] or ticket["target_staff"]
        if command.category == ticket["category"] and not has_target:
            raise Refused("same_queue", "Ticket {number} waits in this queue.", number=ticket["number"])
        require_categories(tx, ticket["hall"], (command.category,))
    else:
        holders = read_holders(tx, ticket["hall"], moment.decided_at)
        if command.window and command.window not in holders:
            raise Refused("window_closed", "That window is closed: nobody would call the ticket there.")
        if command.staff and command.staff not in holders.values():
            raise Refused("off_duty", "This person works at no window of the hall now.")
    return WaitingTicketMoved(
        ticket=ticket["id"],
        category=command.category or ticket["category"],
        window=command.window,
        staff=command.staff,
        ends_return=has_come_back(ticket),
    )


def _recover(tx: Transaction, entry: Entry[MoveWaitingTicket, WaitingTicketMoved], _: bool) -> WaitingTicketMoved:
    """Return a lost move; it changes nothing if the ticket does not wait any more since the restore."""
    ticket = tx.get_for_update("tickets", id=entry.decision.ticket)
    is_waiting = ticket is not None and ticket["state"] == "waiting"
    return entry.decision if is_waiting else msgspec.structs.replace(entry.decision, ticket="")


@RULES.register(
    MoveWaitingTicket,
    WaitingTicketMoved,
    permission="ticket.move",
    roles=(Role.CLERK, Role.SUPERVISOR),
    machines=(MachineKind.SUPERVISOR, MachineKind.RECEPTION),
    label=mark("Move of a waiting ticket"),
    decide=_decide,
    stream=lambda command, _: f"ticket/{command.ticket}",
    documents=("ticket",),
    placement=Placement.REMOTE,
    recover=_recover,
)
def _apply(tx: Transaction, entry: Entry[MoveWaitingTicket, WaitingTicketMoved]) -> None:
    moved = entry.decision
    if not moved.ticket:
        return
    columns = {"category": moved.category, "target_window": moved.window, "target_staff": moved.staff}
    columns |= {"return_to": ""} if moved.ends_return else {}
    tx.update("tickets", {"id": moved.ticket}, waiting_since=entry.decided_at, **columns)
    tx.mark_changed(hall_scope(moved.ticket), f"ticket/{moved.ticket}")


def _decide_stations(tx: Transaction, command: SetWaitingStations, moment: Moment) -> StationsSet:
    ticket = get_waiting_ticket(tx, command.ticket)
    require_own_site(tx, ticket["hall"], moment)
    return decide_stations(tx, ticket, command.categories)


def _recover_stations(tx: Transaction, entry: Entry[SetWaitingStations, StationsSet], _: bool) -> StationsSet:
    """Return lost stations; they change nothing if the ticket does not wait any more since the restore."""
    ticket = tx.get_for_update("tickets", id=entry.decision.ticket)
    is_waiting = ticket is not None and ticket["state"] == "waiting"
    return entry.decision if is_waiting else msgspec.structs.replace(entry.decision, ticket="")


@RULES.register(
    SetWaitingStations,
    StationsSet,
    permission="ticket.stations",
    roles=(Role.SUPERVISOR,),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Further windows of a waiting ticket"),
    decide=_decide_stations,
    stream=lambda command, _: f"ticket/{command.ticket}",
    documents=("ticket",),
    placement=Placement.REMOTE,
    recover=_recover_stations,
)
def _apply_stations(tx: Transaction, entry: Entry[SetWaitingStations, StationsSet]) -> None:
    ticket = entry.decision.ticket
    if ticket:
        tx.update("tickets", {"id": ticket}, next_categories=encode_json_list(entry.decision.stations))
        tx.mark_changed(hall_scope(ticket), f"ticket/{ticket}")
