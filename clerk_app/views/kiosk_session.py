"""Contract of a citizen's session at the kiosk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

SESSION_ENDED = "session_ended"
"""Reason of a refusal: the center has ended the session, or has none of this machine."""
FACTOR_NEEDED = "factor_needed"
"""Reason of a refusal: the code may be a print or a copy, and opens a session with the digits of the telephone only."""
TELEPHONE_DIGITS = 4


@dataclass(frozen=True)
class OpenSession:
    """The session at this kiosk: of a person by their code, or of one case by its receipt; until when at the latest."""

    kind: Literal["code", "receipt"]
    case: str  # number of the receipt; empty for a code
    ends_at: datetime


class SessionService(Protocol):
    """Opens and ends the session of this kiosk. The session is only in memory; the center decides whether it lasts."""

    @property
    def current(self) -> OpenSession | None:
        """The open session; None without one, and after the center has ended it."""
        ...

    def is_code(self, text: str) -> bool:
        """Return whether a scanned text has the form of a code that can open a session."""
        ...

    def open_by_code(self, text: str, digits: str = "") -> OpenSession:
        """Let the center verify a code, and open the session of its holder.

        `digits` are the last ones of the registered telephone. Raises Refused (FACTOR_NEEDED without them where they
        are needed), OutOfReach.
        """
        ...

    def open_by_receipt(self, number: str, second_factor: str) -> OpenSession:
        """Open the session for one case alone. Raises Refused, OutOfReach."""
        ...

    def prolong(self) -> None:
        """Begin the idle time at the center again. Raises Refused if the session has ended there, OutOfReach."""
        ...

    def end(self, *, is_idle: bool = False) -> None:
        """End the session here at once, and at the center if it can be reached; else it ends there by itself."""
        ...
