"""`clerk catalogue`: check a folder of catalogue files, publish it, show what is in force."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.output import say, say_json
from clerk_app.errors import BadData
from clerk_app.locales import _, current_language, format_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, OneThing, Text


def describe(parser: Parser) -> None:
    """The acts on catalogues."""
    check = parser.act("check", check_folder, _("Name every mistake by file, line and field."))
    check.add_argument("path", type=Path, metavar=_("DIR"), help=_("the folder of the catalogue"))
    check.flag("--json", _("one JSON object: mistakes"))
    publish = parser.act("publish", publish_folder, _("Put a new version in force; cases under way keep theirs."))
    publish.add_argument("path", type=Path, metavar=_("DIR"), help=_("the folder of the catalogue"))
    show = parser.act("show", show_catalogue, _("Show what is offered, or what one thing consists of."))
    show.add_argument("one_thing", nargs="?", metavar=_("ONE_THING"), help=_("its id"))


def check_folder(args: Namespace) -> int:
    """Prints every mistake as `file:line: field: sentence`; 1 if there is one."""
    from clerk_app.catalogue.loader import check_folder

    mistakes = check_folder(args.path)
    if args.json:
        say_json({"mistakes": [asdict(one) for one in mistakes]})
        return 1 if mistakes else 0
    for mistake in mistakes:
        say(str(mistake))
    if mistakes:
        return 1
    say(_("The catalogue in {folder} has no mistakes.").format(folder=args.path))
    return 0


def publish_folder(args: Namespace) -> int:
    """Publishes the catalogue in a folder."""
    from clerk_app.catalogue.loader import load_folder
    from clerk_app.cli.opened import opened
    from clerk_app.cli.setting_up import publish

    catalogue = load_folder(args.path)
    with opened(args.office) as office:
        publish(office, catalogue)
    say(_("Version {version} of {name} is in force.").format(version=catalogue.version, name=_words(catalogue.name)))
    return 0


def show_catalogue(args: Namespace) -> int:
    """Prints the one things of the catalogue in force, or the matters of one of them."""
    from clerk_app.cli.opened import opened

    with opened(args.office) as office:
        catalogue = office.catalogue()
    if args.one_thing is None:
        say(_("{name}, version {version}").format(name=_words(catalogue.name), version=catalogue.version))
        for one in catalogue.one_things:
            say(f"  {one.id}  {_summary(one)}")
        return 0
    try:
        one = catalogue.one_thing(args.one_thing)
    except KeyError:
        known = format_list(one.id for one in catalogue.one_things)
        raise BadData("There is no one thing {id}. There are: {known}", id=args.one_thing, known=known) from None
    _show_one_thing(catalogue, one)
    return 0


def _show_one_thing(catalogue: Catalogue, one: OneThing) -> None:
    say(_summary(one))
    for name in one.matters:
        matter = catalogue.matter(name)
        organ = _words(catalogue.organ(matter.organ).name)
        days = _("{days} working days").format(days=matter.promised_days)
        say(f"  {matter.id}  {_words(matter.name)}  {organ}  {days}")
        for material in matter.materials:
            say(f"    - {_words(catalogue.material(material).name)}")


def _summary(one: OneThing) -> str:
    sentence = _("{name}: {matters} matters in {days} working days")
    return sentence.format(name=_words(one.name), matters=len(one.matters), days=one.promised_days)


def _words(text: Text) -> str:
    return text.in_language(current_language())
