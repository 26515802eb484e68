"""The routes /v1/applications: a portal sends an application, and reads what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response as HttpResponse

from clerk_app.cases.applications.content import RequestEvidence
from clerk_app.catalogue.publication import read_policy
from clerk_app.center import bodies, routes
from clerk_app.center.application_messages import ApplicationAnswer, ApplicationRequest
from clerk_app.center.authority import Authority
from clerk_app.center.bodies import BodyLimits, EncodedBody, ReceivedBody
from clerk_app.center.endpoints import RouteHandler
from clerk_app.center.portal_applications import (
    read_application,
    receive_application,
    require_portal,
    withdraw_application,
)
from clerk_app.center.rate_limits import RateLimits
from clerk_app.center.request_headers import read_headers
from clerk_app.center.thread_pools import ThreadPools
from clerk_app.errors import BadData
from clerk_app.ledger.door import Door
from clerk_app.ledger.replication.http_signatures import RequestHead
from db.engines import Row

_decoder = msgspec.json.Decoder(ApplicationRequest)


class ApplicationRoutes:
    """Answers requests of portals."""

    def __init__(
        self,
        authority: Authority,
        rate_limits: RateLimits,
        authenticate: Callable[[Request, bytes | None], Row],
        pools: Callable[[], ThreadPools],
    ) -> None:
        self._authority, self._rate_limits = authority, rate_limits
        self._authenticate, self._pools = authenticate, pools

    @property
    def handlers(self) -> dict[str, RouteHandler]:
        """The handlers by the name of their route."""
        return {
            "post_application": self.post,
            "get_application": self.get,
            "delete_application": self.delete,
        }

    async def post(self, request: Request) -> HttpResponse:
        """POST /v1/applications: status 201 for a new application, 200 for one that was sent before."""
        body = await bodies.receive_body(request, routes.body_limits("post_application"))

        def work() -> tuple[bool, EncodedBody]:
            node = self._require_portal(request, body.content)
            message = decode_application(body.content, body.encoding, body.limits)
            answer = receive_application(self._authority.door, node, message, _build_evidence(request, body))
            return answer.repeated, bodies.encode_body(answer, compress=body.accepts_zstd)

        repeated, encoded = await self._pools().run_request(work)
        return HttpResponse(encoded.content, 200 if repeated else 201, encoded.headers)

    async def get(self, request: Request) -> HttpResponse:
        """GET /v1/applications/NUMBER. Raises Refused ("no_application")."""
        return await self._answer(request, read_application)

    async def delete(self, request: Request) -> HttpResponse:
        """DELETE /v1/applications/NUMBER. Raises Refused ("no_application", "ended")."""
        return await self._answer(request, withdraw_application)

    async def _answer(self, request: Request, act: Callable[[Door, Row, str], ApplicationAnswer]) -> HttpResponse:
        """Answer a request on one application with its state after the act."""

        def work() -> EncodedBody:
            node = self._require_portal(request, None)
            answer = act(self._authority.door, node, str(request.path_params["application"]))
            return bodies.encode_body(answer, compress=bodies.accepts_zstd(request.headers.get("accept-encoding", "")))

        encoded = await self._pools().run_request(work)
        return HttpResponse(encoded.content, 200, encoded.headers)

    def _require_portal(self, request: Request, body: bytes | None) -> Row:
        """Return the portal that sent a request, and count the request. Raises Refused."""
        node = self._authenticate(request, body)
        require_portal(node)
        with self._authority.store.read() as tx:
            policy = read_policy(tx)
        self._rate_limits.require_call(policy, node["id"])
        return node


def _build_evidence(request: Request, body: ReceivedBody) -> RequestEvidence | None:
    """Return the signed request; None for a bearer key, which signs nothing."""
    head = RequestHead.from_headers(request.method, request.scope["path"], read_headers(request))
    if head is None:
        return None
    return RequestEvidence(
        method=head.method,
        path=head.path,
        content_digest=head.content_digest,
        center=head.center,
        signature_input=head.signature_input,
        signature=head.signature,
        body=body.content,
        encoding=body.encoding,
    )


def decode_application(sent: bytes, encoding: str, limits: BodyLimits) -> ApplicationRequest:
    """Decode an application. Raises BadData, which names the field that is wrong or not known."""
    content = bodies.decompress(sent, encoding, limits.decompressed)
    try:
        return _decoder.decode(content)
    except msgspec.ValidationError as error:
        raise BadData("The application could not be read: {text}", text=_shorten(error)) from error
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        raise BadData("The message could not be read. This may come from an older or newer program.") from error


def _shorten(error: Any) -> str:
    return "".join(character for character in str(error) if character.isprintable())[:300]
