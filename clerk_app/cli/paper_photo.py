"""`clerk paper photo`: what a portrait photo lacks, for a person to decide."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line
from clerk_app.errors import BadData
from clerk_app.locales import _, current_language


def describe_photo_check(parser: Parser) -> None:
    """Add the subcommand `clerk paper photo`."""
    photo = parser.add_command(
        "photo", check_photo_file, _("Print what a portrait photo lacks, for a person to decide.")
    )
    photo.add_argument("file", type=Path, metavar=_("FILE"), help=_("a JPEG or PNG of a portrait photo"))
    photo.flag("--json", _("one JSON object: findings with what was measured and the limit"))


def check_photo_file(args: Namespace) -> int:
    """Print the findings; return 0 if there is none, else 1. Raises BadData if the file is no picture."""
    from clerk_app.roles.papers.photo_check import ID_PHOTO, check_photo, describe_finding, load_photo_kinds
    from clerk_app.roles.picture_client import PICTURE_CLIENT

    try:
        findings = check_photo(args.file.read_bytes())
    except OSError as error:
        raise BadData("{file} cannot be read: {why}", file=args.file, why=error.strerror or "") from error
    finally:
        PICTURE_CLIENT.close()
    if args.json:
        print_json({"kind": ID_PHOTO, "findings": [finding._asdict() for finding in findings]})
        return 1 if findings else 0
    name = load_photo_kinds()[ID_PHOTO].name["en" if current_language() == "en" else "zh"]
    print_line(_("Compared with: {kind}. A person decides; a finding is advice.").format(kind=name))
    for finding in findings:
        print_line("! " + describe_finding(finding))
    if not findings:
        print_line("+ " + _("Nothing was found."))
    return 1 if findings else 0
