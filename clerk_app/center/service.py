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
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from clerk_app.center import bodies, contents, lists, pages
from clerk_app.center.authority import Authority
from clerk_app.center.beside import Beside, Ordered
from clerk_app.center.bodies import Body
from clerk_app.center.carrying import Carrier
from clerk_app.center.counts import Counts
from clerk_app.center.enrolling import enrol
from clerk_app.center.pool import AT_THE_DOOR, MOST, TELLING, THREADS, Pool
from clerk_app.center.speaking import speaking
from clerk_app.center.telling import Telling
from clerk_app.center.trouble import answer_to
from clerk_app.center.waiting import Waiting
from clerk_app.errors import BadData, OutOfReach
from clerk_app.ledger.documents import Reader
from clerk_app.ledger.messages import Answer, Ask, Enrol, Lists, Pull, Push, Want
from db.contents import Contents
from db.engines import Row

LONGEST = 55.0  # seconds that a window may wait: what stands between may hang up after a minute
_GONE = 499  # whoever asked has left: no status of HTTP, the log's word for it
_push = msgspec.json.Decoder(Push)
_ask = msgspec.json.Decoder(Ask)
_pull = msgspec.json.Decoder(Pull)
_want = msgspec.json.Decoder(Want)
_enrol = msgspec.json.Decoder(Enrol)
_log = getLogger("clerk.center")
Act = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class _Speech:
    """A message on its way to the door."""

    request: Request
    decoder: msgspec.json.Decoder[Any]
    body: bytes
    said: str
    encoding: str
    packed: bool  # whether the answer may be


@dataclass(frozen=True)
class Center:
    """What is served: an authority, the files beside its store, its name, and the version of the program."""

    authority: Authority
    contents: Contents
    name: str
    version: str
    settings: bytes = b""  # what windows share with it, as JSON
    lists: Path | None = None  # the folder of the signed lists
    beside: Beside | None = None  # a second process that tells nodes what they ask; without one, this one does


