"""Interface of the transport between a window and its center: HTTP in production, function calls in simulations."""

from __future__ import annotations

from typing import Protocol

from clerk_app.errors import CenterOutOfReach, OutOfReach
from clerk_app.ledger.replication.messages import (
    CallRequest,
    FetchRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    SignInResponse,
)
from clerk_app.locales import mark


class RetryLater(CenterOutOfReach):
    """The center is reachable but overloaded; `seconds` is the time to wait before the next request."""

    def __init__(self, seconds: float, *, is_call: bool = False) -> None:
        super().__init__(
            mark("The center has too much to do and asks for patience. Repeat this a little later.")
            if is_call
            else mark("The center has too much to do and asks for patience. What is done here is kept and sent later.")
        )
        self.seconds = seconds


class ConnectionLost(CenterOutOfReach):
    """No response arrived. A message that was not answered is sent again later, a call is not (`is_call`)."""

    def __init__(self, *, is_call: bool = False) -> None:
        super().__init__(
            mark("The center is out of reach. This has to wait; accepting and deciding go on.")
            if is_call
            else mark("The center is out of reach. What is done here is kept and sent as soon as it is back.")
        )


def as_call_error(error: OutOfReach) -> OutOfReach:
    """Return the error of a call for an error of its request, whose advice may hold only for entries."""
    if isinstance(error, RetryLater):
        return RetryLater(error.seconds, is_call=True)
    return ConnectionLost(is_call=True) if isinstance(error, ConnectionLost) else error


class Transport(Protocol):
    """Sends requests to the center and returns its responses.

    Each method raises OutOfReach if no response arrived (the center may have performed the request or not), Refused if
    the center rejects this node, and BadData if the center could not read the request.
    """

    def push(self, message: PushRequest) -> Response: ...

    def call(self, message: CallRequest, timeout: float | None = None) -> Response:
        """Send a call; with `timeout`, wait at most that many seconds for each part of the response."""
        ...

    def pull(self, message: PullRequest) -> Response: ...

    def fetch(self, message: FetchRequest) -> Response: ...

    def sign_in(self, message: SignInRequest) -> SignInResponse: ...
