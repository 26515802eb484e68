"""How the citizen's consent to the use of each licence of a case was confirmed, as recorded with its acceptance."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from db.engines import Transaction

STATED = "stated"
"""Confirmation of a consent that only the clerk has recorded: there is no second scan (`scan`) or signed list."""
_ACCEPTANCE = "AcceptCase"  # stored name


class _Consents(msgspec.Struct):
    """The field of the decision on an acceptance: confirmation by material."""

    consents: dict[str, str] = {}


def read_consents(tx: Transaction, case_number: str) -> Mapping[str, str]:
    """Return how consent was confirmed, by material; empty for cases of earlier versions and for other organs."""
    rows = [
        *tx.select("histories", order=("revision",), case_number=case_number),
        *tx.query_all("cases.done_entries_from", stream=f"case/{case_number}", revision=0),
    ]
    decision = next((row["decision"] for row in rows if row["kind"] == _ACCEPTANCE), None)
    return msgspec.json.decode(decision, type=_Consents).consents if decision is not None else {}