class Service:
    """One process of a center."""

    pool: Pool  # these two from the moment that the application starts
    waiting: Waiting

    def __init__(self, center: Center, *, threads: int = THREADS, most: int = MOST) -> None:
        self.center = center
        self.authority = center.authority
        self.counts = Counts()
        self._threads, self._most = threads, most

    def app(self) -> ASGIApp:
        """The application, for any ASGI server."""
        app = FastAPI(
            title=self.center.name, version=self.center.version, docs_url=None, redoc_url=None, lifespan=self._life
        )
        acts: dict[str, Act] = {
            "push": self.push,
            "ask": self.ask,
            "pull": self.pull,
            "want": self.want,
            "enrol": self.enrol,
            "get_lists": self.get_lists,
            "get_content": self.get_content,
            "put_content": self.put_content,
            "livez": self.livez,
            "readyz": self.readyz,
            "metrics": self.metrics,
        }
        straight: dict[tuple[str, str], Act] = {}
        for route in pages.ROUTES:
            act = straight[route.method, route.path] = self._answering(route, acts[route.name])
            app.add_api_route(
                route.path,
                act,
                methods=[route.method],
                summary=route.summary,
                response_class=Response,
                status_code=route.success,
                openapi_extra=pages.described(route),
            )
        pages.add_pages(app)
        app.add_exception_handler(HTTPException, _told)
        app.add_exception_handler(Exception, _told)

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
    async def _life(self, _: FastAPI) -> AsyncIterator[None]:
        self.pool = Pool(self._threads, self._most)
        self.waiting = Waiting(self.authority.store, self.pool)
        self._hearing = Carrier(self.pool, self._hear, lambda one: len(one.body), at_once=AT_THE_DOOR)
        self._telling = Carrier(self.pool, self._tell, lambda _one: 0, at_once=TELLING)
        self.authority.door.on_change = self._changed
        await self.pool.aside(self.authority.open_feed)
        try:
            yield
        finally:
            self.waiting.close()
            self.authority.door.on_change = None
            await asyncio.get_running_loop().run_in_executor(None, self.pool.close)

    def _changed(self, scopes: frozenset[str]) -> None:
        self.counts.groups.inc()
        self.waiting.changed(scopes)

    def _answering(self, route: pages.Route, act: Act) -> Callable[[Request], Awaitable[Response]]:
        """The act as a route: whatever happens is an answer, counted, and a line in the log."""

        async def endpoint(request: Request) -> Response:
            began, problem, response = perf_counter(), None, None
            try:
                response = await act(request)
            except ClientDisconnect:
                response = Response(status_code=_GONE)
            except Exception as error:
                problem, response = error, answer_to(error)
            took = perf_counter() - began
            self.counts.answered(route.name, response.status_code, took)
            if route.logged or response.status_code >= 500:
                _note(route.name, request, response.status_code, took, problem)
            return response

        return endpoint

    async def push(self, request: Request) -> Response:
        """POST /v1/push."""
        return await self._carry(request, _push)

    async def ask(self, request: Request) -> Response:
        """POST /v1/ask."""
        return await self._carry(request, _ask)

    async def want(self, request: Request) -> Response:
        """POST /v1/want."""
        body, said, encoding, packed = await _request_of(request)

        def work() -> Body:
            node = speaking(self.authority, said)
            request.state.node = node["id"]
            return bodies.written(self.authority.want(node, bodies.read(_want, body, encoding)), packed=packed)

        return _response(await self.pool.work(work))

    async def pull(self, request: Request) -> Response:
        """POST /v1/pull, with a wait where there is nothing new."""
        body, said, encoding, packed = await _request_of(request)

        def work() -> tuple[Row, Pull, Answer]:
            node = speaking(self.authority, said)
            message = bodies.read(_pull, body, encoding)
            return node, message, self.authority.pull(node, message)

        node, message, answer = await self.pool.work(work)
        request.state.node = node["id"]
        if message.wait > 0 and not _is_news(message, answer):
            answer = await self._wait(said, node, message, answer)
        return _response(await self.pool.work_for_waiting(partial(bodies.written, answer, packed=packed)))

    async def _wait(self, said: str, node: Row, message: Pull, answer: Answer) -> Answer:
        """The answer as soon as there is something new, or the empty one when the time is over."""
        clock = asyncio.get_running_loop().time
        until = clock() + min(message.wait, LONGEST)
        with self.waiting.at(Reader.of(node).scopes) as bell:
            while not self.waiting.closed:
                if await self.pool.work_for_waiting(partial(self.authority.teller.has_moved, Reader.of(node), answer)):
                    answer = await self.pool.work_for_waiting(lambda: self._pull_again(said, message))
                    if _is_news(message, answer):
                        return answer
                if not await bell.wait(until - clock()):
                    break
        return msgspec.structs.replace(answer, now=self.authority.door.clock())

    def _pull_again(self, said: str, message: Pull) -> Answer:
        return self.authority.pull(speaking(self.authority, said), message)

    async def enrol(self, request: Request) -> Response:
        """POST /v1/enrol."""
        body, _said, encoding, packed = await _request_of(request)

        def work() -> Body:
            message = bodies.read(_enrol, body, encoding)
            center = self.center
            root = lists.root_of(center.lists) if center.lists else ""
            told = enrol(center.authority, center.name, message, settings=center.settings, root=root)
            return bodies.written(told, packed=packed)

        return _response(await self.pool.work(work))

    async def get_lists(self, request: Request) -> Response:
        """GET /v1/lists: nothing of them where they are as the window has them (RFC 9110, section 13.1.2)."""

        def work() -> tuple[str, Body]:
            request.state.node = speaking(self.authority, request.headers.get("authorization", ""))["id"]
            found = lists.signed_lists(self.center.lists) if self.center.lists else Lists(files={})
            packed = bodies.packs(request.headers.get("accept-encoding", ""))
            return lists.tag_of(found), bodies.written(found, packed=packed)

        tag, body = await self.pool.work(work)
        if request.headers.get("if-none-match", "") == tag:
            return Response(status_code=304, headers={"etag": tag})
        return Response(body.content, 200, {**body.headers, "etag": tag})

    async def get_content(self, request: Request) -> Response:
        """GET /v1/content/DIGEST."""
        found = await self.pool.work(partial(self._in_sight, request))
        path = await self.pool.work(partial(self.center.contents.file, found.digest))
        return FileResponse(path, media_type=found.media_type, headers={"cache-control": "no-store"})

    async def put_content(self, request: Request) -> Response:
        """PUT /v1/content/DIGEST."""
        found = await self.pool.work(partial(self._in_sight, request))
        with self.center.contents.coming(found.digest) as coming:
            async with bodies.arriving(contents.SLOWEST):
                async for piece in bodies.pieces(request, contents.MOST):
                    coming.write(piece)
            if not await self.pool.work(coming.keep):
                raise BadData("The picture did not arrive as its digest says.")
        return Response(status_code=204)

    def _in_sight(self, request: Request) -> contents.InSight:
        node = speaking(self.authority, request.headers.get("authorization", ""))
        request.state.node = node["id"]
        return contents.in_sight(self.authority, node, request.path_params["digest"])

    async def livez(self, _: Request) -> Response:
        """GET /livez: the event loop turns."""
        return Response("alive\n", media_type="text/plain")

    async def readyz(self, _: Request) -> Response:
        """GET /readyz: the store can be written, the feed is open."""
        if self.waiting.closed:
            raise OutOfReach("The center is stopping.")
        await self.pool.aside(self._write_nothing)
        return Response("ready\n", media_type="text/plain")

    async def metrics(self, _: Request) -> Response:
        """GET /metrics."""
        self.counts.waiting.set(self.waiting.many)
        self.counts.inside.set(self.pool.inside)
        position = await self.pool.aside(self.authority.store.changes)
        return Response(self.counts.page(position), media_type="text/plain; version=0.0.4")

    def _write_nothing(self) -> None:
        with self.authority.store.write() as tx:
            tx.hold("nodes", here=True)

    async def _carry(
        self, request: Request, decoder: msgspec.json.Decoder[Push] | msgspec.json.Decoder[Ask]
    ) -> Response:
        speech = _Speech(request, decoder, *await _request_of(request))
        async with self.pool.place():
            order = await self._hearing.carry(speech)
            return _response(await self._telling.carry(order))

    def _hear(self, speeches: Sequence[_Speech]) -> list[Ordered | Exception]:
        """What is to be told of each, performed in one flush."""
        came: list[Ordered | Exception | None] = [None] * len(speeches)
        heard: list[tuple[int, Row, Push | Ask]] = []
        with self.authority.door.turn, self.authority.store.read():  # one moment for all
            for place, one in enumerate(speeches):
                try:
                    node = speaking(self.authority, one.said)
                    one.request.state.node = node["id"]
                    heard.append((place, node, bodies.read(one.decoder, one.body, one.encoding)))
                except Exception as error:  # it is this one's own
                    came[place] = error
        became = self.authority.perform([(node, message) for _place, node, message in heard])
        for (place, node, message), said in zip(heard, became, strict=True):
            if isinstance(said, Exception):
                came[place] = said
                continue
            if isinstance(message, Push):
                self.counts.pushed(said)
            came[place] = Ordered(Telling.to(node, message, said), speeches[place].packed)
        return [one for one in came if one is not None]

    def _tell(self, orders: Sequence[Ordered]) -> list[Body | Exception]:
        """What is told, all of one moment."""
        if self.center.beside is not None:
            return self.center.beside.tell(orders)
        answers = self.authority.teller.tell([one.telling for one in orders], self.authority.door.turn)
        return [
            answer if isinstance(answer, Exception) else bodies.written(answer, packed=one.packed)
            for one, answer in zip(orders, answers, strict=True)
        ]


async def _request_of(request: Request) -> tuple[bytes, str, str, bool]:
    """Body, who speaks, how the body is written, whether the answer may be packed."""
    told = request.headers
    body = await bodies.body_of(request)
    encoding = told.get("content-encoding", "").strip().lower()
    return body, told.get("authorization", ""), encoding, bodies.packs(told.get("accept-encoding", ""))


def _response(body: Body) -> Response:
    return Response(body.content, 200, body.headers)


def _is_news(message: Pull, answer: Answer) -> bool:
    """Whether the node learns something from it."""
    changes = answer.changes
    moved = any(version != message.cursors.get(scope, 0) for scope, version in changes.cursors.items())
    return bool(changes.documents or changes.same or moved or message.epoch != answer.epoch)


def _note(route: str, request: Request, status: int, seconds: float, problem: Exception | None) -> None:
    extra = {
        "route": route,
        "node": getattr(request.state, "node", ""),
        "status": status,
        "ms": round(seconds * 1e3, 1),
    }
    level = WARNING if status >= 500 else INFO
    _log.log(level, "request", extra=extra, exc_info=problem if status >= 500 else None)


async def _told(_: Request, error: Exception) -> Response:
    return answer_to(error)
