"""The transport over HTTP: persistent connections, verified TLS, JSON compressed with zstd.

Failures are raised as ClerkError. A response that does not come from a center (the login page of a network, or a load
balancer without a center behind it) raises OutOfReach, so that it is not mistaken for a rejection.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TypeVar

import httpx
import msgspec
import zstandard

from clerk_app.cases.tasks.similar_cases import SimilarAnswer
from clerk_app.citizen.paper_answers import PaperAnswer
from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.ledger.machine_keys import PublicKey, SigningKey
from clerk_app.ledger.replication.http_signatures import (
    CENTER_KEY_HEADER,
    RequestHead,
    sign_enrolment,
    verify_response,
)
from clerk_app.ledger.replication.messages import (
    CallRequest,
    EnrolRequest,
    EnrolResponse,
    ErrorBody,
    FetchRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    SignInResponse,
    TrustListFiles,
)
from clerk_app.ledger.replication.wire_errors import BAD_DATA, DAMAGED, decode_error, decode_server_error
from clerk_app.registry.answers import RegistryAnswer
from clerk_app.sync.center_trust import RequestSigner, older_center
from clerk_app.sync.transport import ConnectionLost, RetryLater, as_call_error

CONNECT_TIMEOUT = 3.0  # seconds, like all timeouts below
READ_TIMEOUT = 10.0  # until the next piece of a response arrives
READ_TIMEOUT_PER_ENTRY = 0.2  # added for each entry of a batch, because all windows push at once after an outage
MAX_EXTRA_TIMEOUT = 30.0
WRITE_TIMEOUT = 20.0
KEEPALIVE_SECONDS = 120
MAX_CONNECTIONS = 4
_DEFAULT_RETRY_AFTER, _MAX_RETRY_AFTER = 5.0, 300.0  # seconds
_COMPRESSION_THRESHOLD = 400  # bytes; compressing a shorter body costs more than it saves
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_MAX_BODY_BYTES, _MAX_DECOMPRESSED_BYTES = 64 * 1024 * 1024, 256 * 1024 * 1024
_MAX_ZSTD_WINDOW = 8 * 1024 * 1024  # bytes of memory that decoding a frame may need
_BODY_HEADERS = ("content-encoding", "content-length", "transfer-encoding")
_LOGGERS = ("httpx", "httpcore")
T = TypeVar("T")


class _UnknownRouteError(OutOfReach):
    """A program answers that could be a center, but not one of this version."""


class HttpTransport:
    """Sends the messages of one node to one center. Thread-safe."""

    def __init__(self, url: str, signer: RequestSigner) -> None:
        """Raises BadData if the URL is invalid, or is plain HTTP to another machine."""
        self._url = normalize_url(url)
        self.signer = signer

    def push(self, message: PushRequest) -> Response:
        extra_timeout = min(MAX_EXTRA_TIMEOUT, READ_TIMEOUT_PER_ENTRY * len(message.entries))
        return self._post("push", message, Response, extra_timeout=extra_timeout)

    def call(self, message: CallRequest, timeout: float | None = None) -> Response:
        extra_timeout = 0.0 if timeout is None else timeout - READ_TIMEOUT
        try:
            return self._post("ask", message, Response, extra_timeout=extra_timeout)
        except OutOfReach as error:
            raise as_call_error(error) from error

    def pull(self, message: PullRequest) -> Response:
        return self._post("pull", message, Response, extra_timeout=message.wait_seconds)

    def fetch(self, message: FetchRequest) -> Response:
        return self._post("want", message, Response)

    def sign_in(self, message: SignInRequest) -> SignInResponse:
        try:
            return self._post("sign-in", message, SignInResponse)
        except _UnknownRouteError as error:
            raise older_center() from error

    def get_trust_lists(self, tag: str) -> tuple[str, TrustListFiles] | None:
        """Return the trust lists and their entity tag; None if the tag is still `tag`. Raises Refused, OutOfReach."""
        response = self.send("GET", "/v1/lists", headers={"if-none-match": tag} if tag else {})
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return None
        return response.headers.get("etag", ""), decode_response(response, TrustListFiles)

    def get_registry_answer(self, key: str) -> RegistryAnswer:
        """Return what this machine has asked of the registry. Raises Refused ("no_answer"), OutOfReach."""
        return decode_response(self.send("GET", f"/v1/registry/answers/{key}"), RegistryAnswer)

    def get_similar_answer(self, key: str) -> SimilarAnswer:
        """Return the texts of similar applications that this machine has searched. Raises Refused, OutOfReach."""
        return decode_response(self.send("GET", f"/v1/similarity/answers/{key}"), SimilarAnswer)

    def get_citizen_paper(self, key: str) -> PaperAnswer:
        """Return what this kiosk lists or prints for a citizen. Raises Refused, OutOfReach."""
        return decode_response(self.send("GET", f"/v1/citizen/papers/{key}"), PaperAnswer)

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    @cached_property
    def _client(self) -> httpx.Client:
        return _create_client(self._url)

    def _post(self, route: str, message: object, response_type: type[T], *, extra_timeout: float = 0.0) -> T:
        body, headers, size = _encode_message(message)
        response = self.send("POST", f"/v1/{route}", body, headers, size=size, extra_timeout=extra_timeout)
        return decode_response(response, response_type)

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        *,
        size: int = 0,
        extra_timeout: float = 0.0,
    ) -> httpx.Response:
        """Send a request and return the center's response. Raises ClerkError for an error response, or a forged one.

        If the center rejects the time of the request, it is signed once more by the time in that response; a request
        that arrived twice is signed once more too. `size` is that of the body before it was compressed. An error that
        a change of the request on its way has caused says nothing about the message: OutOfReach.
        """
        response, error = self._try_send(method, path, body, headers or {}, extra_timeout)
        if isinstance(error, Refused) and error.reason in ("clock", "replay"):
            if str(error.facts.get("now", "")).isdecimal():
                self.signer.use_center_time(int(str(error.facts["now"])))
            response, error = self._try_send(method, path, body, headers or {}, extra_timeout)
        if isinstance(error, Refused) and error.reason == "stranger" and self.signer.reload():
            response, error = self._try_send(method, path, body, headers or {}, extra_timeout)
        if error is not None:
            raise _altered_on_the_way() if _is_altered(error, max(size, len(body))) else error
        return response

    def _try_send(
        self, method: str, path: str, body: bytes, headers: dict[str, str], extra_timeout: float
    ) -> tuple[httpx.Response, ClerkError | None]:
        signed = self.signer.headers(method, path, body)
        received = _send_request(self._client, method, path, body, headers | signed, extra_timeout)
        head = RequestHead.from_headers(method, path, signed)
        if not self.signer.trust.verifies(received.status, received.headers, received.body, head):
            raise _overload(received) or _not_a_center()
        response = received.decode()
        is_success = response.is_success or response.status_code == httpx.codes.NOT_MODIFIED
        return response, None if is_success else _error_from_response(response)


def request_enrolment(
    url: str, request: EnrolRequest, key: SigningKey, is_center_key: Callable[[PublicKey], bool]
) -> EnrolResponse:
    """Enrol this machine, whose key is `key`. The call may be repeated.

    `is_center_key` returns whether a public key is that of the center that gave out the code: nothing else is
    believed, errors neither. Raises Refused ("invitation", "other_center"), BadData, OutOfReach.
    """
    path = "/v1/enrol"
    with _create_client(normalize_url(url)) as client:
        body, headers, _size = _encode_message(request)
        signed = sign_enrolment(key, path, body, created=int(time.time()))
        received = _send_request(client, "POST", path, body, headers | signed, 0.0)
    try:
        center_key = PublicKey.parse(received.headers.get(CENTER_KEY_HEADER, ""))
    except BadData as error:
        raise _overload(received) or _not_a_center() from error
    if not is_center_key(center_key):
        raise Refused(
            "other_center",
            "This code was given out by another center, or before this center had its present key. Check the address, "
            "or ask this center for a new code.",
        )
    head = RequestHead.from_headers("POST", path, signed)
    if not verify_response(center_key, received.status, received.headers, received.body, head):
        raise _not_a_center()
    response = received.decode()
    if not response.is_success:
        raise _error_from_response(response)
    enrolled = decode_response(response, EnrolResponse)
    if enrolled.center_key != center_key.text:
        raise _not_a_center()
    return enrolled


def normalize_url(url: str) -> str:
    """Check the URL of a center and return it without a trailing slash. Raises BadData."""
    invalid = BadData("{url} is not the address of a center. It looks like https://center.example.cn", url=url)
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL as error:
        raise invalid from error
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo or parsed.query:
        raise invalid
    if parsed.scheme == "http" and parsed.host not in _LOOPBACK:
        raise BadData("Plain http reaches only a center on this machine. Use https for {host}.", host=parsed.host)
    return str(parsed).rstrip("/")


def _create_client(url: str) -> httpx.Client:
    _silence_http_logging()
    is_remote = url.startswith("https:")
    return httpx.Client(
        base_url=url,
        headers={"accept": "application/json", "accept-encoding": "zstd", "user-agent": f"clerk/{version('clerk')}"},
        # plain http verifies no certificate: a context without any, for loading them takes 20 ms
        verify=ssl.create_default_context() if is_remote else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        timeout=httpx.Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT, write=WRITE_TIMEOUT, pool=CONNECT_TIMEOUT),
        limits=httpx.Limits(
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=MAX_CONNECTIONS,
            keepalive_expiry=KEEPALIVE_SECONDS,
        ),
        trust_env=is_remote,  # proxy settings apply to other machines only
    )


_logging_lock = threading.Lock()


def _silence_http_logging() -> None:
    """Keep the HTTP libraries from logging URLs, because a URL may contain the digest of a person's attachment."""
    import logging

    with _logging_lock:
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.WARNING)


