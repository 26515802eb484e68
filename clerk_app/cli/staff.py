"""`clerk staff add`: add a person to the staff list."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line, read_new_pin
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list

_ROLES = ("clerk", "officer", "supervisor", "administrator")


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk staff`."""
    add = parser.add_command("add", add_staff, _("Add a person to the staff list; the PIN is asked for."))
    add.add_argument("number", metavar=_("NUMBER"), help=_("the number they sign in with"))
    add.add_argument("name", metavar=_("NAME"), help=_("their name"))
    add.add_argument("--role", choices=_ROLES, required=True, help=_("what they may do"))
    add.option("--organ", _("the organ they decide for (officers)"), value="ID")
    add.option("--pin-file", _("a file whose first line is the PIN"), value=_("FILE"), type=Path)


def add_staff(args: Namespace) -> int:
    """Add the person to the staff list."""
    from clerk_app.cli.office_access import add_staff_member, opened_office

    with opened_office(args.office) as office:
        with office.store.read() as tx:
            organs = [row["id"] for row in tx.select("organs", order=("id",))]
        if (args.role == "officer" or args.organ) and args.organ not in organs:
            raise BadData("Name the organ with --organ. There are: {known}", known=format_list(organs))
        organ = args.organ or office.settings.centre or None
        add_staff_member(office, args.number, args.name, args.role, read_new_pin(args.pin_file), organ)
    print_line(_("{name} may sign in with the number {number}.").format(name=args.name, number=args.number))
    return 0
