"""The way in: what opening the store gives the screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.counter import CounterService
from clerk_app.views.department import DepartmentService
from clerk_app.views.kiosk import KioskService
from clerk_app.views.shared import CameraService
from clerk_app.views.supervisor import SupervisorService


@dataclass(frozen=True)
class StaffSession:
    """Whom the program knows now, and the desk they sit at."""

    person: str
    counter: CounterService | None = None
    department: DepartmentService | None = None
    supervisor: SupervisorService | None = None


class Workstation(Protocol):
    """What opening the store gives the screens. One store, one machine."""

    camera: CameraService

    @property
    def office(self) -> str: ...

    @property
    def hint(self) -> str:
        """A line for the sign-in screen; the sample city tells its staff numbers, a real one says nothing."""
        ...

    def sign_in(self, number: str, pin: str) -> StaffSession:
        """Raises Refused (with the same sentence for a wrong number as for a wrong PIN)."""
        ...

    def lock(self) -> None:
        """The person left the desk; signing in again comes back to where they were."""
        ...

    def open_kiosk(self) -> KioskService: ...
    def close(self) -> None: ...
