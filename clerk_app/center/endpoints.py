"""Wraps the handlers of routes: authentication before the body, errors as responses, signature, metrics and log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256
from time import perf_counter

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse
from starlette.responses import Response as HttpResponse
from starlette.routing import Match

from clerk_app.center import routes
from clerk_app.center.center_key import CenterKey
from clerk_app.center.error_responses import INTERNAL_ERROR_STATUS, error_response
from clerk_app.center.logs import log_request
from clerk_app.center.metrics import LIMIT_REASONS, Metrics
from clerk_app.center.request_headers import read_headers
from clerk_app.center.status_access import StatusAccess
from clerk_app.errors import Refused
from clerk_app.ledger.machine_keys import encode_base64url
from clerk_app.ledger.replication.http_signatures import (
    CENTER_HEADER,
    CENTER_KEY_HEADER,
    CENTER_KEYS_HEADER,
    RequestHead,
    sign_response,
)
from clerk_app.log import log_exception

_CLIENT_CLOSED_STATUS = 499  # for the log only: the client closed the connection
RouteHandler = Callable[[Request], Awaitable[HttpResponse]]


class Endpoints:
    """Makes the endpoints of one service."""

    def __init__(
        self,
        key: CenterKey | None,
        metrics: Metrics,
        verify_head: Callable[[Request], Awaitable[None]],
        status_access: StatusAccess,
    ) -> None:
        self._key = key
        self._metrics = metrics
        self._verify_head = verify_head
        self._status_access = status_access

    def wrap(self, route: routes.Route, handler: RouteHandler) -> RouteHandler:
        """Return the endpoint of a route."""

        async def endpoint(request: Request) -> HttpResponse:
            start, problem, response = perf_counter(), None, None
            try:
                if route.restricted:
                    self._status_access.require(request)
                if route.authenticated:
                    await self._verify_head(request)
                response = await handler(request)
            except ClientDisconnect:
                response = HttpResponse(status_code=_CLIENT_CLOSED_STATUS)
            except Exception as error:
                problem, response = error, error_response(error)
                if isinstance(error, Refused) and error.reason in LIMIT_REASONS:
                    self._metrics.count_limit(error.reason)
                if response.status_code == INTERNAL_ERROR_STATUS:
                    log_exception("service", error)
            if route.path.startswith("/v1"):
                self._sign(request, response)
            seconds = perf_counter() - start
            self._metrics.count_request(route.name, response.status_code, seconds)
            if route.logged or response.status_code >= 500:
                log_request(route.name, request, response.status_code, seconds, problem)
            return response

        return endpoint

    def _sign(self, request: Request, response: HttpResponse) -> None:
        """Add the signature of the center, and its newer keys if the node knows an older one."""
        if self._key is None:
            return
        digest = (
            bytes.fromhex(request.path_params["digest"])
            if isinstance(response, FileResponse)
            else sha256(response.body).digest()
        )
        path, query = request.scope["path"], request.scope["query_string"]
        target = f"{path}?{query.decode('latin-1')}" if query else path  # no request of a node has a query string
        headers = read_headers(request)
        head = RequestHead.from_headers(request.method, target, headers)
        signed = sign_response(self._key.key, self._key.key_id, response.status_code, digest, head)
        response.raw_headers += [(name.encode(), value.encode("latin-1")) for name, value in signed.items()]
        if request.scope["path"] == routes.ENROL_PATH:  # the machine knows the digest of the key only
            response.headers[CENTER_KEY_HEADER] = self._key.key.public.text
            return
        known = headers.get(CENTER_HEADER, "").rpartition(".")[2]
        newer = self._key.links[int(known) :] if known.isascii() and known.isdigit() and len(known) < 10 else ()
        if newer:
            response.headers[CENTER_KEYS_HEADER] = encode_base64url(msgspec.json.encode(newer))


def find_methods(request: Request) -> set[str]:
    """Return the methods of all routes of the application at the address of a request."""
    methods: set[str] = set()
    for route in request.app.routes:
        match, _scope = route.matches(request.scope)
        if match is not Match.NONE:
            methods |= route.methods or set()
    return methods
