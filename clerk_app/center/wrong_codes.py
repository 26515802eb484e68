"""Counts wrong enrolment codes in memory, by address and altogether, so that nobody can try them at will.

A wrong code leaves no entry in the log. The counts are those of one process and end with it.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from time import monotonic

from starlette.requests import Request

from clerk_app.errors import Refused
from clerk_app.locales import mark

MAX_ADDRESSES = 10_000
_PREFIX_LENGTH = 64  # bits of an IPv6 address; one machine may use all addresses behind them
_TOO_MANY = mark("Too many wrong codes were tried. Try again in {minutes} minutes.")


@dataclass(frozen=True)
class CodeLimits:
    """How many wrong codes are accepted in a time, from one address and altogether."""

    of_address: int
    altogether: int
    minutes: int


@dataclass
class _Count:
    """Number of wrong codes; it is reset to 0 at the time `until`."""

    until: float
    limit: int
    failures: int = 0


class WrongCodes:
    """The wrong codes of one center process. Used on the event loop only."""

    def __init__(self, monotonic_seconds: Callable[[], float] = monotonic) -> None:
        self._monotonic = monotonic_seconds
        self._by_address: dict[str, _Count] = {}  # the one that began first comes first
        self._altogether = _Count(0.0, 0)

    @property
    def count(self) -> int:
        """The number of addresses that are counted."""
        return len(self._by_address)

    def require_allowed(self, address: str) -> None:
        """Raise Refused ("codes") if too many wrong codes came from an address, whatever code comes next."""
        count = self._by_address.get(address)
        if count is not None and count.failures >= count.limit and count.until > self._monotonic():
            raise self._too_many(count)

    def record_failure(self, address: str, limits: CodeLimits) -> None:
        """Count a wrong code. Raises Refused ("codes") if there were too many from all addresses together.

        A right code is accepted even then, so that nobody can stop the enrolment of others.
        """
        now, end = self._monotonic(), self._monotonic() + limits.minutes * 60
        count = self._by_address.get(address)
        if count is None or count.until <= now:
            self._by_address.pop(address, None)
            self._remove_old_counts(now)
            count = self._by_address[address] = _Count(end, limits.of_address)
        count.failures += 1
        if self._altogether.until <= now:
            self._altogether = _Count(end, limits.altogether)
        self._altogether.failures += 1
        if self._altogether.failures > self._altogether.limit:
            raise self._too_many(self._altogether)

    def _remove_old_counts(self, now: float) -> None:
        """Remove up to two counts, so that those that have ended do not pile up."""
        for address in list(islice(self._by_address, 2)):
            if self._by_address[address].until <= now or len(self._by_address) >= MAX_ADDRESSES:
                del self._by_address[address]

    def _too_many(self, count: _Count) -> Refused:
        return Refused("codes", _TOO_MANY, minutes=max(1, math.ceil((count.until - self._monotonic()) / 60)))


def address_of(request: Request) -> str:
    """Return the address for which wrong codes are counted: an IPv4 address, or the network of an IPv6 address.

    A proxy on this machine adds the address of its client at the end of `X-Forwarded-For`; other machines are not
    believed.
    """
    host = request.client.host if request.client is not None else ""
    try:
        if ipaddress.ip_address(host).is_loopback:
            host = request.headers.get("x-forwarded-for", host).rpartition(",")[2].strip()
        address = ipaddress.ip_address(host)
    except ValueError:
        return host[:100]
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _PREFIX_LENGTH), strict=False))
