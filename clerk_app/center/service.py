"""The center over HTTP: each route reads its message, has a thread do the work, and tells what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from logging import INFO, WARNING, getLogger
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from clerk_app.center import attachments, bodies, openapi, trust_lists
from clerk_app.center.authentication import authenticate
from clerk_app.center.authority import Authority
from clerk_app.center.batcher import Batcher
from clerk_app.center.bodies import EncodedBody
from clerk_app.center.enrolment import enrol_node
from clerk_app.center.error_responses import error_response
from clerk_app.center.metrics import Metrics
from clerk_app.center.notifier import Notifier
from clerk_app.center.response_builder import ResponseContext
from clerk_app.center.response_process import ResponseOrder, ResponseProcess
from clerk_app.center.thread_pools import (
    COMMAND_BATCHES,
    MAX_ACTIVE_REQUESTS,
    REQUEST_THREADS,
    RESPONSE_BATCHES,
    ThreadPools,
)
from clerk_app.errors import BadData, OutOfReach
from clerk_app.ledger.replication.documents import Reader
from clerk_app.ledger.replication.messages import (
    CallRequest,
    EnrolRequest,
    FetchRequest,
    PullRequest,
    PushRequest,
    Response,
    TrustListFiles,
)
from db.attachments import AttachmentStore
from db.engines import Row

MAX_WAIT_SECONDS = 55.0  # seconds that a window may wait: what stands between may hang up after a minute
_CLIENT_CLOSED_STATUS = 499  # whoever asked has left: no status of HTTP, the log's word for it
_push_decoder = msgspec.json.Decoder(PushRequest)
_call_decoder = msgspec.json.Decoder(CallRequest)
_pull_decoder = msgspec.json.Decoder(PullRequest)
_fetch_decoder = msgspec.json.Decoder(FetchRequest)
_enrol_decoder = msgspec.json.Decoder(EnrolRequest)
_log = getLogger("clerk.center")
RouteHandler = Callable[[Request], Awaitable[HttpResponse]]


@dataclass(frozen=True)
class _IncomingMessage:
    """A message on its way to the door."""

    request: Request
    decoder: msgspec.json.Decoder[Any]
    body: bytes
    authorization: str
    encoding: str
    accepts_zstd: bool  # whether the answer may be


@dataclass(frozen=True)
class CenterResources:
    """What is served: an authority, the files beside its store, its name, and the version of the program."""

    authority: Authority
    attachments: AttachmentStore
    name: str
    version: str
    settings: bytes = b""  # what windows share with it, as JSON
    trust_folder: Path | None = None  # the folder of the signed lists
    response_process: ResponseProcess | None = (
        None  # a second process that tells nodes what they ask; without one, this one does
    )


class Service:
    """One process of a center."""

    pools: ThreadPools  # these two from the moment that the application starts
    notifier: Notifier

    def __init__(
        self, center: CenterResources, *, threads: int = REQUEST_THREADS, max_requests: int = MAX_ACTIVE_REQUESTS
    ) -> None:
        self.center = center
        self.authority = center.authority
        self.metrics = Metrics()
        self._threads, self._max_requests = threads, max_requests

    def app(self) -> ASGIApp:
        """The application, for any ASGI server."""
        app = FastAPI(
            title=self.center.name, version=self.center.version, docs_url=None, redoc_url=None, lifespan=self._lifespan
        )
        acts: dict[str, RouteHandler] = {
            "push": self.push,
            "ask": self.call,
            "pull": self.pull,
            "want": self.fetch,
            "enrol": self.enrol,
            "get_lists": self.get_trust_lists,
            "get_content": self.get_attachment,
            "put_content": self.put_attachment,
            "livez": self.livez,
            "readyz": self.readyz,
            "metrics": self.get_metrics,
        }
        straight: dict[tuple[str, str], RouteHandler] = {}
        for route in openapi.ROUTES:
            act = straight[route.method, route.path] = self._make_endpoint(route, acts[route.name])
            app.add_api_route(
                route.path,
                act,
                methods=[route.method],
                summary=route.summary,
                response_class=HttpResponse,
                status_code=route.success,
                openapi_extra=openapi.describe_route(route),
            )
        openapi.add_documentation(app)
        app.add_exception_handler(HTTPException, _handle_exception)
        app.add_exception_handler(Exception, _handle_exception)

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            """Past the framework's layers, which find nothing to do in our routes."""
            act = straight.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
            if act is None:
                return await app(scope, receive, send)
            request = Request(scope, receive)
            response = await act(request)
            return await response(scope, receive, send)

        return serve

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        self.pools = ThreadPools(self._threads, self._max_requests)
        self.notifier = Notifier(self.authority.store, self.pools)
        self._command_batcher = Batcher(
            self.pools, self._perform_messages, lambda one: len(one.body), max_concurrent=COMMAND_BATCHES
        )
        self._response_batcher = Batcher(
            self.pools, self._build_bodies, lambda _one: 0, max_concurrent=RESPONSE_BATCHES
        )
        self.authority.door.on_change = self._on_change
        await self.pools.run_probe(self.authority.announce_existing_documents)
        try:
            yield
        finally:
            self.notifier.close()
            self.authority.door.on_change = None
            await asyncio.get_running_loop().run_in_executor(None, self.pools.close)

    def _on_change(self, scopes: frozenset[str]) -> None:
        self.metrics.commit_groups.inc()
        self.notifier.notify(scopes)

    def _make_endpoint(
        self, route: openapi.Route, handler: RouteHandler
    ) -> Callable[[Request], Awaitable[HttpResponse]]:
        """The act as a route: whatever happens is an answer, counted, and a line in the log."""

        async def endpoint(request: Request) -> HttpResponse:
            began, problem, response = perf_counter(), None, None
            try:
                response = await handler(request)
            except ClientDisconnect:
                response = HttpResponse(status_code=_CLIENT_CLOSED_STATUS)
            except Exception as error:
                problem, response = error, error_response(error)
            took = perf_counter() - began
            self.metrics.count_request(route.name, response.status_code, took)
            if route.logged or response.status_code >= 500:
                _log_request(route.name, request, response.status_code, took, problem)
            return response

        return endpoint

    async def push(self, request: Request) -> HttpResponse:
        """POST /v1/push."""
        return await self._submit_message(request, _push_decoder)

    async def call(self, request: Request) -> HttpResponse:
        """POST /v1/ask."""
        return await self._submit_message(request, _call_decoder)

    async def fetch(self, request: Request) -> HttpResponse:
        """POST /v1/want."""
        body, said, encoding, packed = await _read_request(request)

        def work() -> EncodedBody:
            node = authenticate(self.authority, said)
            request.state.node = node["id"]
            return bodies.encode_body(
                self.authority.fetch(node, bodies.decode_body(_fetch_decoder, body, encoding)), compress=packed
            )

        return _http_response(await self.pools.run_request(work))

    async def pull(self, request: Request) -> HttpResponse:
        """POST /v1/pull, with a wait where there is nothing new."""
        body, said, encoding, packed = await _read_request(request)

        def work() -> tuple[Row, PullRequest, Response]:
            node = authenticate(self.authority, said)
            message = bodies.decode_body(_pull_decoder, body, encoding)
            return node, message, self.authority.pull(node, message)

        node, message, answer = await self.pools.run_request(work)
        request.state.node = node["id"]
        if message.wait_seconds > 0 and not _has_news(message, answer):
            answer = await self._wait_for_news(said, node, message, answer)
        return _http_response(await self.pools.run_for_poller(partial(bodies.encode_body, answer, compress=packed)))

    async def _wait_for_news(self, authorization: str, node: Row, message: PullRequest, answer: Response) -> Response:
        """The answer as soon as there is something new, or the empty one when the time is over."""
        clock = asyncio.get_running_loop().time
        until = clock() + min(message.wait_seconds, MAX_WAIT_SECONDS)
        with self.notifier.register(Reader.from_row(node).scopes) as bell:
            while not self.notifier.closed:
                if await self.pools.run_for_poller(
                    partial(self.authority.response_builder.has_changes, Reader.from_row(node), answer)
                ):
                    answer = await self.pools.run_for_poller(lambda: self._pull_again(authorization, message))
                    if _has_news(message, answer):
                        return answer
                if not await bell.wait(until - clock()):
                    break
        return msgspec.structs.replace(answer, now=self.authority.door.clock())

    def _pull_again(self, authorization: str, message: PullRequest) -> Response:
        return self.authority.pull(authenticate(self.authority, authorization), message)

    async def enrol(self, request: Request) -> HttpResponse:
        """POST /v1/enrol."""
        body, _said, encoding, packed = await _read_request(request)

        def work() -> EncodedBody:
            message = bodies.decode_body(_enrol_decoder, body, encoding)
            center = self.center
            root = trust_lists.read_root_key(center.trust_folder) if center.trust_folder else ""
            told = enrol_node(center.authority, center.name, message, settings=center.settings, root=root)
            return bodies.encode_body(told, compress=packed)

        return _http_response(await self.pools.run_request(work))

    async def get_trust_lists(self, request: Request) -> HttpResponse:
        """GET /v1/lists: nothing of them where they are as the window has them (RFC 9110, section 13.1.2)."""

        def work() -> tuple[str, EncodedBody]:
            request.state.node = authenticate(self.authority, request.headers.get("authorization", ""))["id"]
            found = (
                trust_lists.read_trust_lists(self.center.trust_folder)
                if self.center.trust_folder
                else TrustListFiles(files={})
            )
            packed = bodies.accepts_zstd(request.headers.get("accept-encoding", ""))
            return trust_lists.entity_tag(found), bodies.encode_body(found, compress=packed)

        tag, body = await self.pools.run_request(work)
        if request.headers.get("if-none-match", "") == tag:
            return HttpResponse(status_code=304, headers={"etag": tag})
        return HttpResponse(body.content, 200, {**body.headers, "etag": tag})

    async def get_attachment(self, request: Request) -> HttpResponse:
        """GET /v1/content/DIGEST."""
        found = await self.pools.run_request(partial(self._find_attachment, request))
        path = await self.pools.run_request(partial(self.center.attachments.find_verified, found.digest))
        return FileResponse(path, media_type=found.media_type, headers={"cache-control": "no-store"})

    async def put_attachment(self, request: Request) -> HttpResponse:
        """PUT /v1/content/DIGEST."""
        found = await self.pools.run_request(partial(self._find_attachment, request))
        with self.center.attachments.receive(found.digest) as coming:
            async with bodies.limit_upload_time(attachments.ATTACHMENT_UPLOAD_TIMEOUT):
                async for piece in bodies.stream_body(request, attachments.MAX_ATTACHMENT_BYTES):
                    coming.write(piece)
            if not await self.pools.run_request(coming.commit):
                raise BadData("The picture did not arrive as its digest says.")
        return HttpResponse(status_code=204)

    def _find_attachment(self, request: Request) -> attachments.VisibleAttachment:
        node = authenticate(self.authority, request.headers.get("authorization", ""))
        request.state.node = node["id"]
        return attachments.find_visible_attachment(self.authority, node, request.path_params["digest"])

    async def livez(self, _: Request) -> HttpResponse:
        """GET /livez: the event loop turns."""
        return HttpResponse("alive\n", media_type="text/plain")

    async def readyz(self, _: Request) -> HttpResponse:
        """GET /readyz: the store can be written, the feed is open."""
        if self.notifier.closed:
            raise OutOfReach("The center is stopping.")
        await self.pools.run_probe(self._check_writable)
        return HttpResponse("ready\n", media_type="text/plain")

    async def get_metrics(self, _: Request) -> HttpResponse:
        """GET /metrics."""
        self.metrics.waiting_nodes.set(self.notifier.count)
        self.metrics.active_requests.set(self.pools.active_requests)
        position = await self.pools.run_probe(self.authority.store.read_change_counter)
        return HttpResponse(self.metrics.render(position), media_type="text/plain; version=0.0.4")

    def _check_writable(self) -> None:
        with self.authority.store.write() as tx:
            tx.lock_rows("nodes", here=True)

    async def _submit_message(
        self, request: Request, decoder: msgspec.json.Decoder[PushRequest] | msgspec.json.Decoder[CallRequest]
    ) -> HttpResponse:
        speech = _IncomingMessage(request, decoder, *await _read_request(request))
        async with self.pools.request_slot():
            order = await self._command_batcher.submit(speech)
            return _http_response(await self._response_batcher.submit(order))

    def _perform_messages(self, messages: Sequence[_IncomingMessage]) -> list[ResponseOrder | Exception]:
        """What is to be told of each, performed in one flush."""
        came: list[ResponseOrder | Exception | None] = [None] * len(messages)
        heard: list[tuple[int, Row, PushRequest | CallRequest]] = []
        with self.authority.door.work_lock, self.authority.store.read():  # one moment for all
            for place, one in enumerate(messages):
                try:
                    node = authenticate(self.authority, one.authorization)
                    one.request.state.node = node["id"]
                    heard.append((place, node, bodies.decode_body(one.decoder, one.body, one.encoding)))
                except Exception as error:  # it is this one's own
                    came[place] = error
        became = self.authority.perform_requests([(node, message) for _place, node, message in heard])
        for (place, node, message), said in zip(heard, became, strict=True):
            if isinstance(said, Exception):
                came[place] = said
                continue
            if isinstance(message, PushRequest):
                self.metrics.count_entries(said)
            came[place] = ResponseOrder(ResponseContext.for_message(node, message, said), messages[place].accepts_zstd)
        return [one for one in came if one is not None]

    def _build_bodies(self, orders: Sequence[ResponseOrder]) -> list[EncodedBody | Exception]:
        """What is told, all of one moment."""
        if self.center.response_process is not None:
            return self.center.response_process.build_bodies(orders)
        answers = self.authority.response_builder.build_responses(
            [one.context for one in orders], self.authority.door.work_lock
        )
        return [
            answer if isinstance(answer, Exception) else bodies.encode_body(answer, compress=one.compressed)
            for one, answer in zip(orders, answers, strict=True)
        ]


