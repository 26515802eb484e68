"""`clerk counter|department|supervisor|admin|reception|kiosk`: open the screen of a role."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from clerk_app.cli.arguments import Parser, WrongUsage, is_language_given
from clerk_app.errors import BadData
from clerk_app.locales import _, current_language, mark

PLAIN_ROLES = ("counter", "department")


def describe(parser: Parser) -> None:
    """Add the options of `clerk counter|department|supervisor|admin|reception|kiosk`."""
    parser.option("--window", _("the window this machine is, if not the one in office.toml"), value="ID")
    parser.flag("--plain", _("lines of text for a screen reader instead of a screen (counter, department)"))
    parser.set_function(open_screen)


def open_screen(args: Namespace) -> int:
    """Open the screen of the chosen role; return the exit code. Raises BadData without an office."""
    require_office(args.office)
    if args.plain and args.group not in PLAIN_ROLES:
        raise WrongUsage(mark("--plain belongs to counter and department; the other roles have no linear mode."))
    unlock_store_of(args.office)
    from clerk_app.app import run

    return run(
        args.office,
        args.group,
        language=current_language(),
        window=args.window,
        is_language_given=is_language_given(args),
        plain=args.plain,
    )


def require_office(folder: Path) -> None:
    """Raise BadData without settings: a cheap check; everything else is checked behind the first screen."""
    if not (folder / "office.toml").exists():
        raise BadData("There is no office in {folder}: office.toml is missing.", folder=folder)


def unlock_store_of(folder: Path) -> None:
    """Ask for the passphrase of an encrypted store, before the screen has the terminal."""
    if "store_key" in (folder / "office.toml").read_text("utf-8", "replace"):
        from clerk_app.composition.settings import read_settings
        from clerk_app.composition.store_key import unlock_store

        unlock_store(folder, read_settings(folder))
