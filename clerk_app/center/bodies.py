"""Bodies: JSON, compressed with zstd (RFC 8878) or plain, and never longer than a limit says."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import TypeVar

import msgspec
import zstandard
from starlette.requests import Request

from clerk_app.errors import BadData, OutOfReach, Refused

MAX_SENT_BYTES = 8 * 1024 * 1024
MAX_DECOMPRESSED_BYTES = 64 * 1024 * 1024
UPLOAD_TIMEOUT = 60.0  # seconds until a body must be here
_MAX_ZSTD_WINDOW = 8 * 1024 * 1024  # of a zstd frame, RFC 8878 section 3.1.1.1.2: so much memory one costs
_COMPRESSION_THRESHOLD = 400  # bytes from which on compressing saves more than it costs
M = TypeVar("M")


class _ThreadCodecs(threading.local):
    """What packs and unpacks in a thread: making one costs as much as packing a short answer. Level 1 packs ours as
    tightly as level 3."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=1)
        self.decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_ZSTD_WINDOW)


_codecs = _ThreadCodecs()


async def stream_body(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    """The body as it comes. Raises Refused ("too_large") as soon as that is known."""
    told = request.headers.get("content-length", "0")
    if told.isascii() and told.isdigit() and int(told) > max_bytes:
        raise _too_large(max_bytes)
    got = 0
    async for piece in request.stream():
        got += len(piece)
        if got > max_bytes:
            raise _too_large(max_bytes)
        yield piece


@asynccontextmanager
async def limit_upload_time(seconds: float = UPLOAD_TIMEOUT) -> AsyncIterator[None]:
    """Inside, a body is read. Raises OutOfReach when it takes longer than it may."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as late:
        raise OutOfReach("The message took too long to arrive.") from late


async def read_body(request: Request) -> bytes:
    """The whole body as it was sent."""
    async with limit_upload_time():
        return b"".join([piece async for piece in stream_body(request, MAX_SENT_BYTES)])


def decode_body(decoder: msgspec.json.Decoder[M], body: bytes, encoding: str) -> M:
    """The message in a body. Raises BadData, Refused ("too_large")."""
    try:
        content = decompress(body, encoding)
        str(content, "utf-8")  # parts that are kept as they came are not looked at otherwise (RFC 8259, section 8.1)
        return decoder.decode(content)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise BadData("The message could not be read. This may come from an older or newer program.") from error


def decompress(body: bytes, encoding: str) -> bytes:
    """A body as it was before it was compressed. Raises BadData, Refused ("too_large")."""
    if encoding in ("", "identity"):
        return body
    if encoding != "zstd":
        raise BadData("The center reads plain JSON and zstd, not {encoding}.", encoding=encoding[:20])
    try:
        with _codecs.decompressor.stream_reader(BytesIO(body)) as reader:
            content = reader.read(MAX_DECOMPRESSED_BYTES + 1)
    except zstandard.ZstdError as error:
        raise BadData("The message did not arrive whole. It will be sent again.") from error
    if len(content) > MAX_DECOMPRESSED_BYTES:
        raise _too_large(MAX_DECOMPRESSED_BYTES)
    return content


class EncodedBody(msgspec.Struct, frozen=True, tag=True):
    """A message as it is sent."""

    content: bytes
    compressed: bool

    @property
    def headers(self) -> dict[str, str]:
        """What says how it is written."""
        return _ZSTD_HEADERS if self.compressed else _PLAIN_HEADERS


_PLAIN_HEADERS = {"content-type": "application/json", "cache-control": "no-store"}
_ZSTD_HEADERS = {**_PLAIN_HEADERS, "content-encoding": "zstd"}


def accepts_zstd(accept_encoding: str) -> bool:
    """Whether the other side reads what is packed."""
    return "zstd" in accept_encoding


def encode_body(message: object, *, compress: bool) -> EncodedBody:
    """A message as a body, compressed where that may be and is worth it."""
    content = msgspec.json.encode(message)
    if compress and len(content) >= _COMPRESSION_THRESHOLD:
        return EncodedBody(_codecs.compressor.compress(content), compressed=True)
    return EncodedBody(content, compressed=False)


def _too_large(max_bytes: int) -> Refused:
    return Refused("too_large", "The message is too large: {most} bytes at most.", most=max_bytes)
