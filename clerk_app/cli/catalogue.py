"""`clerk catalogue`: check a folder of catalogue files, publish it, show the published catalogue."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.administrator import add_admin_options, find_actor
from clerk_app.cli.arguments import Parser
from clerk_app.cli.console import print_json, print_line
from clerk_app.errors import BadData
from clerk_app.locales import _, current_language, format_list

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


def check_folder(args: Namespace) -> int:
    """Print every mistake as `file:line: field: sentence`; return 1 if there is any, else 0."""
    from clerk_app.composition.catalogue_files import check_catalogue

    mistakes = check_catalogue(args.path)
    if args.json:
        print_json({"mistakes": [asdict(mistake) for mistake in mistakes]})
        return 1 if mistakes else 0
    for mistake in mistakes:
        print_line(str(mistake))
    if mistakes:
        return 1
    print_line(_("The catalogue in {folder} has no mistakes.").format(folder=args.path))
    print_line(_("SHA-256 of what is published: {digest}").format(digest=_compute_digest(args.path)))
    return 0


def _compute_digest(folder: Path) -> str:
    """Return the digest that a second administrator compares before confirming a publication."""
    from clerk_app.catalogue.loader import load_folder

    return sha256(load_folder(folder).to_bytes()).hexdigest()


def publish_folder(args: Namespace) -> int:
    """Publish the catalogue in a folder. Raises BadData if it has mistakes, Refused if its version is not newer."""
    from clerk_app.cli.office_access import opened_office, publish_catalogue
    from clerk_app.composition.catalogue_files import load_catalogue

    catalogue = load_catalogue(args.path)
    with opened_office(args.office) as office:
        recomputed = publish_catalogue(office, catalogue, find_actor(office, args, "clerk catalogue publish"))
    print_line(
        _("Version {version} of {name} is in force.").format(version=catalogue.version, name=_localized(catalogue.name))
    )
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
        for one_thing in catalogue.one_things:
            print_line(f"  {one_thing.id}  {_summary(one_thing)}")
        return 0
    try:
        one_thing = catalogue.one_thing(args.one_thing)
    except KeyError:
        known = format_list(one_thing.id for one_thing in catalogue.one_things)
        raise BadData("Unknown one thing: {id}. Known ones: {known}", id=args.one_thing, known=known) from None
    _print_one_thing(catalogue, one_thing)
    return 0


def _print_one_thing(catalogue: Catalogue, one_thing: OneThing) -> None:
    print_line(_summary(one_thing))
    for matter_id in one_thing.matters:
        matter = catalogue.matter(matter_id)
        organ = _localized(catalogue.organ(matter.organ).name)
        days = _("{days} working days").format(days=matter.promised_days)
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
        page = guide.to_page(current_language(), office.catalogue().papers)
    for line in preview_lines(page, 80):
        print_line(line.rstrip())
    return 0
