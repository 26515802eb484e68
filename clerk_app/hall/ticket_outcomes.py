"""What became of a ticket, recorded by a supervisor where the entry of its window or kiosk was rejected."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.service_days import require_own_site
from clerk_app.hall.visit_records import VisitEnd, end_visit
from clerk_app.hall.windows import is_lease_valid
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

SERVED, WAITS, VOID = "served", "waits", "void"
_SUITABLE = {
    SERVED: ("printing", "waiting", "held", "serving", "not_served", "no_show", "unserved"),
    WAITS: ("printing", "held", "serving", "no_show", "unserved"),
    VOID: ("printing",),
}
"""States of a ticket from which an outcome can be recorded."""
_VISIT_ENDS: dict[str, VisitEnd] = {SERVED: "finished", WAITS: "requeued", VOID: "unserved"}

RULES = RuleSet()


class TicketOutcomeRecorded(CommandDecision, frozen=True, kw_only=True):
    """The new state of the ticket, and its visit that ends; empty without one."""

    stored_name: ClassVar[str] = "TicketOutcomeRecorded"
    ticket: str
    state: str
    ended_visit: str = ""


class RecordTicketOutcome(Command[TicketOutcomeRecorded], frozen=True, kw_only=True):
    """Records what became of a ticket: served, waits (at its old place), or void (its slip was not printed).

    The ticket is named by its id, or by a visit of it.
    """

    stored_name: ClassVar[str] = "RecordTicketOutcome"
    ticket: str = ""
    visit: str = ""
    outcome: str


def _decide(tx: Transaction, command: RecordTicketOutcome, moment: Moment) -> TicketOutcomeRecorded:
    ticket = _find_ticket(tx, command)
    require_own_site(tx, ticket["hall"], moment)
    if ticket["state"] not in _SUITABLE.get(command.outcome, ()):
        raise Refused(
            "ticket_state",
            "Ticket {number} is in another state now, so this cannot be recorded. Settle it with a note.",
            number=ticket["number"],
        )
    _require_nobody_serves(tx, ticket, moment)
    visit = tx.query_one("hall.open_visit_of_ticket", ticket=ticket["id"])
    current = find_open_day(tx, ticket["hall"])
    is_current = current is not None and current["day"] == ticket["day"]
    state = {SERVED: "finished", VOID: "void"}.get(command.outcome, "waiting" if is_current else "not_served")
    return TicketOutcomeRecorded(ticket=ticket["id"], state=state, ended_visit=visit["id"] if visit else "")


def _find_ticket(tx: Transaction, command: RecordTicketOutcome) -> Row:
    visit = tx.get("visits", id=command.visit) if command.visit else None
    name = command.ticket or (visit["ticket"] if visit is not None else None)
    row: Row | None = tx.get_for_update("tickets", id=name) if name else None
    if row is None:
        raise Refused("no_ticket_here", "The center does not know this ticket. Settle it with a note.")
    return row


def _require_nobody_serves(tx: Transaction, ticket: Row, moment: Moment) -> None:
    window = tx.get("windows", id=ticket["window_id"]) if ticket["state"] == "serving" else None
    if window is not None and is_lease_valid(tx, window, moment.decided_at):
        raise Refused(
            "served_elsewhere",
            "Ticket {number} is being served at {window}.",
            number=ticket["number"],
            window=window["name"],
        )


@RULES.register(
    RecordTicketOutcome,
    TicketOutcomeRecorded,
    permission="ticket.outcome",
    roles=(Role.SUPERVISOR,),
    machines=(MachineKind.SUPERVISOR,),
    label=mark("Outcome of a ticket"),
    decide=_decide,
    stream=lambda command, decision: f"ticket/{decision.ticket if decision else command.ticket}",
    documents=("ticket", "visit"),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[RecordTicketOutcome, TicketOutcomeRecorded]) -> None:
    decision = entry.decision
    if decision.ended_visit:
        end_visit(tx, decision.ended_visit, entry.decided_at, _VISIT_ENDS[entry.command.outcome])
    ends: dict[str, object] = {"window_id": None} if decision.state == "waiting" else {"finished_at": entry.decided_at}
    tx.update("tickets", {"id": decision.ticket}, state=decision.state, **ends)
    tx.mark_changed(hall_scope(decision.ticket), f"ticket/{decision.ticket}")
