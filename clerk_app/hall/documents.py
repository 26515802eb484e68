"""What of a hall travels: its windows and tickets to everybody who stands there, a visit to its own window alone.

A visit is there with the person and the licences laid before it while it lasts or its ticket is held; afterwards
nothing of it stays at the window.
"""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.hall.tickets import hall_of
from clerk_app.ledger.documents import Kind, Reader, Rows, simple
from db.engines import Row, Transaction


def visit_rows(tx: Transaction, visit: str) -> Rows:
    """Everything here about a visit: who shows what, and what was laid before them."""
    return {
        "visits": tx.rows("visits", id=visit),
        "consents": tx.rows("consents", visit=visit, order=("licence",)),
        "persons": tx.all("hall.persons_of_visit", visit=visit),
        "organisations": tx.all("hall.organisations_of_visit", visit=visit),
        "dynamic_codes": tx.rows("dynamic_codes", used_by=visit, order=("digest",)),
        "licences": tx.all("hall.licences_of_visit", visit=visit),
        "contents": tx.all("hall.contents_of_visit", visit=visit),
    }


def _seen(tx: Transaction, visit: str, reader: Reader) -> Rows | None:
    row = tx.row("visits", id=visit)
    if row is None or row["window_id"] != reader.window or not _goes_on(tx, row):
        return None
    return visit_rows(tx, visit)


def _goes_on(tx: Transaction, visit: Row) -> bool:
    if visit["ended_at"] is None:
        return True
    ticket = tx.row("tickets", id=visit["ticket"]) if visit["ticket"] else None
    return ticket is not None and ticket["state"] == "held"


def _clear(tx: Transaction, visit: str) -> None:
    for table in ("contents", "licences", "organisations", "persons"):  # while the rows that name them are there
        tx.run(f"hall.clear_{table}", visit=visit)
    tx.remove("dynamic_codes", used_by=visit)
    tx.remove("consents", visit=visit)
    tx.remove("visits", id=visit)


def _told(tx: Transaction) -> Iterator[tuple[str, str]]:
    return ((f"window/{row['window_id']}", row["id"]) for row in tx.all("hall.open_visits"))


_OF_SEVERAL = {"persons": ("id",), "organisations": ("id",), "licences": ("id",), "contents": ("digest",)}
KINDS = (
    simple("ticket", "tickets", "id", lambda row: hall_of(row["id"])),
    simple("window", "windows", "id", lambda row: f"hall/{row['hall']}"),
    Kind("visit", visit_rows, _seen, _clear, _told, shared=_OF_SEVERAL),
)
