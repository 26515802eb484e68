"""Priority of a waiting ticket (优先), given by a supervisor with a reason, and taken back.

The rank of such a ticket is lowered by PRIORITY_OFFSET: it ranks before each ticket without priority, and among those
with priority at its own place. The limit of overtaking stays: a ticket that was overtaken as often as allowed is called
before it (`fair_order.py`). A ticket that is requeued after a no-show loses the priority with its rank.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.reasons import require_reason_code
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.service_days import require_own_site
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

PRIORITY_OFFSET = 10**16
"""Microseconds: about 317 years. A rank below zero so marks a ticket with priority. Stored ranks depend on it."""

RULES = RuleSet()


class TicketRanked(CommandDecision, frozen=True, kw_only=True):
    """The new rank of the ticket; `ticket` is empty if nothing changes, because it does not wait any more."""

    stored_name: ClassVar[str] = "TicketRanked"
    ticket: str
    rank: int


class PrioritiseTicket(Command[TicketRanked], frozen=True, kw_only=True):
    """Lets a waiting ticket be called before those without priority; `reason` is a code of the list `pick`."""

    stored_name: ClassVar[str] = "PrioritiseTicket"
    ticket: str
    reason: str


class RemovePriority(Command[TicketRanked], frozen=True, kw_only=True):
    """Takes the priority of a waiting ticket back: it has its former place."""

    stored_name: ClassVar[str] = "RemovePriority"
    ticket: str


def has_priority(ticket: Row) -> bool:
    """Return whether a supervisor gave priority to a ticket."""
    return bool(ticket["rank"] < 0)


def read_priority_reason(tx: Transaction, ticket: str) -> str:
    """Return the code of the reason for which a ticket got priority; empty if this store has no record of it."""
    row = tx.query_one("hall.last_priority", stream=f"ticket/{ticket}", kind=PrioritiseTicket.stored_name)
    return msgspec.json.decode(row["command"], type=PrioritiseTicket).reason if row is not None else ""


def get_waiting_ticket(tx: Transaction, ticket_id: str) -> Row:
    """Return a ticket that waits on the open service day, locked for update. Raise Refused for another one."""
    ticket = tx.get_for_update("tickets", id=ticket_id)
    if ticket is None:
        raise Refused("ticket", "This ticket is not waiting.")
    current = find_open_day(tx, ticket["hall"])
    if ticket["state"] != "waiting" or current is None or current["day"] != ticket["day"]:
        raise Refused("not_waiting", "Ticket {number} is not waiting any more.", number=ticket["number"])
    return ticket


def _decide_priority(tx: Transaction, command: PrioritiseTicket, moment: Moment) -> TicketRanked:
    require_reason_code("pick", command.reason)
    ticket = get_waiting_ticket(tx, command.ticket)
    require_own_site(tx, ticket["hall"], moment)
    if has_priority(ticket):
        raise Refused("priority", "Ticket {number} has priority already.", number=ticket["number"])
    return TicketRanked(ticket=ticket["id"], rank=ticket["rank"] - PRIORITY_OFFSET)


def _decide_removal(tx: Transaction, command: RemovePriority, moment: Moment) -> TicketRanked:
    ticket = get_waiting_ticket(tx, command.ticket)
    require_own_site(tx, ticket["hall"], moment)
    if not has_priority(ticket):
        raise Refused("no_priority", "Ticket {number} has no priority.", number=ticket["number"])
    return TicketRanked(ticket=ticket["id"], rank=ticket["rank"] + PRIORITY_OFFSET)


def _recover(
    tx: Transaction, entry: Entry[PrioritiseTicket, TicketRanked] | Entry[RemovePriority, TicketRanked], _: bool
) -> TicketRanked:
    """Return a lost decision; it changes nothing if the ticket does not wait any more since the restore."""
    ticket = tx.get_for_update("tickets", id=entry.decision.ticket)
    is_waiting = ticket is not None and ticket["state"] == "waiting"
    return entry.decision if is_waiting else msgspec.structs.replace(entry.decision, ticket="")


def _apply(tx: Transaction, decision: TicketRanked) -> None:
    if decision.ticket:
        tx.update("tickets", {"id": decision.ticket}, rank=decision.rank)
        tx.mark_changed(hall_scope(decision.ticket), f"ticket/{decision.ticket}")


@RULES.register(
    PrioritiseTicket,
    TicketRanked,
    permission="ticket.prioritise",
    roles=(Role.SUPERVISOR,),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Priority for a ticket"),
    decide=_decide_priority,
    stream=lambda command, _: f"ticket/{command.ticket}",
    documents=("ticket",),
    placement=Placement.REMOTE,
    recover=_recover,
)
def _apply_priority(tx: Transaction, entry: Entry[PrioritiseTicket, TicketRanked]) -> None:
    _apply(tx, entry.decision)


@RULES.register(
    RemovePriority,
    TicketRanked,
    permission="ticket.prioritise",
    roles=(Role.SUPERVISOR,),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Priority of a ticket taken back"),
    decide=_decide_removal,
    stream=lambda command, _: f"ticket/{command.ticket}",
    documents=("ticket",),
    placement=Placement.REMOTE,
    recover=_recover,
)
def _apply_removal(tx: Transaction, entry: Entry[RemovePriority, TicketRanked]) -> None:
    _apply(tx, entry.decision)
