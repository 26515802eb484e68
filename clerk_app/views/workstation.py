"""Contract of an opened workstation: sign-in and the services of the roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:  # the sign-in is painted before the views of the roles are loaded
    from clerk_app.views.admin import AdminService
    from clerk_app.views.board import BoardService
    from clerk_app.views.connection import ClockQuestion
    from clerk_app.views.counter import CounterService
    from clerk_app.views.department import DepartmentService
    from clerk_app.views.drawing import DrawingService
    from clerk_app.views.kiosk import KioskService
    from clerk_app.views.reception import ReceptionService
    from clerk_app.views.shared import CameraService, Option, Status
    from clerk_app.views.supervisor import SupervisorService


class Preferences(NamedTuple):
    """Language and theme of the screens; what was never chosen is empty."""

    language: str = ""
    theme: str = ""


class PreferenceStore(Protocol):
    """Stores the preferences of persons and of this machine. Neither method needs the store to be open."""

    def read(self, person: str) -> Preferences:
        """Return the preferences of a person; of the machine if `person` is empty."""
        ...

    def save(self, person: str, preferences: Preferences) -> None:
        """Remember the preferences of a person; of the machine if `person` is empty."""
        ...


class StoredReasons(NamedTuple):
    """Reasons of one act that were entered and not recorded: given ones, the text of the line, and the ticked rows."""

    reasons: tuple[Option, ...] = ()
    text: str = ""
    ticked: tuple[str, ...] | None = None


class ReasonStore(Protocol):
    """Keeps the reasons that a person entered and did not record, at this machine."""

    def read(self) -> Mapping[str, StoredReasons]:
        """Return the kept reasons by act and subject, without those of tasks that have ended."""
        ...

    def save(self, kept: Mapping[str, StoredReasons]) -> None:
        """Replace the kept reasons of the person."""
        ...


class StaffSession(NamedTuple):
    """The person who signed in, and the service of their role. The services of other roles are None.

    `pin_due`: the PIN must be changed first (`Workstation.change_pin`); there is no service, and nobody is signed in.
    `clock`: date and time must be typed first (`Workstation.sign_in_at`), for the same reason without a service.
    """

    person: str
    id: str = ""  # of the person
    reasons: ReasonStore | None = None
    counter: CounterService | None = None
    department: DepartmentService | None = None
    supervisor: SupervisorService | None = None
    admin: AdminService | None = None
    reception: ReceptionService | None = None
    pin_due: bool = False
    clock: ClockQuestion | None = None


class Workstation(Protocol):
    """Entry point of the screens: one machine with its store and camera."""

    camera: CameraService

    @property
    def drawing(self) -> DrawingService | None:
        """Draws pictures and large text; None where that is left to the screens."""
        ...

    @property
    def office(self) -> str: ...

    @property
    def hint(self) -> str:
        """A line for the sign-in screen. In the sample city it lists the staff numbers; elsewhere it is empty."""
        ...

    @property
    def version(self) -> str:
        """The version of the program."""
        ...

    def read_status(self, role: str = "") -> Status:
        """Return place and connection of this machine while nobody is signed in.

        The place is that of the program of `role` (a name of its command, such as `supervisor`): the window of a
        counter, empty if it has none; the organs of a department; else the role. Without `role` the machine decides.
        """
        ...

    @property
    def scan_prefix(self) -> str:
        """Prefix that the hand scanner types before a code, in addition to AIM identifiers; empty for none."""
        ...

    def is_code(self, text: str, kind: str) -> bool:
        """Return whether `text` is a code of the office that a scanner typed into a field of this kind by mistake.

        `kind` is a kind of the catalogue's fields, `text` for any other input. The result depends only on the
        arguments; the method does no I/O and may be called from any thread.
        """
        ...

    def sign_in(self, number: str, pin: str) -> StaffSession:
        """Return the session of a person. Raises Refused, with the same sentence for a wrong number and a wrong PIN."""
        ...

    def sign_in_at(self, number: str, pin: str, time: str) -> StaffSession:
        """Like `sign_in`, and record the date and time that the person has read elsewhere. Raises BadData too."""
        ...

    def change_pin(self, number: str, pin: str, new_pin: str) -> None:
        """Replace a person's own PIN. Raises Refused (wrong PIN), BadData (the new PIN is easy to guess)."""
        ...

    def find_badge(self, code: str) -> str:
        """Return the staff number of the person with this badge. Raises Refused for an unknown badge."""
        ...

    @property
    def idle_seconds(self) -> float:
        """Time without a key after which a staff screen locks."""
        ...

    def is_session_over(self) -> bool:
        """Return whether the person signed in may not go on: the shift is over, or they were suspended or dismissed."""
        ...

    def lock(self) -> None:
        """Stop the camera and keep the state, so that the same person continues after signing in again."""
        ...

    def describe_sign_out(self) -> str:
        """Return what the person signed in gives back by signing out, to be confirmed; may be empty."""
        ...

    def sign_out(self) -> str:
        """Give back the window with its ticket, or the claimed tasks; return a message, which may be empty."""
        ...

    def renew_lease(self) -> None:
        """Renew the lease of the window while its clerk is present."""
        ...

    def open_kiosk(self) -> KioskService: ...
    def open_board(self, zone: str = "") -> BoardService:
        """Open the board of the hall; with `zone` only for this part of it."""
        ...

    def close(self) -> None: ...
