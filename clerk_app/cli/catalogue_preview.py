"""`clerk catalogue preview`: what clerk and citizen will see of a one thing, without publishing it."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from clerk_app.cli.arguments import Parser
from clerk_app.cli.catalogue_source import add_answer_options, make_answered_plan
from clerk_app.cli.console import print_line
from clerk_app.locales import _, current_language


def describe_preview(parser: Parser) -> None:
    """Add `clerk catalogue preview`."""
    purpose = _("Show form, materials, dates and guide of a one thing of a folder, without publishing it.")
    preview = parser.add_command("preview", show_preview, purpose)
    preview.add_argument("path", type=Path, metavar=_("DIR"), help=_("the folder of the catalogue"))
    preview.add_argument("one_thing", metavar=_("ONE_THING"), help=_("its id"))
    add_answer_options(preview)


def show_preview(args: Namespace) -> int:
    """Print the preview as of today. Raises BadData for a folder with mistakes, an unknown id or a wrong answer."""
    from clerk_app.composition.catalogue_files import load_catalogue
    from clerk_app.paper.printers.preview import preview_lines
    from clerk_app.roles.catalogue_preview import preview_one_thing
    from clerk_app.roles.service_guide import build_service_guide

    catalogue, now = load_catalogue(args.path), datetime.now(UTC)
    plan, answers = make_answered_plan(catalogue, args.one_thing, args, now.date())
    for line in preview_one_thing(catalogue, plan, answers, now):
        print_line(line)
    print_line("")
    office = catalogue.city.in_language(current_language())
    guide = build_service_guide(catalogue, args.one_thing, office=office, phone="-", today=now.date())
    for line in preview_lines(guide.to_page(current_language(), catalogue.papers), 80):
        print_line(line.rstrip())
    return 0
