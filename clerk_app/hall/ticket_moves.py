"""Moves of the ticket being served: recall (重呼), hold (挂起), no-show (过号), finish; most end the visit."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.hall.announcements import record_announcement
from clerk_app.hall.day_state import is_older_than_closing
from clerk_app.hall.no_shows import read_no_show_limits
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.targets import has_come_back
from clerk_app.hall.visit_records import VisitEnd, end_visit, is_measured
from clerk_app.hall.visits import get_open_visit
from clerk_app.hall.windows import close_window
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

RULES = RuleSet()

_VISIT_ENDS: dict[str, VisitEnd] = {
    "finished": "finished",
    "unserved": "unserved",
    "no_show": "no_show",
    "held": "held",
    "waiting": "requeued",
}


class NextStop(MessagePart, frozen=True, kw_only=True):
    """Where a ticket waits next: in a category, or for a window that gets it back; and the stations after that.

    `is_first`: that window calls it before other tickets; not in older entries.
    """

    category: str
    window: str = ""
    stations: tuple[str, ...] = ()
    is_first: bool = False


class TicketMoved(CommandDecision, frozen=True, kw_only=True):
    """New state of the ticket; `ticket` is empty for a walk-in.

    `keeps_place`: the ticket waits again at its old place, which does not count as requeued after a no-show.
    `next_stop`: where it waits after this window, which has finished with it. `closed_window`: the window, which closes
    after this visit, and its hall.
    """

    stored_name: ClassVar[str] = "TicketMoved"
    ticket: str
    state: str
    rank: int = 0
    calls: int = 0
    keeps_place: bool = False
    announced: bool = False  # a recall that the boards of the hall show
    next_stop: NextStop | None = None
    closed_window: str = ""
    hall: str = ""
    waiting_since: int = 0  # when a ticket that was not there enters the queue again; older entries have none


class MoveTicket(Command[TicketMoved], frozen=True, kw_only=True):
    """Acts on the ticket being served: `act` is recall, hold, no_show, finish, unserved or requeue.

    `unserved` ends the visit of a citizen for whom nothing was done; `requeue` puts the ticket back to its place. After
    `finish` the ticket waits at its next stop if it has one: the window that gets it back, or the next station.
    """

    stored_name: ClassVar[str] = "MoveTicket"
    visit: str
    act: str


def _decide_move(tx: Transaction, command: MoveTicket, moment: Moment) -> TicketMoved:
    visit = get_open_visit(tx, command.visit, moment)
    moved = _decide_act(tx, command, moment, visit)
    window = tx.get("windows", id=visit["window_id"]) if moved.state != "serving" else None
    if window is None or window["state"] == "closed" or not window["closes_after"]:
        return moved
    return msgspec.structs.replace(moved, closed_window=window["id"], hall=window["hall"])


def _decide_act(tx: Transaction, command: MoveTicket, moment: Moment, visit: Row) -> TicketMoved:
    ticket = tx.get_for_update("tickets", id=visit["ticket"]) if visit["ticket"] is not None else None
    lease_has_ended = ticket is not None and ticket["state"] == "waiting" and visit["ended_at"] is None
    is_served_here = ticket is not None and ticket["state"] == "serving" and ticket["window_id"] == visit["window_id"]
    if ticket is None or not (is_served_here or lease_has_ended):
        return _decide_move_of_walk_in(tx, command, moment, ticket)
    ticket_id, rank, calls = ticket["id"], ticket["rank"], ticket["calls"]
    if command.act == "recall":
        return TicketMoved(ticket=ticket_id, state="serving", rank=rank, calls=calls + 1, announced=True)
    if command.act == "no_show":
        limits = read_no_show_limits(tx, ticket["category"])
        more = limits.calls - calls
        if more > 0:
            raise Refused("call_again", "Not called often enough to mark as not here: {more} more needed.", more=more)
        if ticket["requeued"] < limits.requeues:  # the ticket waits again, at the end of the queue
            issued = tx.query_one("hall.last_issue", hall=ticket["hall"], day=ticket["day"]) or {}
            last_rank = max(moment.decided_at, (issued.get("latest") or 0) + 1)
            return TicketMoved(ticket=ticket_id, state="waiting", rank=last_rank, calls=0, waiting_since=last_rank)
        return TicketMoved(ticket=ticket_id, state="no_show", rank=rank, calls=calls)
    if command.act == "requeue":
        return TicketMoved(ticket=ticket_id, state="waiting", rank=rank, calls=0, keeps_place=True)
    next_stop = _find_next_stop(ticket) if command.act == "finish" else None
    if next_stop is not None:
        return TicketMoved(ticket=ticket_id, state="waiting", rank=rank, keeps_place=True, next_stop=next_stop)
    state = {"hold": "held", "finish": "finished", "unserved": "unserved"}.get(command.act)
    if state is None:
        raise Refused("act", "Unknown act: {act}", act=command.act)
    return TicketMoved(ticket=ticket_id, state=state, rank=rank, calls=calls)


def _find_next_stop(ticket: Row) -> NextStop | None:
    """Return where a ticket waits after the window that finishes with it now; None if it ends.

    A ticket that comes back to a window has the category in which it waits then as its first station.
    """
    stations = decode_json_list(ticket["next_categories"])
    window = "" if has_come_back(ticket) else ticket["return_to"]
    if not stations and not window:
        return None
    category = stations[0] if stations else ticket["category"]
    return NextStop(category=category, window=window, stations=stations[1:], is_first=bool(window))


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
    documents=("ticket", "visit", "window", "announcement"),
    stands_alone=True,
)
def _apply_move(tx: Transaction, entry: Entry[MoveTicket, TicketMoved]) -> None:
    moved, visit = entry.decision, entry.command.visit
    # a window that was cut off sends it later; older entries were dated by the decision
    ended_at = entry.moment.corrected_at if is_measured(tx, visit) else entry.decided_at
    visit_ends = moved.state != "serving"
    if visit_ends:
        end_visit(tx, visit, ended_at, _end_of_visit(entry.command.act, moved))
    if moved.closed_window:
        close_window(tx, moved.closed_window, moved.hall, entry.moment)
    if not moved.ticket:
        return
    requeued: dict[str, object] = {"window_id": None} if moved.state == "waiting" else {}
    if requeued and not moved.keeps_place:
        requeued["requeued"] = _count_requeues(tx, moved.ticket)
        requeued |= {"waiting_since": moved.waiting_since} if moved.waiting_since else {}
    finished = {"finished_at": ended_at} if moved.state in ("finished", "unserved", "no_show") else {}
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
        **_next_stop_columns(moved.next_stop, entry.decided_at),
    )
    tx.mark_changed(hall_scope(moved.ticket), f"ticket/{moved.ticket}")
    if moved.announced and "window_id" in called:
        record_announcement(tx, entry.moment, moved.ticket, str(called["window_id"]), "recall")


def _end_of_visit(act: str, moved: TicketMoved) -> VisitEnd:
    if act == "unserved":
        return "unserved"
    return "finished" if moved.next_stop is not None else _VISIT_ENDS[moved.state]


def _next_stop_columns(stop: NextStop | None, at: int) -> dict[str, object]:
    """Return the columns of a ticket that waits at its next stop from `at` on; empty without one."""
    if stop is None:
        return {}
    stations = encode_json_list(stop.stations)
    return {
        "category": stop.category,
        "target_window": stop.window,
        "target_staff": "",
        "return_to": stop.window if stop.is_first else "",
        "next_categories": stations,
        "waiting_since": at,
    }


def _window_of(tx: Transaction, visit: str) -> dict[str, object]:
    """Return the ticket's column for the window of a visit; empty if this store does not have the visit."""
    row = tx.get("visits", id=visit)
    return {"window_id": row["window_id"]} if row is not None else {}


def _count_requeues(tx: Transaction, ticket: str) -> int:
    """Return how often the ticket was requeued, including now."""
    row = tx.get("tickets", id=ticket)
    return (row["requeued"] if row else 0) + 1
