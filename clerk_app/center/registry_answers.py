"""Routes that answer what a machine has asked by an entry: /v1/registry/answers/KEY and /v1/similarity/answers/KEY."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response as HttpResponse

from clerk_app.center import bodies
from clerk_app.center.authority import Authority
from clerk_app.center.bodies import EncodedBody
from clerk_app.center.endpoints import RouteHandler
from clerk_app.center.thread_pools import ThreadPools
from db.engines import Row, Transaction


def make_handler(
    authority: Authority,
    authenticate: Callable[[Request], Row],
    find_pools: Callable[[], ThreadPools],
    read: Callable[[Transaction, str, str, int], Any],
) -> RouteHandler:
    """Return the handler of a route. `read` returns the answer for key, node and time, or raises Refused."""

    async def answer(request: Request) -> HttpResponse:
        def work() -> EncodedBody:
            node = authenticate(request)
            with authority.store.read() as tx:
                found = read(tx, request.path_params["key"], node["id"], authority.door.clock())
            compress = bodies.accepts_zstd(request.headers.get("accept-encoding", ""))
            return bodies.encode_body(found, compress=compress)

        body = await find_pools().run_request(work)
        return HttpResponse(body.content, 200, body.headers)

    return answer
