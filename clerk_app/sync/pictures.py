"""Scans and pictures between a window and its center: brought after their case, fetched when somebody looks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.sync.http import AskedToWait
from clerk_app.sync.line import steady
from db.contents import Contents
from db.engines import Row, Store, Transaction
from db.errors import StoreError

BROUGHT = "content-brought"  # up to which entry of the log; without it everything is brought again, which harms nothing
FETCHED = "content-fetched"  # which files came from the center, a digest a line: only these are removed again
AGAIN = 300.0  # seconds until a picture that was not to be had is asked for again
_MANY = 500  # entries looked at in one go


class Carrier(Protocol):
    """What carries files (clerk_app.sync.http)."""

    def content(self, digest: str) -> bytes: ...

    def put_content(self, digest: str, data: bytes) -> None: ...


class Pictures:
    """The content files of one window."""

    def __init__(
        self,
        store: Store,
        contents: Contents,
        folder: Path,
        carrier: Carrier,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        self._store = store
        self._contents = contents
        self._brought, self._fetched = folder / BROUGHT, folder / FETCHED
        self._carrier = carrier
        self._monotonic = monotonic
        self._wishes: set[str] = set()
        self._missing: dict[str, float] = {}  # until when each is not asked for
        self._lock = threading.Lock()

    def fetch(self, digest: str) -> bytes:
        """The bytes behind a digest, kept from now on. Raises Refused, OutOfReach, BadData (damaged on the way)."""
        data = self._carrier.content(digest)
        if sha256(data).hexdigest() != digest:
            raise BadData("The picture did not arrive as its digest says.")
        with suppress(StoreError, OSError):  # a full disk is no reason not to show it
            with self._lock, self._fetched.open("a", encoding="ascii") as file:
                file.write(f"{digest}\n")
            self._contents.add(data)
        return data

    def forget(self) -> None:
        """Removes what was fetched and belongs to nothing any more that this window may see."""
        with self._lock:
            fetched = self._fetched.read_text("ascii").split() if self._fetched.exists() else []
            with self._store.read() as look:
                used = [one for one in dict.fromkeys(fetched) if _is_used(look, one)]
            for digest in set(fetched) - set(used):
                self._contents.remove(digest)
            if used != fetched:
                self._fetched.write_text("".join(f"{one}\n" for one in used), "ascii")

    def wish(self, digest: str) -> bool:
        """Notes that it would be shown if it were here: the next `fetch_wished` gets it. Whether it is worth a try."""
        with self._lock:
            new = digest not in self._wishes and self._monotonic() >= self._missing.get(digest, 0.0)
            if new:
                self._wishes.add(digest)
        return new

    def fetch_wished(self) -> None:
        """Fetches what was wished for; what is not to be had is not asked for again for a while. Raises OutOfReach."""
        while True:
            with self._lock:
                digest = self._wishes.pop() if self._wishes else ""
            if not digest:
                return
            try:
                self.fetch(digest)
            except (Refused, BadData, AskedToWait):  # not ours to see, damaged, or not brought yet
                self._missing[digest] = self._monotonic() + AGAIN

    def bring(self) -> None:
        """Brings the scans of cases that the center has taken. Raises OutOfReach."""
        position = self._position()
        while True:
            with self._store.read() as look:
                here = look.one("ledger.here")
                rows = look.all("ledger.entries_from", position=position, many=_MANY)
            for row in rows:
                own = here is not None and row["node"] == here["id"]
                if own and row["answered_at"] is None:
                    return
                if own and row["outcome"] == "done":
                    for digest in _digests(row):
                        self._put(digest)
                position = row["position"]
            if not rows:
                return
            self._brought.write_text(f"{position}\n", "ascii")

    def _put(self, digest: str) -> None:
        try:
            self._carrier.put_content(digest, self._contents.read(digest))
        except (StoreError, Refused, BadData):
            return  # it is not here, or belongs to nothing that the center knows

    def _position(self) -> int:
        try:
            return int(self._brought.read_text("ascii"))
        except (OSError, ValueError):
            return 0


def _is_used(look: Transaction, digest: str) -> bool:
    return any(look.rows(table, content=digest) for table in ("materials", "licences"))


class _Given(msgspec.Struct):
    content: str = ""


class _Giving(msgspec.Struct):
    """What commands that take materials in have in common."""

    materials: tuple[_Given, ...] = ()


def _digests(row: Row) -> Iterator[str]:
    if row["kind"] in ("AcceptCase", "TakeIn"):
        with suppress(msgspec.DecodeError):
            yield from (
                one.content for one in msgspec.json.decode(row["command"], type=_Giving).materials if one.content
            )
