"""The options and the output of a key rotation, which `clerk trust` and `clerk licence` share."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.locales import _


def add_rotation_options(parser: Parser) -> None:
    """Add the options on the old key, and those that name the administrator."""
    parser.option(
        "--keep",
        _("hours for which the old key is trusted at least (24), and in any case until its codes have expired"),
        value=_("HOURS"),
        type=parse_hours,
        default=parse_hours("24"),
    )
    parser.flag("--stolen", _("the old key is not trusted any more: every code it signed is rejected at once"))
    add_admin_options(parser)


def print_rotated(args: argparse.Namespace, place: str, public_key: Path | None = None) -> int:
    """Give the issuer of the arguments a new key, and print until when the old key is trusted."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.key_rotation import rotate_issuer_key

    with opened_office(args.office) as office:
        actor = find_actor(office, args, place)
        rotated = rotate_issuer_key(office, args.issuer, None if args.stolen else args.keep, actor, public_key)
        until = rotated.old_valid_until and office.local_time(int(rotated.old_valid_until.timestamp()) * 1_000_000)
    print_line(_("The issuer signs with the new key {kid} now.").format(kid=rotated.kid.hex()))
    if until:
        print_line(_("The old key is trusted until {time}.").format(time=until.strftime("%Y-%m-%d %H:%M")))
    else:
        print_line(_("The old key is not trusted any more. Issue new codes in place of those that it signed."))
    return 0


def parse_hours(text: str) -> timedelta:
    """Return a number of hours for a code. Raises ArgumentTypeError for less than a minute or more than ten years."""
    try:
        lifetime = timedelta(hours=float(text))
    except (ValueError, OverflowError):
        lifetime = timedelta()
    if not timedelta(minutes=1) <= lifetime <= timedelta(days=3660):
        raise argparse.ArgumentTypeError(_("{text} is not a number of hours for a code").format(text=text))
    return lifetime
