"""The end of a window's lease: the authority closes the window, and the ticket called there waits again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.hall.scopes import hall_scope
from clerk_app.hall.windows import close_window, is_lease_valid
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class WindowLeaseEnded(CommandDecision, frozen=True, kw_only=True):
    """Hall of the window, and the ticket called there, which waits again at its place; empty if there is none."""

    stored_name: ClassVar[str] = "WindowLeaseEnded"
    hall: str
    ticket: str = ""


class EndWindowLease(Command[WindowLeaseEnded], frozen=True, kw_only=True):
    """Closes a window whose lease has ended: its machine is silent, or nobody has been there.

    The visit stays open until the ticket is called at another window: a clerk who only had no connection goes on with
    it, and the entries that the window sends later count.
    """

    stored_name: ClassVar[str] = "EndWindowLease"
    window: str


def list_ended_leases(tx: Transaction, now: int) -> Iterator[EndWindowLease]:
    """Yield the command for each window that is not closed although its lease has ended."""
    for window in tx.query_all("hall.windows_not_closed"):
        if not is_lease_valid(tx, window, now):
            yield EndWindowLease(window=window["id"])


def _decide(tx: Transaction, command: EndWindowLease, moment: Moment) -> WindowLeaseEnded:
    window = tx.get_for_update("windows", id=command.window)
    if window is None or window["state"] == "closed" or is_lease_valid(tx, window, moment.decided_at):
        raise Refused("lease_valid", "The lease of this window has not ended.")
    ticket = tx.query_one("hall.ticket_served_at", window=command.window)
    return WindowLeaseEnded(hall=window["hall"], ticket=ticket["id"] if ticket is not None else "")


@RULES.register(
    EndWindowLease,
    WindowLeaseEnded,
    permission="window.end_lease",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("End of a window's lease"),
    decide=_decide,
    stream=lambda command, _: f"window/{command.window}",
    documents=("ticket", "window"),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[EndWindowLease, WindowLeaseEnded]) -> None:
    window, decision = entry.command.window, entry.decision
    close_window(tx, window, decision.hall, entry.moment)
    if decision.ticket:
        tx.update("tickets", {"id": decision.ticket}, state="waiting", calls=0, window_id=None)
        tx.mark_changed(hall_scope(decision.ticket), f"ticket/{decision.ticket}")
