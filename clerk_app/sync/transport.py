"""The interface through which a window reaches its center: HTTP in production, function calls in simulations."""

from __future__ import annotations

from typing import Protocol

from clerk_app.errors import OutOfReach
from clerk_app.ledger.replication.messages import CallRequest, FetchRequest, PullRequest, PushRequest, Response


class RetryLater(OutOfReach):
    """The center is there but overloaded; `seconds` says how long to wait before the next request."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "The center has too much to do and asks for patience. What is done here is kept and sent later."
        )
        self.seconds = seconds


class Transport(Protocol):
    """Sends a message to the center and returns its response.

    Each method raises OutOfReach when no response came (the message may have arrived or not), Refused when the center
    rejects this node, and BadData when the center could not read the message.
    """

    def push(self, message: PushRequest) -> Response: ...

    def call(self, message: CallRequest) -> Response: ...

    def pull(self, message: PullRequest) -> Response: ...

    def fetch(self, message: FetchRequest) -> Response: ...
