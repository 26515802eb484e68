"""Reads the two rows that the store of every window has: its own node, and the connection to its center."""

from __future__ import annotations

from db.engines import Row, Store, Transaction


def own_node(tx: Transaction) -> Row:
    """Return id and incarnation of the store's own node. Raises RuntimeError if the store has no node yet."""
    row = tx.query_one("ledger.own_node")
    if row is None:
        raise RuntimeError("this store has no node of its own")
    return row


def center_line(tx: Transaction) -> Row:
    """Return the row of the connection to the center. Raises RuntimeError if the store does not belong to a window."""
    row = tx.query_one("ledger.center_connection")
    if row is None:
        raise RuntimeError("this store is not a window's")
    return row


def read_center_line(store: Store) -> Row | None:
    """Return the row of the connection to the center; None if the store does not belong to a window."""
    with store.read() as tx:
        return tx.query_one("ledger.center_connection")
