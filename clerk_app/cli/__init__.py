"""The `clerk` command: a table of groups, each a module that is imported only when it is chosen.

    clerk [--language zh_CN|en] [--office DIR] COMMAND ...

It ends with 0 when done, 1 when something is wrong (one sentence on stderr, or what a check found), 2 for wrong usage
and 130 when stopped by Ctrl+C. A group is a module with `describe(parser)`; each of its acts is a function from the
parsed arguments to the exit code.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

from clerk_app.cli.arguments import Parser, WrongUsage, chosen_language, default_office, shown_commands
from clerk_app.cli.output import one_line
from clerk_app.errors import ClerkError
from clerk_app.locales import _, mark, set_language, translate


@dataclass(frozen=True)
class Group:
    """Commands that belong together, and where they are."""

    module: str
    purpose: str  # message id


GROUPS = {
    "counter": Group("roles", mark("Open the counter window: call, scan, accept, hand over.")),
    "department": Group("roles", mark("Open the department's queue: claim, read, decide.")),
    "supervisor": Group("roles", mark("Open the hall and its queues: see, take back, reassign.")),
    "kiosk": Group("roles", mark("Open the citizens' kiosk: tickets and the state of a case.")),
    "demo": Group("demo", mark("Live one case in a sample city, on the screen or without one.")),
    "office": Group("office", mark("Make a new office on this machine.")),
    "staff": Group("staff", mark("Put somebody on the staff list.")),
    "catalogue": Group("catalogue", mark("Check, publish and show what the city offers.")),
    "licence": Group("licence", mark("Issue, show, verify and revoke e-licence codes.")),
    "scan": Group("scan", mark("Read codes from pictures, videos, folders, cameras and streams.")),
    "camera": Group("camera", mark("List the cameras of this machine, and try one.")),
    "center": Group("center", mark("Serve the windows of a city or hall: start, invite, shut out.")),
    "window": Group("window", mark("Join this machine to a center, and show what it is there.")),
    "sync": Group("sync", mark("Show what waits for the center, exchange now, explain a case.")),
    "db": Group("db", mark("Upgrade, check and measure the store.")),
    "audit": Group("audit", mark("Prove that nothing in the history was altered.")),
    "simulate": Group("simulate", mark("Live whole cities while everything fails, and look whether anything is lost.")),
    "bench": Group("bench", mark("Measure what the program costs.")),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit code. Nothing is raised: what went wrong is one sentence on stderr."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese is no reason to fail
    try:
        code = _run(words)
        sys.stdout.flush()
    except SystemExit as end:  # argparse has said what it had to say
        return end.code if isinstance(end.code, int) else 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `clerk ... | head`: the reader has enough
        _drop_output()
        return 1
    except Exception as error:
        if os.environ.get("CLERK_TRACE"):
            raise
        print(one_line(_sentence(error)), file=sys.stderr)
        try:
            sys.stdout.flush()
        except OSError:  # a full disk under it: that has been said
            _drop_output()
        return 2 if isinstance(error, WrongUsage) else 1
    return code


def _drop_output() -> None:
    """What was not written yet goes nowhere: Python would try once more at its end, and end with a code of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _run(words: list[str]) -> int:
    set_language(chosen_language(words))
    top = Parser(prog="clerk", description=_("A counter for single-window government service."))
    top.epilog = shown_commands({name: _(group.purpose) for name, group in GROUPS.items()})
    top.add_version()
    top.add_argument("group", metavar=_("COMMAND"), choices=list(GROUPS), help=_("one of the commands below"))
    top.take_rest("rest")
    chosen = top.parse_args(words, Namespace(office=default_office()))
    parser = Parser(prog=f"clerk {chosen.group}", description=_(GROUPS[chosen.group].purpose))
    import_module(f"{__name__}.{GROUPS[chosen.group].module}").describe(parser)
    arguments = parser.parse_args(chosen.rest, chosen)
    code: int = arguments.run(arguments)
    return code


def _sentence(error: Exception) -> str:
    """What went wrong, in the language spoken."""
    from db.errors import StoreError
    from scanners.errors import ScanError

    if isinstance(error, ClerkError):
        return str(error)
    if isinstance(error, StoreError | ScanError):
        return translate(error.sentence).format(**error.facts)
    if isinstance(error, OSError):
        why = error.strerror or str(error)
        if error.filename is None:
            return _("The system refused: {why}.").format(why=why)
        return _("{path} cannot be used: {why}.").format(path=error.filename, why=why)
    return _("The program itself made a mistake ({kind}: {text}). With CLERK_TRACE=1 it says where.").format(
        kind=type(error).__name__, text=error
    )
