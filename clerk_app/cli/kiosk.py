"""`clerk kiosk`: the screen for citizens, with a new process for each of them."""

from __future__ import annotations

import sys
from argparse import Namespace
from functools import partial
from pathlib import Path

from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.roles import require_office, unlock_store_of
from clerk_app.errors import BadData, OutOfReach
from clerk_app.locales import _, mark

DEFAULT_PORT = 8470


def describe(parser: Parser) -> None:
    """Add the options of `clerk kiosk`."""
    parser.option("--window", _("the window this machine is, if not the one in office.toml"), value="ID")
    parser.flag("--once", _("one citizen, then end: for a program that starts it for each connection"))
    parser.flag("--web", _("serve it to a browser of this machine, such as a touch terminal, until staff end it"))
    parser.option("--port", _("port of --web on 127.0.0.1"), value="N", type=_port, default=DEFAULT_PORT)
    parser.option("--address-file", _("file for the address of --web, with its token"), value="FILE", type=Path)
    parser.set_function(open_kiosk)


def _port(text: str) -> int:
    """Return the port. Raises ValueError for anything but 1 to 65535."""
    port = int(text)
    if not 0 < port < 65536:
        raise ValueError(text)
    return port


def open_kiosk(args: Namespace) -> int:
    """Run the kiosk until staff end it; return the exit code. Raises BadData without an office, OutOfReach."""
    require_office(args.office)
    unlock_store_of(args.office)
    if args.web:
        return _serve(args)
    from clerk_app.cli.kiosk_screen import run_once, run_screen

    if args.once:
        return run_once(args.office, args.window)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise OutOfReach("This needs a terminal: keys and screen. There is none here.")
    from clerk_app.cli.kiosk_parent import KioskParent

    run = partial(run_screen, args.office, args.window)
    return KioskParent(lambda pipes, is_standby: run(pipes, is_standby=is_standby), partial(_log, args.office)).run()


def _serve(args: Namespace) -> int:
    """Serve the kiosk to a browser. Raises BadData without the packages for it."""
    if args.once:
        raise WrongUsage(mark("--once and --web exclude each other."))
    try:
        import aiohttp  # noqa: F401
        import textual_serve  # noqa: F401
    except ImportError as error:
        raise BadData(
            "The kiosk in a browser needs the packages of the extra `web`: pip install 'clerk[web]'"
        ) from error
    from clerk_app.cli.web_kiosk.program import serve_kiosk

    return serve_kiosk(args.office, args.window, port=args.port, address_file=args.address_file)


def _log(folder: Path, event: str, number: int) -> None:
    """Log an event of the parent; the log is closed again, because the next process is a copy of this one."""
    from clerk_app.log import log_event, log_to

    with log_to(folder):
        log_event("kiosk", event, number=number)
