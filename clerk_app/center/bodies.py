"""HTTP bodies: JSON, plain or compressed with zstd (RFC 8878), within size limits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import NamedTuple, TypeVar

import msgspec
import zstandard
from starlette.requests import Request

from clerk_app.center.request_headers import read_headers
from clerk_app.errors import BadData, OutOfReach, Refused

MAX_SENT_BYTES = 8 * 1024 * 1024
MAX_DECOMPRESSED_BYTES = 16 * 1024 * 1024
UPLOAD_TIMEOUT = 60.0  # seconds for a whole body
_USUAL_COMPRESSION = 8  # a body that expands more than this counts as larger than it was sent
_MAX_ZSTD_WINDOW = 8 * 1024 * 1024  # bytes of memory that decoding a frame may need (RFC 8878, section 3.1.1.1.2)
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_COMPRESSION_THRESHOLD = 400  # bytes; compressing a shorter body costs more than it saves
M = TypeVar("M")


class BodyLimits(NamedTuple):
    """Limits of the bodies of one kind of request: bytes as sent and decompressed, and seconds to arrive."""

    sent: int
    decompressed: int
    seconds: float = UPLOAD_TIMEOUT


ENTRIES = BodyLimits(MAX_SENT_BYTES, MAX_DECOMPRESSED_BYTES)
QUESTION = BodyLimits(1024 * 1024, 4 * 1024 * 1024)
FORM = BodyLimits(4 * 1024, 8 * 1024, 10.0)  # of a person or machine that has not proven anything yet


class _ThreadCodecs(threading.local):
    """The zstd compressor and decompressor of each thread; creating one costs as much as compressing a short response.

    Level 1 compresses these messages as well as level 3.
    """

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=1)
        self.decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_ZSTD_WINDOW)


_codecs = _ThreadCodecs()


async def stream_body(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    """Yield the pieces of a body as they arrive. Raises Refused ("too_large") as early as possible."""
    announced = read_headers(request).get("content-length", "0")
    if announced.isascii() and announced.isdigit() and int(announced) > max_bytes:
        raise _too_large(max_bytes)
    received = 0
    async for piece in request.stream():
        received += len(piece)
        if received > max_bytes:
            raise _too_large(max_bytes)
        yield piece


class ReceivedBody(NamedTuple):
    """The body of a request as it was sent, and the headers that are needed to process it."""

    content: bytes
    encoding: str
    accepts_zstd: bool  # whether the response may be compressed
    limits: BodyLimits

    @property
    def size(self) -> int:
        """The bytes that processing the body costs: more than were sent if it is packed more than usual."""
        if self.encoding != "zstd":
            return len(self.content)
        return max(len(self.content), _announced_size(self.content, self.limits.decompressed) // _USUAL_COMPRESSION)


@asynccontextmanager
async def limit_upload_time(seconds: float = UPLOAD_TIMEOUT) -> AsyncIterator[None]:
    """Limit the time of the block, which reads a body. Raises OutOfReach after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise _took_too_long() from error


async def receive_body(request: Request, limits: BodyLimits) -> ReceivedBody:
    """Read the body of a request. Raises OutOfReach, Refused ("too_large")."""
    try:
        async with asyncio.timeout(limits.seconds):
            content = b"".join([piece async for piece in stream_body(request, limits.sent)])
    except TimeoutError as error:
        raise _took_too_long() from error
    headers = read_headers(request)
    encoding = _find_encoding(content, headers.get("content-encoding", "").strip().lower())
    return ReceivedBody(content, encoding, accepts_zstd(headers.get("accept-encoding", "")), limits)


def _find_encoding(content: bytes, named: str) -> str:
    """Return the encoding of a body. Its content counts before the header, which the signature does not cover."""
    if content.startswith(_ZSTD_MAGIC):
        return "zstd"
    return "" if named == "zstd" or content.startswith(b"{") else named


def decode_body(decoder: msgspec.json.Decoder[M], body: ReceivedBody) -> M:
    """Decompress and decode the message in a body. Raises BadData, Refused ("too_large")."""
    try:
        content = decompress(body.content, body.encoding, body.limits.decompressed)
        str(content, "utf-8")  # msgspec does not check the text inside Raw fields (RFC 8259, section 8.1)
        return decoder.decode(content)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise BadData("The message could not be read. This may come from an older or newer program.") from error


def decompress(body: bytes, encoding: str, max_bytes: int) -> bytes:
    """Undo the content encoding of a body. Raises BadData, Refused ("too_large")."""
    if encoding in ("", "identity"):
        return body
    if encoding != "zstd":
        raise BadData("The center reads plain JSON and zstd, not {encoding}.", encoding=encoding[:20])
    announced = _announced_size(body, 0)
    if announced > max_bytes:
        raise _too_large(max_bytes)
    try:
        if announced:  # needs memory for so many bytes only; the reader would allocate `max_bytes`
            return _codecs.decompressor.decompress(body)
        with _codecs.decompressor.stream_reader(BytesIO(body)) as reader:
            content = reader.read(max_bytes + 1)
    except zstandard.ZstdError as error:
        raise BadData("The message did not arrive whole. It will be sent again.") from error
    if len(content) > max_bytes:
        raise _too_large(max_bytes)
    return content


def _announced_size(body: bytes, otherwise: int) -> int:
    """Return the decompressed size that a zstd frame states, or `otherwise` if it states none or is damaged."""
    try:
        size = zstandard.get_frame_parameters(body).content_size
    except zstandard.ZstdError:
        return otherwise
    return otherwise if size == zstandard.CONTENTSIZE_UNKNOWN else int(size)


class EncodedBody(msgspec.Struct, frozen=True, tag=True):
    """An encoded HTTP body."""

    content: bytes
    compressed: bool

    @property
    def headers(self) -> dict[str, str]:
        """The HTTP headers that describe the content."""
        return _ZSTD_HEADERS if self.compressed else _PLAIN_HEADERS


_PLAIN_HEADERS = {"content-type": "application/json", "cache-control": "no-store"}
_ZSTD_HEADERS = {**_PLAIN_HEADERS, "content-encoding": "zstd"}


def accepts_zstd(accept_encoding: str) -> bool:
    """Return whether the header `Accept-Encoding` names zstd."""
    return "zstd" in accept_encoding


def encode_body(message: object, *, compress: bool) -> EncodedBody:
    """Encode a message as JSON. With `compress`, JSON of at least _COMPRESSION_THRESHOLD bytes is compressed."""
    content = msgspec.json.encode(message)
    if compress and len(content) >= _COMPRESSION_THRESHOLD:
        return EncodedBody(_codecs.compressor.compress(content), compressed=True)
    return EncodedBody(content, compressed=False)


def _took_too_long() -> OutOfReach:
    return OutOfReach("The message took too long to arrive.")


def _too_large(max_bytes: int) -> Refused:
    return Refused("too_large", "The message is too large: {most} bytes at most.", most=max_bytes)
