"""A receipt printer on TCP for the tests: it executes ESC/POS in order and answers as a real one does, or badly."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol

Mode = Literal[
    "answer",  # everything, in order
    "status only",  # it does not know GS ( H
    "mute",  # it reads and prints, and answers nothing
    "lies",  # real-time status always right, nothing is printed or confirmed
    "wrong number",  # it confirms another job
    "garbage",  # answers with random bytes
    "echo",  # sends back what it gets
    "chatty",  # sends automatic status between its answers
]
_ONLINE, _OFFLINE = 0x12, 0x1A
_CUT = b"\x1dV\x00"


@dataclass
class TcpPrinter:
    """The state that a test sets, and what was printed."""

    mode: Mode = "answer"
    is_online: bool = True
    cover_open: bool = False
    has_paper: bool = True
    is_paper_low: bool = False
    has_error: bool = False
    drop_at: int | None = None  # the connection breaks after so many bytes of jobs
    paper_ends_at: int | None = None  # the roll ends after so many bytes of jobs
    seconds_per_piece: float = 0  # of printing
    refuses: bool = False
    printed: bytearray = field(default_factory=bytearray)
    """Bytes of jobs that were executed; commands that only ask are left out."""
    connections: int = 0
    port: int = 0

    @property
    def device(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def papers(self) -> list[bytes]:
        """The whole papers: each ends with a cut."""
        return [part + _CUT for part in bytes(self.printed).split(_CUT)[:-1]]

    def status(self, kind: int) -> int:
        """Return the answer to DLE EOT `kind`."""
        stopped = not self.has_paper
        is_offline = not self.is_online or self.cover_open or stopped or self.has_error
        return {
            1: _OFFLINE if is_offline else _ONLINE,
            2: _ONLINE | self.cover_open << 2 | stopped << 5 | self.has_error << 6,
            3: _ONLINE | self.has_error << 3,
            4: _ONLINE | (0x0C if self.is_paper_low or stopped else 0) | (0x60 if stopped else 0),
        }[kind]


@contextmanager
def tcp_printer(**state: object) -> Iterator[TcpPrinter]:
    """Run a printer in a thread; it ends with the block."""
    printer = TcpPrinter(**state)  # type: ignore[arg-type]
    with socket.create_server(("127.0.0.1", 0)) as server:
        printer.port = server.getsockname()[1]
        end = threading.Event()
        thread = threading.Thread(target=_serve, args=(server, printer, end), daemon=True)
        thread.start()
        try:
            yield printer
        finally:
            end.set()
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", printer.port), timeout=1).close()
            thread.join(5)


def _serve(server: socket.socket, printer: TcpPrinter, end: threading.Event) -> None:
    while not end.is_set():
        connection, _address = server.accept()
        with connection:
            if end.is_set():
                return
            printer.connections += 1
            with contextlib.suppress(OSError):
                serve_line(SocketLine(connection), printer, end)


class PrinterEnd(Protocol):
    """The printer's end of a line."""

    def receive(self) -> bytes | None:
        """Return received bytes, empty for none yet; None after the end."""
        ...

    def send(self, data: bytes) -> None: ...


class SocketLine:
    """A connection as a line."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        connection.settimeout(0.05)

    def receive(self) -> bytes | None:
        """Return received bytes, empty for none yet; None after the end."""
        try:
            return self._connection.recv(4096) or None
        except TimeoutError:
            return b""

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)


def serve_line(line: PrinterEnd, printer: TcpPrinter, end: threading.Event) -> None:
    """Answer one host until it closes the line, or the printer drops it."""
    session = _Session(line, printer)
    while not end.is_set() and (received := line.receive()) is not None:
        if printer.mode == "echo":
            line.send(received)
            continue
        session.take(received)
        while session.execute_next():
            if printer.drop_at is not None and len(printer.printed) >= printer.drop_at:
                del printer.printed[printer.drop_at :]
                return


class _Session:
    """What a printer received from one host and has not executed yet."""

    def __init__(self, line: PrinterEnd, printer: TcpPrinter) -> None:
        self._line = line
        self._printer = printer
        self._waiting = b""
        self._raster_bytes = 0  # of a raster whose beginning was executed

    def take(self, received: bytes) -> None:
        """Answer the queries of the status at the end of what was received, and keep the rest."""
        kinds = []
        while received[-3:-1] == b"\x10\x04" and received[-1] in (1, 2, 3, 4):
            kinds.append(received[-1])
            received = received[:-3]
        self._waiting += received
        for kind in reversed(kinds):
            self._answer_status(self._printer.status(kind))

    def _answer_status(self, status: int) -> None:
        match self._printer.mode:
            case "garbage":
                self._line.send(os.urandom(7))
            case "chatty":
                self._line.send(bytes((0x14, 0, 0, 0x0F, status)))
            case "mute":
                pass
            case _:
                self._line.send(bytes((status,)))

    def execute_next(self) -> bool:
        """Execute what comes first; return whether something was executed."""
        printer, waiting = self._printer, self._waiting
        if not waiting or not printer.is_online or printer.cover_open or not printer.has_paper:
            return False
        if self._raster_bytes:
            length = min(len(waiting), self._raster_bytes)
            self._raster_bytes -= length
            self._print(length)
            return True
        length = next((size for start, size in _COMMANDS.items() if start.startswith(waiting[: len(start)])), 0)
        if len(waiting) < length:
            return False
        if not length:
            self._print(_text_length(waiting))
        elif waiting[:3] == b"\x1dv0":
            width, height = (int.from_bytes(waiting[at : at + 2], "little") for at in (4, 6))
            self._raster_bytes = width * height
            self._print(length)
        else:
            self._waiting = waiting[length:]
            self._answer(waiting[:length])
        return True

    def _print(self, length: int) -> None:
        printer = self._printer
        piece, self._waiting = self._waiting[:length], self._waiting[length:]
        if printer.mode == "lies":
            return
        time.sleep(printer.seconds_per_piece)
        printer.printed += piece
        if printer.paper_ends_at is not None and len(printer.printed) >= printer.paper_ends_at:
            printer.has_paper = False

    def _answer(self, command: bytes) -> None:
        mode = self._printer.mode
        if mode in ("mute", "lies", "garbage"):
            return
        if command[:2] == b"\x1dr" and mode != "wrong number":
            self._line.send(b"\x00")
        elif command[:3] == b"\x1d(H" and mode != "status only":
            number = b"~~~~" if mode == "wrong number" else command[7:11]
            self._line.send(b"\x37\x22" + number + b"\0")


_COMMANDS = {b"\x1da": 3, b"\x1dr": 3, b"\x1d(H": 11, b"\x1dv0": 8}
"""Commands that are no text, and their length; a raster is followed by its dots."""


def _text_length(waiting: bytes) -> int:
    """Return the length of the text and its commands that is printed at once: up to the next command of the table."""
    return min([64, len(waiting), *(at for at in range(1, len(waiting)) if waiting[at] == 0x1D)])