def _encode_message(message: object) -> tuple[bytes, dict[str, str], int]:
    """Return the body of a message, its headers, and its size before it was compressed."""
    content, headers = msgspec.json.encode(message), {"content-type": "application/json"}
    if len(content) < _COMPRESSION_THRESHOLD:
        return content, headers, len(content)
    packed = zstandard.ZstdCompressor().compress(content)
    return packed, {**headers, "content-encoding": "zstd"}, len(content)


def _is_altered(error: ClerkError, size: int) -> bool:
    """Return whether the center has received another request than was sent: another body, a larger one, or one twice.

    `size` is that of the request as the center measures it.
    """
    if not isinstance(error, Refused):
        return False
    limit = str(error.facts.get("most", ""))
    is_within_limit = error.reason == "too_large" and limit.isdecimal() and size <= int(limit)
    return error.reason in (DAMAGED, "replay") or is_within_limit


@dataclass(frozen=True)
class _ReceivedResponse:
    """A response as it was sent, before its content encoding is undone."""

    status: int
    headers: httpx.Headers
    body: bytes

    def decode(self) -> httpx.Response:
        """Return the response with its content decompressed. Raises OutOfReach if it is damaged or too large."""
        content = self.body
        if self.headers.get("content-encoding", "") == "zstd":
            try:
                with zstandard.ZstdDecompressor(max_window_size=_MAX_ZSTD_WINDOW).stream_reader(content) as reader:
                    content = reader.read(_MAX_DECOMPRESSED_BYTES + 1)
            except zstandard.ZstdError as error:
                raise _not_a_center() from error
        if len(content) > _MAX_DECOMPRESSED_BYTES:
            raise _not_a_center()
        headers = [(name, value) for name, value in self.headers.multi_items() if name not in _BODY_HEADERS]
        return httpx.Response(self.status, headers=headers, content=content)


