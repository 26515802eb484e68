"""`clerk tour`: an exercise of ten minutes in a sample city of its own."""

from __future__ import annotations

import argparse
import shutil

from clerk_app.cli.arguments import Parser, data_home, is_language_given
from clerk_app.demo.tour_progress import FileProgress
from clerk_app.locales import _, current_language


def describe(parser: Parser) -> None:
    """Add the arguments of `clerk tour`."""
    parser.flag("--again", _("begin again, in a fresh city"))
    parser.set_function(run_tour)


def run_tour(args: argparse.Namespace) -> int:
    """Open the tour where it was left, or begin it in a fresh city; return the exit code."""
    from clerk_app.app import run

    folder = data_home() / "tour"  # belongs to the tour alone: no store of an office is ever here
    progress = FileProgress(folder)
    if args.again or not progress.read():
        shutil.rmtree(folder, ignore_errors=True)
    return run(
        folder,
        None,
        language=current_language(),
        window=None,
        demo=folder,
        is_language_given=is_language_given(args),
        tour=progress,
    )
