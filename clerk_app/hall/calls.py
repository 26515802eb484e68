"""Calling tickets: next, again, hold, no-show; each call a visit that joins the hall to the case."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.hall.tickets import hall_scope
from clerk_app.hall.visits import mark_visit_changed
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

MAX_CALLS = 3  # how often a ticket is called before it may be marked as not here


RULES = RuleSet()


class VisitStarted(CommandDecision, frozen=True, kw_only=True):
    """Which ticket comes to which window, and its visit; no ticket for somebody who simply stands here.

    A ticket comes back to the window that held it with the visit it had, so what the citizen has shown stays known.
    """

    stored_name: ClassVar[str] = "Called"
    visit: str
    ticket: str | None = None
    reopens: bool = False


class CallNext(Command[VisitStarted], frozen=True, kw_only=True):
    """The ticket that is due comes to this window."""

    stored_name: ClassVar[str] = "CallNext"
    hall: str
    window: str


class CallTicket(Command[VisitStarted], frozen=True, kw_only=True):
    """A ticket that this window held, or a printed ticket handed over, is served here (the paper is the token)."""

    stored_name: ClassVar[str] = "CallTicket"
    ticket: str
    window: str


class ServeWalkIn(Command[VisitStarted], frozen=True, kw_only=True):
    """Somebody without a ticket is served."""

    stored_name: ClassVar[str] = "WalkIn"
    window: str


class TicketMoved(CommandDecision, frozen=True, kw_only=True):
    """The ticket's new state."""

    stored_name: ClassVar[str] = "TicketMoved"
    ticket: str
    state: str
    rank: int = 0
    calls: int = 0


class MoveTicket(Command[TicketMoved], frozen=True, kw_only=True):
    """What becomes of the ticket at this window: recall, hold, no_show, finish."""

    stored_name: ClassVar[str] = "MoveTicket"
    visit: str
    act: str


def _get_idle_window(tx: Transaction, window_id: str, moment: Moment) -> Row:
    row = tx.get_for_update("windows", id=window_id)
    if row is None or row["state"] != "open" or row["staff"] != moment.actor.id:
        raise Refused("window", "This window is not open under your name.")
    if tx.query_one("hall.visit_at_window", window=window_id) is not None:
        raise Refused("busy", "Somebody is being served here. Finish or hold first.")
    return row


def _decide_call_next(tx: Transaction, command: CallNext, moment: Moment) -> VisitStarted:
    window = _get_idle_window(tx, command.window, moment)
    for row in tx.query_all("hall.waiting_tickets", hall=command.hall):
        if row["category"] not in window["categories"]:
            continue
        ticket = tx.get_for_update("tickets", id=row["id"])
        if ticket is not None and ticket["state"] == "waiting":  # another window may have been quicker
            return VisitStarted(visit=moment.key, ticket=row["id"])
    raise Refused("nobody", "Nobody is waiting for this window.")


def _decide_call_ticket(tx: Transaction, command: CallTicket, moment: Moment) -> VisitStarted:
    _get_idle_window(tx, command.window, moment)
    row = tx.get_for_update("tickets", id=command.ticket)
    if row is None or row["state"] not in ("waiting", "held", "no_show"):
        raise Refused("ticket", "This ticket is not waiting.")
    before = tx.query_one("hall.last_visit_of_ticket", ticket=row["id"]) if row["state"] == "held" else None
    if before is not None and before["window_id"] == command.window:  # what was shown there nobody sees elsewhere
        return VisitStarted(visit=before["id"], ticket=row["id"], reopens=True)
    return VisitStarted(visit=moment.key, ticket=row["id"])


def _decide_walk_in(tx: Transaction, command: ServeWalkIn, moment: Moment) -> VisitStarted:
    _get_idle_window(tx, command.window, moment)
    return VisitStarted(visit=moment.key)


def _ticket_or_window_stream(command: object, decision: VisitStarted | None) -> str:
    window: str = getattr(command, "window", "")
    return f"ticket/{decision.ticket}" if decision and decision.ticket else f"window/{window}"


def _write_called(
    tx: Transaction,
    entry: Entry[CallNext, VisitStarted] | Entry[CallTicket, VisitStarted] | Entry[ServeWalkIn, VisitStarted],
) -> None:
    visit, ticket, window = entry.decision.visit, entry.decision.ticket, entry.command.window
    before = tx.query_one("hall.last_visit_of_ticket", ticket=ticket) if ticket is not None else None
    if before is not None:
        mark_visit_changed(tx, before["id"])  # the window that held the ticket holds it no more
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
            check_notes="",
            confirmed=False,
            started_at=entry.decided_at,
        )
    mark_visit_changed(tx, visit)
    if ticket is not None:
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
    reach=Placement.REMOTE,
    lasting=False,
)
def _apply_call_next(tx: Transaction, entry: Entry[CallNext, VisitStarted]) -> None:
    _write_called(tx, entry)


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
    _write_called(tx, entry)


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
    _write_called(tx, entry)


def _decide_move(tx: Transaction, command: MoveTicket, moment: Moment) -> TicketMoved:
    visit = tx.get_for_update("visits", id=command.visit)
    if visit is None or visit["ended_at"] is not None or visit["staff"] != moment.actor.id:
        raise Refused("visit", "Nobody is being served at this window.")
    if visit["ticket"] is None:
        if command.act == "finish":
            return TicketMoved(ticket="", state="finished")
        raise Refused("no_ticket", "There is no ticket: finish is all that can be done.")
    ticket = tx.get_for_update("tickets", id=visit["ticket"])
    assert ticket is not None
    token, rank, calls = ticket["id"], ticket["rank"], ticket["calls"]
    if command.act == "recall":
        return TicketMoved(ticket=token, state="serving", rank=rank, calls=calls + 1)
    if command.act == "no_show":
        if calls < MAX_CALLS:
            raise Refused("call_again", "Call {more} more time(s) before marking as not here.", more=MAX_CALLS - calls)
        if ticket["requeued"] == 0:  # once more, at the end of the queue
            return TicketMoved(ticket=token, state="waiting", rank=moment.decided_at, calls=0)
        return TicketMoved(ticket=token, state="no_show", rank=rank, calls=calls)
    state = {"hold": "held", "finish": "finished"}.get(command.act)
    if state is None:
        raise Refused("act", "Unknown act: {act}", act=command.act)
    return TicketMoved(ticket=token, state=state, rank=rank, calls=calls)


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
)
def _apply_move(tx: Transaction, entry: Entry[MoveTicket, TicketMoved]) -> None:
    moved, visit = entry.decision, entry.command.visit
    leaves = moved.state != "serving"
    if leaves:
        tx.update("visits", {"id": visit}, ended_at=entry.decided_at)
        mark_visit_changed(tx, visit)
    if not moved.ticket:
        return
    again = {"requeued": 1, "window_id": None} if moved.state == "waiting" else {}
    ended = {"finished_at": entry.decided_at} if moved.state in ("finished", "no_show") else {}
    called = {} if leaves else {"called_at": entry.decided_at}
    tx.update(
        "tickets",
        {"id": moved.ticket},
        state=moved.state,
        rank=moved.rank,
        calls=moved.calls,
        **again,
        **ended,
        **called,
    )
    tx.mark_changed(hall_scope(moved.ticket), f"ticket/{moved.ticket}")
