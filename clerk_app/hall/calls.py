"""Calls of tickets: next (叫号), recall (重呼), hold (挂起), no-show (过号). Each call starts or reopens a visit."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.hall.calling_order import list_callable
from clerk_app.hall.day_state import find_open_day, is_older_than_closing
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.visits import get_open_visit, mark_visit_changed
from clerk_app.hall.windows import is_lease_valid, parse_categories
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

RULES = RuleSet()


class VisitStarted(CommandDecision, frozen=True, kw_only=True):
    """The visit that starts at the window, and its ticket (None for a walk-in).

    A held ticket that is called again at the same window reopens its visit, with the codes that the citizen has shown.
    The holder of a ticket of a closed service day is served as a walk-in who keeps the number: the ticket stays as it
    is.
    """

    stored_name: ClassVar[str] = "Called"
    visit: str
    ticket: str | None = None
    reopens: bool = False
    is_walk_in: bool = False
    ended_visit: str = ""  # visit of the same ticket at another window, which ends; empty if there is none


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


class ServeWalkIn(Command[VisitStarted], frozen=True, kw_only=True):
    """Serves a citizen without a ticket."""

    stored_name: ClassVar[str] = "WalkIn"
    window: str


class TicketMoved(CommandDecision, frozen=True, kw_only=True):
    """New state of the ticket; `ticket` is empty for a walk-in.

    `keeps_place`: the ticket waits again at its old place, which does not count as requeued after a no-show.
    """

    stored_name: ClassVar[str] = "TicketMoved"
    ticket: str
    state: str
    rank: int = 0
    calls: int = 0
    keeps_place: bool = False


class MoveTicket(Command[TicketMoved], frozen=True, kw_only=True):
    """Acts on the ticket being served: `act` is recall, hold, no_show, finish, unserved or requeue.

    `unserved` ends the visit of a citizen for whom nothing was done; `requeue` puts the ticket back to its place.
    """

    stored_name: ClassVar[str] = "MoveTicket"
    visit: str
    act: str


def _get_idle_window(tx: Transaction, window_id: str, moment: Moment) -> Row:
    """Return the open window of the actor, locked for update. Raise Refused when a visit is open there."""
    row = tx.get_for_update("windows", id=window_id)
    is_open = row is not None and row["state"] == "open" and row["staff"] == moment.actor.id
    is_open = is_open or moment.already_decided  # the lease may have ended since the restore
    if row is None or not (is_open or is_older_than_closing(tx, row["since"], moment)):
        raise Refused("window", "This window is not open under your name. Lock it (F12) and sign in: that opens it.")
    if tx.query_one("hall.visit_at_window", window=window_id) is not None:
        raise Refused("busy", "Somebody is being served here. Finish or hold first.")
    return row


def _require_hall(window: Row, hall: str) -> None:
    """Raise Refused if a ticket of this hall is called to a window of another one."""
    if window["hall"] not in ("", hall):
        raise Refused("other_hall", "This ticket is of another hall.")


def _decide_call_next(tx: Transaction, command: CallNext, moment: Moment) -> VisitStarted:
    window = _get_idle_window(tx, command.window, moment)
    _require_hall(window, command.hall)
    categories = parse_categories(window["categories"])
    for row in list_callable(tx, command.hall, categories):
        ticket = tx.get_for_update("tickets", id=row["id"])
        if ticket is not None and ticket["state"] == "waiting":  # another window may have called it meanwhile
            return VisitStarted(visit=moment.key, ticket=row["id"], ended_visit=_find_open_visit(tx, row["id"]))
    raise Refused("nobody", "Nobody is waiting for this window.")


def _decide_call_ticket(tx: Transaction, command: CallTicket, moment: Moment) -> VisitStarted:
    window = _get_idle_window(tx, command.window, moment)
    row = tx.get_for_update("tickets", id=command.ticket)
    if row is None or row["state"] == "void":
        raise Refused("ticket", "This ticket is not waiting.")
    _require_hall(window, row["hall"])
    current = find_open_day(tx, row["hall"])
    if row["state"] == "not_served" or current is None or current["day"] != row["day"]:
        return VisitStarted(visit=moment.key, ticket=row["id"], is_walk_in=True)
    if row["state"] == "serving":
        return VisitStarted(
            visit=moment.key, ticket=row["id"], ended_visit=_end_visit_elsewhere(tx, row, command, moment)
        )
    previous = tx.query_one("hall.last_visit_of_ticket", ticket=row["id"]) if row["state"] == "held" else None
    if previous is not None and previous["window_id"] == command.window:  # other windows may not see what was shown
        return VisitStarted(visit=previous["id"], ticket=row["id"], reopens=True)
    return VisitStarted(visit=moment.key, ticket=row["id"], ended_visit=_find_open_visit(tx, row["id"]))


def _recover_call(tx: Transaction, entry: Entry[CallNext, VisitStarted], may_wait: bool) -> VisitStarted:
    """Return a lost call. The visit counts in any case; the ticket does not if it was called again since the restore.

    Raise Refused while the machine that issued the ticket may still send it. A visit that is open at the window ends:
    the entry that ended it was lost.
    """
    lost = entry.decision
    ticket = tx.get_for_update("tickets", id=lost.ticket)
    is_issued = ticket is not None and ticket["state"] != "printing"
    if not is_issued and may_wait:
        raise Refused("ticket", "This ticket is not waiting.")
    open_visit = tx.query_one("hall.visit_at_window", window=entry.command.window)
    ended_visit = str(open_visit["id"]) if open_visit is not None else lost.ended_visit
    is_walk_in = ticket is None or ticket["state"] not in ("printing", "waiting")
    return msgspec.structs.replace(lost, is_walk_in=is_walk_in, ended_visit=ended_visit)


def _find_open_visit(tx: Transaction, ticket: str) -> str:
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
    return _find_open_visit(tx, ticket["id"])


def _decide_walk_in(tx: Transaction, command: ServeWalkIn, moment: Moment) -> VisitStarted:
    _get_idle_window(tx, command.window, moment)
    return VisitStarted(visit=moment.key)


def _ticket_or_window_stream(command: CallNext | CallTicket | ServeWalkIn, decision: VisitStarted | None) -> str:
    return f"ticket/{decision.ticket}" if decision and decision.ticket else f"window/{command.window}"


def _start_visit(
    tx: Transaction,
    entry: Entry[CallNext, VisitStarted] | Entry[CallTicket, VisitStarted] | Entry[ServeWalkIn, VisitStarted],
) -> None:
    visit, ticket, window = entry.decision.visit, entry.decision.ticket, entry.command.window
    previous = tx.query_one("hall.last_visit_of_ticket", ticket=ticket) if ticket is not None else None
    if previous is not None:
        mark_visit_changed(tx, previous["id"])  # the window that held the ticket no longer sees its visit
    if entry.decision.ended_visit:
        tx.update("visits", {"id": entry.decision.ended_visit}, ended_at=entry.decided_at)
        mark_visit_changed(tx, entry.decision.ended_visit)
    if entry.decision.reopens:
        tx.update("visits", {"id": visit}, window_id=window, staff=entry.moment.actor.id, ended_at=None)
    else:
        tx.insert(
            "visits",
            id=visit,
            ticket=ticket,
            window_id=window,
            staff=entry.moment.actor.id,
            check_result="",
            check_notes=encode_json_list(()),
            confirmed=False,
            started_at=entry.decided_at,
        )
    mark_visit_changed(tx, visit)
    if ticket is not None and not entry.decision.is_walk_in:
        tx.execute("hall.start_serving", ticket=ticket, window=window, at=entry.decided_at)
        tx.mark_changed(hall_scope(ticket), f"ticket/{ticket}")


@RULES.register(
    CallNext,
    VisitStarted,
    permission="ticket.call",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Call of the next ticket"),
    decide=_decide_call_next,
    stream=_ticket_or_window_stream,
    documents=(
        "ticket",
        "visit",
    ),
    placement=Placement.REMOTE,
    recover=_recover_call,
)
def _apply_call_next(tx: Transaction, entry: Entry[CallNext, VisitStarted]) -> None:
    _start_visit(tx, entry)


@RULES.register(
    CallTicket,
    VisitStarted,
    permission="ticket.serve",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Call of a certain ticket"),
    decide=_decide_call_ticket,
    stream=_ticket_or_window_stream,
    documents=(
        "ticket",
        "visit",
    ),
)
def _apply_call_ticket(tx: Transaction, entry: Entry[CallTicket, VisitStarted]) -> None:
    _start_visit(tx, entry)


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
    _start_visit(tx, entry)


def _decide_move(tx: Transaction, command: MoveTicket, moment: Moment) -> TicketMoved:
    visit = get_open_visit(tx, command.visit, moment)
    ticket = tx.get_for_update("tickets", id=visit["ticket"]) if visit["ticket"] is not None else None
    lease_has_ended = ticket is not None and ticket["state"] == "waiting" and visit["ended_at"] is None
    is_served_here = ticket is not None and ticket["state"] == "serving" and ticket["window_id"] == visit["window_id"]
    if ticket is None or not (is_served_here or lease_has_ended):
        return _decide_move_of_walk_in(tx, command, moment, ticket)
    ticket_id, rank, calls = ticket["id"], ticket["rank"], ticket["calls"]
    if command.act == "recall":
        return TicketMoved(ticket=ticket_id, state="serving", rank=rank, calls=calls + 1)
    if command.act == "no_show":
        policy = read_policy(tx)
        more = policy.calls_before_no_show - calls
        if more > 0:
            raise Refused("call_again", "Call {more} more time(s) before marking as not here.", more=more)
        if ticket["requeued"] < policy.requeues_after_no_show:  # the ticket waits again, at the end of the queue
            issued = tx.query_one("hall.last_issue", hall=ticket["hall"], day=ticket["day"]) or {}
            last_rank = max(moment.decided_at, (issued.get("latest") or 0) + 1)
            return TicketMoved(ticket=ticket_id, state="waiting", rank=last_rank, calls=0)
        return TicketMoved(ticket=ticket_id, state="no_show", rank=rank, calls=calls)
    if command.act == "requeue":
        return TicketMoved(ticket=ticket_id, state="waiting", rank=rank, calls=0, keeps_place=True)
    state = {"hold": "held", "finish": "finished", "unserved": "unserved"}.get(command.act)
    if state is None:
        raise Refused("act", "Unknown act: {act}", act=command.act)
    return TicketMoved(ticket=ticket_id, state=state, rank=rank, calls=calls)


def _decide_move_of_walk_in(tx: Transaction, command: MoveTicket, moment: Moment, ticket: Row | None) -> TicketMoved:
    """Decide about a visit whose ticket is not in the queue: only finishing it is possible.

    If the service day was closed after the command was given, every act ends the visit, and finishing also the ticket.
    """
    is_older = ticket is not None and is_older_than_closing(tx, ticket["finished_at"], moment)
    if ticket is not None and is_older and command.act == "finish":
        return TicketMoved(ticket=ticket["id"], state="finished", rank=ticket["rank"], calls=ticket["calls"])
    if is_older or command.act in ("finish", "unserved"):
        return TicketMoved(ticket="", state="finished")
    if moment.already_decided:  # the ticket was lost in a restore, or called elsewhere since
        return TicketMoved(ticket="", state="serving" if command.act == "recall" else "finished")
    raise Refused("no_ticket", "There is no ticket: finish is all that can be done.")


@RULES.register(
    MoveTicket,
    TicketMoved,
    permission="ticket.serve",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Change of a ticket"),
    decide=_decide_move,
    stream=lambda command, decision: (
        f"ticket/{decision.ticket}" if decision and decision.ticket else f"visit/{command.visit}"
    ),
    documents=(
        "ticket",
        "visit",
    ),
    stands_alone=True,
)
def _apply_move(tx: Transaction, entry: Entry[MoveTicket, TicketMoved]) -> None:
    moved, visit = entry.decision, entry.command.visit
    visit_ends = moved.state != "serving"
    if visit_ends:
        tx.update("visits", {"id": visit}, ended_at=entry.decided_at)
        mark_visit_changed(tx, visit)
    if not moved.ticket:
        return
    requeued: dict[str, object] = {"window_id": None} if moved.state == "waiting" else {}
    if requeued and not moved.keeps_place:
        requeued["requeued"] = _count_requeues(tx, moved.ticket)
    finished = {"finished_at": entry.decided_at} if moved.state in ("finished", "unserved", "no_show") else {}
    called = {} if visit_ends else {"called_at": entry.decided_at, **_window_of(tx, visit)}
    tx.update(
        "tickets",
        {"id": moved.ticket},
        state=moved.state,
        rank=moved.rank,
        calls=moved.calls,
        **requeued,
        **finished,
        **called,
    )
    tx.mark_changed(hall_scope(moved.ticket), f"ticket/{moved.ticket}")


def _window_of(tx: Transaction, visit: str) -> dict[str, object]:
    """Return the ticket's column for the window of a visit; empty if this store does not have the visit."""
    row = tx.get("visits", id=visit)
    return {"window_id": row["window_id"]} if row is not None else {}


def _count_requeues(tx: Transaction, ticket: str) -> int:
    """Return how often the ticket was requeued, including now."""
    row = tx.get("tickets", id=ticket)
    return (row["requeued"] if row else 0) + 1
