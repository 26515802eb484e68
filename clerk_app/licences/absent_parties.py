"""What the person served may do for absent parties in a visit: rows of `visit_representations`."""

from __future__ import annotations

from clerk_app.licences.identity_proof import SHOWN, find_proof
from db.engines import Transaction
from db.json_lists import decode_json_list

CONSENT = "consent"


def find_acts(tx: Transaction, visit: str, party: str) -> tuple[str, ...] | None:
    """Return what may be done for an absent party in a visit; None if nobody acts for them."""
    row = tx.get("visit_representations", visit=visit, principal=party) if party else None
    return decode_json_list(row["acts"]) if row is not None else None


def may_consent(tx: Transaction, visit: str, party: str) -> bool:
    """Return whether somebody in the visit may agree to the use of licences as this party: present, or acted for."""
    acts = find_acts(tx, visit, party)
    return acts is None or CONSENT in acts


def find_level(tx: Transaction, visit: str, party: str) -> str:
    """Return the level at which a party is proved in a visit; who may agree for a party proves this party too."""
    acts = find_acts(tx, visit, party)
    return SHOWN if acts is not None and CONSENT in acts else find_proof(tx, visit, party)
