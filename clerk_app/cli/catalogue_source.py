"""The options that choose a catalogue, and the answers for which a one thing is planned."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from clerk_app.cli.arguments import Parser
from clerk_app.errors import BadData
from clerk_app.locales import _, format_list

if TYPE_CHECKING:
    from datetime import date

    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.plan import Plan


def add_folder_option(parser: Parser) -> None:
    """Add the option that names a folder in place of the published catalogue."""
    parser.option("--folder", _("the folder of a catalogue, in place of the published one"), value=_("DIR"), type=Path)


def add_answer_options(parser: Parser) -> None:
    """Add the options for answers of the form and for the matters that are chosen."""
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar=_("FIELD=VALUE"),
        help=_("an answer of the form; repeat it for others"),
    )
    parser.add_argument(
        "--matter",
        action="append",
        default=[],
        metavar=_("MATTER"),
        help=_("a chosen matter; repeat it for others. Without it: the usual ones"),
    )


def load_source(args: Namespace) -> Catalogue:
    """Return the catalogue of `--folder`, or else the published one. Raises BadData for a folder with mistakes."""
    from clerk_app.cli.office_access import opened_office
    from clerk_app.composition.catalogue_files import load_catalogue

    if args.folder is not None:
        return load_catalogue(args.folder)
    with opened_office(args.office, read_only=True) as office:
        return office.catalogue()


def make_answered_plan(
    catalogue: Catalogue, one_thing: str, args: Namespace, today: date
) -> tuple[Plan, dict[str, str]]:
    """Return the plan for the options, and the answers as they are stored. Raises BadData.

    An unknown one thing, matter or field is an error, and an invalid answer.
    """
    from clerk_app.catalogue.form_values import normalize_form_value
    from clerk_app.catalogue.plan import make_plan

    chosen = frozenset(args.matter) or None
    require_one_thing(catalogue, one_thing)
    facts: dict[str, str] = {}
    plan = make_plan(catalogue, one_thing, chosen, facts)
    for answer in args.answer:
        name, equals, value = answer.partition("=")
        fields = {planned.field.id: planned.field for planned in plan.fields}
        if not equals or name not in fields:
            raise BadData(
                "{answer} is no answer to a question of this form: write FIELD=VALUE. Fields: {known}",
                answer=answer,
                known=format_list(fields),
            )
        facts[name] = normalize_form_value(plan, fields[name], value, facts, today)
        plan = make_plan(catalogue, one_thing, chosen, facts)
    return _follow_rules(catalogue, one_thing, chosen, plan, facts)


def _follow_rules(
    catalogue: Catalogue, one_thing: str, chosen: frozenset[str] | None, plan: Plan, given: dict[str, str]
) -> tuple[Plan, dict[str, str]]:
    """Return plan and answers with those that follow from `given` by rules of the catalogue, as at the counter."""
    from clerk_app.catalogue.derived_answers import derive_values
    from clerk_app.catalogue.plan import make_plan

    facts = given
    for _round in catalogue.fields:  # an answer may bring further questions into the form
        derived = derive_values(plan, given, frozenset(given))
        found = given | {name: answer.value for name, answer in derived.items() if answer is not None}
        if found == facts:
            break
        facts = found
        plan = make_plan(catalogue, one_thing, chosen, facts)
    return plan, facts


def require_one_thing(catalogue: Catalogue, one_thing: str) -> None:
    """Raise BadData with the known ids unless the catalogue has this one thing, or a matter that is chosen alone."""
    try:
        catalogue.one_thing(one_thing)
    except KeyError:
        known = format_list(known.id for known in catalogue.one_things)
        raise BadData("Unknown one thing: {id}. Known ones: {known}", id=one_thing, known=known) from None
