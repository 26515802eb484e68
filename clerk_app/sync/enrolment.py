"""Enrols a machine as a window: sends an invitation code to the center and initialises the window's store.

An interrupted enrolment can be continued: the key is written to disk before the request is sent, and the response
before the store is changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.door import Door
from clerk_app.ledger.invitation_code import InvitationCode, code_statement, possession_statement
from clerk_app.ledger.machine_keys import EarlierKey, machine_key_path, read_or_create_signing_key
from clerk_app.ledger.offline_authority import OfflineAuthority
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.ledger.replication.messages import EnrolRequest, EnrolResponse
from clerk_app.ledger.window_setup import InitialiseWindow
from clerk_app.people.permissions import SYSTEM
from clerk_app.sync import http_transport
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.machine_key import read_earlier_keys
from db.engines import Store
from db.files import create_folder, replace_file

PENDING_FILE = "enrolling.json"
MAX_STATED_BLOCKS = 100


class PendingEnrolment(msgspec.Struct, frozen=True):
    """The center's URL and response, kept in a file until the enrolment is finished."""

    url: str
    enrolled: EnrolResponse = msgspec.field(name="told")


def read_pending_enrolment(folder: Path) -> PendingEnrolment | None:
    """Return the unfinished enrolment of this folder; None without one. Raises BadData if its file is damaged."""
    path = folder / PENDING_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=PendingEnrolment)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise BadData(
            "{path} cannot be read. Remove it, ask the center for a new code, and enrol again.", path=path
        ) from error


def enrol_machine(
    folder: Path,
    url: str,
    code_text: str,
    blocks: tuple[tuple[int, int], ...] = (),
    earlier_keys: tuple[EarlierKey, ...] = (),
) -> PendingEnrolment:
    """Enrol with an invitation code, store the response and return it.

    The machine's key is stored before the request, so that the request can be repeated if the response is lost. The
    response is believed only if its center has the key that the code names. `blocks` are first and last case numbers
    of a machine that joins again, `earlier_keys` the keys that it has replaced. Raises BadData (a mistyped code),
    Refused ("other_center"), and the errors of `http_transport.request_enrolment`.
    """
    code = InvitationCode.parse(code_text)
    create_folder(folder)
    os.chmod(folder, 0o700)
    had_key = machine_key_path(folder).exists()
    key = read_or_create_signing_key(machine_key_path(folder))
    request = EnrolRequest(
        invitation=code.invitation,
        center=code.center,
        public_key=key.public.text,
        code_signature=code.key.sign(code_statement(code.center, key.public.text)),
        key_signature=key.sign(possession_statement(code.invitation, key.public.text)),
        blocks=blocks,
        earlier_keys=earlier_keys,
    )
    try:
        response = http_transport.request_enrolment(url, request, key, code.is_of)
    except OutOfReach as error:
        raise OutOfReach("{why} Run the same command again, with the same code.", why=str(error)) from error
    except Refused as refused:
        if not had_key and refused.reason != "other_center":  # only the center itself says that the key is of no use
            machine_key_path(folder).unlink()
        raise
    if response.public_key != key.public.text:
        raise Refused("other_center", "What answers at {url} is not the center that gave out this code.", url=url)
    enrolment = PendingEnrolment(http_transport.normalize_url(url), response)
    replace_file(folder / PENDING_FILE, msgspec.json.encode(enrolment))
    return enrolment


def join_again(folder: Path, store: Store, url: str, code_text: str) -> None:
    """Enrol a machine again whose center, restored from a backup, does not know it or its key; it keeps its store.

    Its unsent entries, and those that the center has lost, are sent with the next exchange. Raises BadData, Refused,
    OutOfReach as `enrol_machine` does, and Refused ("other_machine") for the code of another machine.
    """
    with store.read() as tx:
        lent = tx.select("number_blocks", order=("first",))
    blocks = tuple((row["first"], row["last"]) for row in lent[-MAX_STATED_BLOCKS:])
    enrolled = enrol_machine(folder, url, code_text, blocks, read_earlier_keys(folder)).enrolled
    finish_enrolment(folder)  # the store is complete; the request may be repeated with the same code
    with store.write() as tx:
        (own,) = tx.select("nodes", here=True)
        line = tx.query_one("ledger.center_connection")
        if enrolled.node != own["id"] or line is None or enrolled.center != line["center"]:
            raise Refused(
                "other_machine",
                "This code is for another machine. Ask the center: clerk center invite --again {node}",
                node=own["id"],
            )
        tx.update("nodes", {"id": own["id"]}, public_key=enrolled.public_key, key_number=enrolled.key_number)


def found_window_store(door: Door, document_types: DocumentTypes, enrolment: PendingEnrolment) -> None:
    """Perform `InitialiseWindow`, the first command in the store. Raises Refused if the store already has a node."""
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
            public_key=enrolled.public_key,
            center_key=enrolled.center_key,
            center_key_number=enrolled.center_key_number,
        ),
        SYSTEM,
    )
    door.store.settle_location()


def finish_enrolment(folder: Path) -> None:
    """Remove the stored response, because the store now contains its values."""
    with suppress(FileNotFoundError):
        (folder / PENDING_FILE).unlink()


def download_documents(client: CenterClient, on_progress: Callable[[int, int], None]) -> int:
    """Download all documents that the window may see, and case numbers; return the number of documents.

    `on_progress` gets the number of documents received and the approximate number of documents still to come. Raises
    OutOfReach, Refused; documents that were received before the error are kept.
    """
    before = client.documents_received
    while client.step():
        on_progress(client.documents_received - before, client.documents_remaining)
    client.ensure_numbers()
    return client.documents_received - before
