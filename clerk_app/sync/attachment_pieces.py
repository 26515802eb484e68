"""Transfers an attachment in pieces, and continues where an earlier transfer was cut or paused."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Protocol

from clerk_app.errors import BadData, OutOfReach
from clerk_app.ledger.replication.attachment_messages import PIECE_BYTES, AttachmentProgress
from db.attachments import AttachmentStore
from db.errors import StoreError

_MAX_BYTES = 64 * 1024 * 1024  # of an attachment that a window downloads
_MAX_REPEATS = 3  # pieces in a row after which the center has no more than before


class AttachmentTransport(Protocol):
    """Transfers pieces of attachments to and from the center."""

    def get_piece(self, digest: str, piece: int) -> bytes: ...

    def put_piece(self, digest: str, piece: int, data: bytes) -> AttachmentProgress: ...

    def get_progress(self, digest: str) -> AttachmentProgress: ...


class TransferPausedError(Exception):
    """Something more urgent waits. What has been transferred stays; the transfer continues when it is started again."""


def never_pause() -> bool:
    """Return that nothing is more urgent."""
    return False


def upload_attachment(
    transport: AttachmentTransport, attachments: AttachmentStore, digest: str, should_pause: Callable[[], bool]
) -> None:
    """Upload an attachment, from the piece on that the center lacks.

    Raises TransferPausedError, StoreUnreadable (missing here), Refused, BadData, OutOfReach.
    """
    upload_data(transport, attachments.read(digest), should_pause)


def upload_data(transport: AttachmentTransport, data: bytes, should_pause: Callable[[], bool] = never_pause) -> None:
    """Upload a file from memory like `upload_attachment`."""
    digest = sha256(data).hexdigest()
    progress, repeats = transport.get_progress(digest), 0
    while not progress.complete:
        if should_pause():
            raise TransferPausedError
        received, number = progress.received, min(progress.received, len(data)) // PIECE_BYTES
        progress = transport.put_piece(digest, number, data[number * PIECE_BYTES : (number + 1) * PIECE_BYTES])
        repeats = repeats + 1 if progress.received <= received else 0
        if repeats > _MAX_REPEATS and not progress.complete:  # other bytes arrived there, or another machine uploads
            raise OutOfReach("A file does not arrive at the center. It is sent again later.")


def download_attachment(
    transport: AttachmentTransport, attachments: AttachmentStore, digest: str, should_pause: Callable[[], bool]
) -> bytes:
    """Download an attachment, from the piece on that is lacking here; return it. The pieces stay until it is stored.

    Raises TransferPausedError, Refused, OutOfReach, BadData (wrong digest).
    """
    data = bytearray(attachments.read_pieces(digest))
    del data[len(data) // PIECE_BYTES * PIECE_BYTES :]
    while True:
        if should_pause():
            raise TransferPausedError
        piece = transport.get_piece(digest, len(data) // PIECE_BYTES)
        with suppress(StoreError):  # it can be shown even if the disk is full
            attachments.append_piece(digest, len(data), piece)
        data += piece
        if len(piece) != PIECE_BYTES or len(data) > _MAX_BYTES:
            break
    if sha256(data).hexdigest() != digest:
        with suppress(StoreError):
            attachments.drop_pieces(digest)
        raise BadData("The picture did not arrive as its digest says.")
    return bytes(data)
