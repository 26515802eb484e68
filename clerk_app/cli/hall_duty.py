"""`clerk hall duty`: the register of who was on duty where, as a table or CSV."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.table_output import output_table
from clerk_app.errors import BadData, Refused
from clerk_app.locales import _, localize_name, mark, translate

if TYPE_CHECKING:
    from clerk_app.composition.office import Office

_COLUMNS = (
    mark("window"),
    mark("staff number"),
    mark("name"),
    mark("state"),
    mark("reason"),
    mark("functions"),
    mark("from"),
    mark("until"),
)
_STATES = {"open": mark("open"), "paused": mark("paused")}


def add_duty_command(parser: Parser) -> None:
    """Add `duty` to the commands of `clerk hall`."""
    purpose = _("Print who was on duty at which window on a day, or write it as CSV.")
    duty = parser.add_command("duty", print_duty, purpose)
    duty.option("--day", _("the service day, as YYYY-MM-DD; without it the newest one"), value="D")
    duty.option("--hall", _("the hall, if not that of this office"), value="ID", default="")
    duty.option("--csv", _("write a file for a spreadsheet instead"), value="FILE")


def print_duty(args: Namespace) -> int:
    """Print the register of a day, or write it to a file. Raises BadData without such a day, Refused at a machine."""
    from clerk_app.cli.office_access import opened_office

    with opened_office(args.office, read_only=True) as office:
        _require_center(office)
        hall = args.hall or office.settings.hall
        rows = [[translate(column) for column in _COLUMNS], *_read_rows(office, hall, args.day or "")]
    output_table(rows, args.csv)
    return 0


def _require_center(office: Office) -> None:
    with office.store.read() as tx:
        own_node = tx.query_one("ledger.own_node")
    if own_node is not None and own_node["kind"] != "center":
        raise Refused(
            "no_center", "The register of duty is kept at the center: run `clerk hall duty` there, not at this machine."
        )


def _read_rows(office: Office, hall: str, day: str) -> list[list[str]]:
    """Return a row for each period, by window and time. Times are local; one that lasts has no end."""
    from clerk_app.hall.duty import find_duty_day, read_duty
    from clerk_app.hall.reasons import describe_reason

    with office.store.read() as tx:
        newest = find_duty_day(tx, hall)
        found = day or (newest.day if newest is not None else "")
        if tx.get("service_days", hall=hall, day=found) is None:
            raise BadData("The hall has no service day {day}.", day=found)
        windows = {row["id"]: localize_name(row["name"]) for row in tx.select("windows")}
        staff = {row["id"]: row for row in tx.select("staff")}
        cells = []
        for period in read_duty(tx, hall, found):
            person = staff.get(period.staff, {})
            ended = period.ended_at
            cells.append(
                [
                    windows.get(period.window, period.window),
                    person.get("number", period.staff),
                    person.get("name", ""),
                    translate(_STATES.get(period.state, period.state)),
                    describe_reason("pause", period.reason),
                    "".join(period.categories),
                    f"{office.local_time(period.began_at):%Y-%m-%d %H:%M}",
                    f"{office.local_time(ended):%Y-%m-%d %H:%M}" if ended is not None else "",
                ]
            )
    return cells
