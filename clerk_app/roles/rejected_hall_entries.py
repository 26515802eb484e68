"""What a supervisor can do about a rejected entry of the hall: a ticket's outcome or stations, or closing a window."""

from __future__ import annotations

from typing import Any

import msgspec

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.hall.calls import CallTicket
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.ticket_outcomes import SERVED, VOID, WAITS, RecordTicketOutcome
from clerk_app.hall.tickets import RecordSlipPrint
from clerk_app.hall.transfers import SetStations
from clerk_app.hall.waiting_moves import SetWaitingStations
from clerk_app.hall.window_settings import CloseWindowAfterVisit
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.commands import Command
from clerk_app.locales import _, localize_name, mark, translate
from clerk_app.views.shared import LabelledValue, Option
from db.engines import Row, Transaction

_CLOSE, _STATIONS = "close", "stations"
_ACTS = {
    SERVED: (mark("The citizen was served"), mark("the ticket ends and is not called again")),
    WAITS: (mark("The ticket waits"), mark("at its place in the queue")),
    VOID: (mark("No slip was printed"), mark("the number is void")),
    _CLOSE: (mark("Close the window"), mark("its ticket waits again at its place")),
    _STATIONS: (mark("Set the further windows"), mark("for the ticket, which waits")),
}
_ACTS_OF_KIND = {
    CallTicket.stored_name: (SERVED,),
    MoveTicket.stored_name: (SERVED, WAITS),
    RecordSlipPrint.stored_name: (WAITS, VOID, SERVED),
    SetStations.stored_name: (_STATIONS, SERVED),
    SetWindowState.stored_name: (_CLOSE,),
    CloseWindowAfterVisit.stored_name: (_CLOSE,),
}


_DONE = {
    "finish": mark("finished"),
    "unserved": mark("ended, nothing was done"),
    "hold": mark("put on hold"),
    "no_show": mark("did not come"),
    "recall": mark("called again"),
    "requeue": mark("put back into the queue"),
    "open": mark("window opened"),
    "paused": mark("window paused"),
    "closed": mark("window closed"),
    SetStations.stored_name: mark("further windows set"),
    CloseWindowAfterVisit.stored_name: mark("closing after the visit set, or taken back"),
}
"""What was done, by the act of `MoveTicket`, the state of `SetWindowState`, or the stored name of the command."""


class _Fields(msgspec.Struct):
    """The fields of rejected commands of the hall that name a ticket, a visit or a window."""

    ticket: str = ""
    visit: str = ""
    window: str = ""
    act: str = ""
    state: str = ""
    categories: tuple[str, ...] = ()


def list_hall_acts(kind: str) -> tuple[Option, ...]:
    """Return the acts that fit a rejected command, by its stored name; none for a command that is not of the hall."""
    return tuple(
        Option(act, translate(_ACTS[act][0]), translate(_ACTS[act][1]), str(number))
        for number, act in enumerate(_ACTS_OF_KIND.get(kind, ()), 1)
    )


def list_hall_values(tx: Transaction, row: Row) -> tuple[LabelledValue, ...]:
    """Return what a rejected command of the hall was about: ticket, window, and what was done, in words."""
    fields = _find_ticket(tx, msgspec.json.decode(row["command"], type=_Fields))
    window = tx.get("windows", id=fields.window) if fields.window else None
    act = fields.act or fields.state
    done = _DONE.get(act or row["kind"])
    values = (
        (_("Ticket"), fields.ticket.rpartition("/")[2]),
        (_("Window"), localize_name(window["name"]) if window is not None else fields.window),
        (_("What was done"), translate(done) if done else act),
        (_("Further windows"), " ".join(fields.categories)),
    )
    return tuple(LabelledValue(label, value) for label, value in values if value)


def do_hall_act(office: Office, work_id: str, note: str, act: str, actor: str) -> None:
    """Do an act of `list_hall_acts` about a rejected entry. Raises Refused, OutOfReach."""
    if not note.strip():
        raise Refused("reason", "Say what was done about it: that is kept with it.")
    with office.store.read() as tx:
        row = tx.get("rejected_acceptances", id=work_id.partition(":")[2])
        if row is None or act not in _ACTS_OF_KIND.get(row["kind"], ()):
            raise Refused("settled", "This was settled before.")
        command = _build_command(tx, row, act)
    office.door.perform(command, actor)


def _build_command(tx: Transaction, row: Row, act: str) -> Command[Any]:
    fields = msgspec.json.decode(row["command"], type=_Fields) if row["command"] else _Fields()
    if act == _CLOSE:
        return SetWindowState(window=fields.window, state="closed")
    fields = _find_ticket(tx, fields)
    if act == _STATIONS:
        return SetWaitingStations(ticket=fields.ticket, categories=fields.categories)
    return RecordTicketOutcome(ticket=fields.ticket, visit=fields.visit, outcome=act)


def _find_ticket(tx: Transaction, fields: _Fields) -> _Fields:
    """Return the fields with the ticket of their visit, which has the id of the call that was rejected too."""
    call = tx.get("rejected_acceptances", id=fields.visit) if fields.visit and not fields.ticket else None
    visit = tx.get("visits", id=fields.visit) if fields.visit and not fields.ticket else None
    if call is not None and call["command"]:
        ticket = msgspec.json.decode(call["command"], type=_Fields).ticket
    else:
        ticket = str(visit["ticket"] or "") if visit is not None else ""
    return msgspec.structs.replace(fields, ticket=ticket or fields.ticket)
