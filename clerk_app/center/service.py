"""The center's HTTP service: each route reads a message, processes it in a thread, and sends the response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response as HttpResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from clerk_app.cases.tasks.similar_cases import read_similar
from clerk_app.catalogue.publication import read_policy
from clerk_app.center import bodies, openapi, registry_answers, routes, trust_lists
from clerk_app.center.application_routes import ApplicationRoutes
from clerk_app.center.attachment_routes import AttachmentRoutes
from clerk_app.center.authentication import Authenticator, Credentials
from clerk_app.center.batcher import Batcher
from clerk_app.center.bodies import EncodedBody, ReceivedBody
from clerk_app.center.connections import ConnectionTable
from clerk_app.center.endpoints import Endpoints, RouteHandler, find_methods
from clerk_app.center.enrolment import enrol_node
from clerk_app.center.enrolment_route import EnrolmentRoute
from clerk_app.center.error_responses import INTERNAL_ERROR_STATUS, error_response
from clerk_app.center.kept_entries import keep_pushed
from clerk_app.center.metrics import Metrics
from clerk_app.center.notifier import Notifier
from clerk_app.center.phone_upload_routes import PhoneUploadRoutes
from clerk_app.center.rate_limits import RateLimits
from clerk_app.center.registry_routes import RegistryRoutes
from clerk_app.center.resources import CenterResources
from clerk_app.center.response_builder import ResponseContext, has_news
from clerk_app.center.response_process import ResponseOrder
from clerk_app.center.shared_limits import SharedLimits
from clerk_app.center.thread_pools import (
    COMMAND_BATCHES,
    MAX_ACTIVE_REQUESTS,
    REQUEST_THREADS,
    RESPONSE_BATCHES,
    ThreadPools,
)
from clerk_app.citizen.paper_answers import PaperAnswer, read_paper_answer
from clerk_app.composition.code_slips import answer_paper
from clerk_app.errors import ClerkError, OutOfReach, Refused
from clerk_app.ledger.replication.documents import Reader
from clerk_app.ledger.replication.messages import (
    CallRequest,
    FetchRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    TrustListFiles,
)
from clerk_app.log import log_exception
from clerk_app.registry.answers import read_answer
from db.engines import Row, Transaction

MAX_WAIT_SECONDS = 55.0  # longest long poll; proxies may close an idle connection after 60 seconds
_push_decoder = msgspec.json.Decoder(PushRequest)
_call_decoder = msgspec.json.Decoder(CallRequest)
_pull_decoder = msgspec.json.Decoder(PullRequest)
_fetch_decoder = msgspec.json.Decoder(FetchRequest)
_sign_in_decoder = msgspec.json.Decoder(SignInRequest)


@dataclass(frozen=True)
class _IncomingMessage:
    """A push or call request that the command processor (`Door`) has not performed yet."""

    request: Request
    decoder: msgspec.json.Decoder[Any]
    body: ReceivedBody


class Service:
    """The HTTP service of one center process. `pools` and `notifier` are set while the application runs."""

    pools: ThreadPools
    notifier: Notifier

    def __init__(
        self, center: CenterResources, *, threads: int = REQUEST_THREADS, max_requests: int = MAX_ACTIVE_REQUESTS
    ) -> None:
        self.center = center
        self.authority = center.authority
        self.metrics = Metrics()
        self.authenticator = Authenticator(center.authority)
        self.connections = ConnectionTable(self.metrics)
        self.rate_limits, self._shared_limits = RateLimits(), SharedLimits(center.authority)
        self.enrolment = EnrolmentRoute(center.authority.store, partial(enrol_node, center))
        self._phone_uploads = PhoneUploadRoutes(
            center.authority, center.phone_uploads, self.rate_limits, self._authenticate, lambda: self.pools
        )
        self._threads, self._max_requests = threads, max_requests
        self._flush: asyncio.Future[None] | None = None

    def app(self) -> ASGIApp:
        """Return the application for an ASGI server."""
        app = FastAPI(
            title=self.center.name,
            version=self.center.version,
            docs_url=None,
            redoc_url=None,
            openapi_url=None,
            redirect_slashes=False,  # a redirect would name the host that the client claims
            lifespan=self._lifespan,
        )
        handlers: dict[str, RouteHandler] = {
            "push": self.push,
            "ask": self.call,
            "pull": self.pull,
            "want": self.fetch,
            "sign_in": self.sign_in,
            "enrol": self.enrol,
            "get_lists": self.get_trust_lists,
            "registry_answer": self._answer_with(read_answer),
            "similar_answer": self._answer_with(read_similar),
            "citizen_paper": self._answer_with(self._answer_citizen_paper),
            "livez": self.livez,
            "readyz": self.readyz,
            "metrics": self.get_metrics,
            **RegistryRoutes(self.center, self.rate_limits, self._authenticate, lambda: self.pools).handlers,
            **AttachmentRoutes(self.center, self._authenticate, lambda: self.pools).handlers,
            **ApplicationRoutes(self.authority, self.rate_limits, self._authenticate, lambda: self.pools).handlers,
            **self._phone_uploads.handlers,
        }
        endpoints: dict[tuple[str, str], RouteHandler] = {}
        status_access = self.center.status_access
        made = Endpoints(self.center.key, self.metrics, self._verify_head, status_access)
        for route in routes.ROUTES:
            endpoint = endpoints[route.method, route.path] = made.wrap(route, handlers[route.name])
            app.add_api_route(
                route.path,
                endpoint,
                methods=[route.method],
                summary=route.summary,
                response_class=HttpResponse,
                status_code=route.success,
                openapi_extra=openapi.describe_route(route),
            )
        openapi.add_documentation(app, status_access.require)
        for expected in (HTTPException, ClerkError):
            app.add_exception_handler(expected, _handle_exception)
        app.add_exception_handler(Exception, _handle_exception)

        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            """Call the handlers of routes without parameters directly, which skips the overhead of FastAPI."""
            endpoint = endpoints.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
            if endpoint is None:
                return await app(scope, receive, send)
            response = await endpoint(Request(scope, receive))
            return await response(scope, receive, send)

        return serve

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        self.pools = ThreadPools(self._threads, self._max_requests)
        self.notifier = Notifier(self.authority.store, self.pools)
        self._command_batcher = Batcher(
            self.pools,
            self._perform_messages,
            lambda message: message.body.size,
            max_concurrent=COMMAND_BATCHES,
        )
        self._response_batcher = Batcher(
            self.pools, self._build_bodies, lambda _order: 0, max_concurrent=RESPONSE_BATCHES
        )
        self.authenticator.open(self.pools)
        self.authority.door.on_change = self._on_change
        await self.pools.run_probe(self.authority.announce_existing_documents)
        removal = asyncio.ensure_future(self._phone_uploads.remove_ended_links())
        try:
            yield
        finally:
            removal.cancel()
            self.notifier.close()
            self.authority.door.on_change = None
            await self.pools.run_probe(self.authenticator.contacts.flush)
            await asyncio.get_running_loop().run_in_executor(None, self.pools.close)
            self.authenticator.close()

    def _answer_with(self, read: Callable[[Transaction, str, str, int], Any]) -> RouteHandler:
        return registry_answers.make_handler(self.authority, self._authenticate, lambda: self.pools, read)

    def _answer_citizen_paper(self, tx: Transaction, key: str, node: str, now: int) -> PaperAnswer:
        if self.center.trust_folder is None:
            return read_paper_answer(tx, key, node, now)
        return answer_paper(self.center.trust_folder.parent, tx, key, node, now)

    def _on_change(self, scopes: frozenset[str]) -> None:
        self.metrics.commit_groups.inc()
        self.notifier.notify(scopes)

    async def _verify_head(self, request: Request) -> None:
        """Authenticate a request before its body is read, and keep its credentials in `request.state`."""
        request.state.credentials = await self.authenticator.verify_head(request, self.pools)
        self.connections.mark_proven(request.scope)
        contacts = self.authenticator.contacts
        if contacts.begin_turn():  # not awaited: the request must not wait for the store
            self._flush = asyncio.ensure_future(self.pools.run_probe(contacts.flush))

    async def push(self, request: Request) -> HttpResponse:
        """POST /v1/push."""
        return await self._submit_message(request, _push_decoder, routes.body_limits("push"))

    async def call(self, request: Request) -> HttpResponse:
        """POST /v1/ask."""
        return await self._submit_message(request, _call_decoder, routes.body_limits("ask"))

    async def fetch(self, request: Request) -> HttpResponse:
        """POST /v1/want."""
        body = await bodies.receive_body(request, routes.body_limits("want"))

        def work() -> EncodedBody:
            node = self._authenticate(request, body.content)
            message = bodies.decode_body(_fetch_decoder, body)
            return bodies.encode_body(self.authority.fetch(node, message), compress=body.accepts_zstd)

        return _http_response(await self.pools.run_request(work))

    async def pull(self, request: Request) -> HttpResponse:
        """POST /v1/pull: a long poll if nothing is new and `wait_seconds` of the message is positive."""
        body = await bodies.receive_body(request, routes.body_limits("pull"))

        def work() -> tuple[Row, PullRequest, Response]:
            node = self._authenticate(request, body.content)
            message = bodies.decode_body(_pull_decoder, body)
            return node, message, self.authority.pull(node, message)

        node, message, response = await self.pools.run_request(work)
        if message.wait_seconds > 0 and not has_news(message, response):
            response = await self._wait_for_news(request.state.credentials, node, message, response)
        encode = partial(bodies.encode_body, response, compress=body.accepts_zstd)
        return _http_response(await self.pools.run_for_poller(encode))

    async def _wait_for_news(
        self, credentials: Credentials, node: Row, message: PullRequest, response: Response
    ) -> Response:
        """Return a response as soon as something is new, or the empty `response` when the time is over."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + min(message.wait_seconds, MAX_WAIT_SECONDS)
        reader = Reader.from_row(node)
        with self.notifier.register(reader.scopes) as poll:
            while not self.notifier.closed:
                has_changes = partial(self.authority.response_builder.has_changes, reader, response)
                if await self.pools.run_for_poller(has_changes):
                    response = await self.pools.run_for_poller(lambda: self._pull_again(credentials, message))
                    if has_news(message, response):
                        return response
                if not await poll.wait(deadline - clock()):
                    break
        return msgspec.structs.replace(response, now=self.authority.door.clock())

    def _pull_again(self, credentials: Credentials, message: PullRequest) -> Response:
        """Pull after a wait. The node is read again, because its rights may have changed meanwhile."""
        return self.authority.pull(self.authenticator.read_node(credentials), message)

    async def sign_in(self, request: Request) -> HttpResponse:
        """POST /v1/sign-in."""
        body = await bodies.receive_body(request, routes.body_limits("sign_in"))

        def work() -> EncodedBody:
            node = self._authenticate(request, body.content)
            message = bodies.decode_body(_sign_in_decoder, body)
            with self.authority.store.read() as tx:
                policy = read_policy(tx)
            self.rate_limits.require_sign_in(policy, node["id"])
            self._shared_limits.require_sign_in(policy, node["id"])
            return bodies.encode_body(self.authority.sign_in(node, message), compress=body.accepts_zstd)

        return _http_response(await self.pools.run_request(work))

    async def enrol(self, request: Request) -> HttpResponse:
        """POST /v1/enrol."""
        return _http_response(await self.enrolment.handle(request, self.pools))

    async def get_trust_lists(self, request: Request) -> HttpResponse:
        """GET /v1/lists: status 304 if the window already has these lists (RFC 9110, section 13.1.2)."""

        def work() -> tuple[str, EncodedBody]:
            self._authenticate(request)
            folder = self.center.trust_folder
            lists = trust_lists.read_trust_lists(folder) if folder else TrustListFiles(files={})
            compress = bodies.accepts_zstd(request.headers.get("accept-encoding", ""))
            return trust_lists.entity_tag(lists), bodies.encode_body(lists, compress=compress)

        tag, body = await self.pools.run_request(work)
        if request.headers.get("if-none-match", "") == tag:
            return HttpResponse(status_code=304, headers={"etag": tag})
        return HttpResponse(body.content, 200, {**body.headers, "etag": tag})

    async def livez(self, _: Request) -> HttpResponse:
        """GET /livez: succeeds if the event loop runs."""
        return HttpResponse("alive\n", media_type="text/plain")

    async def readyz(self, _: Request) -> HttpResponse:
        """GET /readyz: succeeds if the store can be written."""
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

    def _authenticate(self, request: Request, body: bytes | None = None) -> Row:
        """Return the node that sent a request, whose head was verified, and keep its id for the log.

        Raises Refused ("damaged") if `body` is not the one that was signed.
        """
        credentials: Credentials = request.state.credentials
        if body is not None:
            credentials.require_body(body)
        node = self.authenticator.read_node(credentials)
        request.state.node = node["id"]
        return node

    def _check_writable(self) -> None:
        with self.authority.store.write() as tx:
            tx.lock_rows("nodes", here=True)

    async def _submit_message(
        self,
        request: Request,
        decoder: msgspec.json.Decoder[PushRequest] | msgspec.json.Decoder[CallRequest],
        limits: bodies.BodyLimits,
    ) -> HttpResponse:
        message = _IncomingMessage(request, decoder, await bodies.receive_body(request, limits))
        async with self.pools.request_slot():
            order = await self._command_batcher.submit(message)
            return _http_response(await self._response_batcher.submit(order))

    def _perform_messages(self, messages: Sequence[_IncomingMessage]) -> list[ResponseOrder | Exception]:
        """Perform the messages in one group commit; return for each the response to build, or its error."""
        results: list[ResponseOrder | Exception | None] = [None] * len(messages)
        decoded: list[tuple[int, Row, PushRequest | CallRequest]] = []
        with self.authority.door.work_lock, self.authority.store.read() as tx:  # one snapshot for all messages
            policy = read_policy(tx)
            for index, incoming in enumerate(messages):
                body = incoming.body
                try:
                    node = self._authenticate(incoming.request, body.content)
                    message = bodies.decode_body(incoming.decoder, body)
                    self.rate_limits.require_message(policy, node["id"], message)
                    self._shared_limits.require_message(tx, policy, node["id"], message)
                    decoded.append((index, node, message))
                except Exception as error:  # fails this message only
                    results[index] = error
        for index, result in enumerate(results):
            if isinstance(result, Refused) and result.reason == "shut" and messages[index].decoder is _push_decoder:
                credentials: Credentials = messages[index].request.state.credentials
                results[index] = keep_pushed(self.authority, credentials.node, messages[index].body)
        outcomes = self.authority.perform_requests([(node, message) for _index, node, message in decoded])
        for (index, node, message), outcome in zip(decoded, outcomes, strict=True):
            if isinstance(outcome, Exception):
                results[index] = outcome
                continue
            self.metrics.count_refusals(outcome)
            if isinstance(message, PushRequest):
                self.metrics.count_entries(outcome)
            context = ResponseContext.for_message(node, message, outcome, now=self.authority.door.clock())
            results[index] = ResponseOrder(context, messages[index].body.accepts_zstd)
        return [RuntimeError("a message has no result") if result is None else result for result in results]

    def _build_bodies(self, orders: Sequence[ResponseOrder]) -> list[EncodedBody | Exception]:
        """Return the body or the error for each order, all from one snapshot of the store."""
        if self.center.response_process is not None:
            return self.center.response_process.build_bodies(orders)
        responses = self.authority.response_builder.build_responses(
            [order.context for order in orders], self.authority.door.work_lock
        )
        return [
            response if isinstance(response, Exception) else bodies.encode_body(response, compress=order.compressed)
            for order, response in zip(orders, responses, strict=True)
        ]


def _http_response(body: EncodedBody) -> HttpResponse:
    return HttpResponse(body.content, 200, body.headers)


async def _handle_exception(request: Request, error: Exception) -> HttpResponse:
    response = error_response(error, find_methods(request))
    if response.status_code == INTERNAL_ERROR_STATUS:
        log_exception("service", error)
    return response
