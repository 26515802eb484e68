"""Somebody on the way to the center alters what a window sends: nothing of it is lost, and it is sent again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import httpx
import pytest
import zstandard

from clerk_app.composition.office import open_office
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.errors import OutOfReach
from clerk_app.hall.windows import SetWindowState
from clerk_app.roles.sign_in import verify_here
from clerk_app.sync.connection import WindowConnection
from tests.office import SampleOffice
from tests.sample_data import PIN
from tests.sample_node import RunningCenter
from tests.sync.test_http_sync import enrol_window_at

Headers = dict[str, str]
Alteration = Callable[[Headers, bytes], tuple[Headers, bytes]]
_NOT_PASSED_ON = ("content-length", "transfer-encoding", "connection")


def pass_on(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    return headers, body


class AlteringHandler(BaseHTTPRequestHandler):
    """Passes each request on to the center, its headers and body altered."""

    center: ClassVar[httpx.Client]
    alter: ClassVar[Alteration] = staticmethod(pass_on)
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() not in _NOT_PASSED_ON}
        if self.path == "/v1/push":
            headers, body = AlteringHandler.alter(headers, body)
        self._answer(headers, body)

    def do_GET(self) -> None:
        self._answer({name.lower(): value for name, value in self.headers.items()}, b"")

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() not in _NOT_PASSED_ON}
        self._answer(*AlteringHandler.alter(headers, body))

    def _answer(self, headers: Headers, body: bytes) -> None:
        with self.center.stream(self.command, self.path, content=body, headers=headers) as response:
            content = b"".join(response.iter_raw())
        self.send_response_only(response.status_code)
        for name, value in response.headers.items():
            if name not in _NOT_PASSED_ON:
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def window_behind_a_proxy(served: RunningCenter, folder: Path) -> Iterator[tuple[SampleOffice, WindowConnection]]:
    """A window at which clerk-1 is signed in, and which reaches the center through `AlteringHandler`."""
    AlteringHandler.center, AlteringHandler.alter = served.client, staticmethod(pass_on)
    server = ThreadingHTTPServer(("127.0.0.1", 0), AlteringHandler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        enrol_window_at(folder, f"http://127.0.0.1:{server.server_port}", served.invite(window="w1"))
        office = open_office(folder, clock=served.service.authority.door.clock)
        connection = WindowConnection(folder, office.door, all_rules(), all_document_types(), office.attachments)
        verify_here(office, "1000", PIN, "w1")
        connection.client.flush()
        yield SampleOffice(office, served.service.authority.door.clock), connection  # type: ignore[arg-type]
        connection.transport.close()
        office.store.close()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def is_placeholder_push(headers: Headers, body: bytes) -> bool:
    packed = headers.get("content-encoding") == "zstd"
    return b'"plain":null' in (zstandard.ZstdDecompressor().stream_reader(body).read() if packed else body)


def flip_last_byte(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    return headers, body if is_placeholder_push(headers, body) else body[:-1] + bytes([body[-1] ^ 1])


def make_too_large(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    return headers, body if is_placeholder_push(headers, body) else body + b" " * 9_000_000


def name_another_encoding(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    return headers | {"content-encoding": "gzip"}, body


def name_no_encoding(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    return {name: value for name, value in headers.items() if name != "content-encoding"}, body


@pytest.mark.parametrize(
    ("alter", "arrives"),
    [
        (flip_last_byte, False),
        pytest.param(make_too_large, False, marks=pytest.mark.wide),
        pytest.param(name_another_encoding, True, marks=pytest.mark.wide),
        pytest.param(name_no_encoding, True, marks=pytest.mark.wide),
    ],
)
def test_no_entry_is_given_up_because_it_was_altered_on_its_way(
    served: RunningCenter, office: SampleOffice, tmp_path: Path, alter: Alteration, arrives: bool
) -> None:
    with window_behind_a_proxy(served, tmp_path / "w1") as (window, connection):
        for state in ("paused", "open", "paused"):
            window.door.perform(SetWindowState(window="w1", state=state), "clerk-1")
        AlteringHandler.alter = staticmethod(alter)
        if not arrives:
            for _attempt in range(4):
                with pytest.raises(OutOfReach):
                    connection.client.flush()
            AlteringHandler.alter = staticmethod(pass_on)
        connection.client.flush()
        assert window.select("refusals") == []
        assert office.select("windows", id="w1")[0]["state"] == "paused"
