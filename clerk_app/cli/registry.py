"""`clerk registry`: import of a file of another register, erasure of one person or organisation, reading."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.cli.registry_corrections import describe_corrections
from clerk_app.cli.registry_names import check_one, describe_names
from clerk_app.cli.registry_promises import describe_promises
from clerk_app.cli.registry_reading import describe_reading
from clerk_app.errors import BadData
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.registry.file_import import RowMistake


def describe(parser: Parser) -> None:
    """Add the commands of `clerk registry`."""
    purpose = _("Import a file: .csv, .xlsx or .jsonl. Run again to continue an interrupted import.")
    imported = parser.add_command("import", import_file, purpose)
    imported.add_argument("path", type=Path, metavar=_("FILE"), help=_("the first row names the columns"))
    imported.option("--source", _("the register that sent it, such as population"), value=_("NAME"), required=True)
    imported.flag("--dry-run", _("check the file and import nothing"))
    add_admin_options(imported)
    purpose = _("Erase a person or organisation of the registry, with licences and relations.")
    erase = parser.add_command("erase", erase_subject, purpose)
    erase.add_argument("number", metavar=_("NUMBER"), help=_("the identity number or credit code"))
    erase.option("--reason", _("the reason; it is stored"), value=_("TEXT"), required=True)
    erase.option("--admin", _("the staff number of the responsible administrator"), value=_("NUMBER"), required=True)
    erase.option("--pin-file", _("a file whose first line is their PIN"), value=_("FILE"), type=Path)
    describe_reading(parser)
    describe_corrections(parser)
    describe_promises(parser)
    names = _("Enterprise names: import the register, check a name.")
    describe_names(parser.add_command("names", check_one, names))


def import_file(args: Namespace) -> int:
    """Import a file; print a sentence for each row that is refused, and the numbers. Return 1 if one is refused."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.registry.file_import import FileImport
    from clerk_app.registry.rows import ROW_KINDS
    from clerk_app.registry.source_files import open_source_file
    from clerk_app.text.cleaning import clean_text

    path: Path = args.path

    def report(mistake: RowMistake) -> None:
        place = _("{file}, row {row}").format(file=path.name, row=mistake.row)
        if mistake.column:
            place = _("{file}, row {row}, column {column}").format(
                file=path.name, row=mistake.row, column=mistake.column
            )
        print_line(f"{place}: {mistake.why}")

    with opened_office(args.office, read_only=args.dry_run) as office:
        if office.door.authority is not None:
            raise BadData("The registry is at the center. Import the file there.")
        actor = find_actor(office, args, "clerk registry import")
        done = FileImport(
            office.door,
            open_source_file(path),
            clean_text(args.source),
            actor,
            is_dry_run=args.dry_run,
            today=office.local_time().date(),
            report_mistake=report,
        ).run()
    print_line(
        _("{kind}: {new} new, {changed} changed, {unchanged} unchanged, {refused} refused.").format(
            kind=_(ROW_KINDS[done.kind]),
            new=done.new,
            changed=done.changed,
            unchanged=done.unchanged,
            refused=done.refused,
        )
    )
    if args.dry_run:
        print_line(_("Nothing was imported."))
    return 1 if done.refused else 0


def erase_subject(args: Namespace) -> int:
    """Erase a person or organisation as the named administrator, then purge the old bytes from the store's files.

    Return 1 if a reader prevented the purge, else 0. Raises Refused if number or PIN is wrong.
    """
    from clerk_app.cli.console import read_existing_pin
    from clerk_app.cli.db_backup import purge_old_versions
    from clerk_app.cli.office_access import opened_office
    from clerk_app.registry.erasure import EraseRegistered
    from clerk_app.roles.sign_in import verify_here
    from clerk_app.text.cleaning import clean_code

    pin = read_existing_pin(args.pin_file, args.admin)
    with opened_office(args.office) as office:
        staff = verify_here(office, args.admin, pin, "clerk registry erase")
        with office.store.read() as tx:
            row = tx.query_one("people.subject_by_number", number=clean_code(args.number))
        if row is None:
            raise BadData("The city knows nobody with the number {number}.", number=args.number)
        erased = office.door.perform(EraseRegistered(subject=row["id"], reason=args.reason), staff["id"])
        for digest in erased.attachments:
            office.attachments.remove(digest)
        is_purged = purge_old_versions(office.store)
    print_line(_("The personal data is erased; the other rows of each batch stay."))
    if not is_purged:
        print_line(
            _("A reader still holds old rows: run this again when nobody works, so that the file is purged too.")
        )
    return 0 if is_purged else 1
