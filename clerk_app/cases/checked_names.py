"""What the center answered about the enterprise names of a draft; part of its stored content."""

from __future__ import annotations

from clerk_app.ledger.commands import MessagePart


class DraftName(MessagePart, frozen=True, kw_only=True):
    """What the center answered last about an enterprise name: its severity, and the reservation of the draft if any.

    `until` is in microseconds UTC. A window does not have the register of names, nor the reservations.
    """

    name: str
    severity: str
    reservation: str = ""
    until: int = 0