async def _read_request(request: Request) -> tuple[bytes, str, str, bool]:
    """Body, who speaks, how the body is written, whether the answer may be packed."""
    told = request.headers
    body = await bodies.read_body(request)
    encoding = told.get("content-encoding", "").strip().lower()
    return body, told.get("authorization", ""), encoding, bodies.accepts_zstd(told.get("accept-encoding", ""))


def _http_response(body: EncodedBody) -> HttpResponse:
    return HttpResponse(body.content, 200, body.headers)


def _has_news(message: PullRequest, answer: Response) -> bool:
    """Whether the node learns something from it."""
    changes = answer.changes
    moved = any(version != message.cursors.get(scope, 0) for scope, version in changes.cursors.items())
    return bool(changes.documents or changes.unchanged or moved or message.epoch != answer.epoch)


def _log_request(route: str, request: Request, status: int, seconds: float, problem: Exception | None) -> None:
    extra = {
        "route": route,
        "node": getattr(request.state, "node", ""),
        "status": status,
        "ms": round(seconds * 1e3, 1),
    }
    level = WARNING if status >= 500 else INFO
    _log.log(level, "request", extra=extra, exc_info=problem if status >= 500 else None)


async def _handle_exception(_: Request, error: Exception) -> HttpResponse:
    return error_response(error)
