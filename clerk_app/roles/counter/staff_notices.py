"""Reads what a window shows of its supervisors: their unread messages, and what became of its call for help."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.hall.staff_messages import list_unread_messages
from clerk_app.roles.emergency_calls import describe_own_call
from clerk_app.roles.formatting import format_time
from clerk_app.views.counter import HelpCall, StaffMessage
from db.engines import Row, Transaction


def read_messages(office: Office, tx: Transaction, window: str, staff: Row) -> tuple[StaffMessage, ...]:
    """Return the unread messages to a person at a window, oldest first."""
    rows = list_unread_messages(tx, window, staff["id"])
    senders = {row["sent_by"]: tx.get("staff", id=row["sent_by"]) for row in rows}
    return tuple(
        StaffMessage(
            id=row["id"],
            sender=str((senders[row["sent_by"]] or {"name": row["sent_by"]})["name"]),
            time=format_time(office.local_time(row["sent_at"])),
            text=row["text"],
        )
        for row in rows
    )


def read_help_call(office: Office, tx: Transaction, window: str) -> HelpCall | None:
    """Return the call for help of a window that has not ended."""
    sentence, is_seen = describe_own_call(office, tx, window)
    return HelpCall(sentence, is_seen) if sentence else None
