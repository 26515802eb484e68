"""Starts the program with a screen: opens the office, the camera and the screen of a role.

Importing this module imports only Textual. Store, roles and camera are imported by `connect`, which runs in a worker
thread after the first screen is painted. The garbage collector is off until the modules of the role are imported too,
because it finds no garbage and takes about a seventh of the start-up time.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

from clerk_app.errors import ClerkError, OutOfReach
from clerk_app.locales import set_language
from clerk_app.memory import return_freed_memory
from clerk_app.preferences import FilePreferences
from clerk_app.views.workstation import Preferences, StaffSession, Workstation

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from clerk_app.demo.tour_progress import FileProgress
    from clerk_app.views.shared import CameraService
    from screens.app import ClerkApp
    from screens.role_screen import RoleScreen

SOFTWARE_ERROR = 70  # EX_SOFTWARE of sysexits.h
_REST_AFTER = 0.1  # seconds in which the opened store is shown, before the rest is imported
_ROLE_MODULES = {
    "counter": ("clerk_app.roles.counter.service", "screens.counter.screen"),
    "department": ("clerk_app.roles.department.service", "screens.department.screen"),
    "supervisor": ("clerk_app.roles.supervisor.service", "screens.supervisor.screen"),
    "admin": ("clerk_app.roles.admin.service", "screens.admin.screen"),
    "reception": ("clerk_app.roles.reception.service", "screens.reception.screen"),
    "kiosk": ("clerk_app.roles.kiosk.service", "screens.kiosk.app"),
}
_KIOSK_MODULES = (
    "clerk_app.composition.due_commands",
    "clerk_app.composition.list_renewal",
    "clerk_app.composition.retention",
    "clerk_app.composition.schedule",
    "clerk_app.ledger.checkpoints",
    "clerk_app.roles.camera",
    "clerk_app.roles.kiosk.service",
    "clerk_app.roles.workstation",
    "clerk_app.sync.connection",
)
"""Imported by the stand-by process of a kiosk."""


def run(
    folder: Path,
    role: str | None,
    *,
    language: str,
    window: str | None,
    demo: Path | None = None,
    is_language_given: bool = True,
    plain: bool = False,
    tour: FileProgress | None = None,
    zone: str = "",
    lives: bool = False,
) -> int:
    """Run the screen of a role for the office in `folder`, and return the exit code.

    If `role` is None, the role of the person who signs in decides which screen opens. `demo` is the folder of a sample
    city, whose citizens appear before the camera; it may equal `folder`. A store that cannot be opened is reported on
    the screen.
    `plain`: the linear mode for screen readers, without a screen.
    `tour`: lead through the tour, and store its progress there.
    `zone`: part of the hall whose calls a board shows; empty for all.
    `lives`: visitors and colleagues of the sample city act meanwhile (not at a window of a center).
    Unless `is_language_given`, a language that was chosen on this machine before replaces `language`. Raises OutOfReach
    if stdin or stderr is not a terminal.
    """
    preferences = FilePreferences(folder)
    machine = Preferences() if role in ("kiosk", "board") else preferences.read("")
    set_language(language if is_language_given else machine.language or language)
    prepare_terminal()

    def connect() -> Workstation:
        try:
            return _open_workstation(folder, window, demo=demo, lives=lives, is_reception=role == "reception")
        finally:
            rest = Timer(_REST_AFTER, _complete_start, [role])
            rest.daemon = True
            rest.start()

    if plain:
        return _run_plain(connect, role, preferences)
    gc.disable()
    return_freed_memory()
    app = _make_app(connect, role, preferences, machine, tour, zone)
    app.run()
    return exit_code(app.return_code)


def prepare_terminal() -> None:
    """Set the colours of the terminal for Textual. Raises OutOfReach if stdin or stderr is not a terminal.

    Another driver of Textual, such as that of textual-serve, needs none.
    """
    has_terminal = sys.stdin.isatty() and sys.stderr.isatty()  # Textual uses both streams
    if not has_terminal and not os.environ.get("TEXTUAL_DRIVER"):
        raise OutOfReach("This needs a terminal: keys and screen. There is none here.")
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]  # an empty value does not count (no-color.org), but Textual would take it
    if has_terminal and terminal_lacks_colour():
        os.environ["NO_COLOR"] = "1"  # Textual reads no other setting, and pictures made of colours would be blank


def run_kiosk(
    folder: Path,
    window: str | None,
    *,
    connect: Callable[[], Workstation] | None = None,
    on_alive: Callable[[], None] | None = None,
    on_released: Callable[[], None] = lambda: None,
) -> str:
    """Run the kiosk's screen for one citizen; return who ended it: `staff`, `citizen`, or "" for anything else.

    `connect` opens the workstation if the store was opened before (`prepare_kiosk`). `on_alive` is called while the
    screen works, `on_released` when a citizen has left and the terminal is free: the store is closed after that.
    """
    prepare_terminal()
    if connect is None:
        gc.disable()
        return_freed_memory()
    from screens.kiosk.app import KioskApp

    def open_first() -> Workstation:
        try:
            return _open_workstation(folder, window, demo=None, lives=False, is_reception=False)
        finally:
            rest = Timer(_REST_AFTER, _complete_start, ["kiosk"])
            rest.daemon = True
            rest.start()

    app = KioskApp(connect or open_first)
    app.ends_with_citizen, app.on_alive = True, on_alive
    app.run()
    if app.ended_by == "citizen":
        on_released()
    elif not app.ended_by:
        from clerk_app.log import log_event

        log_event("kiosk", "screen ended by nobody", code=exit_code(app.return_code))
    if app.ended_by != "staff" and app.workstation is not None:  # staff have closed it already
        app.workstation.close()
    return app.ended_by


def prepare_kiosk(folder: Path, window: str | None) -> Callable[[], Workstation] | None:
    """Import the modules of the kiosk and open its store, without writing; return what makes the workstation of it.

    None if the store cannot be opened now: the screen tries it again.
    """
    return_freed_memory()
    from clerk_app.composition.office import open_office
    from clerk_app.log import log_event, log_thread_errors, open_log
    from screens.kiosk import app as _screen  # noqa: F401 - imported before its turn

    open_log(folder)
    log_thread_errors()
    for name in _KIOSK_MODULES:
        import_module(name)
    try:
        office = open_office(folder, window=window)
    except ClerkError as error:
        log_event("kiosk", "store not opened by the stand-by process", error=type(error).__name__)
        return None
    return partial(_start_workstation, office)


def _start_workstation(office: Office) -> Workstation:
    """Connect an opened office to its center, and start its schedule."""
    from clerk_app.composition.schedule import Scheduler
    from clerk_app.roles.camera import ScannerCamera
    from clerk_app.roles.workstation import open_workstation

    office = connect_office(office)
    camera = ScannerCamera(office.camera_source, office.folder / "camera.log", face_source=office.face_camera_source)
    scheduler = Scheduler(office)
    scheduler.start_in_background()
    return open_workstation(office, camera, scheduler)


def _run_plain(connect: Callable[[], Workstation], role: str | None, preferences: FilePreferences) -> int:
    """Run the linear mode for counter and department."""
    import asyncio

    from screens.plain.program import LineProgram
    from screens.plain.screens import make_line_screen
    from screens.plain.terminal import LineTerminal

    async def run_program() -> None:
        terminal = LineTerminal(sys.stdin.fileno(), sys.stdout.fileno())
        await LineProgram(terminal, connect, partial(make_line_screen, role), preferences).run()

    asyncio.run(run_program())
    return 0


def exit_code(return_code: int | None) -> int:
    """Return the exit code for Textual's return code, which is None after a failure of its input thread."""
    return SOFTWARE_ERROR if return_code is None else return_code


