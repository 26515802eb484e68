"""Transfers of the ticket being served (转移): to a queue, a window or a person; its stations; and taking that back.

A ticket that is transferred waits again at its place by time of issue, and nobody is called a second time before it for
that. It comes back to the window on request: when the other window finishes with it, it waits for the first one, which
calls it before other tickets (`fair_order.py`). Stations are categories whose windows the ticket visits one after the
other.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.hall.calls import (
    VisitStarted,
    find_open_visit,
    get_idle_window,
    recover_visit,
    require_hall,
    start_visit,
)
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.targets import has_come_back, read_holders
from clerk_app.hall.visit_records import end_visit
from clerk_app.hall.visits import get_open_visit
from clerk_app.hall.windows import parse_categories
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

MOST_STATIONS = 8
TAKE_BACK_PERIOD = 600_000_000  # microseconds after the end of the visit

RULES = RuleSet()


class TicketRoute(MessagePart, frozen=True, kw_only=True):
    """In which queue a ticket waits, who alone calls it, and where it waits afterwards."""

    category: str
    window: str = ""
    staff: str = ""
    return_to: str = ""
    stations: tuple[str, ...] = ()


class TicketTransferred(CommandDecision, frozen=True, kw_only=True):
    """The ticket, and where it waits now; empty if only the visit ends: see `_recover_transfer`."""

    stored_name: ClassVar[str] = "TicketTransferred"
    ticket: str
    route: TicketRoute


class TransferTicket(Command[TicketTransferred], frozen=True, kw_only=True):
    """Ends the visit and lets its ticket wait in the queue of `category`, for `window`, or for `staff`: one of them.

    `comes_back`: when the other window finishes with the ticket, it waits for this window again.
    """

    stored_name: ClassVar[str] = "TransferTicket"
    visit: str
    category: str = ""
    window: str = ""
    staff: str = ""
    comes_back: bool = False


class StationsSet(CommandDecision, frozen=True, kw_only=True):
    """The ticket, and the categories whose windows it visits after the present one."""

    stored_name: ClassVar[str] = "StationsSet"
    ticket: str
    stations: tuple[str, ...]


class SetStations(Command[StationsSet], frozen=True, kw_only=True):
    """Sets which categories the ticket being served visits when this window finishes with it, in this order."""

    stored_name: ClassVar[str] = "SetStations"
    visit: str
    categories: tuple[str, ...]


class TakeTicketBack(Command[VisitStarted], frozen=True, kw_only=True):
    """Serves a ticket again that has just moved on from this window and still waits; `route` is its former one.

    The visit is a new one: the person is identified again.
    """

    stored_name: ClassVar[str] = "TakeTicketBack"
    ticket: str
    window: str
    route: TicketRoute


def read_route(ticket: Row) -> TicketRoute:
    """Return the route in the row of a ticket."""
    return TicketRoute(
        category=ticket["category"],
        window=ticket["target_window"],
        staff=ticket["target_staff"],
        return_to=ticket["return_to"],
        stations=decode_json_list(ticket["next_categories"]),
    )


def _get_served_ticket(tx: Transaction, visit: Row) -> Row:
    """Return the ticket of an open visit, locked for update. Raise Refused if it is not being served there."""
    ticket = tx.get_for_update("tickets", id=visit["ticket"]) if visit["ticket"] is not None else None
    if ticket is None:
        raise Refused("no_ticket", "There is no ticket: finish is all that can be done.")
    if ticket["state"] != "serving" or ticket["window_id"] != visit["window_id"]:
        raise Refused("not_serving", "Ticket {number} is not being served here any more.", number=ticket["number"])
    return ticket


def _decide_transfer(tx: Transaction, command: TransferTicket, moment: Moment) -> TicketTransferred:
    visit = get_open_visit(tx, command.visit, moment)
    ticket = _get_served_ticket(tx, visit)
    if len([target for target in (command.category, command.window, command.staff) if target]) != 1:
        raise Refused("target", "A ticket is transferred to one queue, window or person.")
    return_to = "" if has_come_back(ticket) else ticket["return_to"]
    if command.comes_back and return_to:
        raise Refused("returns", "This ticket already goes back to another window after this one.")
    if command.category:
        if command.category == ticket["category"]:
            raise Refused("same_queue", "The ticket is of this queue: put it back to its place instead.")
        require_categories(tx, ticket["hall"], (command.category,))
    else:
        _require_on_duty(tx, command, ticket["hall"], visit["window_id"], moment)
    route = read_route(ticket)
    stations = (ticket["category"], *route.stations) if command.comes_back else route.stations
    return TicketTransferred(
        ticket=ticket["id"],
        route=TicketRoute(
            category=command.category or ticket["category"],
            window=command.window,
            staff=command.staff,
            return_to=visit["window_id"] if command.comes_back else return_to,
            stations=stations,
        ),
    )


def require_categories(tx: Transaction, hall: str, categories: tuple[str, ...]) -> None:
    """Raise Refused unless a window of the hall, open or not, serves each of the categories."""
    windows = [row for row in tx.select("windows") if row["hall"] in (hall, "")]
    served = frozenset[str]().union(*(parse_categories(row["categories"]) for row in windows))
    for category in categories:
        if category not in served:
            raise Refused("unserved_category", "No window of this hall serves category {letter}.", letter=category)


def _require_on_duty(tx: Transaction, command: TransferTicket, hall: str, own_window: str, moment: Moment) -> None:
    """Raise Refused unless somebody else holds the window, or the person a window, of the hall."""
    holders = read_holders(tx, hall, moment.decided_at)
    if command.window == own_window or command.staff == moment.actor.id:
        raise Refused("same_window", "The ticket is being served at this window.")
    if command.window and command.window not in holders and not moment.already_decided:
        raise Refused("window_closed", "That window is closed: nobody would call the ticket there.")
    if command.staff and command.staff not in holders.values() and not moment.already_decided:
        raise Refused("off_duty", "This person works at no window of the hall now.")


def _recover_transfer(tx: Transaction, entry: Entry[TransferTicket, TicketTransferred], _: bool) -> TicketTransferred:
    """Return a lost transfer. The ticket stays as it is if it was called elsewhere, or has ended, since the restore."""
    ticket = tx.get_for_update("tickets", id=entry.decision.ticket)
    visit = tx.get("visits", id=entry.command.visit)
    is_here = ticket is not None and visit is not None and ticket["window_id"] == visit["window_id"]
    if ticket is not None and ((ticket["state"] == "serving" and is_here) or ticket["state"] == "waiting"):
        return entry.decision
    return msgspec.structs.replace(entry.decision, ticket="")


@RULES.register(
    TransferTicket,
    TicketTransferred,
    permission="ticket.transfer",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Transfer of a ticket"),
    decide=_decide_transfer,
    stream=lambda command, decision: f"ticket/{decision.ticket}" if decision else f"visit/{command.visit}",
    documents=("ticket", "visit"),
    placement=Placement.REMOTE,
    own_entries_first=True,
    recover=_recover_transfer,
)
def _apply_transfer(tx: Transaction, entry: Entry[TransferTicket, TicketTransferred]) -> None:
    visit, ticket, at = entry.command.visit, entry.decision.ticket, entry.decided_at
    end_visit(tx, visit, at, "moved")
    if not ticket:
        return
    waiting: dict[str, object] = {"state": "waiting", "calls": 0, "window_id": None, "waiting_since": at}
    tx.update("tickets", {"id": ticket}, **waiting, **_route_columns(entry.decision.route))
    tx.mark_changed(hall_scope(ticket), f"ticket/{ticket}")


def _route_columns(route: TicketRoute) -> dict[str, object]:
    return {
        "category": route.category,
        "target_window": route.window,
        "target_staff": route.staff,
        "return_to": route.return_to,
        "next_categories": encode_json_list(route.stations),
    }


def _decide_stations(tx: Transaction, command: SetStations, moment: Moment) -> StationsSet:
    ticket = _get_served_ticket(tx, get_open_visit(tx, command.visit, moment))
    return decide_stations(tx, ticket, command.categories)


def decide_stations(tx: Transaction, ticket: Row, categories: tuple[str, ...]) -> StationsSet:
    """Return the stations of a ticket after its present window. Raise Refused for too many, or one nobody serves."""
    if len(categories) > MOST_STATIONS:
        raise Refused("stations", "A ticket visits at most {count} more windows.", count=MOST_STATIONS)
    require_categories(tx, ticket["hall"], categories)
    returns = ticket["return_to"] and not has_come_back(ticket)
    first = read_route(ticket).stations[:1] if returns else ()  # its category at the window it returns to
    return StationsSet(ticket=ticket["id"], stations=(*first, *categories))


@RULES.register(
    SetStations,
    StationsSet,
    permission="ticket.serve",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Further windows of a ticket"),
    decide=_decide_stations,
    stream=lambda command, decision: f"ticket/{decision.ticket}" if decision else f"visit/{command.visit}",
    documents=("ticket",),
)
def _apply_stations(tx: Transaction, entry: Entry[SetStations, StationsSet]) -> None:
    ticket = entry.decision.ticket
    tx.update("tickets", {"id": ticket}, next_categories=encode_json_list(entry.decision.stations))
    tx.mark_changed(hall_scope(ticket), f"ticket/{ticket}")


def _decide_take_back(tx: Transaction, command: TakeTicketBack, moment: Moment) -> VisitStarted:
    window = get_idle_window(tx, command.window, moment)
    ticket = tx.get_for_update("tickets", id=command.ticket)
    last = tx.query_one("hall.last_visit_of_ticket", ticket=command.ticket)
    if ticket is None or ticket["state"] != "waiting":
        raise Refused("not_waiting", "This ticket was called elsewhere, or has ended.")
    require_hall(window, ticket["hall"])
    if last is None or last["window_id"] != command.window or last["staff"] != moment.actor.id:
        raise Refused("other_window", "Another window has served this ticket since.")
    if last["ended_at"] is not None and moment.decided_at - last["ended_at"] > TAKE_BACK_PERIOD:
        raise Refused("too_late", "Too much time has passed: the ticket waits for its call.")
    route = command.route
    require_categories(tx, ticket["hall"], (route.category, *route.stations))
    if route.return_to and tx.get("windows", id=route.return_to) is None:
        raise Refused("window", "There is no window {window}.", window=route.return_to)
    return VisitStarted(
        visit=moment.key,
        ticket=command.ticket,
        ended_visit=find_open_visit(tx, command.ticket),
        categories=tuple(sorted(parse_categories(window["categories"]))),
        is_measured=True,
    )


def _recover_take_back(tx: Transaction, entry: Entry[TakeTicketBack, VisitStarted], may_wait: bool) -> VisitStarted:
    return recover_visit(tx, entry.command.window, entry.decision, may_wait=may_wait)


@RULES.register(
    TakeTicketBack,
    VisitStarted,
    permission="ticket.transfer",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Ticket taken back"),
    decide=_decide_take_back,
    stream=lambda command, _: f"ticket/{command.ticket}",
    documents=("ticket", "visit"),
    placement=Placement.REMOTE,
    own_entries_first=True,
    recover=_recover_take_back,
)
def _apply_take_back(tx: Transaction, entry: Entry[TakeTicketBack, VisitStarted]) -> None:
    start_visit(tx, entry.command.window, entry.decision, entry.moment)
    if not entry.decision.is_walk_in:
        tx.update("tickets", {"id": entry.command.ticket}, **_route_columns(entry.command.route))
