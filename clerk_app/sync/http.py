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
from clerk_app.ledger.messages import Answer, Ask, Enrol, Enrolled, Lists, Pull, Push, Trouble, Want
from clerk_app.locales import mark

CONNECT = 3.0  # seconds until it is said that nobody is there
READ = 10.0  # seconds between two pieces of an answer
EACH = 0.2  # seconds more for each entry of a batch: after an outage all windows of a city send theirs at once
MOST_MORE = 30.0
WRITE = 20.0
_WORTH = 400  # bytes from which on packing saves more than it costs
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_LOGGERS = ("httpx", "httpcore")
T = TypeVar("T")


class AskedToWait(OutOfReach):
    """The center is there and says when to come again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "The center has too much to do and asks for patience. What is done here is kept and sent later."
        )
        self.seconds = seconds


class HttpWire:
    """Messages to one center, spoken as one node. May be used by several threads."""

    def __init__(self, url: str, node: str, key: str) -> None:
        """Raises BadData when the address is none that may be used: plain HTTP is for this machine alone."""
        self._url = checked(url)
        self._said = f"Clerk {node}:{key}"

    def push(self, message: Push) -> Answer:
        return self._post("push", message, Answer, more=min(MOST_MORE, EACH * len(message.entries)))

    def ask(self, message: Ask) -> Answer:
        return self._post("ask", message, Answer)

    def pull(self, message: Pull) -> Answer:
        return self._post("pull", message, Answer, more=message.wait)

    def want(self, message: Want) -> Answer:
        return self._post("want", message, Answer)

    def lists(self, tag: str) -> tuple[str, Lists] | None:
        """The signed lists with their tag; None where they are still those of `tag`. Raises Refused, OutOfReach."""
        response = self._send("GET", "/v1/lists", headers={"if-none-match": tag} if tag else {})
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return None
        return response.headers.get("etag", ""), _read(response, Lists)

    def content(self, digest: str) -> bytes:
        """A scan or picture that the center keeps. Raises Refused ("no_content"), OutOfReach."""
        return self._send("GET", f"/v1/content/{digest}").content

    def put_content(self, digest: str, data: bytes) -> None:
        """Brings a scan or picture. Raises Refused, BadData, OutOfReach."""
        self._send("PUT", f"/v1/content/{digest}", data, {"content-type": "application/octet-stream"})

    def close(self) -> None:
        """Hangs up."""
        self._client.close()

    @cached_property
    def _client(self) -> httpx.Client:
        return _client(self._url, {"authorization": self._said})

    def _post(self, route: str, message: object, answer: type[T], *, more: float = 0.0) -> T:
        body, headers = _packed(message)
        return _read(self._send("POST", f"/v1/{route}", body, headers, more=more), answer)

    def _send(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None, *, more: float = 0.0
    ) -> httpx.Response:
        return _sent(self._client, method, path, body, headers or {}, more)


def enrol(url: str, code: str, key: str) -> Enrolled:
    """Joins with a code and a key of our own, which is not told: who we are from now on.

    Where no answer came, the same may be said again. Raises Refused ("invitation"), BadData, OutOfReach.
    """
    with _client(checked(url), {}) as client:
        body, headers = _packed(Enrol(code=code, key_digest=sha256(key.encode()).hexdigest()))
        return _read(_sent(client, "POST", "/v1/enrol", body, headers, 0.0), Enrolled)


def checked(url: str) -> str:
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


def _client(url: str, headers: dict[str, str]) -> httpx.Client:
    _quiet()
    far = url.startswith("https:")
    return httpx.Client(
        base_url=url,
        headers={"accept": "application/json", "accept-encoding": "zstd", **headers},
        verify=ssl.create_default_context() if far else True,
        timeout=httpx.Timeout(connect=CONNECT, read=READ, write=WRITE, pool=CONNECT),
        limits=httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=120),
        trust_env=far,  # a proxy never stands between programs of one machine
    )


_once = threading.Lock()


def _quiet() -> None:
    """Addresses of requests are nobody's business: libraries that log them do not."""
    import logging

    with _once:
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.WARNING)


def _packed(message: object) -> tuple[bytes, dict[str, str]]:
    content, headers = msgspec.json.encode(message), {"content-type": "application/json"}
    if len(content) < _WORTH:
        return content, headers
    return zstandard.ZstdCompressor().compress(content), {**headers, "content-encoding": "zstd"}


def _sent(
    client: httpx.Client, method: str, path: str, body: bytes, headers: dict[str, str], more: float
) -> httpx.Response:
    timeout = httpx.Timeout(connect=CONNECT, read=READ + more, write=WRITE, pool=CONNECT)
    try:
        response = client.request(method, path, content=body or None, headers=headers, timeout=timeout)
    except httpx.HTTPError as error:
        raise _unreachable(error) from error
    except RuntimeError as error:  # the program ends: the client was closed beneath us
        raise _out_of_reach() from error
    if response.is_success or response.status_code == httpx.codes.NOT_MODIFIED:
        return response
    raise _told(response)


def _unreachable(error: httpx.HTTPError) -> OutOfReach:
    if isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error).upper():
        return OutOfReach(
            "The center's certificate is not trusted here, so nothing was told to it. Its administrator can say why."
        )
    return _out_of_reach()


def _read(response: httpx.Response, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(response.content, type=kind)
    except msgspec.DecodeError as error:
        raise _no_center() from error


def _told(response: httpx.Response) -> ClerkError:
    """The error that an answer stands for."""
    if response.status_code in (429, 503):
        return AskedToWait(seconds=_seconds(response.headers.get("retry-after", "")))
    try:
        trouble = msgspec.json.decode(response.content, type=Trouble)
    except msgspec.DecodeError:
        if response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:  # a balancer may say that too
            return Refused("too_large", "This is too large for the way to the center.")
        return _no_center()
    sentence, facts = sayable(trouble.sentence, trouble.facts)
    if response.status_code >= 500:
        return OutOfReach(sentence, **facts)
    if trouble.reason in ("no_route", "method"):
        return _no_center()
    return BadData(sentence, **facts) if response.status_code == 400 else Refused(trouble.reason, sentence, **facts)


def sayable(sentence: str, facts: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """A sentence that came from elsewhere, such that filling in its places can neither fail nor reach further."""
    try:
        places = [part[1:] for part in Formatter().parse(sentence) if part[1] is not None]
        if all(name in facts and name.isidentifier() and not (spec or how) for name, spec, how in places):
            return sentence, dict(facts)
    except ValueError:
        pass
    return mark("The center says: {text}"), {"text": sentence}


def _seconds(told: str) -> float:
    return min(float(told), 300.0) if told.isascii() and told.isdigit() else 5.0


def _out_of_reach() -> OutOfReach:
    return OutOfReach("The center is out of reach. What is done here is kept and sent as soon as it is back.")


def _no_center() -> OutOfReach:
    return OutOfReach("Something answers at the center's address, but it is not a center. Nothing is lost.")
