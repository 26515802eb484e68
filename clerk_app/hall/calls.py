"""Calls of tickets: the next one (叫号), a certain one, or none (a walk-in). Each call starts or reopens a visit."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.hall.announcements import record_announcement
from clerk_app.hall.calling_order import choose_next, read_ticket_to_call, record_call
from clerk_app.hall.day_state import find_open_day, is_older_than_closing
from clerk_app.hall.reasons import require_reason_code
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.visit_records import (
    OPEN,
    describe_called_ticket,
    end_visit,
    is_measured,
    mark_papers_changed,
)
from clerk_app.hall.windows import is_lease_valid, parse_categories
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

RULES = RuleSet()

_NO_NOTES = encode_json_list(())


class VisitStarted(CommandDecision, frozen=True, kw_only=True):
    """The visit that starts at the window, and its ticket (None for a walk-in).

    A held ticket that is called again at the same window reopens its visit, with the codes that the citizen has shown.
    The holder of a ticket of a closed service day is served as a walk-in who keeps the number: the ticket stays as it
    is. `categories` are those of the window; older entries have none.
    """

    stored_name: ClassVar[str] = "Called"
    visit: str
    ticket: str | None = None
    reopens: bool = False
    is_walk_in: bool = False
    ended_visit: str = ""  # visit of the same ticket at another window, which ends; empty if there is none
    announced: bool = False  # the boards of the hall show the call; not if the holder stands at the window
    categories: tuple[str, ...] = ()
    is_measured: bool = False  # wait, arrival and end of the visit are recorded; not in older entries


class CallNext(Command[VisitStarted], frozen=True, kw_only=True):
    """Calls the next waiting ticket of the categories that the window serves."""

    stored_name: ClassVar[str] = "CallNext"
    hall: str
    window: str


class CallTicket(Command[VisitStarted], frozen=True, kw_only=True):
    """Serves a given ticket at this window: a held ticket, or a printed ticket that the citizen presents.

    `take_over`: also if the ticket is being served at another open window.
    """

    stored_name: ClassVar[str] = "CallTicket"
    ticket: str
    window: str
    take_over: bool = False


class PickTicket(Command[VisitStarted], frozen=True, kw_only=True):
    """Calls a certain waiting ticket before its turn; `reason` is a code of the list `pick` (reasons.py)."""

    stored_name: ClassVar[str] = "PickTicket"
    ticket: str
    window: str
    reason: str


class ServeWalkIn(Command[VisitStarted], frozen=True, kw_only=True):
    """Serves a citizen without a ticket."""

    stored_name: ClassVar[str] = "WalkIn"
    window: str


def get_idle_window(tx: Transaction, window_id: str, moment: Moment) -> Row:
    """Return the open window of the actor, locked for update. Raise Refused when a visit is open there."""
    tx.lock_rows("windows", id=window_id)
    row = tx.query_one("hall.window_and_visit", window=window_id)
    is_open = row is not None and row["state"] == "open" and row["staff"] == moment.actor.id
    is_open = is_open or moment.already_decided  # the lease may have ended since the restore
    if row is None or not (is_open or is_older_than_closing(tx, row["since"], moment)):
        raise Refused("window", "This window is not open under your name. Lock it (F12) and sign in: that opens it.")
    if row["open_visit"] is not None:
        raise Refused("busy", "Somebody is being served here. Finish or hold first.")
    if row["closes_after"] and not moment.already_decided:
        raise Refused("closes", "This window closes after the visit that has ended: sign out, or let it go on (F8).")
    return row


def require_hall(window: Row, hall: str) -> None:
    """Raise Refused if a ticket of this hall is called to a window of another one."""
    if window["hall"] not in ("", hall):
        raise Refused("other_hall", "This ticket is of another hall.")


def _decide_call_next(tx: Transaction, command: CallNext, moment: Moment) -> VisitStarted:
    window = get_idle_window(tx, command.window, moment)
    require_hall(window, command.hall)
    ticket = choose_next(tx, command.hall, window, moment.decided_at)
    if ticket is None:
        raise Refused("nobody", "Nobody is waiting for this window.")
    return _start(tx, window, ticket, moment, announced=True)


def _start(tx: Transaction, window: Row, ticket: Row, moment: Moment, *, announced: bool) -> VisitStarted:
    """Return the new visit of a ticket, and its visit at another window, which ends."""
    return VisitStarted(
        visit=moment.key,
        ticket=ticket["id"],
        ended_visit=find_open_visit(tx, ticket["id"]) if ticket["called_at"] is not None else "",
        categories=tuple(sorted(parse_categories(window["categories"]))),
        announced=announced,
        is_measured=True,
    )


def _decide_pick(tx: Transaction, command: PickTicket, moment: Moment) -> VisitStarted:
    if not read_policy(tx).clerks_pick_tickets:
        raise Refused("policy", "Tickets are called in their order here: F2 calls the next one.")
    require_reason_code("pick", command.reason)
    window = get_idle_window(tx, command.window, moment)
    row = tx.get_for_update("tickets", id=command.ticket)
    if row is None or row["state"] == "void":
        raise Refused("ticket", "This ticket is not waiting.")
    require_hall(window, row["hall"])
    current = find_open_day(tx, row["hall"])
    if row["state"] != "waiting" or current is None or current["day"] != row["day"]:
        raise Refused("not_waiting", "Ticket {number} is not waiting any more.", number=row["number"])
    return _start(tx, window, row, moment, announced=True)


def _decide_call_ticket(tx: Transaction, command: CallTicket, moment: Moment) -> VisitStarted:
    window = get_idle_window(tx, command.window, moment)
    row = tx.get_for_update("tickets", id=command.ticket)
    if row is None or row["state"] == "void":
        raise Refused("ticket", "This ticket is not waiting.")
    require_hall(window, row["hall"])
    current = find_open_day(tx, row["hall"])
    if row["state"] == "not_served" or current is None or current["day"] != row["day"]:
        return VisitStarted(visit=moment.key, ticket=row["id"], is_walk_in=True, is_measured=True)
    if row["state"] == "serving":
        ended_visit = _end_visit_elsewhere(tx, row, command, moment)
        return VisitStarted(visit=moment.key, ticket=row["id"], ended_visit=ended_visit, is_measured=True)
    previous = tx.query_one("hall.last_visit_of_ticket", ticket=row["id"]) if row["state"] == "held" else None
    if previous is not None and previous["window_id"] == command.window:  # other windows may not see what was shown
        return VisitStarted(visit=previous["id"], ticket=row["id"], reopens=True, announced=True)
    return _start(tx, window, row, moment, announced=row["state"] == "held")


def _recover_call(
    tx: Transaction, entry: Entry[CallNext, VisitStarted] | Entry[PickTicket, VisitStarted], may_wait: bool
) -> VisitStarted:
    return recover_visit(tx, entry.command.window, entry.decision, may_wait=may_wait)


def recover_visit(tx: Transaction, window: str, lost: VisitStarted, *, may_wait: bool) -> VisitStarted:
    """Return a lost call. The visit counts in any case; the ticket does not if it was called again since the restore.

    Raise Refused while the machine that issued the ticket may still send it. A visit that is open at the window ends:
    the entry that ended it was lost.
    """
    ticket = tx.get_for_update("tickets", id=lost.ticket)
    is_issued = ticket is not None and ticket["state"] != "printing"
    if not is_issued and may_wait:
        raise Refused("ticket", "This ticket is not waiting.")
    open_visit = tx.query_one("hall.visit_at_window", window=window)
    ended_visit = str(open_visit["id"]) if open_visit is not None else lost.ended_visit
    is_walk_in = ticket is None or ticket["state"] not in ("printing", "waiting")
    return msgspec.structs.replace(lost, is_walk_in=is_walk_in, ended_visit=ended_visit)


def find_open_visit(tx: Transaction, ticket: str) -> str:
    """Return the open visit of a ticket, as of one that waits again because the lease of its window has ended."""
    visit = tx.query_one("hall.open_visit_of_ticket", ticket=ticket)
    return str(visit["id"]) if visit is not None else ""


def _end_visit_elsewhere(tx: Transaction, ticket: Row, command: CallTicket, moment: Moment) -> str:
    """Return the open visit of a ticket at another window; empty if this store does not have it.

    Raise Refused if that window is open under a valid lease, unless the command takes the ticket over.
    """
    window = tx.get("windows", id=ticket["window_id"]) if ticket["window_id"] else None
    if window is not None and is_lease_valid(tx, window, moment.decided_at) and not command.take_over:
        raise Refused(
            "served_elsewhere",
            "Ticket {number} is being served at {window}.",
            number=ticket["number"],
            window=window["name"],
        )
    return find_open_visit(tx, ticket["id"])


def _decide_walk_in(tx: Transaction, command: ServeWalkIn, moment: Moment) -> VisitStarted:
    get_idle_window(tx, command.window, moment)
    return VisitStarted(visit=moment.key, is_measured=True)


def _ticket_or_window_stream(
    command: CallNext | PickTicket | CallTicket | ServeWalkIn, decision: VisitStarted | None
) -> str:
    return f"ticket/{decision.ticket}" if decision and decision.ticket else f"window/{command.window}"


def start_visit(tx: Transaction, window: str, started: VisitStarted, moment: Moment) -> None:
    """Write the visit that starts or reopens at a window, and the state of its ticket."""
    visit, ticket = started.visit, started.ticket
    row = read_ticket_to_call(tx, ticket) if ticket is not None else None
    is_called_again = ticket is not None and (row is None or row["called_at"] is not None)
    previous = tx.query_one("hall.last_visit_of_ticket", ticket=ticket) if is_called_again else None
    if previous is not None:  # the window that held the ticket no longer sees its visit
        tx.mark_changed(f"window/{previous['window_id']}", f"visit/{previous['id']}")
    if started.ended_visit:
        end_visit(tx, started.ended_visit, moment.decided_at, "moved")
    if started.reopens:
        state = OPEN if is_measured(tx, visit) else ""
        tx.update("visits", {"id": visit}, window_id=window, staff=moment.actor.id, ended_at=None, end_state=state)
    else:
        tx.insert(
            "visits",
            id=visit,
            ticket=ticket,
            window_id=window,
            staff=moment.actor.id,
            check_result="",
            check_notes=_NO_NOTES,
            confirmed=False,
            started_at=moment.decided_at,
            **(describe_called_ticket(ticket, row, moment.decided_at) if started.is_measured else {}),
        )
    tx.mark_changed(f"window/{window}", f"visit/{visit}")
    if ticket is not None and not started.is_walk_in:
        if row is not None:
            record_call(tx, row, window, moment.decided_at, started.categories)
        tx.mark_changed(hall_scope(ticket), f"ticket/{ticket}")
        mark_papers_changed(tx, ticket)
        if started.announced:
            record_announcement(tx, moment, ticket, window, "call")


@RULES.register(
    CallNext,
    VisitStarted,
    permission="ticket.call",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Call of the next ticket"),
    decide=_decide_call_next,
    stream=_ticket_or_window_stream,
    documents=("ticket", "visit", "announcement"),
    placement=Placement.REMOTE,
    own_entries_first=True,
    recover=_recover_call,
)
def _apply_call_next(tx: Transaction, entry: Entry[CallNext, VisitStarted]) -> None:
    start_visit(tx, entry.command.window, entry.decision, entry.moment)


@RULES.register(
    PickTicket,
    VisitStarted,
    permission="ticket.pick",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Call of a ticket before its turn"),
    decide=_decide_pick,
    stream=_ticket_or_window_stream,
    documents=("ticket", "visit", "announcement"),
    placement=Placement.REMOTE,
    own_entries_first=True,
    recover=_recover_call,
)
def _apply_pick(tx: Transaction, entry: Entry[PickTicket, VisitStarted]) -> None:
    start_visit(tx, entry.command.window, entry.decision, entry.moment)


@RULES.register(
    CallTicket,
    VisitStarted,
    permission="ticket.serve",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Call of a certain ticket"),
    decide=_decide_call_ticket,
    stream=_ticket_or_window_stream,
    documents=("ticket", "visit", "announcement"),
)
def _apply_call_ticket(tx: Transaction, entry: Entry[CallTicket, VisitStarted]) -> None:
    start_visit(tx, entry.command.window, entry.decision, entry.moment)


@RULES.register(
    ServeWalkIn,
    VisitStarted,
    permission="ticket.serve",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Visit without a ticket"),
    decide=_decide_walk_in,
    stream=_ticket_or_window_stream,
    documents=("visit",),
)
def _apply_walk_in(tx: Transaction, entry: Entry[ServeWalkIn, VisitStarted]) -> None:
    start_visit(tx, entry.command.window, entry.decision, entry.moment)
