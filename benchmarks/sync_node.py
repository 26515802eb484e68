"""A node of the sync benchmark: it exchanges real messages with the center over HTTP, but has no store.

All simulated nodes run on one machine with the center, so each keeps only its cursors, to save processor time.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import zstandard

from benchmarks.sync_city import BenchmarkSeat
from benchmarks.sync_signing import SeatSession, sign_post
from clerk_app.cases.intake.accepted_case import Accepted
from clerk_app.errors import OutOfReach
from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.commands import Command
from clerk_app.ledger.door import system_clock
from clerk_app.ledger.entries import SealedCommand, seal
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.numbers import format_case_number
from clerk_app.ledger.replication.messages import (
    ABSENT,
    CallRequest,
    EntryMessage,
    NodeRequest,
    PullRequest,
    PushRequest,
    Response,
    compute_batch_digest,
    raw_or_absent,
)

_MIN_COMPRESSED_BYTES = 400  # a body of at least so many bytes is compressed, as by a window
_response_decoder = msgspec.json.Decoder(Response)
_compressor, _decompressor = zstandard.ZstdCompressor(), zstandard.ZstdDecompressor()  # each process has one thread
T = TypeVar("T", bound=NodeRequest)


class HttpConnection:
    """One HTTP connection that stays open. A request costs less time than with a client library."""

    def __init__(self, port: int, node: str = "", key: SigningKey | None = None, *, packing: bool = True) -> None:
        """Requests are signed by `node` with `key`, as a window does it; unsigned without a key."""
        self._port = port
        self._node, self._key = node, key
        self._compresses = packing
        self._header = (
            "host: 127.0.0.1\r\ncontent-type: application/json\r\n" + ("accept-encoding: zstd\r\n" if packing else "")
        ).encode()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.latencies: list[float] = []
        self.bytes_up = 0

    async def post(self, path: str, body: bytes) -> bytes:
        """Post `body` and return the body of the response. Raises OutOfReach for any status except 200."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 26)
        reader, writer = self._streams
        compressed = self._compresses and len(body) >= _MIN_COMPRESSED_BYTES
        if compressed:
            body = _compressor.compress(body)
        begun = time.perf_counter()
        signature = sign_post(self._node, self._key, path, body) if self._key is not None else b""
        head = b"POST %s HTTP/1.1\r\n%s%s%scontent-length: %d\r\n\r\n" % (
            path.encode(), self._header, signature,
            b"content-encoding: zstd\r\n" if compressed else b"", len(body),
        )  # fmt: skip
        writer.write(head + body)
        header = (await reader.readuntil(b"\r\n\r\n")).lower()
        content = await reader.readexactly(int(header.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        self.latencies.append(time.perf_counter() - begun)
        self.bytes_up += len(body)
        if b"content-encoding: zstd" in header:
            content = _decompressor.decompress(content, max_output_size=1 << 28)
        if b" 200 " not in header[:14]:
            raise OutOfReach("The center says: {text}", text=content.decode(errors="replace")[:300])
        return content

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()


@dataclass
class BenchmarkNode:
    """A node: its connection, the session of its person, the number of its last entry, and its cursors."""

    seat: BenchmarkSeat
    connection: HttpConnection
    session: SeatSession = field(init=False)
    epoch: str = ""
    number: int = 0
    cursors: dict[str, int] = field(default_factory=dict)
    documents: int = 0  # documents received

    def __post_init__(self) -> None:
        self.session = SeatSession(self.seat)

    def sign(self, entries: Sequence[EntryMessage]) -> list[EntryMessage]:
        """Return the entries with their signatures under the numbers after the last one sent."""
        numbers = range(self.number + 1, self.number + 1 + len(entries))
        return [
            self.session.sign(entry, self.seat.node, number) for entry, number in zip(entries, numbers, strict=True)
        ]

    async def push(self, entries: Sequence[EntryMessage]) -> Response:
        """Send signed `entries`, numbered after the last one sent."""
        first = self.number + 1
        self.number += len(entries)
        message = PushRequest(
            **self._common_fields(),
            first=first,
            entries=tuple(entries),
            batch_digest=compute_batch_digest(entries),
            sessions=self.session.proofs,
        )
        answer = await self._send("/v1/push", message)
        if answer.last_number != self.number or answer.refused:
            raise OutOfReach("The center says: {text}", text=str((answer.last_number, answer.refused)))
        return answer

    async def ask(self, command: Command[Any]) -> Response:
        """Call the center with a command; the response may contain a refusal."""
        number = system_clock()
        entry = self.session.sign(make_sent_entry(seal(command), self.seat), self.seat.node + CALLS_SUFFIX, number)
        return await self._send(
            "/v1/ask",
            CallRequest(**self._common_fields(), number=number, entry=entry, sessions=self.session.proofs),
        )

    async def pull(self, wait: float = 0.0) -> Response:
        """Request the documents changed since the cursors, waiting up to `wait` seconds for a change."""
        return await self._send("/v1/pull", PullRequest(**self._common_fields(), wait_seconds=wait))

    async def _send(self, path: str, message: T) -> Response:
        answer = _response_decoder.decode(await self.connection.post(path, msgspec.json.encode(message)))
        self.epoch = answer.epoch
        self.cursors |= answer.changes.cursors
        self.documents += len(answer.changes.documents)
        return answer

    def _common_fields(self) -> dict[str, Any]:
        return {"incarnation": 1, "epoch": self.epoch, "sent_at": system_clock(), "cursors": self.cursors}


def make_sent_entry(sealed: SealedCommand, seat: BenchmarkSeat, decided: msgspec.Raw = ABSENT) -> EntryMessage:
    """Return the message that carries an entry of `seat`."""
    return EntryMessage(
        kind=sealed.kind,
        actor=seat.staff,
        said_at=system_clock(),
        plain=msgspec.Raw(sealed.plain),
        personal=raw_or_absent(sealed.personal),
        salt=sealed.salt,
        decision=decided,
    )


@dataclass(frozen=True)
class AcceptanceTemplate:
    """An acceptance decided by a real door (command processor), as a template for other seats, people and numbers."""

    decision: Accepted

    def make_entry(self, seat: BenchmarkSeat, command: Command[Any], serial: int) -> EntryMessage:
        """Return the entry that `seat` would make for `command` with the same decision, under its own case number."""
        template = self.decision
        number = format_case_number(2000 + int(template.number[:2]), serial)
        decision = msgspec.structs.replace(
            template,
            number=number,
            serial=serial,
            applicant=number + template.applicant[len(number) :],
            notice=number + template.notice[len(number) :],
            site=seat.organ,
            tasks=tuple(msgspec.structs.replace(task, id=number + task.id[len(number) :]) for task in template.tasks),
        )
        return make_sent_entry(seal(command), seat, msgspec.Raw(msgspec.json.encode(decision)))
