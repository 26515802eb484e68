"""Attachments between a window and its center over HTTP, in pieces."""

from __future__ import annotations

from clerk_app.ledger.replication.attachment_messages import AttachmentProgress
from clerk_app.sync.http_transport import HttpTransport, decode_response

_HEADERS = {"content-type": "application/octet-stream"}


class HttpAttachmentTransport:
    """Implements AttachmentTransport (attachment_pieces.py). Each method raises Refused, BadData, OutOfReach."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def get_piece(self, digest: str, piece: int) -> bytes:
        """Return a piece of an attachment."""
        return self._transport.send("GET", f"/v1/content/{digest}/pieces/{piece}").content

    def put_piece(self, digest: str, piece: int, data: bytes) -> AttachmentProgress:
        """Upload a piece; return how much of the attachment the center has."""
        response = self._transport.send("PUT", f"/v1/content/{digest}/pieces/{piece}", data, _HEADERS)
        return decode_response(response, AttachmentProgress)

    def get_progress(self, digest: str) -> AttachmentProgress:
        """Return how much of an attachment the center has."""
        return decode_response(self._transport.send("GET", f"/v1/content/{digest}/pieces"), AttachmentProgress)
