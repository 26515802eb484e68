"""Interface of the transport between a window and its center: HTTP in production, function calls in simulations."""

from __future__ import annotations

from typing import Protocol

from clerk_app.errors import OutOfReach
from clerk_app.ledger.replication.messages import (
    CallRequest,
    FetchRequest,
    PullRequest,
    PushRequest,
    Response,
    SignInRequest,
    SignInResponse,
)


class RetryLater(OutOfReach):
    """The center is reachable but overloaded; `seconds` is the time to wait before the next request."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "The center has too much to do and asks for patience. What is done here is kept and sent later."
        )
        self.seconds = seconds


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
