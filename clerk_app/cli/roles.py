"""`clerk counter|department|supervisor|kiosk`: a role's screen over the office of this machine."""

from __future__ import annotations

from argparse import Namespace

from clerk_app.cli.arguments import Parser
from clerk_app.errors import BadData
from clerk_app.locales import _, current_language


def describe(parser: Parser) -> None:
    """The arguments of a role; they are the same for all."""
    parser.option("--window", _("the window this machine is, if not the one in office.toml"), value="ID")
    parser.runs(open_screen)


def open_screen(args: Namespace) -> int:
    """Opens the screen of the role that was chosen; the program's exit code. Raises BadData where no office is."""
    if not (args.office / "office.toml").exists():  # a look that costs nothing; all else is checked behind the screen
        raise BadData("There is no office in {folder}: office.toml is missing.", folder=args.office)
    from clerk_app.app import run

    return run(args.office, args.group, language=current_language(), window=args.window)
