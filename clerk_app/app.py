"""The program with a screen, assembled: which desks, which camera, which first screen.

Importing this module costs what Textual costs: store, rooms and camera are imported by `connect`, which runs
in the desk thread after the first screen is painted. Until then nothing is collected: a start makes no garbage, and
looking for some would be a seventh of it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.locales import set_language
from clerk_app.views import ClerkError, OutOfReach, StaffSession, Workstation

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from screens.kiosk.app import KioskApp
    from screens.role_screen import RoleScreen
    from screens.sign_in import StaffApp

ROLES = ("counter", "department", "supervisor", "kiosk")


def run(folder: Path, role: str | None, *, language: str, window: str | None, demo: Path | None = None) -> int:
    """Opens the screen of a role over the office in `folder`; without a role whoever signs in gets their own desk.

    `demo` is the folder of a sample city, whose citizens then stand before the camera; it may be the office itself.
    Returns the exit code. A store that cannot be opened is said on the screen, which stays. Raises OutOfReach without a
    terminal.
    """
    set_language(language)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual reads keys there and paints there
        raise OutOfReach("This needs a terminal: keys and screen. There is none here.")
    if terminal_lacks_colour():
        os.environ["NO_COLOR"] = "1"  # Textual asks nothing else, and pictures of colours would be blank

    def connect() -> Workstation:
        try:
            return _open_workstation(folder, window, demo=demo)
        finally:
            gc.freeze()  # modules and screens stay: later collections need not walk them
            gc.enable()

    gc.disable()
    app = _make_app(connect, role)
    app.run()
    return app.return_code or 0


@cache
def terminal_lacks_colour() -> bool:
    """Whether the terminal that TERM names shows no colours (terminfo(5), `colors`); one that is unknown shows them."""
    try:
        import curses

        curses.setupterm(fd=sys.stderr.fileno())
    except Exception:  # no curses on this system, or a terminal that its database does not know
        return False
    return curses.tigetnum("colors") <= 0


def _make_app(connect: Callable[[], Workstation], role: str | None) -> StaffApp | KioskApp:
    """The app of a role; Textual and the screens are imported here."""
    if role == "kiosk":
        from screens.kiosk.app import KioskApp

        return KioskApp(connect)
    from screens.sign_in import StaffApp

    return StaffApp(connect, lambda desks, signed: _make_screen(desks, signed, role))


def _make_screen(desks: Workstation, signed: StaffSession, role: str | None) -> RoleScreen | None:
    """The screen of somebody's desk; None when this program was started for another role."""
    if signed.counter is not None and role in (None, "counter"):
        from screens.counter.screen import CounterScreen

        return CounterScreen(signed.counter, desks.camera)
    if signed.department is not None and role in (None, "department"):
        from screens.department.screen import DepartmentScreen

        return DepartmentScreen(signed.department)
    if signed.supervisor is not None and role in (None, "supervisor"):
        from screens.supervisor.screen import SupervisorScreen

        return SupervisorScreen(signed.supervisor)
    return None


def _open_workstation(folder: Path, window: str | None, *, demo: Path | None) -> Workstation:
    """Everything heavy is imported and opened here, in the desk thread. Raises ClerkError."""
    from clerk_app.composition.office import open_office
    from clerk_app.roles.camera import ScannerCamera
    from clerk_app.roles.workstation import open_workstation

    if demo is not None:
        from clerk_app.demo.films import make_sample_camera
        from clerk_app.demo.sample_city import open_or_build

        office = open_or_build(folder) if demo == folder else connect_office(open_office(folder))
        return open_workstation(office, make_sample_camera(office, demo))
    office = connect_office(open_office(folder, window=window))
    return open_workstation(office, ScannerCamera(office.camera_source, folder / "camera.log"))


def connect_office(office: Office) -> Office:
    """The office with the exchange running, where it is a window; without a way to its center it works all the same."""
    from clerk_app.ledger.offline_authority import is_window

    if not is_window(office.store):
        return office
    from clerk_app.composition.registry import all_document_types, all_rules
    from clerk_app.sync.connection import ManagedConnection, UnavailableConnection

    try:
        connection = ManagedConnection(
            office.folder, office.door, all_rules(), all_document_types(), office.attachments
        )
    except ClerkError as error:
        return replace(office, connection=UnavailableConnection(error))
    connection.start()
    return replace(office, connection=connection)
