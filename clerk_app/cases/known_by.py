"""How a party of a case is known; the values are stored."""

from __future__ import annotations

from db.engines import Row

KNOWN_BY_CODE = "code"  # the code of the visit's person
KNOWN_BY_PARTY_CODE = "party_code"  # the code of another party, shown in the same visit
KNOWN_BY_DOCUMENT = "document"  # an identity document that the clerk compared with the person
KNOWN_BY_DELEGATION = "delegation"  # an absent party, for whom the person served acts
KNOWN_BY_EARLIER = "earlier"  # a code or document of an earlier visit, which proves nothing in this one


def identified_number(visit: Row | None) -> str:
    """Return the number of the person who was identified in a visit; empty if nobody was."""
    return visit["shown_number"] or "" if visit is not None and visit["check_result"] else ""
