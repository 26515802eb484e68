"""Finding at the counter: rows and facets of the index of names, and previews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clerk_app.catalogue.name_index import NameIndex
from clerk_app.catalogue.names import ITEM, MATTER, ONE_THING
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.catalogue.publication import load_frame
from clerk_app.catalogue.search import Match, Query
from clerk_app.catalogue.single_matters import split_single_id
from clerk_app.composition.office import Office
from clerk_app.locales import _, current_language, mark, translate
from clerk_app.roles.counter.one_things import option_id, read_choice
from clerk_app.roles.formatting import format_working_days, localize
from clerk_app.roles.guide_lines import describe_days, format_fee
from clerk_app.views.finding import Facet, FacetValue, GuideView, OfferPage, OfferPreview, OfferRow
from clerk_app.views.shared import LabelledValue

MAX_ROWS = 100
"""Rows of a list that are shown at once."""

_KINDS = {ONE_THING: mark("One thing"), MATTER: mark("Matter"), ITEM: mark("Handling item")}
_SECTIONS: dict[Facet, str] = {"theme": "themes", "life_event": "life_events", "organ": "organs"}


def find_offers(office: Office, text: str, facets: Mapping[Facet, str]) -> OfferPage:
    """Return what matches a text and values of facets."""
    query = Query.of(text, current_language())
    with office.store.read() as tx:
        frame = load_frame(tx)
        index = NameIndex(tx, frame.id, frame.version)
        found = index.find(query, {str(facet): value for facet, value in facets.items()}, MAX_ROWS)
        names = {organ.id: localize(organ.name) for organ in frame.organs}
        return OfferPage(tuple(_build_row(match, names) for match in found.matches), found.total, index.count_names())


def list_facet_values(office: Office, text: str, facets: Mapping[Facet, str], facet: Facet) -> tuple[FacetValue, ...]:
    """Return the values of a facet that matches have, the most frequent first, then in the order of the catalogue."""
    query = Query.of(text, current_language())
    with office.store.read() as tx:
        frame = load_frame(tx)
        index = NameIndex(tx, frame.id, frame.version)
        names = {entry.id: localize(entry.name) for entry in getattr(frame, _SECTIONS[facet])}
        chosen = {str(name): value for name, value in facets.items()}
        counts = index.count_values(query, chosen, facet, names)
    found = [FacetValue(name, names[name], count) for name, count in counts.items() if count]
    return tuple(sorted(found, key=lambda value: -value.count))


def preview_offer(office: Office, offer: str) -> OfferPreview:
    """Return what an offer consists of. Raises BadData if the catalogue does not have it."""
    catalogue = office.catalogue_part(split_single_id(offer)[0])
    one_thing, answers = read_choice(catalogue, offer)
    plan = make_plan(catalogue, one_thing, None, answers)
    single = len(plan.one_thing.matters) == 1
    return OfferPreview(
        name=localize(plan.one_thing.name),
        kind=translate(_KINDS[ITEM if ":" in offer else MATTER if single else ONE_THING]),
        facts=(
            LabelledValue(_("Office"), localize(catalogue.organ(plan.one_thing.lead).name)),
            LabelledValue(_("Promised"), describe_days(plan)),
            LabelledValue(_("By law"), format_working_days(plan.statutory_days)),
            LabelledValue(_("Visits"), str(plan.reductions.after.visits)),
            LabelledValue(_("Fee"), _describe_fee(plan)),
        ),
        matters=tuple(localize(planned.matter.name) for planned in plan.active_matters),
        materials=tuple(_describe_materials(plan)),
    )


def read_guide(office: Office, offer: str) -> GuideView:
    """Return the service guide of an offer: all its matters, or a handling item in its circumstance. Raises BadData."""
    from clerk_app.roles.guide_view import build_guide_view  # loads the papers

    catalogue = office.catalogue_part(split_single_id(offer)[0])
    one_thing, answers = read_choice(catalogue, offer)
    matters = frozenset(catalogue.one_thing(one_thing).matters)
    plan = make_plan(catalogue, one_thing, matters, answers)
    usual = make_plan(catalogue, one_thing, None, answers)
    return build_guide_view(catalogue, offer, localize(plan.one_thing.name), plan, usual)


def _build_row(match: Match, organs: Mapping[str, str]) -> OfferRow:
    name = match.name
    return OfferRow(
        id=option_id(name),
        name=name.in_language(current_language()),
        kind=translate(_KINDS[name.kind]),
        organ=organs.get(name.organ, name.organ),
        days=name.days,
        key=name.key,
        number=name.number,
        marked=match.marked,
    )


def _describe_fee(plan: Plan) -> str:
    amount = sum(line.amount for planned in plan.active_matters for line in planned.matter.fee_lines if not line.when)
    return _("{amount} yuan").format(amount=format_fee(amount)) if amount else _("none")


def _describe_materials(plan: Plan) -> Iterator[str]:
    for planned in plan.materials:
        name = localize(planned.material.name)
        if planned.material.origin == "applicant":
            yield name
        else:
            yield _("{material}: the city has it").format(material=name)
