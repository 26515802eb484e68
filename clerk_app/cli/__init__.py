"""The `clerk` command: a table of groups, each a module that is imported only when it is chosen.

    clerk [--language zh_CN|en] [--office DIR] COMMAND ...

Exit codes: 0 done, 1 failed (one sentence on stderr, or the findings of a check), 2 wrong usage, 130 stopped by Ctrl+C.
A group is a module with `describe(parser)`; each command is a function from the parsed arguments to the exit code.
"""

from __future__ import annotations

import os
import sys
from argparse import SUPPRESS, Namespace
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from clerk_app.cli.arguments import (
    Parser,
    WrongUsage,
    chosen_language,
    default_office,
    format_commands,
    translate_argparse,
)
from clerk_app.errors import describe_error
from clerk_app.locales import _, mark, set_language
from clerk_app.text.display import display_text


class Group(NamedTuple):
    """A group of commands and the module that holds them."""

    module: str
    purpose: str  # message id


GROUPS = {
    "counter": Group("roles", mark("Open the counter window: call, scan, accept, hand over.")),
    "department": Group("roles", mark("Open the department's queue: claim, read, decide.")),
    "supervisor": Group("roles", mark("Open the hall and its queues: see, take back, reassign.")),
    "admin": Group("roles", mark("Open the staff list: add, change, suspend, dismiss, new PINs.")),
    "reception": Group("roles", mark("Open the reception: issue tickets, find one, correct the queue.")),
    "kiosk": Group("kiosk", mark("Open the citizens' kiosk: tickets and the state of a case.")),
    "board": Group("board", mark("Open the board of a hall: who is called to which window.")),
    "view": Group("view", mark("Open the file of a paper in the program of the desktop.")),
    "demo": Group("demo", mark("Run one case in a sample city, with or without a screen.")),
    "tour": Group("tour", mark("Practise with the program: ten minutes in a sample city.")),
    "office": Group("office", mark("Create and check the office of this machine.")),
    "doctor": Group("doctor", mark("Check this machine: what is installed, configured and reachable.")),
    "staff": Group("staff", mark("List, add and change the staff; PINs, badges, dismissal.")),
    "hall": Group("hall", mark("Measures of a hall's day; appointments from a file.")),
    "feedback": Group("feedback", mark("List and show complaints of citizens.")),
    "catalogue": Group("catalogue", mark("Check, publish and show what the city offers.")),
    "paper": Group("paper", mark("Templates of printed papers; read papers that were handed in.")),
    "registry": Group("registry", mark("Import persons, organisations, relations, licences.")),
    "licence": Group("licence", mark("Issue, show, verify and revoke e-licence codes.")),
    "trust": Group("trust", mark("Root key, trusted issuers, lists of revoked licences.")),
    "scan": Group("scan", mark("Read codes from pictures, videos, folders, cameras and streams.")),
    "printer": Group("printer", mark("List, test and set the printers of this machine.")),
    "camera": Group("camera", mark("List the cameras of this machine, and try one.")),
    "center": Group("center", mark("Serve the windows of a city or hall: start, invite, exclude.")),
    "window": Group("window", mark("Join this machine to a center, and show its identity there.")),
    "sync": Group("sync", mark("Show what is unsent, exchange now, explain a case.")),
    "db": Group("db", mark("Upgrade, check and measure the store.")),
    "keys": Group("keys", mark("Escrow the keys of this machine, and bring them back.")),
    "audit": Group("audit", mark("Verify that nothing in the log was altered.")),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code. Raises nothing: a failure is one sentence on stderr."""
    if argv is None:  # the process belongs to this program
        os.umask(0o077)  # also for files that libraries and child processes create
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # printing Chinese must not fail on a terminal without it
    arguments = Namespace()
    try:
        code = _run(words, arguments)
        sys.stdout.flush()
    except SystemExit as end:  # argparse has printed its message
        return end.code if isinstance(end.code, int) else 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `clerk ... | head`
        _discard_output()
        return 1
    except Exception as error:
        if os.environ.get("CLERK_TRACE"):
            raise
        print(display_text(describe_error(error) or _log_unexpected(arguments, error)), file=sys.stderr)
        try:
            sys.stdout.flush()
        except OSError:  # a full disk under stdout: reported already
            _discard_output()
        return 2 if isinstance(error, WrongUsage) else 1
    return code


def _discard_output() -> None:
    """Redirect stdout to /dev/null; otherwise Python flushes it again at exit and fails with another exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _run(words: list[str], arguments: Namespace) -> int:
    """Run the command in `words`; `arguments` are filled in."""
    language = chosen_language(words)
    set_language(language)
    translate_argparse(language)
    # The options are in the usage line only, so that the page fits on a screen of 24 lines.
    top = Parser(prog="clerk", description="", list_options=False)
    top.usage = "clerk [-h] [--version] [--language L] [--office DIR] COMMAND ..."
    top.epilog = format_commands({name: _(group.purpose) for name, group in GROUPS.items()})
    top.add_version()
    top.add_argument("group", metavar=_("COMMAND"), choices=list(GROUPS), help=SUPPRESS)
    top.take_rest("rest")
    arguments.office = default_office()
    top.parse_args(words, arguments)
    group = GROUPS[arguments.group]
    parser = Parser(prog=f"clerk {arguments.group}", description=_(group.purpose))
    import_module(f"{__name__}.{group.module}").describe(parser)
    parser.parse_args(arguments.rest, arguments)
    code: int = arguments.run(arguments)
    return code


def _log_unexpected(arguments: Namespace, error: Exception) -> str:
    """Log an unexpected error in the chosen office, and return the sentence for the person at the terminal."""
    from clerk_app.log import log_exception, open_log

    for folder in (getattr(arguments, "folder", None), getattr(arguments, "office", None)):
        if isinstance(folder, Path):
            open_log(folder)
    log_exception("cli", error)
    return _(
        "Unexpected error in the program ({kind}: {text}). clerk.log has the place; CLERK_TRACE=1 prints it."
    ).format(kind=type(error).__name__, text=error)
