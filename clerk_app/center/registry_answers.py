"""The route /v1/registry/answers/KEY: what an administrator's machine has asked of the registry by an entry."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response as HttpResponse

from clerk_app.center import bodies
from clerk_app.center.authority import Authority
from clerk_app.center.bodies import EncodedBody
from clerk_app.center.endpoints import RouteHandler
from clerk_app.center.thread_pools import ThreadPools
from clerk_app.registry.answers import read_answer
from db.engines import Row


def make_handler(
    authority: Authority, authenticate: Callable[[Request], Row], find_pools: Callable[[], ThreadPools]
) -> RouteHandler:
    """Return the handler of the route. It raises Refused for a key that the calling node has no answer to."""

    async def answer(request: Request) -> HttpResponse:
        def work() -> EncodedBody:
            node = authenticate(request)
            with authority.store.read() as tx:
                found = read_answer(tx, request.path_params["key"], node["id"], authority.door.clock())
            compress = bodies.accepts_zstd(request.headers.get("accept-encoding", ""))
            return bodies.encode_body(found, compress=compress)

        body = await find_pools().run_request(work)
        return HttpResponse(body.content, 200, body.headers)

    return answer
