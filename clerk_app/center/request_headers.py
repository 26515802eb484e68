"""The headers of a request as a dict, which is decoded once: each request needs about ten of them."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

_SCOPE_KEY = "clerk.headers"


def read_headers(request: Request) -> Mapping[str, str]:
    """Return the headers by name in lower case; of several with the same name, the first.

    Equal to `Request.headers`, which searches and decodes the list of all headers at each access.
    """
    scope = request.scope
    if _SCOPE_KEY not in scope:
        scope[_SCOPE_KEY] = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in reversed([*scope["headers"]])
        }
    headers: Mapping[str, str] = scope[_SCOPE_KEY]
    return headers
