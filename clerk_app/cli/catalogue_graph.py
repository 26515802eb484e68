"""`clerk catalogue graph`: draw the matters of a one thing in parallel and one after another."""

from __future__ import annotations

import shutil
from argparse import Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.cli.catalogue_source import add_answer_options, add_folder_option, load_source, make_answered_plan
from clerk_app.cli.console import print_json, print_line
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.plan import Plan

_MOST_CELLS = 160


def describe_graph(parser: Parser) -> None:
    """Add `clerk catalogue graph`."""
    purpose = _("Draw the matters of a one thing in parallel and one after another, with the critical path.")
    graph = parser.add_command("graph", draw_graph, purpose)
    graph.add_argument("one_thing", nargs="?", metavar=_("ONE_THING"), help=_("its id; without it, all"))
    add_folder_option(graph)
    add_answer_options(graph)
    graph.flag("--json", _("one JSON object: one_things"))
    graph.flag("--dot", _("the graph in the language of Graphviz"))


def draw_graph(args: Namespace) -> int:
    """Draw one thing, or all. Raises BadData for an unknown one, or a folder with mistakes."""
    catalogue = load_source(args)
    names = [args.one_thing] if args.one_thing else [one_thing.id for one_thing in catalogue.one_things]
    plans = [make_answered_plan(catalogue, name, args, datetime.now(UTC).date())[0] for name in names]
    if args.json:
        print_json({"one_things": [_describe_plan(plan) for plan in plans]})
    elif args.dot:
        for plan in plans:
            _print_dot(catalogue, plan)
    else:
        _print_charts(catalogue, plans)
    return 0


def _print_charts(catalogue: Catalogue, plans: list[Plan]) -> None:
    from clerk_app.roles.plan_chart import draw_plan

    width = min(_MOST_CELLS, shutil.get_terminal_size((80, 24)).columns)
    for number, plan in enumerate(plans):
        if number:
            print_line("")
        for line in draw_plan(catalogue, plan, width):
            print_line(line)


def _describe_plan(plan: Plan) -> dict[str, object]:
    from clerk_app.catalogue.plan_course import project_course

    course = project_course(plan)
    return {
        "id": plan.one_thing.id,
        "days": course.days,
        "promised_days": plan.one_thing.promised_days,
        "serial_days": course.serial_days,
        "critical_path": plan.critical_path,
        "decided_by": sorted({matter.planned.organ for matter in course.last}),
        "matters": [
            {
                "id": matter.id,
                "organ": matter.planned.organ,
                "begins": matter.begins,
                "decided": matter.decided,
                "issued": matter.issued,
                "serial_begins": matter.serial_begins,
                "critical": matter.critical,
                "after": [{"matter": arrow.matter, "join": arrow.join} for arrow in matter.planned.after],
            }
            for matter in course.matters
        ],
    }


def _print_dot(catalogue: Catalogue, plan: Plan) -> None:
    from clerk_app.roles.formatting import localize

    print_line(f'digraph "{plan.one_thing.id}" {{ rankdir=LR; node [shape=box];')
    for planned in plan.active_matters:
        organ = localize(catalogue.organ(planned.organ).name)
        label = "\\n".join((localize(planned.matter.name), organ, str(planned.promised_days)))
        bold = ", style=bold" if planned.id in plan.critical_path else ""
        print_line(f'  "{planned.id}" [label="{label.replace(chr(34), chr(39))}"{bold}];')
        for arrow in planned.after:
            style = {"finished": "solid", "committed": "dashed", "lead": "dotted"}[arrow.join]
            print_line(f'  "{arrow.matter}" -> "{planned.id}" [style={style}];')
    print_line("}")
