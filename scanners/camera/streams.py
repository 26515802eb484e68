"""Network streams: Motion JPEG over HTTP, and RTSP.

Motion JPEG is read by this module, not by FFmpeg. A refused connection, a silent camera and a damaged picture then
cause different errors, and a camera that is available again is reopened at once.
"""

from __future__ import annotations

import base64
import http.client
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from scanners.camera.frames import Frame, FrameSource, SourceKind, elapsed_ms, retrieve_frame
from scanners.errors import ScanError, TornFrame, hide_credentials
from scanners.opencv import cv2, np

if TYPE_CHECKING:
    from scanners.opencv import Picture

OPEN_SECONDS = 5
READ_SECONDS = 3
MAX_PART_BYTES = 16 * 1024 * 1024


def open_stream(url: str) -> FrameSource:
    """Open an `http`, `https`, `rtsp` or `rtsps` address. Raises ScanError if there is no response or no video."""
    try:
        parts = urlsplit(url)
        reachable = parts.hostname and (parts.port or True)
    except ValueError:
        parts, reachable = SplitResult("", "", "", "", ""), None
    if not reachable:
        raise ScanError("{source} is not the address of a stream.", source=hide_credentials(url))
    if parts.scheme in ("http", "https"):
        stream = MotionJpegStream(url, parts)
        if stream.is_multipart:
            return stream
        stream.close()  # HTTP video of another format
        return CapturedStream(url)
    if parts.scheme in ("rtsp", "rtsps"):
        return CapturedStream(url)
    raise ScanError("A source that begins with {scheme}:// cannot be opened.", scheme=parts.scheme)


class MotionJpegStream:
    """An endless `multipart/x-mixed-replace` response with one JPEG in each part."""

    kind: SourceKind = "live"

    def __init__(self, url: str, parts: SplitResult) -> None:
        self.name = hide_credentials(url)
        connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = connect(parts.hostname or "", parts.port, timeout=READ_SECONDS)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            self._connection.request("GET", path, headers=_authorization_header(parts))
            self._response = self._connection.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._connection.close()
            raise ScanError("Nothing answers at {source}. It is tried again.", source=self.name) from error
        if self._response.status != http.HTTPStatus.OK:
            self.close()
            raise ScanError("{source} answered with error {status}.", source=self.name, status=self._response.status)
        kind = self._response.headers.get_content_type()
        self.is_multipart = kind.startswith("multipart/")
        boundary = str(self._response.headers.get_param("boundary") or "")
        self._boundary = b"--" + boundary.strip('"').removeprefix("--").encode()

    def read(self) -> Frame | None:
        try:
            jpeg = self._read_part()
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ScanError("The stream {source} has stopped. It is tried again.", source=self.name) from error
        began = perf_counter()
        picture = _decode_jpeg(jpeg)
        if picture is None:
            raise TornFrame.from_error(ScanError("The stream {source} sends damaged pictures.", source=self.name))
        return Frame(picture, 0.0, elapsed_ms(began))

    def close(self) -> None:
        self._response.close()
        self._connection.close()

    def _read_part(self) -> bytes:
        """Return the body of the next part. Raises OSError if the stream ends, ValueError for an invalid length."""
        while not self._read_line().startswith(self._boundary):
            pass
        length = None
        while header := self._read_line().strip():
            name, _, value = header.partition(b":")
            if name.strip().lower() == b"content-length":
                length = int(value)
        if length is None:
            return self._read_until_boundary()
        if not 0 <= length <= MAX_PART_BYTES:
            raise OSError("a part too large")
        body = self._response.read(length)
        if len(body) < length:
            raise OSError("the stream ended inside a part")
        return body

    def _read_until_boundary(self) -> bytes:
        """Return the body of a part that has no length header. The boundary line after it is kept for the next call."""
        body = bytearray()
        while not (line := self._read_line()).startswith(self._boundary):
            body += line
            if len(body) > MAX_PART_BYTES:
                raise OSError("a part too large")
        self._lookahead = line
        return bytes(body)

    _lookahead = b""

    def _read_line(self) -> bytes:
        line, self._lookahead = self._lookahead or self._response.readline(MAX_PART_BYTES), b""
        if not line:
            raise OSError("the stream ended")
        return line


class CapturedStream:
    """A stream read by FFmpeg: RTSP, or HTTP video other than Motion JPEG."""

    kind: SourceKind = "live"

    def __init__(self, url: str) -> None:
        self.name = hide_credentials(url)
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
        picture = retrieve_frame(self._capture) if caught else None
        if picture is None:
            raise ScanError("The stream {source} has stopped. It is tried again.", source=self.name)
        return Frame(picture, 0.0, elapsed_ms(began))

    def close(self) -> None:
        self._capture.release()


def _decode_jpeg(jpeg: bytes) -> Picture | None:
    # OpenCV fills the rest of a truncated JPEG with grey, so the end marker is checked
    if b"\xff\xd9" not in jpeg[-256:]:
        return None
    try:
        return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None


def _authorization_header(parts: SplitResult) -> dict[str, str]:
    if parts.username is None:
        return {}
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
