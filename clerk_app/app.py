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

from clerk_app.desk import ClerkError, Desks, OutOfReach, SignedIn
from clerk_app.locales import speak

if TYPE_CHECKING:
    from clerk_app.desks.office import Office
    from screens.kiosk import KioskApp
    from screens.role import RoleScreen
    from screens.signin import DeskApp

ROLES = ("counter", "department", "supervisor", "kiosk")


def run(folder: Path, role: str | None, *, language: str, window: str | None, demo: Path | None = None) -> int:
    """Opens the screen of a role over the office in `folder`; without a role whoever signs in gets their own desk.

    `demo` is the folder of a sample city, whose citizens then stand before the camera; it may be the office itself.
    Returns the exit code. A store that cannot be opened is said on the screen, which stays. Raises OutOfReach without a
    terminal.
    """
    speak(language)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # Textual reads keys there and paints there
        raise OutOfReach("This needs a terminal: keys and screen. There is none here.")
    if without_colour():
        os.environ["NO_COLOR"] = "1"  # Textual asks nothing else, and pictures of colours would be blank

    def connect() -> Desks:
        try:
            return _desks(folder, window, demo=demo)
        finally:
            gc.freeze()  # modules and screens stay: later collections need not walk them
            gc.enable()

    gc.disable()
    app = _app(connect, role)
    app.run()
    return app.return_code or 0


@cache
def without_colour() -> bool:
    """Whether the terminal that TERM names shows no colours (terminfo(5), `colors`); one that is unknown shows them."""
    try:
        import curses

        curses.setupterm(fd=sys.stderr.fileno())
    except Exception:  # no curses on this system, or a terminal that its database does not know
        return False
    return curses.tigetnum("colors") <= 0


def _app(connect: Callable[[], Desks], role: str | None) -> DeskApp | KioskApp:
    """The app of a role; Textual and the screens are imported here."""
    if role == "kiosk":
        from screens.kiosk import KioskApp

        return KioskApp(connect)
    from screens.signin import DeskApp

    return DeskApp(connect, lambda desks, signed: _screen(desks, signed, role))


def _screen(desks: Desks, signed: SignedIn, role: str | None) -> RoleScreen | None:
    """The screen of somebody's desk; None when this program was started for another role."""
    if signed.counter is not None and role in (None, "counter"):
        from screens.counter import Counter

        return Counter(signed.counter, desks.lens)
    if signed.department is not None and role in (None, "department"):
        from screens.department import Department

        return Department(signed.department)
    if signed.supervisor is not None and role in (None, "supervisor"):
        from screens.supervisor import Supervisor

        return Supervisor(signed.supervisor)
    return None


def _desks(folder: Path, window: str | None, *, demo: Path | None) -> Desks:
    """Everything heavy is imported and opened here, in the desk thread. Raises ClerkError."""
    from clerk_app.desks import open_desks, open_office
    from clerk_app.desks.camera import Camera

    if demo is not None:
        from clerk_app.simulate.films import sample_camera
        from clerk_app.simulate.sample_city import open_or_build

        office = open_or_build(folder) if demo == folder else connected(open_office(folder))
        return open_desks(office, sample_camera(office, demo))
    office = connected(open_office(folder, window=window))
    return open_desks(office, Camera(office.camera_source, folder / "camera.log"))


def connected(office: Office) -> Office:
    """The office with the exchange running, where it is a window; without a way to its center it works all the same."""
    from clerk_app.ledger.provisional import is_window

    if not is_window(office.store):
        return office
    from clerk_app.desks.office import all_kinds, all_rules
    from clerk_app.sync.connection import Connection, Unconnected

    try:
        connection = Connection(office.folder, office.door, all_rules(), all_kinds(), office.contents)
    except ClerkError as error:
        return replace(office, far=Unconnected(error))
    connection.start()
    return replace(office, far=connection)
