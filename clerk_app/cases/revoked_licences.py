"""Objections to licences that are revoked: before a case was accepted with them without a line, or since.

The schedule of the authority raises the second one (`clerk_app.composition.revoked_records`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clerk_app.errors import Refused
from clerk_app.ledger.commands import Entry
from clerk_app.locales import mark
from db.engines import Row, Transaction

REVOKED_LICENCE = "revoked_licence"
"""Reason of the objection to an acceptance."""
REVOKED_SINCE = "licence_revoked_since"
"""Reason of the objection in an open case that uses a licence which was revoked after the acceptance."""
LOOK_BACK = 30 * 86_400_000_000
"""For how long after a revocation its cases are looked up, in microseconds: an authority may be down for days."""
_REVOKED = mark("Revoked before the case was accepted: {licences}.")


def find_revocation_objection(tx: Transaction, entry: Entry[Any, Any]) -> Refused | None:
    """Return the objection to an acceptance of another node; `licences` are the types of the revoked licences."""
    accepted_at = entry.moment.corrected_at
    kinds = {
        str(row["kind"])
        for row in read_used_licences(tx, entry.command)
        if row["state"] == "revoked" and row["updated_at"] <= accepted_at
    }
    return Refused(REVOKED_LICENCE, _REVOKED, licences=",".join(sorted(kinds))) if kinds else None


def read_used_licences(tx: Transaction, command: Any) -> Iterator[Row]:
    """Yield the licences of an acceptance that are materials, and the one whose code was shown in the visit."""
    for material in getattr(command, "materials", ()):
        if material.how == "licence":
            yield from tx.select("licences", id=material.licence)
    visit = tx.get("visits", id=command.visit)
    if visit is not None and visit["shown_licence"]:
        yield from tx.select("licences", identifier=visit["shown_licence"])
