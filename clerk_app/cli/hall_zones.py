"""`clerk hall zone`: in which part of the hall a window is, as on the signs; a board with `--zone` shows one part."""

from __future__ import annotations

from argparse import Namespace

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.locales import _, localize_name


def add_zone_command(parser: Parser) -> None:
    """Add `zone` to the commands of `clerk hall`."""
    zone = parser.add_command(
        "zone", set_zone, _("State in which part of the hall a window is (at the center); without NAME, list them all.")
    )
    zone.add_argument("window", metavar=_("WINDOW"), nargs="?", help=_("the id of the window, such as w5"))
    zone.add_argument("name", metavar=_("NAME"), nargs="?", help=_('the zone as on the signs; "" ends it'))
    add_admin_options(zone)


def set_zone(args: Namespace) -> int:
    """Set the zone of a window, or print the zones of the windows. Raises Refused for a window that does not exist."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.hall.window_settings import SetWindowZone
    from clerk_app.text.cleaning import clean_text

    changes = args.name is not None
    with opened_office(args.office, read_only=not changes) as office:
        if changes:
            command = SetWindowZone(window=args.window, zone=clean_text(args.name).strip())
            office.door.perform(command, find_actor(office, args, "clerk hall zone"))
        with office.store.read() as tx:
            windows = tx.select("windows", order=("id",))
    for row in sorted(windows, key=lambda row: (len(row["id"]), row["id"])):
        if args.window in (None, row["id"]):
            print_line(f"{row['id']}  {localize_name(row['name'])}  {row['zone'] or '-'}")
    return 0
