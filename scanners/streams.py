"""Pictures that come over the network: Motion JPEG over HTTP, and RTSP.

Motion JPEG is read here and not by FFmpeg, so that a refused connection, a silent camera and a torn picture can be told
apart, and a camera that comes back is taken up again at once.
"""

from __future__ import annotations

import base64
import http.client
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from scanners.errors import ScanError, TornFrame, shown
from scanners.opencv import cv2, np
from scanners.sources import Frame, Kind, Source, ms_since, retrieved

if TYPE_CHECKING:
    from scanners.opencv import Picture

OPEN_SECONDS = 5
READ_SECONDS = 3
PART_LIMIT = 16 * 1024 * 1024


def open_stream(url: str) -> Source:
    """Opens an `http`, `https`, `rtsp` or `rtsps` address. Raises ScanError if nothing answers or it is no video."""
    try:
        parts = urlsplit(url)
        reachable = parts.hostname and (parts.port or True)
    except ValueError:
        parts, reachable = SplitResult("", "", "", "", ""), None
    if not reachable:
        raise ScanError("{source} is not the address of a stream.", source=shown(url))
    if parts.scheme in ("http", "https"):
        stream = MotionJpeg(url, parts)
        if stream.in_parts:
            return stream
        stream.close()  # some other video over HTTP
        return Captured(url)
    if parts.scheme in ("rtsp", "rtsps"):
        return Captured(url)
    raise ScanError("A source that begins with {scheme}:// cannot be opened.", scheme=parts.scheme)


class MotionJpeg:
    """A `multipart/x-mixed-replace` answer: one JPEG a part, without end."""

    kind: Kind = "live"

    def __init__(self, url: str, parts: SplitResult) -> None:
        self.name = shown(url)
        connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = connect(parts.hostname or "", parts.port, timeout=READ_SECONDS)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            self._connection.request("GET", path, headers=_credentials(parts))
            self._answer = self._connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._connection.close()
            raise ScanError("Nothing answers at {source}. It is tried again.", source=self.name) from error
        if self._answer.status != http.HTTPStatus.OK:
            self.close()
            raise ScanError("{source} answered with error {status}.", source=self.name, status=self._answer.status)
        kind = self._answer.headers.get_content_type()
        self.in_parts = kind.startswith("multipart/")
        boundary = str(self._answer.headers.get_param("boundary") or "")
        self._boundary = b"--" + boundary.strip('"').removeprefix("--").encode()

    def read(self) -> Frame | None:
        try:
            jpeg = self._part()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ScanError("The stream {source} has stopped. It is tried again.", source=self.name) from error
        began = perf_counter()
        picture = _decoded(jpeg)
        if picture is None:
            raise TornFrame.of(ScanError("The stream {source} sends damaged pictures.", source=self.name))
        return Frame(picture, 0.0, ms_since(began))

    def close(self) -> None:
        self._answer.close()
        self._connection.close()

    def _part(self) -> bytes:
        """The body of the next part. Raises OSError when the stream ends."""
        while not self._line().startswith(self._boundary):
            pass
        length = None
        while header := self._line().strip():
            name, _, value = header.partition(b":")
            if name.strip().lower() == b"content-length":
                length = int(value)
        if length is None:
            return self._until_boundary()
        if not 0 <= length <= PART_LIMIT:
            raise OSError("a part too large")
        body = self._answer.read(length)
        if len(body) < length:
            raise OSError("the stream ended inside a part")
        return body

    def _until_boundary(self) -> bytes:
        """The rest of a part that does not say its length. The boundary that ends it begins the next one."""
        body = bytearray()
        while not (line := self._line()).startswith(self._boundary):
            body += line
            if len(body) > PART_LIMIT:
                raise OSError("a part too large")
        self._ahead = line
        return bytes(body)

    _ahead = b""

    def _line(self) -> bytes:
        line, self._ahead = self._ahead or self._answer.readline(PART_LIMIT), b""
        if not line:
            raise OSError("the stream ended")
        return line


class Captured:
    """A stream that FFmpeg reads: RTSP, or video over HTTP that is not Motion JPEG."""

    kind: Kind = "live"

    def __init__(self, url: str) -> None:
        self.name = shown(url)
        limits = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            OPEN_SECONDS * 1000,
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            READ_SECONDS * 1000,
        ]
        self._capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG, limits)
        if not self._capture.isOpened():
            self._capture.release()
            raise ScanError(
                "Nothing that can be read as video answers at {source}. It is tried again.", source=self.name
            )

    def read(self) -> Frame | None:
        caught = self._capture.grab()
        began = perf_counter()
        picture = retrieved(self._capture) if caught else None
        if picture is None:
            raise ScanError("The stream {source} has stopped. It is tried again.", source=self.name)
        return Frame(picture, 0.0, ms_since(began))

    def close(self) -> None:
        self._capture.release()


def _decoded(jpeg: bytes) -> Picture | None:
    # a JPEG cut short is filled up with grey by the decoder: its end mark tells
    if b"\xff\xd9" not in jpeg[-256:]:
        return None
    try:
        return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None


def _credentials(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
