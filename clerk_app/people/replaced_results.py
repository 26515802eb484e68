"""Licences of results that were decided differently: they do not count, even before the schedule revokes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from db.engines import Row, Transaction

REPLACED: Final = "replaced"
"""State of a licence that a newer version of the same result replaces, in place of the stored state."""


def mark_replaced_results(tx: Transaction, licences: Iterable[Row]) -> list[Row]:
    """Return rows of licences; those of a result that was decided differently have the state REPLACED or `revoked`.

    A window may not hold the case: the authority marks the licences of a visit before it sends them.
    """
    return [{**row, "state": _find_state(tx, row)} for row in licences]


def _find_state(tx: Transaction, row: Row) -> str:
    result = tx.query_one("licences.withdrawn_result", licence=row["id"])
    if result is None:
        return str(row["state"])
    return REPLACED if result["reason"] == REPLACED else "revoked"
