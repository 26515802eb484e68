"""`clerk catalogue promises`: promised days of each version, and better promises proposed from a quarter."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line, print_table
from clerk_app.errors import BadData
from clerk_app.locales import _

if TYPE_CHECKING:
    from datetime import date

    from clerk_app.cases.measured.quarters import Quarter
    from clerk_app.catalogue.model import Catalogue
    from db.engines import Transaction


def describe_promises(parser: Parser) -> None:
    """Add `clerk catalogue promises`."""
    purpose = _("List promised days by version; propose better ones from the last full quarter.")
    promises = parser.add_command("promises", print_promises, purpose)
    promises.option("--quarter", _("a full quarter, as 2026-Q2; without it the last one"), value="Q")
    promises.flag("--all", _("also what has had the same promise in all versions"))
    promises.option("--write", _("write the catalogue with the proposals as a draft to an empty folder"), value="DIR")
    promises.flag("--json", _("one JSON object: versions, promises, proposals"))


def print_promises(args: Namespace) -> int:
    """Print promises and proposals, or write the draft. Raises BadData for a quarter that has not ended."""
    from clerk_app.cases.measured.promises import apply_proposals, propose_promises
    from clerk_app.cli.catalogue_export import write_folder
    from clerk_app.cli.office_access import opened_office
    from clerk_app.roles.promise_proposals import (
        build_promise_table,
        describe_proposal,
        find_name,
        list_promises,
        name_key,
    )

    with opened_office(args.office, read_only=True) as office, office.store.read() as tx:
        quarter = choose_full_quarter(args.quarter, office.local_time().date())
        versions = read_versions(tx)
        proposals = propose_promises(tx, quarter.first_day.isoformat(), quarter.last_day.isoformat())
        newest = office.catalogue()
    if args.write:
        if not proposals:
            raise BadData("No better promise follows from {quarter}; nothing was written.", quarter=str(quarter))
        source = f"measured {quarter}: nine of ten tasks took no longer"
        draft = apply_proposals(newest, proposals, source).model_copy(update={"version": newest.version + 1})
        write_folder(draft, Path(args.write))
    if args.json:
        histories = [list_promises(version) for version in versions]
        print_json(
            {
                "quarter": str(quarter),
                "versions": [version.version for version in versions],
                "promises": {
                    f"{key.section}/{name_key(key)}": [known.get(key) for known in histories] for key in histories[-1]
                },
                "proposals": [
                    {
                        "section": each.section,
                        "id": name_key(each.key),
                        "promised": each.promised,
                        "proposed": each.proposed,
                        "count": each.count,
                        "p90": each.p90,
                    }
                    for each in proposals
                ],
            }
        )
        return 0
    table = build_promise_table(versions, proposals, changed_only=not args.all)
    if len(table) > 1:
        print_line(_("Promised working days by version:"))
        print_table(table)
    else:
        print_line(
            _("Every promise is the same in all versions ({count}); --all lists them.").format(count=len(versions))
        )
    print_line(_("Better promises from {quarter}: {count}").format(quarter=quarter, count=len(proposals)))
    for each in proposals:
        print_line("  " + describe_proposal(find_name(newest, each.key), each))
    if args.write:
        sentence = _("The draft is in {folder}: clerk catalogue check, diff, then publish by two people.")
        print_line(sentence.format(folder=args.write))
    return 0


def choose_full_quarter(text: str | None, today: date) -> Quarter:
    """Return the named quarter, without a name the last one that has ended. Raises BadData if it has not ended."""
    from clerk_app.cases.measured.quarters import find_quarter, parse_quarter

    quarter = parse_quarter(text) if text else find_quarter(today).before()
    if quarter.last_day >= today:
        raise BadData("The quarter {quarter} has not ended.", quarter=str(quarter))
    return quarter


def read_versions(tx: Transaction) -> tuple[Catalogue, ...]:
    """Return the published versions of the catalogue in force, the oldest first; what cannot be read is left out."""
    from clerk_app.catalogue.publication import load_version

    row = tx.query_one("catalogue.newest_version")
    versions = []
    for published in tx.query_all("catalogue.versions"):
        if row is not None and published["catalogue"] == row["catalogue"]:
            try:
                versions.append(load_version(tx, published["catalogue"], published["version"]))
            except BadData:
                continue
    return tuple(versions)
