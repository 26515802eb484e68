"""Contract of the internal hand-over log: papers that a courier carries, at the counter and at departments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class WaitingPaper:
    """A paper that waits for the courier. `receiver` is where it goes."""

    id: str
    name: str
    case_number: str
    receiver: str
    receiver_name: str


@dataclass(frozen=True)
class ConsignedPaper:
    """A paper on a list; `state` in words."""

    position: int
    name: str
    case_number: str
    state: str


@dataclass(frozen=True)
class ConsignmentRow:
    """A list of one trip: who gave it to the courier, when, and what is on it."""

    number: str
    sender: str
    receiver: str
    courier: str
    given_at: datetime
    given_by: str
    papers: tuple[ConsignedPaper, ...]
    state: str


@dataclass(frozen=True)
class CourierView:
    """What waits for the courier here, and what the courier is bringing."""

    waiting: tuple[WaitingPaper, ...]
    incoming: tuple[ConsignmentRow, ...]
    recent: tuple[ConsignmentRow, ...] = ()  # lists of this place that were sent or received, newest first


class CourierService(Protocol):
    """Papers given to the courier, and received from the courier."""

    def read_courier(self) -> CourierView: ...
    def send_papers(self, papers: Sequence[str], courier: str) -> str:
        """Give papers for one receiver to the courier and print the list; return what happened. Raises Refused."""
        ...

    def receive_papers(self, consignment: str, positions: Sequence[int], note: str = "") -> str:
        """Accept papers of a list; the others are missing, as `note` explains. Raises Refused."""
        ...
