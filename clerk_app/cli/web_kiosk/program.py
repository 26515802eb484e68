"""`clerk kiosk --web`: the token, the file with the address, and the run of the server."""

from __future__ import annotations

import asyncio
import os
import re
import resource
import secrets
import socket
import sys
from pathlib import Path

from clerk_app.cli.web_kiosk.screens import ScreenPool
from clerk_app.cli.web_kiosk.server import KioskServer
from clerk_app.composition.settings import read_settings
from clerk_app.errors import BadData
from clerk_app.locales import _, current_language
from clerk_app.log import log_event, log_to
from db.engines import sqlite_library

_TOKEN = re.compile(r"http://127\.0\.0\.1:[0-9]+/([A-Za-z0-9_-]{32,})/\s*")


def serve_kiosk(folder: Path, window: str | None, *, port: int, address_file: Path | None) -> int:
    """Serve the kiosk on loopback until staff end it; return the exit code.

    The token of an existing `address_file` is used again: a page that is open stays valid after a restart. Raises
    OutOfReach if the port is in use, BadData if the file cannot be written.
    """
    settings = read_settings(folder)
    command = [
        sys.executable,
        "-m",
        "clerk_app.cli.web_kiosk.screen_process",
        str(folder.resolve()),
        current_language(),
    ]
    pool = ScreenPool([*command, *([window] if window else [])], sqlite_library.store_key() or "")
    token = _read_token(address_file) or secrets.token_urlsafe(32)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    async def run() -> None:
        server = KioskServer(pool, port=port, token=token, rows=settings.kiosk_rows)

        def announce() -> None:
            if address_file is None:
                print(server.address, flush=True)
            else:
                _write_address(address_file, server.address)
                print(_("The kiosk is served on port {port}.").format(port=port), flush=True)
            _notify_ready()
            log_event("kiosk", "served to a browser", port=port)

        await server.run(announce)

    with log_to(folder):
        asyncio.run(run())
    return 0


def _read_token(path: Path | None) -> str:
    """Return the token of an address that was written before; empty without one."""
    try:
        found = _TOKEN.fullmatch(path.read_text("ascii")) if path is not None else None
    except (OSError, ValueError):
        return ""
    return found[1] if found else ""


def _write_address(path: Path, address: str) -> None:
    """Write the address for the browser's user: readable by the group of the folder. Raises BadData."""
    try:
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(f"{address}\n")
        path.chmod(0o640)
    except OSError as error:
        raise BadData("{path} cannot be written: {text}", path=path, text=error.strerror or error) from error


def _notify_ready() -> None:
    """Report to the service manager that the server listens (sd_notify(3)); without one, nothing is done."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(b"READY=1", f"\0{address[1:]}" if address.startswith("@") else address)
