"""The way in: what opening the store gives the screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.desk.counter import CounterDesk
from clerk_app.desk.department import DepartmentDesk
from clerk_app.desk.kiosk import KioskDesk
from clerk_app.desk.shared import Lens
from clerk_app.desk.supervisor import SupervisorDesk


@dataclass(frozen=True)
class SignedIn:
    """Whom the program knows now, and the desk they sit at."""

    person: str
    counter: CounterDesk | None = None
    department: DepartmentDesk | None = None
    supervisor: SupervisorDesk | None = None


class Desks(Protocol):
    """What opening the store gives the screens. One store, one machine."""

    lens: Lens

    @property
    def office(self) -> str: ...

    @property
    def hint(self) -> str:
        """A line for the sign-in screen; the sample city tells its staff numbers, a real one says nothing."""
        ...

    def sign_in(self, number: str, pin: str) -> SignedIn:
        """Raises Refused (with the same sentence for a wrong number as for a wrong PIN)."""
        ...

    def lock(self) -> None:
        """The person left the desk; signing in again comes back to where they were."""
        ...

    def kiosk(self) -> KioskDesk: ...
    def close(self) -> None: ...
