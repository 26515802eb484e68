"""`clerk licence verify-copy`: verifies a copy of a licence that a kiosk printed. Runs at the center."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.locales import _, current_language, mark, translate

if TYPE_CHECKING:
    from clerk_app.citizen.licence_copies import CopyVerified
    from clerk_app.composition.office import Office

_STATES = {
    "valid": mark("valid"),
    "expired": mark("expired"),
    "revoked": mark("the licence is not valid any more"),
}


def add_copy_command(parser: Parser) -> None:
    """Add `verify-copy` to the commands of `clerk licence`."""
    command = parser.add_command(
        "verify-copy", verify_copy_command, _("State what a copy of a licence that a kiosk printed is. At the center.")
    )
    command.add_argument("number", metavar=_("NUMBER"), help=_("number of the copy, such as LC-0A1B2C3D4E"))
    command.add_argument("code", metavar=_("CODE"), help=_("the code for checking on the copy"))


def verify_copy_command(args: Namespace) -> int:
    """Print type, purpose and validity of a copy; no name. The exit code is 0 if the copy is valid."""
    from clerk_app.citizen.licence_copies import verify_copy
    from clerk_app.cli.office_access import opened_office

    with opened_office(args.office, read_only=True) as office:
        with office.store.read() as tx:
            found = verify_copy(tx, args.number, args.code, office.corrected_now)
        if found is None:
            print_line(_("No copy has this number and code."))
            return 1
        print_line(_describe(office, found))
    return 0 if found.state == "valid" else 1


def _describe(office: Office, copy: CopyVerified) -> str:
    catalogue, language = office.catalogue_frame(), current_language()
    names = {known.code: known.name.in_language(language) for known in catalogue.licence_types}
    purpose = catalogue.city_policy.citizen_papers.find_purpose(copy.purpose)
    return _("{state}: {licence}, copied for {purpose} on {made}, valid until {day}").format(
        state=translate(_STATES[copy.state]),
        licence=names.get(copy.kind, copy.kind),
        purpose=purpose.name.in_language(language) if purpose is not None else copy.purpose,
        made=office.local_time(copy.made_at).date(),
        day=office.local_time(copy.expires_at).date(),
    )
