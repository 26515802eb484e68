"""The route /v1/enrol, which answers requests without any key: wrong codes and waiting requests are limited."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from starlette.requests import Request

from clerk_app.catalogue.publication import read_policy
from clerk_app.center import bodies, routes
from clerk_app.center.bodies import EncodedBody
from clerk_app.center.thread_pools import ThreadPools
from clerk_app.center.wrong_codes import CodeLimits, WrongCodes, address_of
from clerk_app.errors import Refused
from clerk_app.ledger.replication.messages import EnrolRequest, EnrolResponse
from db.engines import Store

MAX_WAITING = 16  # requests that are checked or wait for it; further ones get status 429
_decoder = msgspec.json.Decoder(EnrolRequest)


class EnrolmentRoute:
    """Answers requests to enrol. Used on the event loop only."""

    def __init__(self, store: Store, enrol: Callable[[EnrolRequest], EnrolResponse]) -> None:
        """`enrol` admits a machine; it raises Refused ("invitation") for a wrong code."""
        self._store = store
        self._enrol = enrol
        self._wrong_codes = WrongCodes()
        self._waiting = 0

    async def handle(self, request: Request, pools: ThreadPools) -> EncodedBody:
        """Return the response. Raises Refused: "invitation", "codes", "busy"; BadData, OutOfReach."""
        address = address_of(request)
        self._wrong_codes.require_allowed(address)
        body = await bodies.receive_body(request, routes.body_limits("enrol"))

        def work() -> EncodedBody:
            response = self._enrol(bodies.decode_body(_decoder, body))
            return bodies.encode_body(response, compress=body.accepts_zstd)

        if self._waiting >= MAX_WAITING:
            raise Refused("busy", "The center has too much to do. It will be tried again in a moment.")
        self._waiting += 1
        try:
            return await pools.run_for_stranger(work)
        except Refused as refused:
            if refused.reason in ("invitation", "other_center"):
                self._wrong_codes.record_failure(address, await pools.run_for_stranger(self._read_limits))
            raise
        finally:
            self._waiting -= 1

    def _read_limits(self) -> CodeLimits:
        with self._store.read() as tx:
            policy = read_policy(tx)
        return CodeLimits(policy.wrong_codes_of_address, policy.wrong_codes_altogether, policy.wrong_codes_minutes)
