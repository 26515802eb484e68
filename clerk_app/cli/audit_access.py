"""`clerk audit access`: who saw the data of a person, when and why."""

from __future__ import annotations

from argparse import Namespace

from clerk_app.cli.console import print_json, print_line
from clerk_app.errors import BadData
from clerk_app.locales import _


def print_accesses(args: Namespace) -> int:
    """Print one line for each access to the data of a person, newest first. Raises BadData for an unknown person."""
    import msgspec

    from clerk_app.cli.office_access import opened_office
    from clerk_app.people.access_report import list_accesses
    from clerk_app.roles.access_lines import describe_access

    with opened_office(args.office, read_only=True) as office, office.store.read() as tx:
        if tx.get("persons", id=args.person) is None and tx.get("organisations", id=args.person) is None:
            raise BadData("There is no person or organisation {id} here.", id=args.person)
        accesses = list_accesses(tx, args.person)
        for access in accesses:
            if args.json:
                print_json(msgspec.to_builtins(access))
            else:
                print_line(describe_access(tx, access, office.local_time(access.at)))
    if not args.json:
        print_line(_("{count} accesses.").format(count=len(accesses)))
    return 0
