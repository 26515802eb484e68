"""A line between a window and its center that is slow, or is cut after some bytes: a TCP relay on this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_BLOCK_BYTES = 16 * 1024


class CutLine:
    """Relays connections to a port. `sent` counts the bytes towards the center.

    `bytes_left` is after how many of these bytes the line is cut, None for never; while it is 0 nothing connects.
    """

    def __init__(self, port: int) -> None:
        self.sent = 0
        self.received = 0
        self.bytes_left: int | None = None
        self.bytes_per_second: float | None = None
        self._port = port
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._relays: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address of the center through this line."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """End the line and its connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        self._cut()
        for relay in self._relays:
            relay.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listener.accept()
                if self.bytes_left == 0:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._port))
                with self._lock:
                    self._open |= {near, far}
                for source, target, is_sent in ((near, far, True), (far, near, False)):
                    relay = threading.Thread(target=self._relay, args=(source, target, is_sent), daemon=True)
                    self._relays.append(relay)
                    relay.start()

    def _relay(self, source: socket.socket, target: socket.socket, is_sent: bool) -> None:
        with suppress(OSError):
            while block := source.recv(_BLOCK_BYTES):
                if self.bytes_per_second:
                    time.sleep(len(block) / self.bytes_per_second)
                if not self._count(len(block), is_sent):
                    self._cut()
                    return
                target.sendall(block)
        for end in (source, target):
            self._end(end)

    def _count(self, size: int, is_sent: bool) -> bool:
        """Count bytes; return whether the line still carries them."""
        with self._lock:
            if not is_sent:
                self.received += size
                return True
            if self.bytes_left is not None:
                if size > self.bytes_left:
                    self.bytes_left = 0
                    return False
                self.bytes_left -= size
            self.sent += size
            return True

    def _cut(self) -> None:
        with self._lock:
            ends = list(self._open)
        for end in ends:
            self._end(end)

    def _end(self, end: socket.socket) -> None:
        with self._lock:
            self._open.discard(end)
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def cut_line(port: int) -> Iterator[CutLine]:
    """A line to a port during the block."""
    line = CutLine(port)
    try:
        yield line
    finally:
        line.close()
