"""The wire over HTTP: one connection kept open, JSON packed with zstd, TLS verified; what went wrong as our errors.

Whatever is not clearly a center's own answer counts as out of reach: a login page of a network or a balancer without a
center behind it must never make a window believe that something was refused.
"""

from __future__ import annotations

import ssl
import threading
from functools import cached_property
from hashlib import sha256
from string import Formatter
from typing import Any, TypeVar

import httpx
import msgspec
import zstandard

from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.ledger.replication.messages import (
    CallRequest,
    EnrolRequest,
    EnrolResponse,
    ErrorBody,
    FetchRequest,
    PullRequest,
    PushRequest,
    Response,
    TrustListFiles,
)
from clerk_app.locales import mark

CONNECT_TIMEOUT = 3.0  # seconds until it is said that nobody is there
READ_TIMEOUT = 10.0  # seconds between two pieces of an answer
READ_TIMEOUT_PER_ENTRY = (
    0.2  # seconds more for each entry of a batch: after an outage all windows of a city send theirs at once
)
MAX_EXTRA_TIMEOUT = 30.0
WRITE_TIMEOUT = 20.0
_COMPRESSION_THRESHOLD = 400  # bytes from which on packing saves more than it costs
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LOGGERS = ("httpx", "httpcore")
T = TypeVar("T")


class RetryLater(OutOfReach):
    """The center is there and says when to come again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "The center has too much to do and asks for patience. What is done here is kept and sent later."
        )
        self.seconds = seconds


class HttpTransport:
    """Messages to one center, spoken as one node. May be used by several threads."""

    def __init__(self, url: str, node: str, key: str) -> None:
        """Raises BadData when the address is none that may be used: plain HTTP is for this machine alone."""
        self._url = normalize_url(url)
        self._authorization = f"Clerk {node}:{key}"

    def push(self, message: PushRequest) -> Response:
        return self._post(
            "push",
            message,
            Response,
            extra_timeout=min(MAX_EXTRA_TIMEOUT, READ_TIMEOUT_PER_ENTRY * len(message.entries)),
        )

    def call(self, message: CallRequest) -> Response:
        return self._post("ask", message, Response)

    def pull(self, message: PullRequest) -> Response:
        return self._post("pull", message, Response, extra_timeout=message.wait_seconds)

    def fetch(self, message: FetchRequest) -> Response:
        return self._post("want", message, Response)

    def get_trust_lists(self, tag: str) -> tuple[str, TrustListFiles] | None:
        """The signed lists with their tag; None where they are still those of `tag`. Raises Refused, OutOfReach."""
        response = self._send("GET", "/v1/lists", headers={"if-none-match": tag} if tag else {})
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return None
        return response.headers.get("etag", ""), _decode_response(response, TrustListFiles)

    def get_attachment(self, digest: str) -> bytes:
        """A scan or picture that the center keeps. Raises Refused ("no_content"), OutOfReach."""
        return self._send("GET", f"/v1/content/{digest}").content

    def put_attachment(self, digest: str, data: bytes) -> None:
        """Brings a scan or picture. Raises Refused, BadData, OutOfReach."""
        self._send("PUT", f"/v1/content/{digest}", data, {"content-type": "application/octet-stream"})

    def close(self) -> None:
        """Hangs up."""
        self._client.close()

    @cached_property
    def _client(self) -> httpx.Client:
        return _create_client(self._url, {"authorization": self._authorization})

    def _post(self, route: str, message: object, response_type: type[T], *, extra_timeout: float = 0.0) -> T:
        body, headers = _encode_message(message)
        return _decode_response(
            self._send("POST", f"/v1/{route}", body, headers, extra_timeout=extra_timeout), response_type
        )

    def _send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        *,
        extra_timeout: float = 0.0,
    ) -> httpx.Response:
        return _send_request(self._client, method, path, body, headers or {}, extra_timeout)


def request_enrolment(url: str, code: str, key: str) -> EnrolResponse:
    """Joins with a code and a key of our own, which is not told: who we are from now on.

    Where no answer came, the same may be said again. Raises Refused ("invitation"), BadData, OutOfReach.
    """
    with _create_client(normalize_url(url), {}) as client:
        body, headers = _encode_message(EnrolRequest(code=code, key_digest=sha256(key.encode()).hexdigest()))
        return _decode_response(_send_request(client, "POST", "/v1/enrol", body, headers, 0.0), EnrolResponse)


def normalize_url(url: str) -> str:
    """The address without what is not needed. Raises BadData."""
    try:
        found = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise BadData("{url} is no address of a center. It looks like https://center.example.cn", url=url) from error
    if found.scheme not in ("http", "https") or not found.host or found.userinfo or found.query:
        raise BadData("{url} is no address of a center. It looks like https://center.example.cn", url=url)
    if found.scheme == "http" and found.host not in _LOOPBACK:
        raise BadData("Plain http reaches only a center on this machine. Use https for {host}.", host=found.host)
    return str(found).rstrip("/")


def _create_client(url: str, headers: dict[str, str]) -> httpx.Client:
    _silence_http_logging()
    far = url.startswith("https:")
    return httpx.Client(
        base_url=url,
        headers={"accept": "application/json", "accept-encoding": "zstd", **headers},
        verify=ssl.create_default_context() if far else True,
        timeout=httpx.Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT, write=WRITE_TIMEOUT, pool=CONNECT_TIMEOUT),
        limits=httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=120),
        trust_env=far,  # a proxy never stands between programs of one machine
    )


_logging_lock = threading.Lock()


def _silence_http_logging() -> None:
    """Addresses of requests are nobody's business: libraries that log them do not."""
    import logging

    with _logging_lock:
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.WARNING)


