"""Licences of issuers that were removed from the trust list: they are listed with a state of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from db.engines import Row, Transaction

ISSUER_REMOVED: Final = "issuer_removed"
"""State of a licence whose issuer does not count any more, in place of the stored state `valid`."""


def mark_removed_issuers(tx: Transaction, licences: Iterable[Row]) -> list[Row]:
    """Return rows of licences; the valid ones of a removed issuer have the state ISSUER_REMOVED.

    A window has no removed issuers: the authority marks the licences of a visit before it sends them.
    """
    rows = list(licences)
    codes = {code for row in rows if (code := row.get("issuer_code"))}
    removed = {code for code in codes if tx.get("removed_issuers", issuer_code=code) is not None}
    return [
        {**row, "state": ISSUER_REMOVED} if row.get("issuer_code") in removed and row["state"] == "valid" else row
        for row in rows
    ]
