"""Messages of the routes for attachments in pieces: a line that is cut loses one piece at most."""

from __future__ import annotations

from clerk_app.ledger.replication.messages import JsonInteger, WireMessage

PIECE_BYTES = 256 * 1024
"""Bytes of each piece except the last one, which is shorter (and empty where the file is a multiple of this): two
seconds on a line of 1 Mbit/s, for which an entry waits at most."""


class AttachmentProgress(WireMessage, frozen=True, kw_only=True):
    """How many bytes of an attachment the center has received, and whether it has all of it."""

    received: JsonInteger
    complete: bool = False
