"""`clerk catalogue reductions`: days, steps, papers and visits of one things: before, promised and measured."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from clerk_app.cli.arguments import Parser, WrongUsage
from clerk_app.cli.console import print_json, print_line, print_table
from clerk_app.locales import _, mark


def describe_reductions(parser: Parser) -> None:
    """Add `clerk catalogue reductions`."""
    purpose = _("Show days, steps, papers and visits of finished cases next to what is promised.")
    reductions = parser.add_command("reductions", print_reductions, purpose)
    reductions.add_argument("one_thing", nargs="?", metavar=_("ONE_THING"), help=_("its id; without it, all"))
    add_period_options(reductions)
    reductions.option("--csv", _("write a file for a spreadsheet instead"), value="FILE")
    reductions.flag("--json", _("one JSON object: one_things"))


def add_period_options(parser: Parser) -> None:
    """Add the options that name a period."""
    parser.option("--quarter", _("a quarter, as 2026-Q2; without it the current one"), value="Q")
    parser.option("--from", _("first day, as YYYY-MM-DD, instead of a quarter"), value="D")
    parser.option("--to", _("last day, as YYYY-MM-DD; with --from"), value="D")


def find_period(args: Namespace, today_quarter: str) -> tuple[str, str]:
    """Return first and last day of the named period. Raises BadData, WrongUsage."""
    from clerk_app.cases.measured.quarters import parse_quarter

    first, last = getattr(args, "from"), args.to
    if bool(first) != bool(last) or (first and args.quarter):
        raise WrongUsage(mark("A period is either --quarter, or --from and --to."))
    if first:
        return first, last
    quarter = parse_quarter(args.quarter or today_quarter)
    return quarter.first_day.isoformat(), quarter.last_day.isoformat()


def print_reductions(args: Namespace) -> int:
    """Print the measured reductions of a period, or write them. Raises BadData for a wrong day or quarter."""
    from msgspec.structs import replace

    from clerk_app.cases.measured.quarters import find_quarter
    from clerk_app.cases.measured.report import report_reductions
    from clerk_app.cli.office_access import opened_office
    from clerk_app.roles.csv_file import write_csv
    from clerk_app.roles.reductions import build_csv, build_json, build_rows, build_table, describe_report

    with opened_office(args.office, read_only=True) as office, office.store.read() as tx:
        first, last = find_period(args, str(find_quarter(office.local_time().date())))
        report = report_reductions(tx, first, last)
        if args.one_thing:
            chosen = tuple(each for each in report.one_things if each.one_thing == args.one_thing)
            report = replace(report, one_things=chosen)
        rows = build_rows(tx, report)
    if args.json:
        print_json(build_json(report, rows))
        return 0
    if args.csv:
        write_csv(Path(args.csv), build_csv(report, rows))
        print_line(_("Written: {file}").format(file=args.csv))
        return 0
    print_line(_("Cases whose results were handed over from {first} to {last}").format(first=first, last=last))
    for sentence in describe_report(report):
        print_line(sentence)
    if rows:
        print_line(_("Each figure: before > promised > measured (median; of few cases the range)."))
        print_table(build_table(rows))
    for row in rows:
        print_line("")
        print_line(f"{row.name} ({row.one_thing})")
        for line in row.lines:
            print_line(f"  {line}")
    return 0
