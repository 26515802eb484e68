"""Enrols a machine as a window: exchanges an invitation code for an identity, and fills the window's store.

An interrupted enrolment can be continued: the key is on disk before the center is asked, and the center's response
before anything else is done.
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
from db.files import replace_file

PENDING_FILE = "enrolling.json"


class PendingEnrolment(msgspec.Struct, frozen=True):
    """The center's address and its response, kept until the store is filled."""

    url: str
    enrolled: EnrolResponse = msgspec.field(name="told")


def read_pending_enrolment(folder: Path) -> PendingEnrolment | None:
    """Return the enrolment that was begun in this folder and not finished. Raises BadData when its file is damaged."""
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
    """Enrol with a code and store the response. Raises like `http_transport.request_enrolment`.

    The key is stored before the request: when the response is lost, the same folder can repeat the request.
    """
    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    had_key = (folder / KEY_FILE).exists()
    if not had_key:
        write_key(folder, secrets.token_urlsafe(32))
    key = read_key(folder)
    try:
        response = http_transport.request_enrolment(url, code, key)
    except OutOfReach as error:
        raise OutOfReach("{why} Run the same command again, with the same code.", why=str(error)) from error
    except Refused:
        if not had_key:
            (folder / KEY_FILE).unlink()
        raise
    response = msgspec.structs.replace(response, key=response.key or key)
    enrolment = PendingEnrolment(http_transport.normalize_url(url), response)
    replace_file(folder / PENDING_FILE, msgspec.json.encode(enrolment), private=True)
    return enrolment


def found_window_store(door: Door, document_types: DocumentTypes, enrolment: PendingEnrolment) -> None:
    """Perform the first entry of the window's store. Raises Refused when the store belongs to a node already."""
    enrolled = enrolment.enrolled
    door.authority = OfflineAuthority(door.store, document_types)
    door.perform(
        InitialiseWindow(
            node=enrolled.node,
            name=enrolled.name,
            node_kind=enrolled.node_kind,
            hall=enrolled.hall,
            window=enrolled.window,
            organs=enrolled.organs,
            center=enrolled.center,
            url=enrolment.url,
        ),
        SYSTEM,
    )
    door.store.settle_location()


def finish_enrolment(folder: Path) -> None:
    """Remove the stored response: the store holds everything now."""
    with suppress(FileNotFoundError):
        (folder / PENDING_FILE).unlink()


def download_documents(client: CenterClient, on_progress: Callable[[int, int], None]) -> int:
    """Download every document that the window may see, and its case numbers; return the number of documents.

    `on_progress` gets the number of documents received and roughly that of those still to come. Raises OutOfReach,
    Refused: what was received stays.
    """
    before = client.documents_received
    while client.step():
        on_progress(client.documents_received - before, client.documents_remaining)
    client.ensure_numbers()
    return client.documents_received - before
