"""Contract of the messages on a case, for counter and department."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from clerk_app.views.shared import Option

V = TypeVar("V", covariant=True)
"""The view that an act returns."""


@dataclass(frozen=True)
class CaseMessageRow:
    """A message on a case."""

    heading: str  # when, from whom and to whom
    text: str
    is_new: bool  # to the reader, and not read before
    is_read: bool
    is_delivered: bool = False  # to the citizen, on paper


@dataclass(frozen=True)
class CaseMessageThread:
    """The messages on a case, oldest first, and to whom one can be sent.

    An addressee with the prefix `citizen>` gets what the clerk types in for the citizen.
    """

    case: str
    rows: tuple[CaseMessageRow, ...]
    addressees: tuple[Option, ...]
    for_citizen: int  # messages that the citizen was not shown yet; always 0 at a department


class CaseMessageService(Protocol[V]):
    """Reads and writes messages on the case on the screen."""

    def read_messages(self) -> CaseMessageThread:
        """Return the messages; those to the reader are recorded as read."""
        ...

    def send_case_message(self, addressee: str, text: str) -> V:
        """Send a message to an addressee of the thread."""
        ...

    def show_messages_to_citizen(self) -> V:
        """Record that the citizen was shown the messages to them."""
        ...