@cache
def terminal_lacks_colour() -> bool:
    """Return whether the terminal named by TERM has no colours (terminfo(5), `colors`); False if it is unknown."""
    if "256color" in os.environ.get("TERM", ""):  # reading the database takes 1 ms before the first paint
        return False
    try:
        import curses

        curses.setupterm(fd=sys.stderr.fileno())
    except Exception:  # no curses on this system, or a terminal that its database does not know
        return False
    return curses.tigetnum("colors") <= 0


def _make_app(
    connect: Callable[[], Workstation],
    role: str | None,
    preferences: FilePreferences,
    machine: Preferences,
    tour: FileProgress | None,
    zone: str,
) -> ClerkApp:
    """Make the app of a role. Textual and the screens are imported here."""
    if role == "kiosk":
        from screens.kiosk.app import KioskApp

        return KioskApp(connect)
    if role == "board":
        from screens.board.app import BoardApp

        return BoardApp(connect, zone)
    make_role_screen = partial(make_screen, role=role)
    if tour is not None:
        from clerk_app.demo.tour_steps import read_tour_steps
        from screens.tour.app import TourApp

        return TourApp(connect, make_role_screen, tour, read_tour_steps(), preferences, machine)
    from screens.sign_in import StaffApp

    return StaffApp(connect, make_role_screen, preferences, machine, role=role or "")


