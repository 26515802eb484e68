"""`clerk hall`: the measures of a day as a table or CSV; appointments, duty and zones are in modules of their own."""

from __future__ import annotations

from argparse import Namespace

from clerk_app.cli.arguments import Parser
from clerk_app.cli.hall_appointments import add_appointment_commands
from clerk_app.cli.hall_duty import add_duty_command
from clerk_app.cli.hall_zones import add_zone_command
from clerk_app.cli.table_output import output_table
from clerk_app.locales import _


def describe(parser: Parser) -> None:
    """Add the commands of `clerk hall`."""
    measures = parser.add_command(
        "measures", print_measures, _("Print waits, ways, services and idle times of a day, or write them as CSV.")
    )
    measures.option("--day", _("the service day, as YYYY-MM-DD; without it the newest one"), value="D")
    measures.option("--csv", _("write a file for a spreadsheet instead"), value="FILE")
    add_duty_command(parser)
    add_appointment_commands(parser)
    add_zone_command(parser)


def print_measures(args: Namespace) -> int:
    """Print the measures of a day, or write them to a file. Raises BadData without such a day."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.hall.day_report import report_day
    from clerk_app.roles.measure_table import build_table

    with opened_office(args.office, read_only=True) as office, office.store.read() as tx:
        report = report_day(tx, office.settings.hall, args.day or "", office.corrected_now)
        rows = build_table(office, tx, report)
    output_table(rows, args.csv)
    return 0
