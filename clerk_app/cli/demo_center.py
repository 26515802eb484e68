"""`clerk demo --center`: the sample city as a center in a process of its own, and a window that joined it.

Whoever ends the center's process cuts the line; the window goes on, says so, and catches up when the center is back.
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

from clerk_app.cli.output import say
from clerk_app.errors import OutOfReach
from clerk_app.locales import _, spoken

_PATIENCE = 60.0  # seconds until the center must be there
WINDOW = "w1"


def live_with_center(folder: Path) -> int:
    """Starts the center, joins it the first time, and opens the window's screen; the center ends with it."""
    from clerk_app.app import run
    from clerk_app.simulate.sample_city import open_or_build

    folder = folder.absolute()
    city, window = folder / "city", folder / "window"
    open_or_build(city).store.close()
    address = _address(folder)
    with _center(city, address, folder / "center.log") as process:
        _join(city, window, f"http://{address}")
        say(_("The center is process {pid} and writes {log}.").format(pid=process.pid, log=folder / "center.log"))
        say(_("Cut the line:    kill {pid}").format(pid=process.pid))
        say(_("Mend it:         clerk center --folder {city} --listen {address}").format(city=city, address=address))
        if sys.stdin.isatty():
            input(_("Enter opens the window. "))
        return run(window, None, language=spoken(), window=None, demo=city)


def _address(folder: Path) -> str:
    """Host and port of this city's center: a free one at first, and the same ever after."""
    kept = folder / "address"
    if not kept.exists():
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            kept.write_text(f"127.0.0.1:{free.getsockname()[1]}\n", "ascii")
    return kept.read_text("ascii").strip()


@contextmanager
def _center(city: Path, address: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "clerk_app", "center", "--folder", str(city), "--listen", address]
    with log.open("ab") as out:
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

    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, timeout=2, trust_env=False).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise OutOfReach("The center did not start. Its log says why: {log}", log=log)


def _join(city: Path, window: Path, url: str) -> None:
    """The window works for every organ, so that each role can be tried at it."""
    from clerk_app.cli.window import enrol_window
    from clerk_app.desks.office import STORE

    code = "" if (window / STORE).exists() else _invitation(city)
    enrol_window(Namespace(office=window, url=url, code=code))


def _invitation(city: Path) -> str:
    from clerk_app.center.authority import Authority
    from clerk_app.center.enrolling import invite
    from clerk_app.cli.opened import opened
    from clerk_app.desks.office import all_kinds

    with opened(city) as office:
        with office.store.read() as look:
            organs = tuple(row["id"] for row in look.rows("organs", order=("id",)))
            row = look.row("windows", id=WINDOW)
        return invite(
            Authority(office.door, all_kinds()),
            name=row["name"] if row else WINDOW,
            kind="window",
            hall=office.settings.hall,
            window=WINDOW,
            organs=organs,
            minutes=10,
        )
