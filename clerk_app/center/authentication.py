"""Authenticates the node that sent an HTTP request, by the header `Authorization`."""

from __future__ import annotations

import re

from clerk_app.center.authority import Authority, unknown_node
from db.engines import Row

SCHEME = "Clerk"
_AUTHORIZATION = re.compile(rf"{SCHEME} ([A-Za-z0-9_-]{{1,64}}):([A-Za-z0-9_-]{{1,200}})")


def authenticate(authority: Authority, authorization: str) -> Row:
    """Return the node named by the header `Authorization: Clerk NODE:KEY`. Raises Refused: "stranger" or "shut"."""
    found = _AUTHORIZATION.fullmatch(authorization)
    if found is None:
        raise unknown_node()
    return authority.authenticate_node(found[1], found[2])
