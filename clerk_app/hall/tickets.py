"""Tickets (取号), issued in two phases: a ticket enters the queue only after its slip was printed."""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from clerk_app.errors import Refused
from clerk_app.hall.appointments import count_wrong_code, find_presented, free_appointment, use_appointment
from clerk_app.hall.calling_order import count_before_rank
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.ticket_limits import CountedTicket, count_ticket, require_ticket_limits
from clerk_app.hall.ticket_numbers import check_is_given_out, choose_number, head_start_minutes
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.tries import MICROSECONDS_PER_MINUTE
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()

_ROLES = (Role.KIOSK, Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.SYSTEM, Role.NODE)
_MACHINES = (MachineKind.KIOSK, MachineKind.RECEPTION)
_LONGEST_WAIT = 24 * 3600  # seconds


class TicketPrepared(CommandDecision, frozen=True, kw_only=True):
    """Id and printed number of a ticket whose slip is being printed, and its rank in the queue.

    The rank is the time of issue minus the head start of its class (microseconds UTC); a later ticket of the same class
    never ranks before an earlier one, even if the clock is set back. The rank of an appointment is that of its slot.
    `serial` is the order of issue in the service day, `ahead` the number of waiting tickets that the windows of its
    category call before it. `waiting_since` is the time from which it waits in the queue (microseconds UTC).
    `appointment` is the one whose code was presented; then `category` and `priority` are those of the ticket, which the
    command does not state. Older entries have no `day`: that of the command holds.
    """

    stored_name: ClassVar[str] = "TicketNumbered"
    ticket: str
    number: str
    rank: int
    day: str = ""
    serial: int = 0
    ahead: int = 0
    counted_until: int = 0  # end of the minute in which the machine's tickets are counted; 0: not counted
    waiting_since: int = 0
    appointment: str = ""
    category: str = ""
    priority: str = ""
    kiosk_place: int = 0  # among the tickets that a kiosk gave within some seconds, from 1; 0: not counted
    kiosk_place_until: int = 0  # time until which it is counted there (microseconds UTC)
    hour_until: int = 0  # end of the hour in which the tickets of a kiosk are counted; 0: not counted


class PrepareTicket(Command[TicketPrepared], frozen=True, kw_only=True):
    """Phase one: reserves a number, so that its slip can be printed. The ticket is not in the queue yet.

    The authority decides the service day; `day` is the date that older versions sent, and is ignored. `estimated_low`
    and `estimated_high` are the wait that the machine prints on the slip, in seconds; 0 and 0 if it prints none. With
    `appointment_code`, the digest of a code, the ticket is that of an appointment, and the category may be empty.
    """

    stored_name: ClassVar[str] = "PrepareTicket"
    hall: str
    day: str = ""
    category: str
    priority: str = "ordinary"
    estimated_low: int = 0
    estimated_high: int = 0
    appointment_code: str = ""


class SlipPrintRecorded(CommandDecision, frozen=True, kw_only=True):
    """New state of the ticket: waiting, void, or not_served if its service day was closed meanwhile."""

    stored_name: ClassVar[str] = "SlipEnded"
    state: str


class RecordSlipPrint(Command[SlipPrintRecorded], frozen=True, kw_only=True):
    """Phase two: records whether the slip was printed. If not, the number is void and is not used again.

    At a kiosk, where no staff can look, a slip with an unknown outcome counts as printed: the page showed its number.
    `outcome` is what is known: "printed", "written" or "unknown" by the printer, "confirmed" by a person; empty in
    older entries, and for a slip that was not printed.
    """

    stored_name: ClassVar[str] = "EndSlip"
    ticket: str
    printed: bool
    outcome: Literal["", "printed", "written", "unknown", "confirmed"] = ""


def require_own_hall(tx: Transaction, hall: str, moment: Moment) -> None:
    """Raise Refused if a machine of another hall sent the command. The authority itself may act for every hall."""
    node = tx.get("nodes", id=node_of_chain(moment.node)) if moment.is_remote else None
    if node is not None and node["hall"] != hall:
        raise Refused("other_place", "This machine gives out tickets of its own hall only.")


