"""Messages by which a window opens, reads and closes a link for files of a phone, for one visit."""

from __future__ import annotations

from clerk_app.ledger.replication.messages import BoundedText, JsonInteger, WireMessage


class UploadRequest(WireMessage, frozen=True, kw_only=True):
    """Opens a link for a visit of the window; an earlier link of the window ends."""

    visit: BoundedText


class UploadedFile(WireMessage, frozen=True, kw_only=True):
    """A file that a phone has sent. `digest` is the SHA-256 of its bytes in hex."""

    number: JsonInteger
    size: JsonInteger
    digest: str
    media_type: str


class UploadLink(WireMessage, frozen=True, kw_only=True):
    """A link, and the files that have arrived and were not fetched yet.

    `address` is what the phone opens, and is sent once, when the link is opened. `ends_at` is the time (microseconds
    UTC) until which a phone may send; `received` counts all files that it has sent.
    """

    id: str
    address: str = ""
    ends_at: JsonInteger
    received: JsonInteger = 0
    files: tuple[UploadedFile, ...] = ()


MAX_UPLOADED_FILE_BYTES = 20 * 1024 * 1024
