"""The options that name the administrator responsible for a command that needs two persons."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import read_existing_pin
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.composition.office import Office


def add_admin_options(parser: Parser) -> None:
    """Add the options that name the administrator; needed only where the office has two."""
    parser.option("--admin", _("the responsible administrator, where two persons are needed"), value=_("NUMBER"))
    parser.option("--admin-pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)


def find_actor(office: Office, args: Namespace, place: str) -> str:
    """Return the id of the administrator that the options name; the set-up account without one.

    Raises Refused if number or PIN is wrong.
    """
    from clerk_app.people import SYSTEM
    from clerk_app.roles.sign_in import verify_here

    if not args.admin:
        return SYSTEM
    pin = read_existing_pin(args.admin_pin_file, args.admin, "--admin-pin-file")
    return str(verify_here(office, args.admin, pin, place)["id"])
