"""Workstation of an open office: signs staff in and returns the service of their role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.catalogue.publication import read_policy
from clerk_app.composition.office import Office
from clerk_app.composition.schedule import Scheduler, run_due_commands
from clerk_app.errors import Refused
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.access import MachineKind, Role, machine_kinds
from clerk_app.log import log_event
from clerk_app.roles.clock import ask_sign_in_time, parse_time
from clerk_app.roles.kept_reasons import FileReasons
from clerk_app.roles.paper_client import PAPER_CLIENT
from clerk_app.roles.papers.opened_files import opened_files
from clerk_app.roles.picture_client import PICTURE_CLIENT
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.sign_in import TICKET_TIME, change_own_pin, find_badge_number, has_due_pin, verify_here
from clerk_app.roles.sign_out import describe_sign_out, release_window, renew_window_lease, sign_out
from clerk_app.roles.text_client import TEXT_CLIENT
from clerk_app.views.workstation import StaffSession, Workstation
from db.engines import Row

if TYPE_CHECKING:  # the views of a role are imported with it
    from clerk_app.roles.drawing import MachineDrawing
    from clerk_app.views.board import BoardService
    from clerk_app.views.counter import CounterService
    from clerk_app.views.kiosk import KioskService
    from clerk_app.views.reception import ReceptionService
    from clerk_app.views.shared import CameraService, Status


def open_workstation(
    office: Office, camera: CameraService, scheduler: Scheduler | None = None, *, is_reception: bool = False
) -> Workstation:
    """Return a workstation for an open office and a camera. `scheduler` is stopped when the workstation is closed.

    At a reception clerks and supervisors issue tickets; who signs in opens no window.
    """
    return OfficeWorkstation(office, camera, scheduler, is_reception=is_reception)


@raises_clerk_errors
class OfficeWorkstation:
    """Implements views.Workstation for an open office."""

    def __init__(
        self, office: Office, camera: CameraService, scheduler: Scheduler | None, *, is_reception: bool = False
    ) -> None:
        self.camera = camera
        self._scheduler = scheduler
        self._office = office
        self._is_reception = is_reception
        self._counters: dict[str, CounterService] = {}  # kept while locked, so that the clerk can continue
        self._drawing: MachineDrawing | None = None  # made when something is drawn
        opened_files(office.folder).remove_leftovers()
        self._signed_in: Row | None = None  # the person at this machine, also while the screen is locked

    @property
    def drawing(self) -> MachineDrawing:
        from clerk_app.roles.drawing import MachineDrawing

        if self._drawing is None:
            settings = self._office.settings
            self._drawing = MachineDrawing(settings.font, sends_pixels=settings.pictures == "kitty")
        return self._drawing

    @property
    def office(self) -> str:
        """Name of the office in the current language."""
        return self._office.settings.name.localized()

    @property
    def hint(self) -> str:
        """Line for the sign-in screen; may be empty."""
        return self._office.settings.hint.localized() if self._office.settings.hint else ""

    @property
    def version(self) -> str:
        from importlib.metadata import version

        return version("clerk")

    def read_status(self, role: str = "") -> Status:
        from clerk_app.roles.place import read_place
        from clerk_app.roles.status import read_status

        with self._office.store.read() as tx:
            return read_status(self._office, tx, place=read_place(self._office, tx, role), person="", waiting=None)

    @property
    def scan_prefix(self) -> str:
        return self._office.settings.wedge_prefix

    def is_code(self, text: str, kind: str) -> bool:
        from clerk_app.roles.counter.scan import is_scanned_code

        return is_scanned_code(self._office.code_policy, text, kind)

    def sign_in(self, number: str, pin: str) -> StaffSession:
        return self._sign_in(number, pin, None)

    def sign_in_at(self, number: str, pin: str, time: str) -> StaffSession:
        return self._sign_in(number, pin, parse_time(self._office, time))

    def _sign_in(self, number: str, pin: str, time: int | None) -> StaffSession:
        self._await_due_commands()
        try:
            staff = verify_here(self._office, number, pin, self._office.settings.window, time)
        except Refused as refused:
            if refused.reason != TICKET_TIME:
                raise
            return StaffSession("", clock=ask_sign_in_time(self._office))
        if has_due_pin(staff, pin):
            return StaffSession(str(staff["name"]), id=staff["id"], pin_due=True)
        run_due_commands(self._office)  # the machine may have slept while the service day ended
        return self._open_session(staff)

    def change_pin(self, number: str, pin: str, new_pin: str) -> None:
        change_own_pin(self._office, number, pin, new_pin, self._office.settings.window)

    def find_badge(self, code: str) -> str:
        return find_badge_number(self._office, code)

    @property
    def idle_seconds(self) -> float:
        with self._office.store.read() as tx:
            return read_policy(tx).idle_lock_minutes * 60.0

    def is_session_over(self) -> bool:
        if self._signed_in is None:
            return False
        if self._is_removed(self._signed_in):
            return True
        if self._office.door.authority is None:
            return False
        session = self._office.sessions.find(self._signed_in["id"], self._office.corrected_now)
        with self._office.store.read() as tx:
            row = tx.get("staff", id=self._signed_in["id"])
        return session is None or (row is not None and session.is_revoked(row["revoked_at"]))

    def _is_removed(self, staff: Row) -> bool:
        """Return whether a person was dismissed or suspended, or has another role now, as far as this store knows."""
        with self._office.store.read() as tx:
            row = tx.get("staff", id=staff["id"])
        return row is None or not row["active"] or row["role"] != staff["role"]

    def lock(self) -> None:
        self.camera.stop()
        if self._signed_in is None:
            return
        try:
            if self._is_removed(self._signed_in) and not self._is_reception:  # nobody comes back to this window
                release_window(self._office, self._signed_in)
        finally:
            self._office.sessions.close(self._signed_in["id"])

    def describe_sign_out(self) -> str:
        if self._signed_in is None or self._is_reception:
            return ""
        return describe_sign_out(self._office, self._signed_in)

    def sign_out(self) -> str:
        self.camera.stop()
        staff, self._signed_in = self._signed_in, None
        if staff is None:
            return ""
        self._counters.pop(staff["id"], None)
        opened_files(self._office.folder).remove_all()
        log_event("roles", "signed out", role=staff["role"])
        try:
            return "" if self._is_reception else sign_out(self._office, staff)
        finally:
            self._office.sessions.close(staff["id"])
            self._office.sealed_tickets.end_unlocking(staff["id"])

    def renew_lease(self) -> None:
        if self._signed_in is not None and self._signed_in["role"] == "clerk" and not self._is_reception:
            renew_window_lease(self._office, self._signed_in)

    def open_kiosk(self) -> KioskService:
        from clerk_app.roles.kiosk.service import OfficeKiosk

        self._await_due_commands()
        run_due_commands(self._office)
        return OfficeKiosk(self._office)

    def open_board(self, zone: str = "") -> BoardService:
        from clerk_app.roles.board.service import OfficeBoard

        self._await_due_commands()
        run_due_commands(self._office)
        return OfficeBoard(self._office, zone)

    def _await_due_commands(self) -> None:
        """Wait for what was due when the store was opened, such as the end of yesterday's service day."""
        if self._scheduler is not None:
            self._scheduler.await_first_pass()

    def close(self) -> None:
        self.camera.stop()
        PICTURE_CLIENT.close()
        PAPER_CLIENT.close()
        TEXT_CLIENT.close()  # a thread that waits for a page ends, so that the program ends at once
        opened_files(self._office.folder).remove_all()
        if self._scheduler is not None:
            self._scheduler.stop()
        if self._office.connection is not None:
            self._office.connection.stop()
        self._office.store.close()

    def _is_of_kind(self, kind: MachineKind) -> bool:
        """Return whether this machine counts as `kind`, which a stand-alone store always does."""
        with self._office.store.read() as tx:
            is_window = tx.query_one("ledger.center_connection") is not None
            return not is_window or kind in machine_kinds(str(tx.select("nodes", here=True)[0]["kind"]))

    def _open_session(self, staff: Row) -> StaffSession:
        name, reasons = str(staff["name"]), FileReasons(self._office, staff["id"])
        log_event("roles", "signed in", role=staff["role"])  # no name and no number: the log holds no personal data
        if self._is_reception:
            return StaffSession(name, id=staff["id"], reasons=reasons, reception=self._open_reception(staff))
        if staff["role"] == "clerk":
            from clerk_app.roles.counter.undo import UndoableCounter  # each role imports its own service
            from clerk_app.roles.print_recovery import settle_left_prints

            if staff["id"] in self._counters:
                self._counters[staff["id"]].read_view()  # leaves the last citizen if the window was closed meanwhile
            self._office.door.perform(SetWindowState(window=self._office.settings.window, state="open"), staff["id"])
            settle_left_prints(self._office, staff["id"])
            self._signed_in = staff
            counter = self._counters.setdefault(staff["id"], UndoableCounter(self._office, staff))
            return StaffSession(name, id=staff["id"], reasons=reasons, counter=counter)
        self._signed_in = staff
        if staff["role"] == "officer":
            from clerk_app.roles.department.undo import UndoableDepartment

            return StaffSession(
                name, id=staff["id"], reasons=reasons, department=UndoableDepartment(self._office, staff)
            )
        if staff["role"] in ("supervisor", "administrator"):
            from clerk_app.roles.supervisor.service import OfficeSupervisor

            admin = None
            supervisor = OfficeSupervisor(self._office, staff) if self._is_of_kind(MachineKind.SUPERVISOR) else None
            if staff["role"] == "administrator":
                from clerk_app.roles.admin.service import OfficeAdmin

                admin = OfficeAdmin(self._office, staff)
            return StaffSession(name, id=staff["id"], reasons=reasons, supervisor=supervisor, admin=admin)
        raise Refused("role", "This account has no screen.")

    def _open_reception(self, staff: Row) -> ReceptionService:
        from clerk_app.roles.reception.service import OfficeReception

        if staff["role"] not in (Role.CLERK, Role.SUPERVISOR) or not self._is_of_kind(MachineKind.RECEPTION):
            raise Refused("role", "Clerks and supervisors sign in here, at a machine that was enrolled as a reception.")
        self._signed_in = staff
        return OfficeReception(self._office, staff)
