"""Checks that several commands share."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.catalogue.model import Catalogue
from clerk_app.errors import Refused


def require_reason(reason: str) -> None:
    """Raise Refused when a reason that is stored with the case is empty."""
    if not reason.strip():
        raise Refused("reason", "A reason is needed: it is kept with the case.")


def require_stock_reasons(catalogue: Catalogue, codes: Iterable[str]) -> None:
    """Raise Refused for the id of a stock reason that the catalogue does not have."""
    known = {reason.id for reason in catalogue.stock_reasons}
    for code in codes:
        if code not in known:
            raise Refused("reason", "The catalogue has no stock reason {name}.", name=code)
