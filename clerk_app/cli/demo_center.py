"""`clerk demo --center`: the sample city as a center in a process of its own, and a window that joined it.

Killing the center's process cuts the connection. The window continues to work, and synchronises when the center
runs again.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clerk_app.cli.console import print_line
from clerk_app.errors import OutOfReach
from clerk_app.locales import _, current_language
from db.files import open_private, replace_file

_START_TIMEOUT = 60.0  # seconds
WINDOW = "w1"


def run_demo_with_center(folder: Path, role: str | None = None) -> int:
    """Start the center and open the screen of its window; stop the center at the end. Return the exit code.

    The window is enrolled the first time. `role` is the screen to open, if not that of the person who signs in. It
    opens without a question, so that keys typed meanwhile reach it.
    """
    from clerk_app.app import run
    from clerk_app.demo.center_commands import COMMANDS_FILE
    from clerk_app.demo.kept_city import open_or_build

    folder = folder.absolute()
    city, window = folder / "city", folder / "window"
    open_or_build(city).store.close()
    address = _center_address(folder)
    with _run_center(city, address, folder / "center.log") as process:
        _join_window(city, window, f"http://{address}")
        commands = (
            _("The center is process {pid} and writes {log}.").format(pid=process.pid, log=folder / "center.log"),
            _("Stop the center:  kill {pid}").format(pid=process.pid),
            _("Start it again:   clerk center --folder {city} --listen {address}").format(city=city, address=address),
        )
        for line in commands:
            print_line(line)
        replace_file(folder / COMMANDS_FILE, "\n".join((*commands, "")).encode())
        return run(window, role, language=current_language(), window=None, demo=city)


def _center_address(folder: Path) -> str:
    """Return host and port of this city's center: a free port the first time, and the same port later."""
    kept = folder / "address"
    if not kept.exists():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            replace_file(kept, f"127.0.0.1:{free.getsockname()[1]}\n".encode())
    return kept.read_text("ascii").strip()


@contextmanager
def _run_center(city: Path, address: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "clerk_app", "center", "--folder", str(city), "--listen", address]
    with open_private(log, "ab") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
    try:
        _wait_for(process, f"http://{address}/readyz", log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    import httpx

    until = time.monotonic() + _START_TIMEOUT
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=2, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise OutOfReach("The center did not start. Its log says why: {log}", log=log)


def _join_window(city: Path, window: Path, url: str) -> None:
    """Enrol the window at the center for all organs, so that every role can be tried on it."""
    from clerk_app.cli.window import enrol_window
    from clerk_app.composition.office import STORE_FILE

    code = "" if (window / STORE_FILE).exists() else _create_invitation(city)
    enrol_window(Namespace(office=window, url=url, code=code))


def _create_invitation(city: Path) -> str:
    from clerk_app.center.authority import Authority
    from clerk_app.center.center_key import open_center_key
    from clerk_app.center.enrolment import create_invitation
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.registry import all_document_types

    with opened_office(city) as office:
        with office.store.read() as tx:
            organs = tuple(row["id"] for row in tx.select("organs", order=("id",)))
            row = tx.get("windows", id=WINDOW)
        open_center_key(office.folder, office.door)
        return create_invitation(
            Authority(office.door, all_document_types()),
            name=row["name"] if row else WINDOW,
            kind="window,kiosk",
            hall=office.settings.hall,
            window=WINDOW,
            organs=organs,
            valid_minutes=10,
        )
