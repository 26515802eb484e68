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

MOST_SENT = 8 * 1024 * 1024
MOST_INFLATED = 64 * 1024 * 1024
SLOWEST = 60.0  # seconds until a body must be here
_WINDOW = 8 * 1024 * 1024  # of a zstd frame, RFC 8878 section 3.1.1.1.2: so much memory one costs
_WORTH = 400  # bytes from which on compressing saves more than it costs
M = TypeVar("M")


class _Packing(threading.local):
    """What packs and unpacks in a thread: making one costs as much as packing a short answer. Level 1 packs ours as
    tightly as level 3."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=1)
        self.inflate = zstandard.ZstdDecompressor(max_window_size=_WINDOW)


_packing = _Packing()


async def pieces(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body as it comes. Raises Refused ("too_large") as soon as that is known."""
    told = request.headers.get("content-length", "0")
    if told.isascii() and told.isdigit() and int(told) > most:
        raise _too_large(most)
    got = 0
    async for piece in request.stream():
        got += len(piece)
        if got > most:
            raise _too_large(most)
        yield piece


@asynccontextmanager
async def arriving(seconds: float = SLOWEST) -> AsyncIterator[None]:
    """Inside, a body is read. Raises OutOfReach when it takes longer than it may."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as late:
        raise OutOfReach("The message took too long to arrive.") from late


async def body_of(request: Request) -> bytes:
    """The whole body as it was sent."""
    async with arriving():
        return b"".join([piece async for piece in pieces(request, MOST_SENT)])


def read(decoder: msgspec.json.Decoder[M], body: bytes, encoding: str) -> M:
    """The message in a body. Raises BadData, Refused ("too_large")."""
    try:
        content = inflated(body, encoding)
        str(content, "utf-8")  # parts that are kept as they came are not looked at otherwise (RFC 8259, section 8.1)
        return decoder.decode(content)
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise BadData("The message could not be read. This may come from an older or newer program.") from error


def inflated(body: bytes, encoding: str) -> bytes:
    """A body as it was before it was compressed. Raises BadData, Refused ("too_large")."""
    if encoding in ("", "identity"):
        return body
    if encoding != "zstd":
        raise BadData("The center reads plain JSON and zstd, not {encoding}.", encoding=encoding[:20])
    try:
        with _packing.inflate.stream_reader(BytesIO(body)) as reader:
            content = reader.read(MOST_INFLATED + 1)
    except zstandard.ZstdError as error:
        raise BadData("The message did not arrive whole. It will be sent again.") from error
    if len(content) > MOST_INFLATED:
        raise _too_large(MOST_INFLATED)
    return content


class Body(msgspec.Struct, frozen=True, tag=True):
    """A message as it is sent."""

    content: bytes
    packed: bool

    @property
    def headers(self) -> dict[str, str]:
        """What says how it is written."""
        return _PACKED if self.packed else _PLAIN


_PLAIN = {"content-type": "application/json", "cache-control": "no-store"}
_PACKED = {**_PLAIN, "content-encoding": "zstd"}


def packs(accepted: str) -> bool:
    """Whether the other side reads what is packed."""
    return "zstd" in accepted


def written(message: object, *, packed: bool) -> Body:
    """A message as a body, compressed where that may be and is worth it."""
    content = msgspec.json.encode(message)
    if packed and len(content) >= _WORTH:
        return Body(_packing.compress.compress(content), packed=True)
    return Body(content, packed=False)


def _too_large(most: int) -> Refused:
    return Refused("too_large", "The message is too large: {most} bytes at most.", most=most)
