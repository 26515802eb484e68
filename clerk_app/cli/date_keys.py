"""`clerk trust date-key|add-date-key`: the key that dates a list whose root key is kept on another machine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.licences.crypto.cose import PublicKey


def describe_date_keys(parser: Parser) -> None:
    """Add the commands of the date key to those of `clerk trust`."""
    purpose = _("Make the key with which this center dates a list whose root key is elsewhere.")
    make = parser.add_command("date-key", make_command, purpose)
    make.add_argument("file", metavar=_("FILE"), type=Path, help=_("its public part, to be brought to the root key"))
    purpose = _("Name the date key of a center in the next list; run where the root key is.")
    add = parser.add_command("add-date-key", add_command, purpose)
    add.add_argument("file", metavar=_("FILE"), type=Path, help=_("the public part that the center has written"))
    add.option("--days", _("days for which it may date the list (90)"), value=_("DAYS"), type=_parse_date_days)


def make_command(args: argparse.Namespace) -> int:
    """Make the date key of this center, and write its public part."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.date_key import make_date_key

    with opened_office(args.office) as office:
        key = make_date_key(office, args.file)
    _print_fingerprint(key)
    print_line(_("Bring {path} to the machine of the root key: clerk trust add-date-key").format(path=args.file))
    return 0


def add_command(args: argparse.Namespace) -> int:
    """Add a date key to the draft of the next list."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.date_key import DEFAULT_DATE_DAYS, add_date_key

    days = args.days or DEFAULT_DATE_DAYS
    with opened_office(args.office) as office:
        added = add_date_key(office, args.file, days)
    _print_fingerprint(added.key)
    print_line(_("It may date the next list for {days} days. Compare the fingerprint.").format(days=days))
    print_line(_("Nothing is trusted before: clerk trust publish"))
    return 0


def _print_fingerprint(key: PublicKey) -> None:
    from clerk_app.licences.crypto.keys import fingerprint

    print_line(_("Fingerprint of the date key: {fingerprint}").format(fingerprint=fingerprint(key)))


def parse_key_days(text: str) -> int:
    """Return the days for which a key of an issuer is trusted. Raises ArgumentTypeError."""
    from clerk_app.composition.trust_administration import MAX_DAYS

    return _parse_days(text, MAX_DAYS)


def _parse_date_days(text: str) -> int:
    from clerk_app.composition.date_key import MAX_DATE_DAYS

    return _parse_days(text, MAX_DATE_DAYS)


def _parse_days(text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(_("{text} is not a number of days (1 to {most})").format(text=text, most=most))
    return int(text)
