"""Feed scopes of a hall."""

from __future__ import annotations


def hall_scope(ticket: str) -> str:
    """Return the feed scope of the hall to which a ticket id belongs."""
    return f"hall/{ticket.partition('/')[0]}"
