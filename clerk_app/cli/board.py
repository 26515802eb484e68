"""`clerk board`: open the board of a hall, and check a folder of clips for its voice."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from clerk_app.cli.arguments import Parser, WrongUsage, is_language_given
from clerk_app.cli.console import print_line
from clerk_app.cli.roles import require_office, unlock_store_of
from clerk_app.locales import _, current_language, mark


def describe(parser: Parser) -> None:
    """Add the options of `clerk board` and the subcommand `clips`."""
    parser.option("--zone", _("show only the calls to windows of this part of the hall"), value="ZONE", default="")
    parser.set_function(open_board)
    clips = parser.add_command("clips", check_clips, _("List the clips of the voice that are missing in a folder."))
    clips.option("--check", _("the folder with the clips"), value="FOLDER", type=Path)
    parser.make_command_optional()


def open_board(args: Namespace) -> int:
    """Open the board; return the exit code. Raises BadData without an office."""
    require_office(args.office)
    unlock_store_of(args.office)
    from clerk_app.app import run

    return run(
        args.office,
        "board",
        language=current_language(),
        window=None,
        is_language_given=is_language_given(args),
        zone=args.zone,
    )


def check_clips(args: Namespace) -> int:
    """Print what is missing or wrong in a folder of clips, with the text to be spoken; return 1 if anything is."""
    from clerk_app.roles.board.clips import find_faults, read_manifest

    if args.check is None:
        raise WrongUsage(mark("Name the folder of the clips: clerk board clips --check FOLDER"))
    faults = list(find_faults(args.check))
    for fault in faults:
        print_line(f"{fault.name}.wav  {fault.error or fault.text}")
    total = len(read_manifest())
    sentence = _("{count} of {total} clips can be used.").format(count=total - len(faults), total=total)
    print_line(sentence)
    return 1 if faults else 0
