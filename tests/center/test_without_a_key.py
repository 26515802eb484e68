"""What somebody without a key reaches at a center: small bodies, few codes, short connections, no page about it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import monotonic

import httpx
import msgspec
import pytest
import zstandard

from clerk_app.catalogue.policy import DEFAULT_POLICY
from clerk_app.center.connections import MAX_HEADER_BYTES
from clerk_app.center.wrong_codes import MAX_ADDRESSES, CodeLimits, WrongCodes
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.invitation_code import InvitationCode
from clerk_app.ledger.machine_keys import SigningKey
from clerk_app.ledger.replication.http_signatures import sign_enrolment
from clerk_app.ledger.replication.messages import EnrolResponse, ErrorBody
from clerk_app.sync.http_transport import request_enrolment
from tests.office import SampleOffice
from tests.sample_node import RunningCenter, enrol_request, pause_entry, read_limit, run_center

TOKEN = "a token of the monitoring"
STATUS_PAGES = ("/docs", "/openapi.json", "/metrics", "/readyz")


def status_and_reason(response: httpx.Response) -> tuple[int, str]:
    """Status and reason of an error response."""
    return response.status_code, msgspec.json.decode(response.content, type=ErrorBody).reason


def enrol_with_wrong_code(served: RunningCenter, address: str = "") -> httpx.Response:
    """Send a code that the center never gave out, as a proxy on its machine passes it on."""
    request = enrol_request(InvitationCode.generate(SigningKey.generate().public).text)
    headers = {"x-forwarded-for": f"203.0.113.99, {address}"} if address else {}
    return served.client.post("/v1/enrol", content=msgspec.json.encode(request), headers=headers)


def enrol_by(served: RunningCenter, url: str) -> EnrolResponse:
    """Enrol a machine with a code of the center, which it asks at an address."""
    key, code = SigningKey.generate(), served.invite()
    return request_enrolment(url, enrol_request(code, key), key, InvitationCode.parse(code).is_of)


@contextmanager
def answering(status: int, body: bytes, headers: dict[str, str]) -> Iterator[str]:
    """The address of a server that gives this response once."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        thread.join()


@contextmanager
def connect(served: RunningCenter, *sent: bytes) -> Iterator[socket.socket]:
    """A connection on which something was sent."""
    with socket.create_connection(("127.0.0.1", served.client.base_url.port or 0), timeout=20) as connection:
        for piece in sent:
            connection.sendall(piece)
        yield connection


def has_ended(connection: socket.socket) -> bool:
    """Whether the center closes the connection; what it sends before is read."""
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


def test_small_body_that_expands_to_a_gigabyte_is_refused_at_the_enrolment(served: RunningCenter) -> None:
    compressor = zstandard.ZstdCompressor(level=19).compressobj()  # states no size
    pieces = [compressor.compress(b" " * 2**20) for _ in range(64)]
    packed = b"".join(pieces) + compressor.flush()
    assert len(packed) < 4_000
    response = served.client.post("/v1/enrol", content=packed, headers={"content-encoding": "zstd"})
    assert status_and_reason(response) == (413, "too_large")
    stated = zstandard.ZstdCompressor().compress(b" " * 2**20)
    response = served.client.post("/v1/enrol", content=stated, headers={"content-encoding": "zstd"})
    assert status_and_reason(response) == (413, "too_large")
    assert read_limit(served, "too_large") == 2


def test_large_body_is_refused_without_being_read(served: RunningCenter) -> None:
    for path, status in (("enrol", b"413"), ("sign-in", b"401"), ("push", b"401")):
        head = f"POST /v1/{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n".encode()
        with connect(served, head) as connection:
            assert connection.recv(12) == b"HTTP/1.1 " + status


def test_wrong_codes_are_counted_by_address_and_leave_no_entry(served: RunningCenter, office: SampleOffice) -> None:
    entries = len(office.select("ledger_entries"))
    limit = DEFAULT_POLICY.wrong_codes_of_address
    code = served.invite()
    answers = [status_and_reason(enrol_with_wrong_code(served, "203.0.113.7")) for _ in range(limit + 2)]
    assert answers == [(409, "invitation")] * limit + [(429, "codes")] * 2
    assert read_limit(served, "codes") == 2
    assert status_and_reason(enrol_with_wrong_code(served, "203.0.113.8")) == (409, "invitation")
    assert len(office.select("ledger_entries")) == entries + 1  # the invitation
    body = msgspec.json.encode(enrol_request(code))
    assert served.client.post("/v1/enrol", content=body).status_code == 200


def test_machine_says_why_its_code_is_not_accepted(served: RunningCenter) -> None:
    for _ in range(DEFAULT_POLICY.wrong_codes_of_address):
        enrol_with_wrong_code(served)
    with pytest.raises(Refused) as caught:
        enrol_by(served, str(served.client.base_url))
    assert (caught.value.reason, caught.value.facts) == ("codes", {"minutes": "15"})


@pytest.mark.wide
def test_machine_believes_no_refusal_that_answers_another_request(served: RunningCenter) -> None:
    body = msgspec.json.encode(enrol_request(InvitationCode.generate(SigningKey.generate().public).text))
    head = sign_enrolment(SigningKey.generate(), "/v1/enrol", body, created=0)
    refused = served.client.post("/v1/enrol", content=body, headers=head)
    assert status_and_reason(refused) == (409, "invitation")
    names = ("content-digest", "signature-input", "signature", "clerk-center-key")
    signed = {name: refused.headers[name] for name in names}
    for headers in ({}, {names[-1]: signed[names[-1]]}, signed):
        with answering(refused.status_code, refused.content, headers) as url, pytest.raises(OutOfReach):
            enrol_by(served, url)


