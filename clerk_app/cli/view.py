"""`clerk view`: open the file of a paper of a case in the program of the desktop, where the city allows it."""

from __future__ import annotations

import threading
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line, read_existing_pin
from clerk_app.errors import BadData, Refused
from clerk_app.locales import _, format_list

if TYPE_CHECKING:
    from clerk_app.composition.office import Office


def describe(parser: Parser) -> None:
    """Add the arguments of `clerk view`."""
    parser.add_argument("case", metavar=_("CASE"), help=_("the case number"))
    parser.add_argument("material", metavar=_("MATERIAL"), help=_("the material: its id, or its name"))
    parser.option("--staff", _("the staff number of the person who opens it"), value=_("NUMBER"), required=True)
    parser.option("--pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)
    parser.set_function(view_paper)


def view_paper(args: Namespace) -> int:
    """Open the paper, wait for the time after which its copy is removed, and remove it; Ctrl+C does that at once.

    Raises Refused (wrong PIN, not allowed, no such task), OutOfReach (no desktop, the file is not here), BadData.
    """
    from clerk_app.app import connect_office
    from clerk_app.composition.office import open_office
    from clerk_app.roles.papers.opened_files import opened_files
    from clerk_app.roles.papers.originals import describe_opened, open_original, require_originals

    office = connect_office(open_office(args.office))
    copies = opened_files(office.folder)
    try:
        copies.remove_leftovers()
        require_originals(office)
        staff = _sign_in(office, args)
        try:
            path, minutes = open_original(office, staff, _find_case(args.case), _find_material(office, args))
        finally:
            office.sessions.close(staff)
        print_line(describe_opened(minutes))
        print_line(_("Ctrl+C removes it at once: {path}").format(path=path))
        threading.Event().wait(minutes * 60.0)
    except KeyboardInterrupt:
        pass  # the copy is removed below
    finally:
        copies.remove_all()
        if office.connection is not None:
            office.connection.stop()
        office.store.close()
    return 0


def _sign_in(office: Office, args: Namespace) -> str:
    from clerk_app.roles.sign_in import has_due_pin, verify_here

    pin = read_existing_pin(args.pin_file, args.staff)
    staff = verify_here(office, args.staff, pin, "clerk view")
    if has_due_pin(staff, pin):
        raise Refused("pin_due", "Replace your PIN first: sign in at the screen.")
    return str(staff["id"])


def _find_case(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _find_material(office: Office, args: Namespace) -> str:
    """Return the id of the material that is named. Raises BadData with those that have a file."""
    from clerk_app.cases.case_record import read_case

    with office.store.read() as tx:
        case = read_case(tx, _find_case(args.case))
    found = {str(row["material"]) for row in case.materials if row["content"]}
    names = {material: case.catalogue.material(material).name for material in sorted(found)}
    for material, name in names.items():
        if args.material.strip() in (material, name.zh, name.en):
            return material
    listed = format_list(names) or _("none")
    raise BadData("The case has no such paper with a file. Those with one: {papers}", papers=listed)
