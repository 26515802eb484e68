"""Acts on a ticket that waits: it is void, its holder leaves, or its slip is printed again."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.service_days import require_own_site
from clerk_app.hall.tickets import require_own_hall
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()

VOID, LEFT = "void", "left"
VOID_PERIOD = timedelta(minutes=3) // timedelta(microseconds=1)
"""Microseconds after its issue in which a ticket can be void: the two minutes of an undo, and a slow connection."""
_ROLES = (Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR)
_MACHINES = (MachineKind.RECEPTION, MachineKind.SUPERVISOR)


class TicketCancelled(CommandDecision, frozen=True, kw_only=True):
    """The new state of the ticket: void, or unserved if its holder left."""

    stored_name: ClassVar[str] = "TicketCancelled"
    state: str


class CancelTicket(Command[TicketCancelled], frozen=True, kw_only=True):
    """Takes a waiting ticket out of the queue; `why` is void (issued by mistake) or left (its holder does not wait).

    A void ticket counts as never issued, so this is possible for VOID_PERIOD after the issue, and before its first
    call. Its number is not used again.
    """

    stored_name: ClassVar[str] = "CancelTicket"
    ticket: str
    why: str


class SlipReprintRecorded(CommandDecision, frozen=True, kw_only=True):
    """The number of the ticket, which is the same."""

    stored_name: ClassVar[str] = "SlipReprintRecorded"
    number: str


class RecordSlipReprint(Command[SlipReprintRecorded], frozen=True, kw_only=True):
    """Records that the slip of a ticket was printed again. The ticket, its number and its place stay the same."""

    stored_name: ClassVar[str] = "RecordSlipReprint"
    ticket: str


def _get_ticket(tx: Transaction, ticket: str, moment: Moment) -> Row:
    """Return a ticket of the open service day, locked for update. Raise Refused for one of another day or hall."""
    row = tx.get_for_update("tickets", id=ticket)
    if row is None:
        raise Refused("ticket", "There is no such ticket.")
    require_own_hall(tx, row["hall"], moment)
    require_own_site(tx, row["hall"], moment)
    current = find_open_day(tx, row["hall"])
    if current is None or current["day"] != row["day"]:
        raise Refused("not_waiting", "Ticket {number} is not waiting any more.", number=row["number"])
    return row


def _get_waiting(tx: Transaction, ticket: str, moment: Moment) -> Row:
    row = _get_ticket(tx, ticket, moment)
    if row["state"] != "waiting":
        raise Refused("not_waiting", "Ticket {number} is not waiting any more.", number=row["number"])
    return row


def _decide_cancel(tx: Transaction, command: CancelTicket, moment: Moment) -> TicketCancelled:
    row = _get_waiting(tx, command.ticket, moment)
    if command.why == LEFT:
        return TicketCancelled(state="unserved")
    if command.why != VOID:
        raise Refused("act", "Unknown act: {act}", act=command.why)
    if row["called_at"] is not None:
        raise Refused("called", "Ticket {number} was called already, so it is not void.", number=row["number"])
    if moment.decided_at - row["issued_at"] > VOID_PERIOD:
        raise Refused(
            "too_late",
            "Ticket {number} was issued minutes ago, so it is not void. Cancel it if its holder leaves.",
            number=row["number"],
        )
    return TicketCancelled(state="void")


@RULES.register(
    CancelTicket,
    TicketCancelled,
    permission="ticket.cancel",
    roles=_ROLES,
    machines=_MACHINES,
    label=mark("Cancellation of a ticket"),
    decide=_decide_cancel,
    stream=lambda command, _: f"ticket/{command.ticket}",
    documents=("ticket",),
    placement=Placement.REMOTE,
)
def _apply_cancel(tx: Transaction, entry: Entry[CancelTicket, TicketCancelled]) -> None:
    ticket = entry.command.ticket
    tx.update("tickets", {"id": ticket}, state=entry.decision.state, finished_at=entry.decided_at)
    tx.mark_changed(hall_scope(ticket), f"ticket/{ticket}")


def _decide_reprint(tx: Transaction, command: RecordSlipReprint, moment: Moment) -> SlipReprintRecorded:
    row = _get_ticket(tx, command.ticket, moment)
    if row["state"] not in ("waiting", "held"):
        raise Refused("not_waiting", "Ticket {number} is not waiting any more.", number=row["number"])
    return SlipReprintRecorded(number=row["number"])


@RULES.register(
    RecordSlipReprint,
    SlipReprintRecorded,
    permission="ticket.reprint",
    roles=_ROLES,
    machines=(MachineKind.RECEPTION,),
    label=mark("Ticket printed again"),
    decide=_decide_reprint,
    stream=lambda command, _: f"ticket/{command.ticket}",
    documents=("ticket",),
)
def _apply_reprint(tx: Transaction, entry: Entry[RecordSlipReprint, SlipReprintRecorded]) -> None:
    ticket = entry.command.ticket
    tx.mark_changed(hall_scope(ticket), f"ticket/{ticket}")
