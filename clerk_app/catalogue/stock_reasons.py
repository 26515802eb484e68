"""Selection of stock reasons for an act."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, ReasonAct, StockReason


def select_stock_reasons(catalogue: Catalogue, act: ReasonAct, matter: str = "") -> tuple[StockReason, ...]:
    """Return the stock reasons for an act, in the order of the catalogue; `matter` is the one that is decided."""
    return tuple(
        reason
        for reason in catalogue.stock_reasons
        if act in reason.acts and (not reason.matters or matter in reason.matters)
    )