def _send_request(
    client: httpx.Client, method: str, path: str, body: bytes, headers: dict[str, str], extra_timeout: float
) -> _ReceivedResponse:
    timeout = httpx.Timeout(
        connect=min(CONNECT_TIMEOUT, READ_TIMEOUT + extra_timeout),
        read=READ_TIMEOUT + extra_timeout,
        write=WRITE_TIMEOUT,
        pool=CONNECT_TIMEOUT,
    )
    try:
        with client.stream(method, path, content=body or None, headers=headers, timeout=timeout) as response:
            return _ReceivedResponse(response.status_code, response.headers, _read_body(response))
    except httpx.HTTPError as error:
        raise _connection_error(error) from error
    except RuntimeError as error:  # another thread closed the client, because the program ends
        raise ConnectionLost from error


def _read_body(response: httpx.Response) -> bytes:
    """Return the body as sent. Raises OutOfReach above _MAX_BODY_BYTES, before it is read to its end."""
    pieces, size = [], 0
    for piece in response.iter_raw():
        size += len(piece)
        if size > _MAX_BODY_BYTES:
            raise _not_a_center()
        pieces.append(piece)
    return b"".join(pieces)


def _overload(received: _ReceivedResponse) -> RetryLater | None:
    """Return the error for a response of an overloaded server; a load balancer, which has no key, may send it too."""
    if received.status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE):
        return RetryLater(seconds=_parse_retry_after(received.headers.get("retry-after", "")))
    return None


def _connection_error(error: httpx.HTTPError) -> OutOfReach:
    if isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error).upper():
        return OutOfReach(
            "The center's certificate is not trusted here, so nothing was sent to it. "
            "Its administrator can explain why."
        )
    return ConnectionLost()


def decode_response(response: httpx.Response, message_type: type[T]) -> T:
    """Return the message in a response. Raises OutOfReach if there is none of this type."""
    try:
        return msgspec.json.decode(response.content, type=message_type)
    except (ValueError, RecursionError) as error:
        raise _not_a_center() from error


def _error_from_response(response: httpx.Response) -> ClerkError:
    """Convert an error response of the center to the error to raise."""
    status = response.status_code
    later = RetryLater(seconds=_parse_retry_after(response.headers.get("retry-after", "")))
    if status == httpx.codes.SERVICE_UNAVAILABLE:
        return later
    try:
        body = msgspec.json.decode(response.content, type=ErrorBody)
    except (ValueError, RecursionError):
        if status == httpx.codes.TOO_MANY_REQUESTS:  # a load balancer may send this status too
            return later
        if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:  # a load balancer may send this status too
            return Refused("too_large", "This is too large for the way to the center.")
        return _not_a_center()
    if body.reason == "busy":
        return later
    if httpx.codes.is_server_error(status):
        return decode_server_error(body)
    if body.reason in ("no_route", "method"):
        return _UnknownRouteError(_not_a_center().sentence)
    is_bad_data = status == httpx.codes.BAD_REQUEST and body.reason != DAMAGED
    return decode_error(msgspec.structs.replace(body, reason=BAD_DATA) if is_bad_data else body)


def _parse_retry_after(value: str) -> float:
    return min(float(value), _MAX_RETRY_AFTER) if value.isascii() and value.isdigit() else _DEFAULT_RETRY_AFTER


def _altered_on_the_way() -> OutOfReach:
    return OutOfReach("Messages to the center do not arrive as they were sent. They are kept and sent again.")


def _not_a_center() -> OutOfReach:
    return OutOfReach("Something answers at the center's address, but it is not a center. Nothing is lost.")
