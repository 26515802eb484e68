"""`clerk catalogue diff`: what a new version changes, and what that means for cases under way."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.cases.catalogue_use import VersionUse
    from clerk_app.catalogue.difference import Difference
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.composition.office import Office

_MOST_ITEMS = 200  # printed in full; a first import of a city has thousands


def describe_diff(parser: Parser) -> None:
    """Add `clerk catalogue diff`."""
    purpose = _("Show what a folder changes: days, papers, fees, conditions, organs; and cases under way.")
    diff = parser.add_command("diff", show_diff, purpose)
    diff.add_argument("path", type=Path, metavar=_("DIR"), help=_("the folder of the catalogue"))
    words = _("a newer folder, to compare two folders in place of the published catalogue and a folder")
    diff.add_argument("newer", nargs="?", type=Path, metavar=_("NEWER"), help=words)
    diff.flag("--all", _("print all items, also if there are thousands"))
    diff.flag("--json", _("one JSON object: differences, in_use"))


def show_diff(args: Namespace) -> int:
    """Print the differences. Raises BadData for a folder with mistakes, or without a published catalogue."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.catalogue_files import load_catalogue

    newer = load_catalogue(args.newer or args.path)
    if args.newer is not None:
        print_diff(load_catalogue(args.path), newer, (), args)
        return 0
    with opened_office(args.office, read_only=True) as office:
        print_diff(office.catalogue(), newer, read_use(office), args)
    return 0


def read_use(office: Office) -> tuple[VersionUse, ...]:
    """Return how many cases and drafts are under way under each version."""
    from clerk_app.cases.catalogue_use import read_version_use

    with office.store.read() as tx:
        return read_version_use(tx)


def print_changes(office: Office, newer: Catalogue) -> None:
    """Print what a catalogue changes compared with the one in force, and what that means for cases under way."""
    from clerk_app.catalogue.difference import compare_catalogues

    before = office.catalogue()
    differences = compare_catalogues(before, newer)
    print_differences(before, newer, differences)
    for line in describe_use(differences, read_use(office)):
        print_line(line)


def print_diff(before: Catalogue, after: Catalogue, uses: tuple[VersionUse, ...], args: Namespace) -> None:
    """Print the differences between two catalogues, and what they mean for cases under way."""
    from clerk_app.catalogue.difference import compare_catalogues

    differences = compare_catalogues(before, after)
    if args.json:
        _print_json(differences, uses)
        return
    sentence = _("Version {old} > version {new}: {count} differences.")
    print_line(sentence.format(old=before.version, new=after.version, count=len(differences)))
    print_differences(before, after, differences, most=len(differences) if args.all else _MOST_ITEMS)
    for line in describe_use(differences, uses):
        print_line(line)


def print_differences(
    before: Catalogue, after: Catalogue, differences: tuple[Difference, ...], most: int = _MOST_ITEMS
) -> None:
    """Print up to `most` differences in words."""
    from clerk_app.roles.difference_words import DifferenceWords

    words = DifferenceWords(before, after)
    for difference in differences[:most]:
        for line in words.describe(difference):
            print_line(line)
    if len(differences) > most:
        print_line(_("and {count} more: --all").format(count=len(differences) - most))


def describe_use(differences: tuple[Difference, ...], uses: tuple[VersionUse, ...]) -> list[str]:
    """Return what the differences mean for the cases and drafts under way, one line a version."""
    touched = {difference.id for difference in differences if difference.section == "one_things"}
    matters = {difference.id for difference in differences if difference.section == "matters"}
    if not uses:
        return []
    lines = [_("Cases and drafts under way keep the version under which they were begun:")]
    for use in uses:
        line = "  " + _("version {version}: {cases} open cases, {drafts} drafts").format(
            version=use.version, cases=use.cases, drafts=use.drafts
        )
        concerned = use.count_concerned(touched, matters)
        if concerned:
            line += "; " + _("of these with something that changes: {count}").format(count=concerned)
        lines.append(line)
    return lines


def _print_json(differences: tuple[Difference, ...], uses: tuple[VersionUse, ...]) -> None:
    found = [
        {
            "section": difference.section,
            "id": difference.id,
            "kind": difference.kind,
            "changes": [
                {"field": change.field, "before": _plain(change.before), "after": _plain(change.after)}
                for change in difference.changes
            ],
        }
        for difference in differences
    ]
    in_use = [{"version": use.version, "cases": use.cases, "drafts": use.drafts} for use in uses]
    print_json({"differences": found, "in_use": in_use})


def _plain(value: object) -> object:
    """Return a value of a catalogue as JSON has it."""
    from pydantic_core import to_jsonable_python

    return to_jsonable_python(value, by_alias=True)
