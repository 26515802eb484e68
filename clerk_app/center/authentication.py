"""Who speaks: the one place where a request becomes a node. Signatures would come here, and nowhere else."""

from __future__ import annotations

import re

from clerk_app.center.authority import Authority
from clerk_app.errors import Refused
from db.engines import Row

SCHEME = "Clerk"
_AUTHORIZATION = re.compile(rf"{SCHEME} ([A-Za-z0-9_-]{{1,64}}):([A-Za-z0-9_-]{{1,200}})")


def authenticate(authority: Authority, authorization: str) -> Row:
    """The node behind the header `Authorization: Clerk NODE:KEY`. Raises Refused: "stranger" or "shut"."""
    found = _AUTHORIZATION.fullmatch(authorization)
    if found is None:
        raise Refused("stranger", "The center does not know this window, or its key is wrong. Enrol it anew.")
    return authority.authenticate_node(found[1], found[2])
