"""Objection to a case with a licence of an issuer that was removed from the trust list."""

from __future__ import annotations

from typing import Any

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.revoked_licences import read_used_licences
from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Entry
from clerk_app.locales import mark
from clerk_app.people.removed_issuers import ISSUER_REMOVED, mark_removed_issuers
from db.engines import Row, Transaction

REMOVED_ISSUER = "removed_issuer"
"""Reason of the objection."""
REMOVED_SENTENCE = mark(
    "{issuer} is not a trusted issuer any more since {day}. Check its licence in this case before it is decided."
)


def build_removal_facts(removed: Row, zone: str) -> dict[str, str]:
    """Return the facts of the objection for a row of `removed_issuers`."""
    day = to_local_time(removed["since"], zone).date().isoformat()
    return {"issuer": f"{removed['name_zh']}/{removed['name_en']}", "code": removed["issuer_code"], "day": day}


def find_removal_objection(tx: Transaction, entry: Entry[Any, Any]) -> Refused | None:
    """Return the objection to an acceptance of another node that uses a licence of an issuer removed before it."""
    for row in mark_removed_issuers(tx, read_used_licences(tx, entry.command)):
        removed = tx.get("removed_issuers", issuer_code=row["issuer_code"])
        if row["state"] == ISSUER_REMOVED and removed and removed["since"] <= entry.moment.corrected_at:
            facts = build_removal_facts(removed, load_frame(tx).time_zone)
            return Refused(REMOVED_ISSUER, REMOVED_SENTENCE, **facts)
    return None
