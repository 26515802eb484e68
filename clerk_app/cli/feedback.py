"""`clerk feedback`: the complaints of citizens that are not answered, and one of them in full."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.cli.table_output import output_table
from clerk_app.errors import Refused
from clerk_app.locales import _, current_language, mark, translate

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from db.engines import Row

_COLUMNS = (
    mark("number"),
    mark("due"),
    mark("filed"),
    mark("hall"),
    mark("category"),
    mark("ticket"),
    mark("case"),
)


def describe(parser: Parser) -> None:
    """Add the commands of `clerk feedback`."""
    listed = parser.add_command("list", print_complaints, _("List the complaints that are open, by their due date."))
    listed.option("--hall", _("only those of this hall"), value="ID", default="")
    listed.option("--csv", _("write a file for a spreadsheet instead"), value="FILE")
    shown = parser.add_command("show", show_complaint, _("Show a complaint in full, at the center; it is recorded."))
    shown.add_argument("number", metavar="NUMBER", help=_("number of the complaint"))


def print_complaints(args: Namespace) -> int:
    """Print the open complaints, or write them to a file."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.feedback.complaints import list_open_complaints

    with opened_office(args.office, read_only=True) as office, office.store.read() as tx:
        rows = [_format_row(office, row) for row in list_open_complaints(tx, args.hall)]
    output_table([[translate(column) for column in _COLUMNS], *rows], args.csv)
    return 0


def show_complaint(args: Namespace) -> int:
    """Print a complaint with text and contact. Raises Refused without such a complaint, and at another machine."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.feedback.complaints import ReadComplaint
    from clerk_app.people import SYSTEM
    from clerk_app.text.display import display_text

    with opened_office(args.office) as office:
        if office.door.authority is not None:
            raise Refused("no_center", "Text and contact of complaints are kept at the center: run this command there.")
        office.door.perform(ReadComplaint(complaint=args.number), SYSTEM)
        with office.store.read() as tx:
            row = tx.get("complaints", number=args.number) or {}
        cells = _format_row(office, row)
    for name, value in zip(_COLUMNS, cells, strict=True):
        print_line(f"{translate(name)}: {value}")
    print_line(_("text: {text}").format(text=display_text(row["text"] or "")))
    print_line(_("contact: {contact}").format(contact=display_text(row["contact"] or "")))
    return 0


def _format_row(office: Office, row: Row) -> list[str]:
    category = office.catalogue_frame().city_policy.feedback.find_category(row["category"])
    name = category.name.in_language(current_language()) if category is not None else row["category"]
    return [
        row["number"],
        f"{office.local_time(row['due_at']):%Y-%m-%d}",
        f"{office.local_time(row['filed_at']):%Y-%m-%d %H:%M}",
        row["hall"],
        name,
        row["ticket"],
        row["case_number"],
    ]
