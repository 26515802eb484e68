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


def mark_connection_lost(store: Store, now: int) -> None:
    """Record `now` as the time since which the center is out of reach, unless a time is recorded already."""
    with store.write() as tx:
        line = tx.query_one("ledger.center_connection")
        if line is not None and line["lost_at"] is None:
            tx.update("center_lines", {"center": line["center"]}, lost_at=now)


def last_answered_number(store: Store) -> int:
    """Return the number of this node's last entry that the center has answered; 0 for none."""
    with store.read() as tx:
        own = own_node(tx)
        row = tx.query_one("ledger.last_answered_number", node=own["id"], incarnation=own["incarnation"])
    return int(row["number"]) if row is not None else 0


def is_connection_lost(store: Store) -> bool:
    """Return whether the center is out of reach since a recorded time."""
    line = read_center_line(store)
    return line is not None and line["lost_at"] is not None
