"""Checks that several commands share."""

from __future__ import annotations

from clerk_app.errors import Refused


def require_reason(reason: str) -> None:
    """Raise Refused when a reason that is stored with the case is empty."""
    if not reason.strip():
        raise Refused("reason", "A reason is needed: it is kept with the case.")
