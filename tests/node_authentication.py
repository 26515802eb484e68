"""Authentication of the nodes of a city without HTTP, by their bearer keys."""

from __future__ import annotations

from clerk_app.center.authority import Authority, is_right_key, shut_out, unknown_node
from db.engines import Row


def authenticate_node(authority: Authority, node: str, key: str) -> Row:
    """Return the row of the node if its key is correct. Raises Refused ("stranger", "shut")."""
    with authority.store.read() as tx:
        row = tx.get("nodes", id=node)
    if row is None or not is_right_key(row, key) or row["here"]:
        raise unknown_node()
    if authority.is_shut(row):
        raise shut_out()
    return row
