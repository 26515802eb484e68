"""Contract of the administrator's screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from clerk_app.views.connection import StaffService
from clerk_app.views.registry import RegistryService
from clerk_app.views.shared import LabelledValue, Level, Option, Status

StaffActId = Literal["change", "reset_pin", "unlock", "set_badge", "suspend", "readmit", "dismiss"]


@dataclass(frozen=True)
class StaffRow:
    """A person on the staff list. `state` is empty for somebody who can sign in; `acts` are possible now."""

    id: str
    number: str
    name: str
    role: str  # id
    role_name: str
    organ: str  # id
    organ_name: str
    state: str
    level: Level
    acts: tuple[StaffActId, ...]


@dataclass(frozen=True)
class StaffDay:
    """The windows in work with clerk and time since when, and the machines with their last contact."""

    windows: tuple[LabelledValue, ...] = ()
    machines: tuple[LabelledValue, ...] = ()


@dataclass(frozen=True)
class AdminView:
    """The staff list, as far as this machine has it."""

    status: Status
    staff: tuple[StaffRow, ...]
    message: str = ""
    day: StaffDay = StaffDay()


class AdminService(RegistryService, StaffService, Protocol):
    """Actions of an administrator: the staff list, and the registry. At a window they are performed at the center."""

    def read_view(self) -> AdminView: ...
    def read_person(self, person: str) -> tuple[LabelledValue, ...]:
        """Return what this machine has about the account of a person: PIN, badge, lock-outs, present work."""
        ...

    def list_roles(self) -> tuple[Option, ...]: ...
    def list_organs(self) -> tuple[Option, ...]: ...
    def check_number(self, number: str) -> None:
        """Raise Refused if a new person cannot have this staff number."""
        ...

    def add_person(self, number: str, name: str, role: str, organ: str, pin: str) -> AdminView:
        """Add a person, who has to change the PIN at the first sign-in. Raises Refused, BadData, OutOfReach."""
        ...

    def change_person(self, person: str, name: str, role: str, organ: str) -> AdminView: ...
    def set_state(self, person: str, act: StaffActId, reason: str) -> AdminView:
        """Suspend, readmit or dismiss a person; the reason is recorded."""
        ...

    def reset_pin(self, person: str, pin: str) -> AdminView: ...
    def unlock(self, person: str) -> AdminView: ...
    def set_badge(self, person: str, code: str) -> AdminView:
        """Set the badge that identifies a person; an empty code takes it away."""
        ...
