"""`clerk catalogue`: check a folder of catalogue files, publish it, show the published catalogue."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser
from clerk_app.cli.catalogue_diff import describe_diff, describe_use, read_use
from clerk_app.cli.catalogue_export import describe_export
from clerk_app.cli.catalogue_graph import describe_graph
from clerk_app.cli.catalogue_import import describe_import
from clerk_app.cli.catalogue_new import describe_new
from clerk_app.cli.catalogue_preview import describe_preview
from clerk_app.cli.catalogue_promises import describe_promises
from clerk_app.cli.catalogue_reductions import describe_reductions
from clerk_app.cli.catalogue_source import require_one_thing
from clerk_app.cli.console import print_json, print_line, print_table
from clerk_app.locales import _, current_language

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, OneThing, Text


def describe(parser: Parser) -> None:
    """Add the subcommands of `clerk catalogue`."""
    check = parser.add_command("check", check_folder, _("Name every mistake by file, line and field."))
    check.add_argument("path", type=Path, metavar=_("DIR"), help=_("the folder of the catalogue"))
    check.flag("--json", _("one JSON object: mistakes"))
    publish = parser.add_command(
        "publish", publish_folder, _("Put a new version in force; cases under way keep theirs.")
    )
    publish.add_argument("path", type=Path, metavar=_("DIR"), help=_("the folder of the catalogue"))
    add_admin_options(publish)
    show = parser.add_command("show", show_catalogue, _("Show what is offered, or what one thing consists of."))
    show.add_argument("one_thing", nargs="?", metavar=_("ONE_THING"), help=_("its id"))
    guide = parser.add_command("guide", print_guide, _("Print the service guide of a one thing."))
    guide.add_argument("one_thing", metavar=_("ONE_THING"), help=_("its id"))
    describe_graph(parser)
    describe_new(parser)
    describe_preview(parser)
    describe_diff(parser)
    describe_import(parser)
    describe_reductions(parser)
    describe_promises(parser)
    describe_export(parser)


def check_folder(args: Namespace) -> int:
    """Print every mistake as `file:line: field: sentence`; return 1 if there is any, else 0."""
    from clerk_app.composition.catalogue_files import read_and_check

    catalogue, mistakes = read_and_check(args.path)
    if args.json:
        print_json({"mistakes": [asdict(mistake) for mistake in mistakes]})
        return 1 if mistakes else 0
    for mistake in mistakes:
        print_line(str(mistake))
    if catalogue is None:
        return 1
    print_line(_("The catalogue in {folder} has no mistakes.").format(folder=args.path))
    print_line(_("SHA-256 of what is published: {digest}").format(digest=compute_digest(catalogue)))
    return 0


def compute_digest(catalogue: Catalogue) -> str:
    """Return the digest that a second administrator compares before confirming a publication."""
    return sha256(catalogue.to_bytes()).hexdigest()


def publish_folder(args: Namespace) -> int:
    """Publish the catalogue in a folder. Raises BadData if it has mistakes, Refused if its version is not newer."""
    from clerk_app.cli.office_access import opened_office, publish_catalogue
    from clerk_app.composition.catalogue_files import load_catalogue

    catalogue = load_catalogue(args.path)
    with opened_office(args.office) as office:
        recomputed = publish_catalogue(office, catalogue, find_actor(office, args, "clerk catalogue publish"))
        uses = read_use(office)
    print_line(
        _("Version {version} of {name} is in force.").format(version=catalogue.version, name=_localized(catalogue.name))
    )
    print_line(_("SHA-256 of what is published: {digest}").format(digest=compute_digest(catalogue)))
    for line in describe_use((), uses):
        print_line(line)
    if recomputed:
        print_line(
            _("The calendar changed. Open cases whose dates were computed again: {count}.").format(count=recomputed)
        )
    return 0


def show_catalogue(args: Namespace) -> int:
    """Print the one things of the published catalogue, or the matters of one of them."""
    from clerk_app.cli.office_access import opened_office

    with opened_office(args.office) as office:
        catalogue = office.catalogue()
    if args.one_thing is None:
        print_line(_("{name}, version {version}").format(name=_localized(catalogue.name), version=catalogue.version))
        from clerk_app.cli.catalogue_figures import list_figures

        print_table(list_figures(catalogue))
        return 0
    require_one_thing(catalogue, args.one_thing)
    _print_one_thing(catalogue, catalogue.one_thing(args.one_thing))
    return 0


def _print_one_thing(catalogue: Catalogue, one_thing: OneThing) -> None:
    from clerk_app.roles.formatting import format_working_days

    print_line(_summary(one_thing))
    for matter_id in one_thing.matters:
        matter = catalogue.matter(matter_id)
        organ = _localized(catalogue.organ(matter.organ).name)
        days = format_working_days(matter.promised_days)
        print_line(f"  {matter.id}  {_localized(matter.name)}  {organ}  {days}")
        for material in dict.fromkeys(name for _where, name in matter.material_places()):
            print_line(f"    - {_localized(catalogue.material(material).name)}")


def _summary(one_thing: OneThing) -> str:
    sentence = _("{name}: {matters} matters in {days} working days")
    return sentence.format(
        name=_localized(one_thing.name), matters=len(one_thing.matters), days=one_thing.promised_days
    )


def _localized(text: Text) -> str:
    return text.in_language(current_language())


def print_guide(args: Namespace) -> int:
    """Print the service guide of a one thing of the published catalogue. Raises BadData for an unknown id."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.paper.printers.preview import preview_lines
    from clerk_app.roles.service_guide import build_service_guide

    with opened_office(args.office) as office:
        guide = build_service_guide(
            office.catalogue(),
            args.one_thing,
            office=office.settings.name.localized(),
            phone=office.settings.phone,
            today=office.local_time().date(),
        )
        page = guide.to_page(current_language(), office.catalogue_frame().papers)
    for line in preview_lines(page, 80):
        print_line(line.rstrip())
    return 0
