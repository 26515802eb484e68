"""Access to the pages about the center itself: /readyz, /metrics, /openapi.json and /docs."""

from __future__ import annotations

import hmac
import ipaddress
from pathlib import Path

from starlette.requests import Request

from clerk_app.errors import BadData, Refused

MIN_TOKEN_LENGTH = 20
_SCHEME = "Bearer "
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-real-ip", "via")  # added by proxies for requests of others


class StatusAccess:
    """Decides who may read the pages about the center.

    Without a token, only requests from this machine that no proxy passed on. With a token, only requests that name it,
    wherever they come from.
    """

    def __init__(self, token: str = "") -> None:
        self._token = token.encode()

    @classmethod
    def from_file(cls, path: Path | None) -> StatusAccess:
        """Read the token from the first line of a file; without a file there is none. Raises BadData."""
        if path is None:
            return cls()
        try:
            token = path.read_text("ascii").partition("\n")[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise BadData("The token in {path} cannot be read.", path=path) from error
        if len(token) < MIN_TOKEN_LENGTH:
            raise BadData("The token in {path} needs at least {count} characters.", path=path, count=MIN_TOKEN_LENGTH)
        return cls(token)

    def require(self, request: Request) -> None:
        """Raise Refused, as for an address that does not exist, if the request may not read these pages."""
        if not (self._names_token(request) if self._token else _is_local(request)):
            raise no_route()

    def _names_token(self, request: Request) -> bool:
        value = request.headers.get("authorization", "")
        return value.startswith(_SCHEME) and hmac.compare_digest(value.removeprefix(_SCHEME).encode(), self._token)


def no_route() -> Refused:
    """Return the error for an unknown address."""
    return Refused("no_route", "The center has nothing at this address.")


def _is_local(request: Request) -> bool:
    """Return whether a request comes from this machine itself, and not through a proxy on it."""
    if request.client is None or any(name in request.headers for name in _PROXY_HEADERS):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
