"""The way to the center, whatever it is made of: HTTP, or in a simulation a function call with a bad day."""

from __future__ import annotations

from typing import Protocol

from clerk_app.ledger.replication.messages import CallRequest, FetchRequest, PullRequest, PushRequest, Response


class Transport(Protocol):
    """Carries a message to the center and its answer back.

    Each raises OutOfReach when no answer came (the message may have arrived or not), Refused when the center does not
    listen to this node, and BadData when it could not read the message.
    """

    def push(self, message: PushRequest) -> Response: ...

    def call(self, message: CallRequest) -> Response: ...

    def pull(self, message: PullRequest) -> Response: ...

    def fetch(self, message: FetchRequest) -> Response: ...
