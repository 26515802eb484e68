"""How the HTTP transport interprets responses of any server; plain HTTP is limited to this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.ledger.replication.messages import PullRequest, SignInRequest
from clerk_app.ledger.replication.wire_errors import sanitize_sentence
from clerk_app.locales import set_language
from clerk_app.sync.center_trust import CenterTrust, MachineCredentials, RequestSigner
from clerk_app.sync.http_transport import HttpTransport, normalize_url
from clerk_app.sync.transport import RetryLater

PULL_REQUEST = PullRequest(incarnation=1, sent_at=0)


class FixedResponseHandler(BaseHTTPRequestHandler):
    """Sends one fixed response to every request."""

    status = 200
    response_headers: dict[str, str] = {}
    body = b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", "0")))
        self.send_response(self.status)
        for name, value in {**self.response_headers, "content-length": str(len(self.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    set_language("en")
    server = HTTPServer(("127.0.0.1", 0), FixedResponseHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    set_language("zh_CN")


def unsigned(key: str) -> RequestSigner:
    """What a machine of an earlier version authenticates itself with."""
    return RequestSigner(MachineCredentials("n1", bearer=key), CenterTrust("c1"))


def request_error(address: str, status: int, body: object = b"", **headers: str) -> ClerkError:
    FixedResponseHandler.status, FixedResponseHandler.response_headers = status, headers
    FixedResponseHandler.body = body if isinstance(body, bytes) else json.dumps(body).encode()
    wire = HttpTransport(address, unsigned("secret-key"))
    with pytest.raises(ClerkError) as failed:
        wire.pull(PULL_REQUEST)
    wire.close()
    assert "secret-key" not in str(failed.value) + repr(failed.value)
    return failed.value


def error_body(reason: str, sentence: str = "Because of {why}.", **facts: str) -> dict[str, object]:
    return {"reason": reason, "sentence": sentence, "facts": facts or {"why": "it"}}


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (400, "bad_data", BadData),
        (400, "damaged", OutOfReach),
        (401, "replay", OutOfReach),
        (401, "stranger", Refused),
        (403, "shut", Refused),
        (404, "no_content", Refused),
        (409, "stale", Refused),
        (404, "no_route", OutOfReach),
        (500, "fault", OutOfReach),
    ],
)
def test_each_error_response_becomes_its_error(address: str, status: int, reason: str, kind: type) -> None:
    error = request_error(address, status, error_body(reason))
    assert isinstance(error, kind)
    if isinstance(error, Refused):
        assert (error.reason, str(error)) == (reason, "Because of it.")


@pytest.mark.parametrize(
    ("status", "header", "seconds"), [(503, "7", 7), (429, "1", 1), (503, "soon", 5), (429, "99999", 300)]
)
def test_retry_after_becomes_retry_later(address: str, status: int, header: str, seconds: float) -> None:
    error = request_error(address, status, error_body("busy"), **{"retry-after": header})
    assert isinstance(error, RetryLater)
    assert error.seconds == seconds


def test_a_center_without_sign_in_is_of_an_earlier_version(address: str) -> None:
    FixedResponseHandler.status, FixedResponseHandler.response_headers = 404, {}
    FixedResponseHandler.body = json.dumps(error_body("no_route")).encode()
    wire = HttpTransport(address, unsigned("secret-key"))
    with pytest.raises(Refused) as refused:
        wire.sign_in(SignInRequest(number="1000", pin="471902", public_key=""))
    wire.close()
    assert refused.value.reason == "older_center"


def test_status_413_of_a_proxy_is_too_large(address: str) -> None:
    error = request_error(address, 413, b"<html>Request Entity Too Large</html>")
    assert isinstance(error, Refused)
    assert error.reason == "too_large"  # so the batch is split, and one attachment does not block the others


@pytest.mark.parametrize("status", [200, 302, 401, 403, 404, 409, 502])
def test_page_of_another_server_counts_as_out_of_reach(address: str, status: int) -> None:
    error = request_error(
        address, status, b"<html>Please sign in to this network</html>", location="http://example.cn/"
    )
    assert type(error) is OutOfReach


def test_closed_port_is_out_of_reach() -> None:
    with pytest.raises(OutOfReach):
        HttpTransport("http://127.0.0.1:9", unsigned("k")).pull(PULL_REQUEST)


@pytest.mark.parametrize(
    "url", ["http://center.example.cn", "http://10.0.0.1:8440", "ftp://127.0.0.1", "https://", "x"]
)
def test_invalid_address_is_rejected(url: str) -> None:
    with pytest.raises(BadData):
        normalize_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8440/", "http://localhost", "http://[::1]:1", "https://c.example.cn/x/"]
)
def test_valid_address_loses_its_trailing_slash(url: str) -> None:
    assert normalize_url(url) == url.rstrip("/")


@pytest.mark.parametrize("sentence", ["{", "{0}", "{why.__class__}", "{other}", "{why!x}", "{why[0]}"])
def test_sentence_from_another_program_can_always_be_formatted(sentence: str) -> None:
    set_language("en")
    sanitized, facts = sanitize_sentence(sentence, {"why": "it"})
    assert str(BadData(sanitized, **facts)) == f"Message from the center: {sentence}"
    set_language("zh_CN")
