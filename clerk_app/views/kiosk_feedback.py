"""Contract of ratings and complaints at the kiosk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from clerk_app.views.shared import Option

PrintState = Literal["printed", "unknown", "not_printed"]
"""The outcome of a print: it came out, it is unknown, or nothing came out."""


@dataclass(frozen=True)
class RatingChoice:
    """A reason of a rating, and the numbers of stars for which it is offered."""

    id: str
    name: str
    scores: tuple[int, ...]


@dataclass(frozen=True)
class TicketPrefix:
    """First characters of the tickets of a category, and how many digits follow."""

    prefix: str
    name: str
    digits: int


@dataclass(frozen=True)
class FiledComplaint:
    """A complaint that the center has stored: its number, until when it is answered, and what became of its slip."""

    number: str
    category: str
    due_on: date
    due_expected: bool
    slip: PrintState


class FeedbackService(Protocol):
    """Takes ratings and complaints. Nothing of them is kept at the kiosk."""

    def list_reasons(self) -> tuple[RatingChoice, ...]: ...
    def list_categories(self) -> tuple[Option, ...]: ...
    def list_ticket_prefixes(self) -> tuple[TicketPrefix, ...]: ...
    def rate(self, score: int, reason: str = "", *, ticket: str = "", case: str = "", second_factor: str = "") -> str:
        """Rate the visit of a ticket or case; return until when it can be changed. Raises Refused, OutOfReach."""
        ...

    def complain(
        self, category: str, *, ticket: str = "", case: str = "", contact: str = "", text: str = ""
    ) -> FiledComplaint:
        """File a complaint and print its slip. Raises Refused, OutOfReach if the center did not confirm it."""
        ...
