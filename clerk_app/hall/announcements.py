"""Announcements: the calls of tickets to windows, as the boards of a hall show and speak them.

An announcement has the number of a ticket and a window, never a name. Its document holds the last calls to one window,
so that a call sends a few rows and a machine keeps no more. Announcements of earlier service days are deleted when the
next service day of the hall opens.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.commands import Moment
from clerk_app.ledger.replication.documents import DocumentType, Reader, Rows
from db.engines import Transaction

LAST_CALLS = 6
"""Calls to one window that machines hold, and calls of a hall that a board lists."""

AnnouncementKind = Literal["call", "recall"]


def record_announcement(tx: Transaction, moment: Moment, ticket: str, window: str, kind: AnnouncementKind) -> None:
    """Insert the announcement of this moment's entry. `ticket` is the id of a hall's ticket (hall/day/number)."""
    hall, day, number = ticket.split("/", 2)
    tx.insert(
        "announcements",
        id=moment.key,
        hall=hall,
        day=day,
        ticket=ticket,
        number=number,
        window_id=window,
        kind=kind,
        at=moment.corrected_at,  # a window that was cut off sends the entry later
    )
    _mark_changed(tx, hall, window)


def remove_announcements_before(tx: Transaction, hall: str, day: str) -> None:
    """Delete the announcements of the hall's service days before `day`."""
    for row in tx.query_all("board.windows_called_before", hall=hall, day=day):
        _mark_changed(tx, hall, row["window_id"])
    tx.execute("board.delete_calls_before", hall=hall, day=day)


def _mark_changed(tx: Transaction, hall: str, window: str) -> None:
    tx.mark_changed(f"hall/{hall}", f"announcement/{hall}/{window}")


def _read_rows(tx: Transaction, key: str) -> Rows:
    hall, _slash, window = key.partition("/")
    return {"announcements": tx.query_all("board.calls_at_window", hall=hall, window=window)}


def _visible_rows(tx: Transaction, key: str, reader: Reader) -> Rows | None:
    hall, _slash, window = key.partition("/")
    if f"hall/{hall}" not in reader.scopes:
        return None
    rows = tx.query_all("board.last_calls_at_window", hall=hall, window=window, many=LAST_CALLS)
    return {"announcements": rows} if rows else None


def _delete_rows(tx: Transaction, key: str) -> None:
    hall, _slash, window = key.partition("/")
    tx.delete("announcements", hall=hall, window_id=window)


def _list_all(tx: Transaction) -> Iterator[tuple[str, str]]:
    rows = tx.query_all("board.called_windows")
    return ((f"hall/{row['hall']}", f"{row['hall']}/{row['window_id']}") for row in rows)


ANNOUNCEMENT_DOCUMENT = DocumentType(
    "announcement",
    _read_rows,
    _visible_rows,
    _delete_rows,
    _list_all,
    machines=frozenset({MachineKind.COUNTER, MachineKind.SUPERVISOR, MachineKind.BOARD, MachineKind.RECEPTION}),
)
