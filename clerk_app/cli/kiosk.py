"""`clerk kiosk`: the screen for citizens, with a new process for each of them."""

from __future__ import annotations

import sys
from argparse import Namespace
from functools import partial
from pathlib import Path

from clerk_app.cli.arguments import Parser
from clerk_app.cli.roles import require_office, unlock_store_of
from clerk_app.errors import OutOfReach
from clerk_app.locales import _


def describe(parser: Parser) -> None:
    """Add the options of `clerk kiosk`."""
    parser.option("--window", _("the window this machine is, if not the one in office.toml"), value="ID")
    parser.flag("--once", _("one citizen, then end: for a program that starts it for each connection"))
    parser.set_function(open_kiosk)


def open_kiosk(args: Namespace) -> int:
    """Run the kiosk until staff end it; return the exit code. Raises BadData without an office, OutOfReach."""
    require_office(args.office)
    unlock_store_of(args.office)
    from clerk_app.cli.kiosk_screen import run_once, run_screen

    if args.once:
        return run_once(args.office, args.window)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise OutOfReach("This needs a terminal: keys and screen. There is none here.")
    from clerk_app.cli.kiosk_parent import KioskParent

    run = partial(run_screen, args.office, args.window)
    return KioskParent(lambda pipes, is_standby: run(pipes, is_standby=is_standby), partial(_log, args.office)).run()


def _log(folder: Path, event: str, number: int) -> None:
    """Log an event of the parent; the log is closed again, because the next process is a copy of this one."""
    from clerk_app.log import log_event, log_to

    with log_to(folder):
        log_event("kiosk", event, number=number)
