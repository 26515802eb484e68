"""Reports and exports, read through SQLModel sessions. Commands and documents run named statements instead."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import col, func, select

from db.engines import Store
from db.tables import METADATA, LedgerEntry, Node

_PAGE_SIZE = 1_000


def count_table_rows(store: Store) -> dict[str, int]:
    """Return the number of rows of every table, by name in alphabetical order."""
    with store.session() as session:
        return {
            name: session.exec(select(func.count()).select_from(table)).one()
            for name, table in sorted(METADATA.tables.items())
        }


def list_nodes(store: Store) -> list[tuple[Node, int | None]]:
    """Return every node with the time of its newest entry (microseconds UTC), the store's own node first."""
    newest = (
        select(func.max(col(LedgerEntry.decided_at)))
        .where(col(LedgerEntry.node) == col(Node.id))
        .correlate(Node)
        .scalar_subquery()
    )
    order = (col(Node.here).desc(), col(Node.hall), col(Node.window_id), col(Node.id))
    with store.session() as session:
        return [(node, last_entry) for node, last_entry in session.exec(select(Node, newest).order_by(*order)).all()]


def read_log(store: Store, after: int = 0) -> Iterator[LedgerEntry]:
    """Yield the entries after a position in the order of the log, read in pages."""
    while True:
        with store.session() as session:
            query = select(LedgerEntry).where(col(LedgerEntry.position) > after).order_by(col(LedgerEntry.position))
            page = session.exec(query.limit(_PAGE_SIZE)).all()
        if not page:
            return
        yield from page
        after = page[-1].position
