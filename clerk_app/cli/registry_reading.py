"""`clerk registry list|show|feeds`: what the administrator's screen shows of the registry, as text."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.errors import BadData
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from clerk_app.ledger.commands import Command
    from clerk_app.registry.answers import RegistryAnswer
    from clerk_app.views.registry import RegistryTable

PURPOSES = ("complaint", "correction", "feed", "own_data")


def describe_reading(parser: Parser) -> None:
    """Add the commands that read the registry."""
    purpose = _("List the persons or organisations with a number or name; the search is recorded.")
    listed = parser.add_command("list", list_found, purpose)
    listed.add_argument("text", metavar=_("TEXT"), help=_("a number, a name with a date of birth, or a whole name"))
    _add_reader(listed)
    purpose = _("Show a record with licences, relations, sources and history; this is recorded.")
    shown = parser.add_command("show", show_record, purpose)
    shown.add_argument("number", metavar=_("NUMBER"), help=_("the identity number, credit code or licence number"))
    shown.flag("--in-full", _("do not mask names, numbers and contents"))
    _add_reader(shown)
    purpose = _("List the feeds: last batch, age, refused rows. Return 1 if one is late.")
    parser.add_command("feeds", list_feeds, purpose)


def _add_reader(parser: Parser) -> None:
    parser.option("--purpose", _("why: {purposes}").format(purposes=", ".join(PURPOSES)), value=_("WHY"), required=True)
    parser.option("--admin", _("the staff number of the reading administrator"), value=_("NUMBER"), required=True)
    parser.option("--pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)


def list_found(args: Namespace) -> int:
    """Print what a search finds, masked. Return 1 if that is nobody."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.registry.search import FindRegistered
    from clerk_app.roles.admin.registry_service import build_query
    from clerk_app.roles.admin.registry_tables import tabulate_found

    with opened_office(args.office) as office:
        command = FindRegistered(purpose=args.purpose, personal=build_query(args.text))
        table = tabulate_found(_ask(office, command, sign_in(office, args)).found)
        print_table(table)
    return 0 if table.rows else 1


def show_record(args: Namespace) -> int:
    """Print the record that a number means. Raises BadData unless there is exactly one."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.registry.reading import ReadRegistered, UnmaskRegistered
    from clerk_app.registry.search import FindRegistered
    from clerk_app.roles.admin.registry_record import RecordBuilder
    from clerk_app.roles.admin.registry_service import build_query

    with opened_office(args.office) as office:
        actor = sign_in(office, args)
        find = FindRegistered(purpose=args.purpose, personal=build_query(args.number))
        found = _ask(office, find, actor).found
        if len(found) != 1:
            raise BadData("The registry has nobody with this number or name.")
        subject = found[0].subject
        read = (
            UnmaskRegistered(subject=subject, purpose=args.purpose)
            if args.in_full
            else ReadRegistered(subject=subject, purpose=args.purpose)
        )
        answer = _ask(office, read, actor)
        if answer.record is None:
            raise BadData("The registry has nobody with this number or name.")
        view = RecordBuilder(office, answer.record).build(args.purpose)
    print_line(view.title)
    for table in view.tables:
        print_line("")
        print_line(f"{table.title} {len(table.rows)}")
        print_table(table)
    return 0


def list_feeds(args: Namespace) -> int:
    """Print the state of each feed, and the rows that were refused last. Return 1 if a feed is late."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.registry import feed_states
    from clerk_app.roles.admin.registry_tables import describe_feed, tabulate_feeds

    with opened_office(args.office, read_only=True) as office:
        require_registry(office)
        with office.store.read() as tx:
            feeds = list(feed_states.list_feeds(tx, office.now))
        print_table(tabulate_feeds(office, feeds))
        for feed in feeds:
            if feed.refusals:
                print_line("")
                print_line(f"{feed.source}, {feed.kind}:")
                for label, value in [*describe_feed(office, feed)][-len(feed.refusals) :]:
                    print_line(f"  {label}  {value}")
    return 1 if any(feed.due for feed in feeds) else 0


def sign_in(office: Office, args: Namespace) -> str:
    """Return the id of the administrator whom the options name. Raises Refused if number or PIN is wrong."""
    from clerk_app.cli.console import read_existing_pin
    from clerk_app.roles.sign_in import verify_here

    require_registry(office)
    pin = read_existing_pin(args.pin_file, args.admin)
    return str(verify_here(office, args.admin, pin, "clerk registry")["id"])


def require_registry(office: Office) -> None:
    """Raise BadData at a machine that is not the center."""
    if office.door.authority is not None:
        raise BadData("The registry is at the center. Read it there, or in the administrator's mode.")


def _ask(office: Office, command: Command[Any], actor: str) -> RegistryAnswer:
    from clerk_app.roles.admin.registry_service import ask_registry

    return ask_registry(office, command, actor)


def print_table(table: RegistryTable, *, keys: str = "") -> None:
    """Print a table, with the keys of its rows in a first column titled `keys`; its sentence if it has no rows."""
    from clerk_app.cli.table_output import output_table

    if table.rows and keys:
        output_table([(keys, *table.columns), *((row.key, *row.cells) for row in table.rows)], None)
    elif table.rows:
        output_table([table.columns, *(row.cells for row in table.rows)], None)
    else:
        print_line(table.empty)
