"""Reports and exports, read through SQLModel sessions. Commands and documents run named statements instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import col, func, select

from db.engines import Store
from db.tables import METADATA, LedgerEntry, Node, NodeContact

_PAGE_SIZE = 1_000


def count_table_rows(store: Store) -> dict[str, int]:
    """Return the number of rows of every table, by name in alphabetical order."""
    with store.session() as session:
        return {
            name: session.exec(select(func.count()).select_from(table)).one()
            for name, table in sorted(METADATA.tables.items())
        }


@dataclass(frozen=True)
class NodeReport:
    """A node, the time of its newest entry, and its last contact with this center. Times are microseconds UTC."""

    node: Node
    last_entry: int | None
    seen_at: int | None
    version: str  # of its program; empty if unknown


def list_nodes(store: Store) -> list[NodeReport]:
    """Return every node, the store's own node first."""
    newest = (
        select(func.max(col(LedgerEntry.decided_at)))
        .where(col(LedgerEntry.node) == col(Node.id))
        .correlate(Node)
        .scalar_subquery()
    )
    order = (col(Node.here).desc(), col(Node.hall), col(Node.window_id), col(Node.id))
    with store.session() as session:
        contacts = {contact.node: contact for contact in session.exec(select(NodeContact)).all()}
        rows = session.exec(select(Node, newest).order_by(*order)).all()
        return [_build_report(node, last_entry, contacts.get(node.id)) for node, last_entry in rows]


def _build_report(node: Node, last_entry: int | None, contact: NodeContact | None) -> NodeReport:
    if contact is None:
        return NodeReport(node, last_entry, None, "")
    return NodeReport(node, last_entry, contact.seen_at, contact.version)


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
