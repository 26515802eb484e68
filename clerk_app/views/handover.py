"""Contract of handing the results of a case over at the counter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, TypeVar

from clerk_app.views.case import Collector

ViewT = TypeVar("ViewT", covariant=True)
"""The view of the screen that an action returns."""
ReceiverKnownBy = Literal["code", "document", "delegation", "codes", "representative"]
"""How a receiver of results is known."""


class HandoverService(Protocol[ViewT]):
    """Results go to a party, a delegate or an agent. Methods that return a view return it after the action."""

    def hand_over_results(self, role: str, known_by: ReceiverKnownBy, name: str = "") -> ViewT:
        """Hand the results over to a receiver of the case; `codes`: to the agent of `read_collector`.

        `name` is that of a delegate, who is no party, or of the person who signs for an organisation.
        """
        ...

    def read_collector(self) -> Collector:
        """Return whose codes were shown in this visit for a collection by an agent. Raises Refused without a visit."""
        ...

    def scan_collector(self, text: str) -> Collector:
        """Let the center verify the code of a party or of its agent. Raises Refused, BadData, OutOfReach."""
        ...

    def hand_over_part(
        self,
        matters: Sequence[str],
        cause: str,
        role: str,
        known_by: ReceiverKnownBy,
        name: str = "",
    ) -> ViewT:
        """Hand finished results over early; `cause` is why, the others are as for `hand_over_results`.

        Raises OutOfReach if the center, which decides, cannot be asked.
        """
        ...
