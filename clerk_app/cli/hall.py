"""`clerk hall`: the measures of a day as a table or CSV; appointments and duty are in modules of their own."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_line
from clerk_app.cli.csv_file import write_csv
from clerk_app.cli.hall_appointments import add_appointment_commands
from clerk_app.cli.hall_duty import add_duty_command
from clerk_app.errors import BadData
from clerk_app.locales import _, mark, translate

if TYPE_CHECKING:
    from clerk_app.composition.office import Office
    from clerk_app.hall.day_measures import MeasureRow

_COLUMNS = (
    mark("group"),
    mark("name"),
    mark("visits"),
    mark("wait mean (min)"),
    mark("wait median (min)"),
    mark("wait 90 % (min)"),
    mark("way mean (min)"),
    mark("way median (min)"),
    mark("way 90 % (min)"),
    mark("service mean (min)"),
    mark("service median (min)"),
    mark("service 90 % (min)"),
    mark("idle (min)"),
    mark("without service"),
)
_GROUP_NAMES = {
    "all": mark("whole hall"),
    "category": mark("ticket category"),
    "window": mark("window"),
    "clerk": mark("clerk"),
    "hour": mark("hour"),
}


def describe(parser: Parser) -> None:
    """Add the commands of `clerk hall`."""
    measures = parser.add_command(
        "measures", print_measures, _("Print waits, ways, services and idle times of a day, or write them as CSV.")
    )
    measures.option("--day", _("the service day, as YYYY-MM-DD; without it the newest one"), value="D")
    measures.option("--csv", _("write a file for a spreadsheet instead"), value="FILE")
    add_duty_command(parser)
    add_appointment_commands(parser)


def print_measures(args: Namespace) -> int:
    """Print the measures of a day, or write them to a file. Raises BadData without such a day."""
    from clerk_app.cli.office_access import opened_office

    with opened_office(args.office, read_only=True) as office:
        rows = [[translate(column) for column in _COLUMNS], *_read_rows(office, args.day or "")]
    if args.csv:
        write_csv(Path(args.csv), rows)
        print_line(_("Written: {file}").format(file=args.csv))
        return 0
    for row in rows:
        print_line("\t".join(row))
    return 0


def _read_rows(office: Office, day: str) -> list[list[str]]:
    from clerk_app.hall.day_measures import compute_measures
    from clerk_app.hall.estimate_inputs import measure_coverage, read_estimated_tickets, read_widening
    from db.hall_reports import find_day, read_day

    hall = office.settings.hall
    found = find_day(office.store, hall, day)
    if found is None:
        raise BadData("The hall has no service day {day}.", day=day)
    rows = read_day(office.store, found)
    measures = compute_measures(rows, office.corrected_now, lambda at: office.local_time(at).hour)
    with office.store.read() as tx:
        names = {
            "window": {row["id"]: row["name"] for row in tx.select("windows")},
            "clerk": {row["id"]: row["name"] for row in tx.select("staff")},
            "category": {category.letter: category.name.localized() for category in office.settings.categories},
        }
        coverage = measure_coverage(read_estimated_tickets(tx, hall, found.day), read_widening(tx, hall, found.day))
    cells = [_format_row(row, names.get(row.grouping, {})) for row in measures]
    visits = sorted(rows.visits_of_cases.values())
    cells.append([_("cases with more than one visit"), "", str(sum(count > 1 for count in visits))])
    cells.append([_("cases that somebody came for"), "", str(len(visits))])
    percent = "" if coverage.percent is None else str(coverage.percent)
    cells.append([_("waits inside the estimated range (%)"), str(coverage.count), percent])
    return cells


def _format_row(row: MeasureRow, names: dict[str, str]) -> list[str]:
    figures = [value for part in (row.wait, row.way, row.service) for value in (part.mean, part.median, part.p90)]
    minutes = ["" if value is None else f"{value / 60:.1f}" for value in (*figures, row.idle)]
    name = names.get(row.key, row.key)
    return [translate(_GROUP_NAMES[row.grouping]), name, str(row.visits), *minutes, str(row.unserved)]
