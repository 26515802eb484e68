"""`clerk audit application`: verify what a portal has sent."""

from __future__ import annotations

from argparse import Namespace

from clerk_app.cli.console import print_line
from clerk_app.errors import BadData


def print_evidence(args: Namespace) -> int:
    """Print a line for each check, without personal data; return 1 if one does not hold. Raises Refused, BadData."""
    from clerk_app.center.application_evidence import verify_application
    from clerk_app.cli.office_access import opened_office

    with opened_office(args.office, read_only=True) as office:
        if office.door.authority is not None:
            raise BadData("Applications from outside are kept at the center. Verify them there.")
        checks = verify_application(office, args.number.strip().upper())
    for check in checks:
        print_line(f"{'+' if check.holds else 'x'} {check.sentence}")
    return 0 if all(check.holds for check in checks) else 1
