"""What a machine signs its requests with, and the key of the center with which it verifies the responses."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.machine_keys import PublicKey, SigningKey, decode_base64url
from clerk_app.ledger.node_keys import CenterKeyLink, follow_center_keys
from clerk_app.ledger.replication.http_signatures import (
    CENTER_KEYS_HEADER,
    RequestHead,
    response_key,
    sign_request,
    verify_response,
)

_MAX_KEYS_HEADER = 8_000  # characters


def older_center() -> Refused:
    """Return the refusal where a center of an earlier version does not know what this machine asks for."""
    return Refused(
        "older_center",
        "The center runs an earlier version than this machine. Entries are sent, but nobody can sign in here until the "
        "center is upgraded. Sign in at a machine that was not upgraded, and tell an administrator.",
    )


@dataclass(frozen=True)
class MachineCredentials:
    """A node and its key pair, or the bearer key of a node that has none."""

    node: str
    key: SigningKey | None = None
    key_number: int = 0
    bearer: str = ""


@dataclass
class CenterTrust:
    """The center of a machine, and the key that it believes. Thread-safe: the key is replaced as a whole.

    Without a key, which only machines of earlier versions lack, every response is believed, as before.
    """

    center: str
    known: CenterKeyLink | None = None
    on_new_key: Callable[[CenterKeyLink], None] = field(default=lambda _link: None)

    def verifies(self, status: int, headers: Mapping[str, str], body: bytes, request: RequestHead | None) -> bool:
        """Return whether a response is the center's, following its newer keys from the known one."""
        if self.known is None:
            return True
        if request is None:
            return False
        named = response_key(headers)
        if named is None or named[0] != self.center:
            return False
        link = self.known
        if named[1] != link.number:
            link = follow_center_keys(self.center, link, _read_links(headers))
        if named[1] != link.number:
            return False
        if not verify_response(PublicKey.parse(link.public_key), status, headers, body, request):
            return False
        if link.number > self.known.number:
            self.known = link
            self.on_new_key(link)
        return True


class RequestSigner:
    """Signs the requests of one machine, by the center's clock as far as it is known."""

    def __init__(
        self,
        credentials: MachineCredentials,
        trust: CenterTrust,
        read_credentials: Callable[[], MachineCredentials] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`read_credentials` reads them again, because another program of this machine may have replaced the key."""
        self._read_credentials = read_credentials
        self.credentials = credentials
        self.trust = trust
        self._clock = clock
        self._offset = 0.0  # seconds that the center's clock is ahead

    def headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        """Return the headers that authenticate a request."""
        credentials = self.credentials
        if credentials.key is None:
            return {"authorization": f"Clerk {credentials.node}:{credentials.bearer}"}
        number = self.trust.known.number if self.trust.known is not None else 0
        return sign_request(
            credentials.key,
            f"{credentials.node}.{credentials.key_number}",
            method,
            path,
            sha256(body).digest(),
            center=f"{self.trust.center}.{number}",
            created=int(self._clock() + self._offset),
        )

    def reload(self) -> bool:
        """Read the credentials again; return whether they have changed. Raises BadData."""
        before = self.credentials
        if self._read_credentials is not None:
            self.credentials = self._read_credentials()
        return (before.key_number, before.bearer) != (self.credentials.key_number, self.credentials.bearer)

    def use_center_time(self, now: int) -> None:
        """Sign by the center's clock, which shows `now` (microseconds UTC)."""
        self._offset = now / 1_000_000 - self._clock()


def _read_links(headers: Mapping[str, str]) -> list[CenterKeyLink]:
    encoded = headers.get(CENTER_KEYS_HEADER, "")[:_MAX_KEYS_HEADER]
    try:
        return msgspec.json.decode(decode_base64url(encoded), type=list[CenterKeyLink])
    except (ValueError, RecursionError):
        return []
