"""How a machine becomes a window: it joins with its code, keeps what it was told, and fills its store.

Interrupted anywhere it goes on where it was: its key lies on disk before it asks, and what it was told before anything
else is done.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.documents import Kinds
from clerk_app.ledger.door import Door
from clerk_app.ledger.founding import FoundWindow
from clerk_app.ledger.messages import Enrolled
from clerk_app.ledger.provisional import Provisional
from clerk_app.people.permissions import SYSTEM
from clerk_app.sync import http
from clerk_app.sync.connection import KEY, read_key, write_key
from clerk_app.sync.line import Line

PENDING = "enrolling.json"


class Joining(msgspec.Struct, frozen=True):
    """What the center said to the code, and where it is."""

    url: str
    told: Enrolled


def pending(folder: Path) -> Joining | None:
    """An enrolment that was begun in this folder and not ended. Raises BadData when its file is damaged."""
    path = folder / PENDING
    try:
        return msgspec.json.decode(path.read_bytes(), type=Joining)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise BadData(
            "{path} cannot be read. Remove it, ask the center for a new code, and enrol again.", path=path
        ) from error


def enrol_here(folder: Path, url: str, code: str) -> Joining:
    """Joins with a code, and writes down what was told before anything else happens. Raises as `http.enrol`.

    The key is made and kept before the center is asked: where its answer was lost, the same folder may ask again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    asked_before = (folder / KEY).exists()
    if not asked_before:
        write_key(folder, secrets.token_urlsafe(32))
    key = read_key(folder)
    try:
        told = http.enrol(url, code, key)
    except OutOfReach as lost:
        raise OutOfReach("{why} Run the same command again, with the same code.", why=str(lost)) from lost
    except Refused:
        if not asked_before:
            (folder / KEY).unlink()
        raise
    joining = Joining(http.checked(url), msgspec.structs.replace(told, key=told.key or key))
    with open(os.open(folder / PENDING, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(joining))
        file.flush()
        os.fsync(file.fileno())
    return joining


def found(door: Door, kinds: Kinds, joining: Joining) -> None:
    """The first entry of the window's store. Raises Refused when it belongs to a node already."""
    told = joining.told
    door.center = Provisional(door.store, kinds)
    door.perform(
        FoundWindow(
            node=told.node,
            name=told.name,
            node_kind=told.node_kind,
            hall=told.hall,
            window=told.window,
            organs=told.organs,
            center=told.center,
            url=joining.url,
        ),
        SYSTEM,
    )
    door.store.settle()


def done(folder: Path) -> None:
    """The store knows everything now."""
    with suppress(FileNotFoundError):
        (folder / PENDING).unlink()


def fill(line: Line, told: Callable[[int, int], None]) -> int:
    """Takes over everything that the window may see, and its case numbers; how many documents came.

    `told` hears how many are here and roughly how many are to come. Raises OutOfReach, Refused: what came stays.
    """
    before = line.taken
    while line.step():
        told(line.taken - before, line.behind)
    line.ensure_numbers()
    return line.taken - before
