"""Answers of a receipt printer: bytes on the line, separated by their fixed bits.

    real-time status    answer to DLE EOT n: one byte, `byte & 0x93 == 0x12`
    automatic status    four bytes that nobody asked for (GS a): the first has `byte & 0x93 == 0x10`
    process ID          answer to GS ( H, function 48: 37h 22h, four characters, NUL
    paper status        answer to GS r 1: one byte, `byte & 0x90 == 0`

Source: Epson, ESC/POS command reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_PROCESS_ID = b"\x37\x22"
_PROCESS_ID_LENGTH = 7
_AUTOMATIC_LENGTH = 4
_FLOW_CONTROL = b"\x11\x13"  # XON, XOFF of a serial line


@dataclass(slots=True)
class Answers:
    """What a printer answered so far; `feed` adds bytes."""

    statuses: list[int] = field(default_factory=list)
    """Bytes of the real-time status."""
    process_ids: list[bytes] = field(default_factory=list)
    paper_statuses: list[int] = field(default_factory=list)
    garbage: bytes = b""
    """Bytes that are no answer of a printer."""
    _rest: bytes = b""

    def feed(self, received: bytes) -> None:
        """Add received bytes; the beginning of a longer answer waits for its end."""
        self._rest += received
        while self._rest:
            length = self._take_first()
            if not length:
                return
            self._rest = self._rest[length:]

    @property
    def is_complete(self) -> bool:
        """Whether no answer has begun whose end is missing."""
        return not self._rest

    @property
    def has_paper_status_only(self) -> bool:
        """Whether a paper status came, and neither a process ID nor garbage, which may look like one."""
        return bool(self.paper_statuses) and not self.process_ids and not self.garbage and self.is_complete

    def _take_first(self) -> int:
        """Take the answer at the beginning of the rest; return its length, 0 if its end has not been received."""
        rest, first = self._rest, self._rest[0]
        if _PROCESS_ID.startswith(rest[:2]):
            return self._take_process_id()
        if first & 0x93 == 0x12:
            self.statuses.append(first)
        elif first & 0x93 == 0x10:
            return self._take_automatic_status()
        elif first & 0x90 == 0:
            self.paper_statuses.append(first)
        elif first not in _FLOW_CONTROL:
            self.garbage += rest[:1]
        return 1

    def _take_process_id(self) -> int:
        if len(self._rest) < _PROCESS_ID_LENGTH:
            return 0
        if self._rest[_PROCESS_ID_LENGTH - 1]:
            self.garbage += self._rest[:1]
            return 1
        self.process_ids.append(self._rest[2 : _PROCESS_ID_LENGTH - 1])
        return _PROCESS_ID_LENGTH

    def _take_automatic_status(self) -> int:
        following = self._rest[1:_AUTOMATIC_LENGTH]
        if any(byte & 0x90 for byte in following):
            self.garbage += self._rest[:1]
            return 1
        return _AUTOMATIC_LENGTH if len(following) == _AUTOMATIC_LENGTH - 1 else 0
