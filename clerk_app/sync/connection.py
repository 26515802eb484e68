"""A window's connection to its center, as a running program holds it: line, exchange, pictures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from clerk_app.errors import BadData, ClerkError, OutOfReach
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.documents import Kinds
from clerk_app.ledger.door import Door
from clerk_app.sync.exchange import Exchange
from clerk_app.sync.http import HttpWire
from clerk_app.sync.line import Line, line_row, steady
from clerk_app.sync.lists import SignedLists
from clerk_app.sync.pictures import Pictures
from clerk_app.sync.turn import Turn
from db.contents import Contents

KEY = "center.key"
TURN = "line.lock"
TRUST = "trust"  # as clerk_app.desks.office has it


class Connection:
    """What the desks of a window have of its center (clerk_app.desks.office.Far)."""

    def __init__(self, folder: Path, door: Door, rules: Rules, kinds: Kinds, contents: Contents) -> None:
        """Raises BadData when the window's key is missing or its center's address is none."""
        line, store = line_row(door.store), door.store
        if line is None:
            raise BadData("This office has no center: it is its own.")
        with store.read() as look:
            here = look.one("ledger.here")
        assert here is not None
        self.url = str(line["url"])
        self.wire = HttpWire(self.url, here["id"], read_key(folder))
        self.line = Line(store, rules, kinds, self.wire, clock=door.clock, turn=Turn(folder / TURN))
        self.pictures = Pictures(store, contents, folder, self.wire)
        self.lists = SignedLists(folder / TRUST, self.wire, steady)
        self._errands = (self.pictures.bring, self.pictures.fetch_wished, self.pictures.forget, self.lists.refresh)
        self.exchange = Exchange(self.line, door, folder, self._errands)
        door.center = self.line

    @property
    def trouble(self) -> str:
        """Why the center does not listen to this window; empty where nothing speaks for that."""
        return self.exchange.trouble

    def fetch(self, digest: str) -> bytes:
        """A scan or picture from the center, now. Raises Refused, OutOfReach, BadData."""
        return self.pictures.fetch(digest)

    def wish(self, digest: str) -> None:
        """The same, whenever there is time for it."""
        if self.pictures.wish(digest):
            self.exchange.ring()

    def now(self, told: Callable[[], None]) -> None:
        """One exchange to its end; `told` is called after each step. Raises OutOfReach, Refused."""
        while self.line.step():
            told()
        self.line.ensure_numbers()
        for errand in self._errands:
            errand()

    def start(self) -> None:
        """From now on the exchange runs beside the program."""
        self.exchange.start()

    def stop(self) -> None:
        """Ends the exchange and hangs up."""
        self.exchange.stop()
        self.wire.close()


class Unconnected:
    """In the place of a connection that cannot be made: the window works, and says why it is alone."""

    def __init__(self, why: ClerkError) -> None:
        self._why = why

    @property
    def trouble(self) -> str:
        """Why there is no connection."""
        return str(self._why)

    def fetch(self, _digest: str) -> bytes:
        """Raises OutOfReach."""
        raise OutOfReach("The center is out of reach, and this picture is not kept here.")

    def wish(self, _digest: str) -> None:
        """Nobody can fulfil it."""

    def stop(self) -> None:
        """There is nothing to end."""


def read_key(folder: Path) -> str:
    """The key that this window speaks with. Raises BadData when it is missing or others can read it."""
    path = folder / KEY
    try:
        if path.stat().st_mode & 0o077:
            raise BadData("The key {path} can be read by others. Take that right away: chmod 600", path=path)
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData("The key {path} is missing. Without it the center knows no window here.", path=path) from error


def write_key(folder: Path, key: str) -> None:
    """Keeps the key so that only this user can read it, whole or not at all."""
    part = folder / f"{KEY}.part"
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.rename(folder / KEY)