def make_screen(workstation: Workstation, session: StaffSession, role: str | None) -> RoleScreen | None:
    """Return the screen for a signed-in session; None if this program was started for another role."""
    if session.reception is not None:
        from screens.reception.screen import ReceptionScreen

        return ReceptionScreen(session.reception)
    if session.counter is not None and role in (None, "counter"):
        from screens.counter.screen import CounterScreen

        return CounterScreen(session.counter, workstation.camera)
    if session.department is not None and role in (None, "department"):
        from screens.department.screen import DepartmentScreen

        return DepartmentScreen(session.department)
    if session.admin is not None and role in (None, "admin"):
        from screens.admin.screen import AdminScreen

        return AdminScreen(session.admin)
    if session.supervisor is not None and role in (None, "supervisor"):
        from screens.supervisor.screen import SupervisorScreen

        return SupervisorScreen(session.supervisor)
    return None


def _complete_start(role: str | None) -> None:
    """Import the modules of a role while the PIN is typed or verified, which leaves a processor free; log the start."""
    try:
        for name in _ROLE_MODULES.get(role or "counter", ()):
            import_module(name)
    finally:
        gc.freeze()  # modules and screens live until exit, so later collections can skip them
        gc.enable()
    from clerk_app.log import log_start

    log_start(role or "staff")  # opens the log: 20 ms that no screen waits for


def _open_workstation(
    folder: Path, window: str | None, *, demo: Path | None, lives: bool, is_reception: bool
) -> Workstation:
    """Open the office and the camera. Called in a worker thread, because the imports are slow. Raises ClerkError."""
    from clerk_app.composition.office import open_office
    from clerk_app.composition.schedule import Scheduler
    from clerk_app.log import log_thread_errors, open_log
    from clerk_app.roles.camera import ScannerCamera
    from clerk_app.roles.workstation import open_workstation

    open_log(folder)
    log_thread_errors()
    camera: CameraService
    renew: Callable[[], None] | None = None
    if demo is not None:
        from clerk_app.demo.center_commands import name_commands_at_sign_in
        from clerk_app.demo.films import make_sample_camera
        from clerk_app.demo.kept_city import open_city, renew_city

        if demo == folder:
            from clerk_app.demo.hall.clock import find_city_clock, is_day_running

            office = open_city(folder, clock=find_city_clock(folder))
            lives = lives and not is_day_running(folder)
            renew = partial(renew_city, office)
        else:
            office = name_commands_at_sign_in(connect_office(open_office(folder)), demo)
        camera = make_sample_camera(office, demo)
        open_log(folder)  # again, because the city may have just been built
    else:
        office = connect_office(open_office(folder, window=window))
        camera = ScannerCamera(office.camera_source, folder / "camera.log", face_source=office.face_camera_source)
    if lives and renew is not None:
        from clerk_app.demo.hall.living import HallScheduler

        scheduler: Scheduler = HallScheduler(office)
    else:
        scheduler = Scheduler(office)
    scheduler.start_in_background(renew)
    return open_workstation(office, camera, scheduler, is_reception=is_reception)


def connect_office(office: Office) -> Office:
    """Return the office. If it is a window, its connection to the center is started.

    If the connection cannot be made, the office works offline.
    """
    from clerk_app.ledger.offline_authority import is_window

    if not is_window(office.store):
        return office
    from clerk_app.composition.registry import all_document_types, all_rules
    from clerk_app.sync.connection import UnavailableConnection, WindowConnection

    try:
        connection = WindowConnection(office.folder, office.door, all_rules(), all_document_types(), office.attachments)
    except ClerkError as error:
        return replace(office, connection=UnavailableConnection(error))
    connection.start()
    return replace(office, connection=connection)
