"""Contract of the flow in which a citizen brings papers that were asked for to a kiosk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.kiosk_matters import MatterQuestion, PrintedReceipt
from clerk_app.views.papers import PageCameraView
from clerk_app.views.shared import Picture


@dataclass(frozen=True)
class RequestedPaper:
    """A paper that a department has asked for: of which matter, why, and until when; empty parts are not known."""

    id: str
    name: str
    matter: str
    case: str
    reason: str
    until: str


@dataclass(frozen=True)
class ShownPage:
    """A page as it was taken, large, with what is wrong with it in words. It is kept in memory only."""

    number: int
    picture: Picture
    findings: tuple[str, ...] = ()


@dataclass(frozen=True)
class HandedInPaper:
    """A paper that the center has: the case, what it still lacks, and whether its department continues now."""

    name: str
    case: str
    pages: int
    still_missing: tuple[str, ...]
    continues: bool


class KioskPapersService(Protocol):
    """Takes one paper in, page by page. Pages are in the memory of this program until they are handed in.

    Methods raise Refused, BadData or OutOfReach with a sentence for the citizen.
    """

    def list_requests(self) -> tuple[RequestedPaper, ...]:
        """Return the papers that departments have requested in the cases of the session."""
        ...

    def choose(self, paper: str) -> RequestedPaper:
        """Begin to take a paper in."""
        ...

    def start_camera(self, on_view: Callable[[PageCameraView], None]) -> None:
        """Show the live picture; `on_view` is called on another thread."""
        ...

    def stop_camera(self) -> None: ...
    def take_page(self) -> ShownPage | None:
        """Return the page that was taken by itself; None if none lies still yet."""
        ...

    def take_now(self) -> ShownPage:
        """Take what is in view now."""
        ...

    def keep_page(self) -> int:
        """Keep the page that is shown; return how many pages the paper has."""
        ...

    def drop_page(self) -> None:
        """Drop the page that is shown, to take it again."""
        ...

    def next_fact(self) -> MatterQuestion | None:
        """Return the next date that the paper states and that has to be typed; None if all are known."""
        ...

    def answer_fact(self, field: str, value: str) -> None:
        """Keep a date. Raises BadData for a wrong one."""
        ...

    def hand_in(self) -> HandedInPaper:
        """Send the pages to the center and hand the paper in. A repeated call hands it in once."""
        ...

    def print_receipt(self) -> PrintedReceipt:
        """Print the receipt of the paper that was handed in."""
        ...

    def discard(self) -> None:
        """Stop the camera, and remove the pages from memory."""
        ...
