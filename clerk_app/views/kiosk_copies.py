"""Contract of the papers that a citizen prints at the kiosk: copies of licences, and signed codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from clerk_app.views.shared import Option

RequestState = Literal["waiting", "confirmed", "declined", "ended"]


@dataclass(frozen=True)
class OwnLicenceRow:
    """A licence of the citizen; `number` is masked, `valid_to` is empty without an end."""

    id: str
    name: str
    number: str
    issuer: str
    valid_to: str


@dataclass(frozen=True)
class PrintedCopy:
    """A copy that was sent to the printer: its number, expiry, and how many certainly came out.

    With `is_unknown`, it is not known whether the next one came out: it may be printed again under the same number.
    """

    number: str
    licence: str
    purpose: str
    expires_on: date
    count: int
    printed: int
    is_unknown: bool


@dataclass(frozen=True)
class PrintedCode:
    """A signed code that was sent to the printer, and until when it is valid."""

    licence: str
    expires_at: datetime
    is_unknown: bool


@dataclass(frozen=True)
class CodeRequest:
    """A request that a clerk of the hall has to confirm: its short number, and until when."""

    id: str
    number: str
    ends_at: datetime


class CopiesService(Protocol):
    """Prints papers of the person whose session is open. Nothing of them is kept at the kiosk.

    All methods raise Refused (SESSION_ENDED without an open session) and OutOfReach.
    """

    def list_licences(self) -> tuple[OwnLicenceRow, ...]: ...
    def list_purposes(self) -> tuple[Option, ...]: ...

    @property
    def most_copies(self) -> int:
        """Copies that are printed at once."""
        ...

    @property
    def confirms_codes(self) -> bool:
        """Whether a clerk of the hall confirms the print of a signed code."""
        ...

    def print_copy(self, licence: OwnLicenceRow, purpose: str, count: int, repeats: str = "") -> PrintedCopy:
        """Print copies of a licence. `repeats` is the number of a copy that may not have come out."""
        ...

    def request_code(self, licence: OwnLicenceRow) -> CodeRequest:
        """Ask the clerks of the hall to confirm the print of a signed code."""
        ...

    def read_request(self, request: CodeRequest) -> RequestState: ...
    def print_code(self, licence: OwnLicenceRow, request: CodeRequest | None = None) -> PrintedCode:
        """Print a signed code of a licence; with the confirmed request where the city asks for one."""
        ...