@pytest.mark.wide
def test_counts_of_wrong_codes_end_and_are_bounded() -> None:
    now, limits = [1_000.0], CodeLimits(of_address=3, altogether=MAX_ADDRESSES + 10, minutes=15)
    codes = WrongCodes(lambda: now[0])
    for _ in range(3):
        codes.require_allowed("192.0.2.1")
        codes.record_failure("192.0.2.1", limits)
    with pytest.raises(Refused) as caught:
        codes.require_allowed("192.0.2.1")
    assert caught.value.facts == {"minutes": 15}
    now[0] += 15 * 60 + 1
    codes.require_allowed("192.0.2.1")
    for number in range(MAX_ADDRESSES + 10):
        codes.record_failure(f"address {number}", limits)
    with pytest.raises(Refused):  # all together: nobody is told any more that a code is wrong
        codes.record_failure("192.0.2.3", limits)
    assert codes.count == MAX_ADDRESSES


def test_requests_that_do_not_arrive_lose_their_connection(served: RunningCenter) -> None:
    window = served.join()
    window.catch_up()
    half, refused = b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: ", b"POST /v1/push HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"
    with connect(served) as silent, connect(served, half) as slow, connect(served, refused, b" ") as unfinished:
        assert unfinished.recv(12) == b"HTTP/1.1 401"
        served.service.connections.monotonic = lambda: monotonic() + 90
        assert all(has_ended(connection) for connection in (silent, slow, unfinished))
    assert window.push(pause_entry()).last_number == 1  # its connection was open for as long
    assert read_limit(served, "time") == 3


def test_headers_are_limited(served: RunningCenter) -> None:
    with connect(served, b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: ", b"a" * 2 * MAX_HEADER_BYTES) as connection:
        assert has_ended(connection)
    assert read_limit(served, "header_bytes") == 1


def test_head_and_body_of_a_response_arrive_in_one_packet(served: RunningCenter) -> None:
    with connect(served, b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n") as connection:
        assert connection.recv(65_536).endswith(b"\r\n\r\nalive\n")


def test_client_that_waits_for_100_continue_gets_it_before_it_sends_the_body(served: RunningCenter) -> None:
    head = b"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with connect(served, head) as connection:
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")


def test_trailers_and_extensions_of_a_chunk_are_limited(served: RunningCenter) -> None:
    head = b"POST /v1/enrol HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2"
    last = b"\r\n{}\r\n0\r\n"
    for start, endless in ((last, b"X-A: b\r\n"), (last + b"X-A: ", b"12345678"), (b";a=", b"12345678")):
        with connect(served, head + start) as connection:
            with suppress(OSError):  # it is closed meanwhile
                for _piece in range(64):
                    connection.sendall(endless * 1024)
            assert has_ended(connection)
    assert read_limit(served, "header_bytes") == 3


def test_connections_without_a_key_displace_only_each_other(served: RunningCenter) -> None:
    window = served.join()
    window.catch_up()
    served.service.connections.max_unproven = 2
    with connect(served) as first, connect(served) as second, connect(served) as third:
        assert has_ended(first)
        for connection in (second, third):
            connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
        assert window.push(pause_entry()).last_number == 1
    assert read_limit(served, "connections") == 1


def test_pages_about_the_center_are_for_its_own_machine(served: RunningCenter) -> None:
    for page in STATUS_PAGES:
        assert served.client.get(page).status_code == 200
        for header in ({"x-forwarded-for": "203.0.113.7"}, {"forwarded": "for=203.0.113.7"}, {"via": "1.1 proxy"}):
            assert status_and_reason(served.client.get(page, headers=header)) == (404, "no_route")
    assert served.client.get("/livez", headers={"via": "1.1 proxy"}).status_code == 200


def test_pages_about_the_center_are_for_the_token_where_there_is_one(office: SampleOffice) -> None:
    with run_center(office.office, status_token=TOKEN) as served:
        for page in STATUS_PAGES:
            assert served.client.get(page).status_code == 404
            assert served.client.get(page, headers={"authorization": f"Bearer {TOKEN}x"}).status_code == 404
            named = {"authorization": f"Bearer {TOKEN}", "x-forwarded-for": "203.0.113.7"}
            assert served.client.get(page, headers=named).status_code == 200


def test_center_redirects_nobody_and_names_the_methods_of_an_address(served: RunningCenter) -> None:
    for path in ("/v1/push/", "/livez/", "/docs/", "//elsewhere.example/livez/"):
        response = served.client.get(path, headers={"host": "elsewhere.example"})
        assert status_and_reason(response) == (404, "no_route")
        assert "elsewhere" not in str(response.headers) + response.text
    for method, path, allowed in (
        ("GET", "/v1/push", "POST"),
        ("DELETE", f"/v1/content/{'0' * 64}", "GET, PUT"),
        ("HEAD", "/livez", "GET"),
        ("OPTIONS", "/v1/enrol", "POST"),
    ):
        response = served.client.request(method, path)
        assert (response.status_code, response.headers["allow"]) == (405, allowed)