def _decide_prepare(tx: Transaction, command: PrepareTicket, moment: Moment) -> TicketPrepared:
    if not 0 <= command.estimated_low <= command.estimated_high <= _LONGEST_WAIT:
        raise Refused("estimate", "This is not a range of a wait in seconds.")
    require_own_hall(tx, command.hall, moment)
    counted = require_ticket_limits(tx, moment)
    current = find_open_day(tx, command.hall)
    if current is None:
        raise Refused("hall_closed", "The hall is closed: no tickets are given out now.")
    tx.get_for_update("service_days", id=current["id"])  # one ticket of a hall is numbered at a time
    day, now = current["day"], moment.decided_at
    appointment = (
        find_presented(tx, command.hall, command.appointment_code, moment) if command.appointment_code else None
    )
    category = command.category if appointment is None else appointment["category"]
    ticket_class = command.priority if appointment is None else "appointment"
    head_start = head_start_minutes(tx, ticket_class) * MICROSECONDS_PER_MINUTE
    if appointment is None:
        check_is_given_out(tx, command.hall, day, category, ticket_class, now)
    number = choose_number(tx, command.hall, day, category)
    issued = tx.query_one("hall.last_issue", hall=command.hall, day=day) or {}
    issued_at = max(now, issued.get("latest") or 0)
    rank = (issued_at if appointment is None else appointment["slot_from"]) - head_start
    prepared = TicketPrepared(
        ticket=f"{command.hall}/{day}/{number}",
        number=number,
        rank=rank,
        day=day,
        serial=(issued.get("serial") or 0) + 1,
        ahead=count_before_rank(tx, command.hall, category, rank, now),
        counted_until=counted.until,
        kiosk_place=counted.place,
        kiosk_place_until=counted.place_until,
        hour_until=counted.hour_until,
        waiting_since=issued_at,
    )
    if appointment is None:
        return prepared
    return msgspec.structs.replace(prepared, appointment=appointment["id"], category=category, priority=ticket_class)


def _recover_ticket(tx: Transaction, entry: Entry[PrepareTicket, TicketPrepared], _: bool) -> TicketPrepared:
    """Return a lost ticket. Raise Refused if its number was given out again since the restore."""
    if tx.get("tickets", id=entry.decision.ticket) is not None:
        raise Refused("number", "The number {number} was given out again.", number=entry.decision.number)
    return entry.decision


def _hall_stream(command: PrepareTicket, decision: TicketPrepared | None) -> str:
    return f"hall/{command.hall}/{(decision.day if decision else '') or command.day}"


@RULES.register(
    PrepareTicket,
    TicketPrepared,
    permission="ticket.take",
    roles=_ROLES,
    machines=_MACHINES,
    label=mark("Issue of a ticket"),
    decide=_decide_prepare,
    stream=_hall_stream,
    documents=("ticket", "appointment"),
    placement=Placement.REMOTE,
    recover=_recover_ticket,
    apply_refusal=count_wrong_code,
)
def _apply_prepare(tx: Transaction, entry: Entry[PrepareTicket, TicketPrepared]) -> None:
    command = entry.command
    tx.insert(
        "tickets",
        id=entry.decision.ticket,
        hall=command.hall,
        day=entry.decision.day or command.day,
        category=entry.decision.category or command.category,
        number=entry.decision.number,
        priority=entry.decision.priority or command.priority,
        state="printing",
        rank=entry.decision.rank,
        issued_at=entry.decided_at,
        calls=0,
        requeued=0,
        serial=entry.decision.serial,
        waiting_since=entry.decision.waiting_since,
        estimated_low=command.estimated_low,
        estimated_high=command.estimated_high,
    )
    if entry.decision.appointment:
        use_appointment(tx, entry.decision.appointment, command.hall, entry.decision.ticket)
    decision = entry.decision
    counted = CountedTicket(
        decision.counted_until, decision.kiosk_place, decision.kiosk_place_until, decision.hour_until
    )
    count_ticket(tx, node_of_chain(entry.moment.node), entry.decided_at, counted)
    tx.mark_changed(hall_scope(entry.decision.ticket), f"ticket/{entry.decision.ticket}")


def _decide_slip_print(tx: Transaction, command: RecordSlipPrint, moment: Moment) -> SlipPrintRecorded:
    row = tx.get_for_update("tickets", id=command.ticket)
    if row is None or row["state"] != "printing":
        raise Refused("ticket", "This ticket is not being printed.")
    require_own_hall(tx, row["hall"], moment)
    if not command.printed:
        return SlipPrintRecorded(state="void")
    current = find_open_day(tx, row["hall"])
    is_current = current is not None and current["day"] == row["day"]
    return SlipPrintRecorded(state="waiting" if is_current else "not_served")


@RULES.register(
    RecordSlipPrint,
    SlipPrintRecorded,
    permission="ticket.take",
    roles=_ROLES,
    machines=_MACHINES,
    label=mark("Ticket printed"),
    decide=_decide_slip_print,
    stream=lambda command, _: f"ticket/{command.ticket}",
    documents=("ticket", "appointment"),
)
def _apply_slip_print(tx: Transaction, entry: Entry[RecordSlipPrint, SlipPrintRecorded]) -> None:
    tx.update("tickets", {"id": entry.command.ticket}, state=entry.decision.state)
    if entry.decision.state == "void":
        free_appointment(tx, entry.command.ticket)
    tx.mark_changed(hall_scope(entry.command.ticket), f"ticket/{entry.command.ticket}")
