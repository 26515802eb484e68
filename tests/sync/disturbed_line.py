"""An HTTP line between a machine and its center that is cut, loses responses and sends requests twice."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class DisturbedLine(ThreadingHTTPServer):
    """Forwards requests unchanged to a port. Its fields disturb the next pushes and calls.

    `responses_to_lose`: so many are performed at the center, and the connection closes without a response.
    `requests_to_double`: so many arrive twice, and the second response is returned.
    `cut`: requests of any kind to carry before one that is cut, and where: "before" it is sent, "in" its body, or
    "after" the center has performed it. `is_away`: no request is carried.
    """

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Relay)
        self.center_port = port
        self.responses_to_lose = self.requests_to_double = 0
        self.cut: tuple[int, str] | None = None
        self.is_away = False
        self.disturbed: list[str] = []  # paths of the requests that were cut, lost or doubled

    def find_cut(self) -> str:
        """Return where the next request is cut, empty for one that is carried."""
        if self.is_away or self.cut is None:
            return "before" if self.is_away else ""
        left, where = self.cut
        self.cut = (left - 1, where) if left else None
        return "" if left else where

    @property
    def url(self) -> str:
        """The address of the center through this line."""
        return f"http://127.0.0.1:{self.server_port}"


class _Relay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: DisturbedLine

    def do_GET(self) -> None:
        self._forward(b"")

    def do_PUT(self) -> None:
        self._forward(self.rfile.read(int(self.headers["content-length"])))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        line, is_change = self.server, self.path in ("/v1/push", "/v1/call")
        if is_change and line.responses_to_lose:
            line.responses_to_lose -= 1
            line.disturbed.append(self.path)
            self._ask(body)
            self.close_connection = True
            return
        if is_change and line.requests_to_double:
            line.requests_to_double -= 1
            line.disturbed.append(self.path)
            self._ask(body)
        self._forward(body)

    def _forward(self, body: bytes) -> None:
        if where := self.server.find_cut():
            self._cut(where, body)
            return
        status, headers, content = self._ask(body)
        self.send_response_only(status)
        for name, value in headers:
            if name.casefold() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _cut(self, where: str, body: bytes) -> None:
        """Carry nothing, half of the request or all of it to the center, and close without a response."""
        self.server.disturbed.append(f"{self.command} {self.path}")
        self.close_connection = True
        if where == "after":
            self._ask(body)
        if where == "in":
            lines = [
                f"{self.command} {self.path} HTTP/1.1",
                *(f"{name}: {value}" for name, value in self.headers.items()),
            ]
            message = "\r\n".join([*lines, "", ""]).encode() + body
            with socket.create_connection(("127.0.0.1", self.server.center_port)) as center:
                center.sendall(message[: -max(1, len(body) // 2)])

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = HTTPConnection("127.0.0.1", self.server.center_port, timeout=70)
        try:
            connection.request(self.command, self.path, body or None, dict(self.headers.items()))
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def disturbed_line(port: int) -> Iterator[DisturbedLine]:
    """A line to a port during the block."""
    with DisturbedLine(port) as line:
        thread = threading.Thread(target=line.serve_forever)
        thread.start()
        try:
            yield line
        finally:
            line.shutdown()
            thread.join()
