"""A window's side of pictures from phones: opens a link at the center, and fetches what a phone has sent."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from clerk_app.errors import OutOfReach
from clerk_app.ledger.replication.upload_messages import UploadedFile, UploadLink, UploadRequest
from clerk_app.sync.http_transport import HttpTransport, decode_response

_PATH = "/v1/uploads"


class HttpPhoneUploads:
    """Links of this window, over HTTP. Each method raises Refused, OutOfReach."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def open(self, visit: str) -> UploadLink:
        """Open a link for a visit; an earlier one of this window ends."""
        body = msgspec.json.encode(UploadRequest(visit=visit))
        return decode_response(
            self._transport.send("POST", _PATH, body, {"content-type": "application/json"}), UploadLink
        )

    def read(self, link: str) -> UploadLink:
        """Return the files that have arrived by a link."""
        return decode_response(self._transport.send("GET", f"{_PATH}/{link}"), UploadLink)

    def get_file(self, link: str, file: UploadedFile) -> bytes:
        """Return the bytes of a file. Raises OutOfReach also if they are not those that the phone sent."""
        content = self._transport.send("GET", f"{_PATH}/{link}/files/{file.number}").content
        if sha256(content).hexdigest() != file.digest:
            raise OutOfReach("The picture did not arrive as its digest says.")
        return content

    def delete_file(self, link: str, number: int) -> None:
        """Delete a file that is kept here now. Repeated, it does nothing."""
        self._transport.send("DELETE", f"{_PATH}/{link}/files/{number}")

    def close(self, link: str) -> None:
        """End a link; its files are deleted."""
        self._transport.send("DELETE", f"{_PATH}/{link}")
