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
from clerk_app.ledger.door import Door
from clerk_app.ledger.offline_authority import OfflineAuthority
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.ledger.replication.messages import EnrolResponse
from clerk_app.ledger.window_setup import InitialiseWindow
from clerk_app.people.permissions import SYSTEM
from clerk_app.sync import http_transport
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.connection import KEY_FILE, read_key, write_key

PENDING_FILE = "enrolling.json"


class PendingEnrolment(msgspec.Struct, frozen=True):
    """What the center said to the code, and where it is."""

    url: str
    enrolled: EnrolResponse = msgspec.field(name="told")


def read_pending_enrolment(folder: Path) -> PendingEnrolment | None:
    """An enrolment that was begun in this folder and not ended. Raises BadData when its file is damaged."""
    path = folder / PENDING_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=PendingEnrolment)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise BadData(
            "{path} cannot be read. Remove it, ask the center for a new code, and enrol again.", path=path
        ) from error


def enrol_machine(folder: Path, url: str, code: str) -> PendingEnrolment:
    """Joins with a code, and writes down what was told before anything else happens. Raises as `http.enrol`.

    The key is made and kept before the center is asked: where its answer was lost, the same folder may ask again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    asked_before = (folder / KEY_FILE).exists()
    if not asked_before:
        write_key(folder, secrets.token_urlsafe(32))
    key = read_key(folder)
    try:
        told = http_transport.request_enrolment(url, code, key)
    except OutOfReach as lost:
        raise OutOfReach("{why} Run the same command again, with the same code.", why=str(lost)) from lost
    except Refused:
        if not asked_before:
            (folder / KEY_FILE).unlink()
        raise
    joining = PendingEnrolment(http_transport.normalize_url(url), msgspec.structs.replace(told, key=told.key or key))
    with open(os.open(folder / PENDING_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(msgspec.json.encode(joining))
        file.flush()
        os.fsync(file.fileno())
    return joining


def found_window_store(door: Door, document_types: DocumentTypes, enrolment: PendingEnrolment) -> None:
    """The first entry of the window's store. Raises Refused when it belongs to a node already."""
    told = enrolment.enrolled
    door.authority = OfflineAuthority(door.store, document_types)
    door.perform(
        InitialiseWindow(
            node=told.node,
            name=told.name,
            node_kind=told.node_kind,
            hall=told.hall,
            window=told.window,
            organs=told.organs,
            center=told.center,
            url=enrolment.url,
        ),
        SYSTEM,
    )
    door.store.settle_location()


def finish_enrolment(folder: Path) -> None:
    """The store knows everything now."""
    with suppress(FileNotFoundError):
        (folder / PENDING_FILE).unlink()


def download_documents(client: CenterClient, on_progress: Callable[[int, int], None]) -> int:
    """Takes over everything that the window may see, and its case numbers; how many documents came.

    `told` hears how many are here and roughly how many are to come. Raises OutOfReach, Refused: what came stays.
    """
    before = client.documents_received
    while client.step():
        on_progress(client.documents_received - before, client.documents_remaining)
    client.ensure_numbers()
    return client.documents_received - before
