"""The way to the center, whatever it is made of: HTTP, or in a simulation a function call with a bad day."""

from __future__ import annotations

from typing import Protocol

from clerk_app.ledger.messages import Answer, Ask, Pull, Push, Want


class Wire(Protocol):
    """Carries a message to the center and its answer back.

    Each raises OutOfReach when no answer came (the message may have arrived or not), Refused when the center does not
    listen to this node, and BadData when it could not read the message.
    """

    def push(self, message: Push) -> Answer: ...

    def ask(self, message: Ask) -> Answer: ...

    def pull(self, message: Pull) -> Answer: ...

    def want(self, message: Want) -> Answer: ...