def _encode_message(message: object) -> tuple[bytes, dict[str, str]]:
    content, headers = msgspec.json.encode(message), {"content-type": "application/json"}
    if len(content) < _COMPRESSION_THRESHOLD:
        return content, headers
    return zstandard.ZstdCompressor().compress(content), {**headers, "content-encoding": "zstd"}


def _send_request(
    client: httpx.Client, method: str, path: str, body: bytes, headers: dict[str, str], extra_timeout: float
) -> httpx.Response:
    timeout = httpx.Timeout(
        connect=CONNECT_TIMEOUT, read=READ_TIMEOUT + extra_timeout, write=WRITE_TIMEOUT, pool=CONNECT_TIMEOUT
    )
    try:
        response = client.request(method, path, content=body or None, headers=headers, timeout=timeout)
    except httpx.HTTPError as error:
        raise _connection_error(error) from error
    except RuntimeError as error:  # the program ends: the client was closed beneath us
        raise _out_of_reach() from error
    if response.is_success or response.status_code == httpx.codes.NOT_MODIFIED:
        return response
    raise _error_from_response(response)


def _connection_error(error: httpx.HTTPError) -> OutOfReach:
    if isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error).upper():
        return OutOfReach(
            "The center's certificate is not trusted here, so nothing was told to it. Its administrator can say why."
        )
    return _out_of_reach()


def _decode_response(response: httpx.Response, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(response.content, type=kind)
    except msgspec.DecodeError as error:
        raise _not_a_center() from error


def _error_from_response(response: httpx.Response) -> ClerkError:
    """The error that an answer stands for."""
    if response.status_code in (429, 503):
        return RetryLater(seconds=_parse_retry_after(response.headers.get("retry-after", "")))
    try:
        trouble = msgspec.json.decode(response.content, type=ErrorBody)
    except msgspec.DecodeError:
        if response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:  # a balancer may say that too
            return Refused("too_large", "This is too large for the way to the center.")
        return _not_a_center()
    sentence, facts = sanitize_sentence(trouble.sentence, trouble.facts)
    if response.status_code >= 500:
        return OutOfReach(sentence, **facts)
    if trouble.reason in ("no_route", "method"):
        return _not_a_center()
    return BadData(sentence, **facts) if response.status_code == 400 else Refused(trouble.reason, sentence, **facts)


def sanitize_sentence(sentence: str, facts: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """A sentence that came from elsewhere, such that filling in its places can neither fail nor reach further."""
    try:
        places = [part[1:] for part in Formatter().parse(sentence) if part[1] is not None]
        if all(name in facts and name.isidentifier() and not (spec or how) for name, spec, how in places):
            return sentence, dict(facts)
    except ValueError:
        pass
    return mark("The center says: {text}"), {"text": sentence}


def _parse_retry_after(value: str) -> float:
    return min(float(value), 300.0) if value.isascii() and value.isdigit() else 5.0


def _out_of_reach() -> OutOfReach:
    return OutOfReach("The center is out of reach. What is done here is kept and sent as soon as it is back.")


def _not_a_center() -> OutOfReach:
    return OutOfReach("Something answers at the center's address, but it is not a center. Nothing is lost.")
