"""The routes of issuing organs: batches of rows of their registers, status lists, the trust list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response as HttpResponse

from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue.publication import load_frame, read_policy
from clerk_app.center import bodies, routes
from clerk_app.center.bodies import EncodedBody
from clerk_app.center.endpoints import RouteHandler
from clerk_app.center.rate_limits import RateLimits
from clerk_app.center.resources import CenterResources
from clerk_app.center.thread_pools import ThreadPools
from clerk_app.errors import Refused
from clerk_app.ledger.access import MACHINE_REFUSAL, MachineKind, machine_kinds
from clerk_app.licences.received_lists import ReceivedLists
from clerk_app.licences.status_list import read_status_issuer
from clerk_app.licences.trust_folder import MAX_LIST_BYTES
from clerk_app.people import SYSTEM
from clerk_app.registry.batches import NO_FEED
from clerk_app.registry.feed_batches import import_batch, read_batch_numbers, read_batch_report
from clerk_app.registry.feed_grants import Feed, find_feed
from clerk_app.registry.feed_messages import BatchRequest
from db.engines import Row

_decoder = msgspec.json.Decoder(BatchRequest)
_LIST_BODY = bodies.BodyLimits(MAX_LIST_BYTES, MAX_LIST_BYTES)
_NUMBER = re.compile("0|[1-9][0-9]{0,8}")


class RegistryRoutes:
    """Handlers of the routes. `authenticate` returns the node of a request whose head was verified."""

    def __init__(
        self,
        center: CenterResources,
        rate_limits: RateLimits,
        authenticate: Callable[[Request, bytes | None], Row],
        pools: Callable[[], ThreadPools],
    ) -> None:
        self._store, self._door = center.authority.store, center.authority.door
        self._rate_limits, self._authenticate, self._pools = rate_limits, authenticate, pools
        self._lists: ReceivedLists | None = None
        if center.trust_folder is not None and center.list_versions is not None:
            self._lists = ReceivedLists(self._door, center.trust_folder, center.list_versions, SYSTEM)

    @property
    def handlers(self) -> dict[str, RouteHandler]:
        """The handlers by the name of their route."""
        return {
            "registry_batch": self.import_batch,
            "registry_numbers": self.get_numbers,
            "registry_report": self.get_report,
            "registry_status_list": self.put_status_list,
            "registry_trust_list": self.put_trust_list,
        }

    async def import_batch(self, request: Request) -> HttpResponse:
        """POST /v1/registry/batches."""
        body = await bodies.receive_body(request, routes.body_limits("registry_batch"))

        def work() -> EncodedBody:
            feed = self._find_feed(request, body.content)
            message = bodies.decode_body(_decoder, body)
            with self._store.read() as tx:
                zone = load_frame(tx).time_zone
            today = to_local_time(self._door.clock(), zone).date()
            report = import_batch(self._door, feed, message, today, SYSTEM)
            return bodies.encode_body(report, compress=body.accepts_zstd)

        return _http_response(await self._pools().run_request(work))

    async def get_numbers(self, request: Request) -> HttpResponse:
        """GET /v1/registry/batches."""
        compress = bodies.accepts_zstd(request.headers.get("accept-encoding", ""))

        def work() -> EncodedBody:
            feed = self._find_feed(request, None)
            with self._store.read() as tx:
                numbers = read_batch_numbers(tx, feed)
            return bodies.encode_body(numbers, compress=compress)

        return _http_response(await self._pools().run_request(work))

    async def get_report(self, request: Request) -> HttpResponse:
        """GET /v1/registry/batches/BATCH."""
        compress = bodies.accepts_zstd(request.headers.get("accept-encoding", ""))

        def work() -> EncodedBody:
            feed, serial = self._find_feed(request, None), _read_number(request, "batch")
            with self._store.read() as tx:
                report = read_batch_report(tx, feed.source, serial)
            if report is None:
                raise _not_found()
            return bodies.encode_body(report, compress=compress)

        return _http_response(await self._pools().run_request(work))

    async def put_status_list(self, request: Request) -> HttpResponse:
        """PUT /v1/registry/status-lists/NUMBER."""
        body = await bodies.receive_body(request, _LIST_BODY)

        def work() -> None:
            feed, number = self._find_feed(request, body.content), _read_number(request, "number")
            issuer = read_status_issuer(body.content) or min(feed.issuer_codes, default="")
            if not issuer or not feed.is_issuer_granted(issuer):
                raise Refused("no_feed", "This machine was not admitted to replace the status lists of this issuer.")
            self._require_lists().accept_status_list(feed.node, issuer, number, body.content, self._read_time())

        await self._pools().run_request(work)
        return HttpResponse(status_code=204)

    async def put_trust_list(self, request: Request) -> HttpResponse:
        """PUT /v1/registry/trust-list."""
        body = await bodies.receive_body(request, _LIST_BODY)

        def work() -> None:
            feed = self._find_feed(request, body.content)
            self._require_lists().accept_trust_list(feed.node, body.content, self._read_time())

        await self._pools().run_request(work)
        return HttpResponse(status_code=204)

    def _find_feed(self, request: Request, body: bytes | None) -> Feed:
        """Return the feed of the machine that sent a request, and count the request. Raises Refused."""
        node = self._authenticate(request, body)
        if MachineKind.ISSUER not in machine_kinds(node["kind"]):
            raise Refused(MACHINE_REFUSAL, "Only a machine of the kind issuer may do this.")
        with self._store.read() as tx:
            policy, feed = read_policy(tx), find_feed(tx, node["id"])
        self._rate_limits.require_call(policy, node["id"])
        if feed is None:
            raise Refused("no_feed", NO_FEED, node=node["id"])
        return feed

    def _require_lists(self) -> ReceivedLists:
        if self._lists is None:
            raise Refused("no_lists", "This center has no folder of trust lists.")
        return self._lists

    def _read_time(self) -> datetime:
        return datetime.fromtimestamp(self._door.clock() / 1_000_000, UTC)


def _not_found() -> Refused:
    return Refused("no_content", "The center has nothing for this machine at this address.")


def _read_number(request: Request, name: str) -> int:
    """Return a number in the address of a request. Raises Refused ("no_content")."""
    text = request.path_params[name]
    if not _NUMBER.fullmatch(text):
        raise _not_found()
    return int(text)


def _http_response(body: EncodedBody) -> HttpResponse:
    return HttpResponse(body.content, 200, body.headers)
