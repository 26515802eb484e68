"""A node as the center hears it: real messages over HTTP, and nothing behind them.

Windows and departments have machines of their own; here all of them share one with the center. So a load keeps no
store and takes nothing over: it keeps its cursors, and says what a node would say.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import zstandard

from clerk_app.bench.sync_city import Seat
from clerk_app.cases.accept import Accepted
from clerk_app.errors import OutOfReach
from clerk_app.ledger.commands import Command
from clerk_app.ledger.door import system_clock
from clerk_app.ledger.entries import Sealed, seal
from clerk_app.ledger.messages import NOTHING, Answer, Ask, Pull, Push, Sent, Told, head_of, raw
from clerk_app.ledger.numbers import case_number

_WORTH = 400  # bytes from which on a window packs
_answer = msgspec.json.Decoder(Answer)
_packer, _unpacker = zstandard.ZstdCompressor(), zstandard.ZstdDecompressor()  # a load has one thread
T = TypeVar("T", bound=Told)


class Talk:
    """One connection, kept open. A client library costs more for a request than the center does."""

    def __init__(self, port: int, node: str = "", key: str = "", *, packing: bool = True) -> None:
        self._port = port
        self._packing = packing
        self._head = (
            f"host: 127.0.0.1\r\nauthorization: Clerk {node}:{key}\r\ncontent-type: application/json\r\n"
            + ("accept-encoding: zstd\r\n" if packing else "")
        ).encode()
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.waits: list[float] = []
        self.bytes_up = 0

    async def post(self, path: str, body: bytes) -> bytes:
        """What is answered to a body. Raises OutOfReach for any status but 200."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 26)
        reader, writer = self._streams
        packed = self._packing and len(body) >= _WORTH
        if packed:
            body = _packer.compress(body)
        head = b"POST %s HTTP/1.1\r\n%s%scontent-length: %d\r\n\r\n" % (
            path.encode(), self._head, b"content-encoding: zstd\r\n" if packed else b"", len(body),
        )  # fmt: skip
        begun = time.perf_counter()
        writer.write(head + body)
        answered = (await reader.readuntil(b"\r\n\r\n")).lower()
        content = await reader.readexactly(int(answered.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        self.waits.append(time.perf_counter() - begun)
        self.bytes_up += len(body)
        if b"content-encoding: zstd" in answered:
            content = _unpacker.decompress(content, max_output_size=1 << 28)
        if b" 200 " not in answered[:14]:
            raise OutOfReach("The center says: {text}", text=content.decode(errors="replace")[:300])
        return content

    def close(self) -> None:
        """Hangs up."""
        if self._streams is not None:
            self._streams[1].close()


@dataclass
class Node:
    """Who speaks: with the number of its last entry, its cursors, and what a question was called last."""

    seat: Seat
    talk: Talk
    epoch: str = ""
    number: int = 0
    cursors: dict[str, int] = field(default_factory=dict)
    documents: int = 0  # that were brought

    async def push(self, entries: Sequence[Sent]) -> Answer:
        """Sends these entries, the next ones."""
        first = self.number + 1
        self.number += len(entries)
        message = Push(**self._told(), first=first, entries=tuple(entries), head=head_of(entries))
        answer = await self._say("/v1/push", message)
        if answer.last != self.number or answer.refused:
            raise OutOfReach("The center says: {text}", text=str((answer.last, answer.refused)))
        return answer

    async def ask(self, command: Command[Any]) -> Answer:
        """Asks something; an answer may be a refusal."""
        number = system_clock()
        return await self._say("/v1/ask", Ask(**self._told(), number=number, entry=sent(seal(command), self.seat)))

    async def pull(self, wait: float = 0.0) -> Answer:
        """What changed."""
        return await self._say("/v1/pull", Pull(**self._told(), wait=wait))

    async def _say(self, path: str, message: T) -> Answer:
        answer = _answer.decode(await self.talk.post(path, msgspec.json.encode(message)))
        self.epoch = answer.epoch
        self.cursors |= answer.changes.cursors
        self.documents += len(answer.changes.documents)
        return answer

    def _told(self) -> dict[str, Any]:
        return {"incarnation": 1, "epoch": self.epoch, "sent_at": system_clock(), "cursors": self.cursors}


def sent(sealed: Sealed, seat: Seat, decided: msgspec.Raw = NOTHING) -> Sent:
    """An entry of a seat, as it is sent."""
    return Sent(
        kind=sealed.kind,
        actor=seat.staff,
        said_at=system_clock(),
        plain=msgspec.Raw(sealed.plain),
        personal=raw(sealed.personal),
        salt=sealed.salt,
        decided=decided,
    )


@dataclass(frozen=True)
class Pattern:
    """An acceptance that a real door decided, to be told again by others: with other people, under other numbers."""

    decision: Accepted

    def told_by(self, seat: Seat, command: Command[Any], serial: int) -> Sent:
        """The same choices for this command, as this seat would have made them under its own number."""
        was = self.decision
        number = case_number(2000 + int(was.number[:2]), serial)
        made = msgspec.structs.replace(
            was,
            number=number,
            serial=serial,
            applicant=number + was.applicant[len(number) :],
            notice=number + was.notice[len(number) :],
            centre=seat.organ,
            tasks=tuple(msgspec.structs.replace(task, id=number + task.id[len(number) :]) for task in was.tasks),
        )
        return sent(seal(command), seat, msgspec.Raw(msgspec.json.encode(made)))
