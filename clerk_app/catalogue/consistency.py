"""What the schema of one item cannot see: whether the catalogue fits together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations, pairwise
from zoneinfo import available_timezones

from clerk_app.catalogue.draft import Draft, Item, closest
from clerk_app.catalogue.model import PARTY_FACTS, Calendar, Exclusion, Field, Material, Matter, OneThing
from clerk_app.catalogue.references import check_condition, no_cycle, refer, refer_all, refer_role, roles_of
from clerk_app.catalogue.yaml_pages import Place
from clerk_app.locales import _


def check_consistency(draft: Draft) -> None:
    """Note on the draft's pages everything that does not fit together. Items that broke the schema are left out."""
    _ids_are_used_once(draft)
    _head_is_possible(draft)
    for check in (_organs, _materials, _fields, _matters, _one_things, _calendars):
        check(draft)


# -- names ----------------------------------------------------------------------------------------------------


def _ids_are_used_once(draft: Draft) -> None:
    for name, key in [*((name, "id") for name in draft.lists), ("licence_types", "code"), ("calendars", "year")]:
        first: dict[str, Item] = {}
        for item in draft.items(name):
            value = getattr(item.parsed, key, None)
            if value is None:
                continue
            known = first.setdefault(str(value), item)
            if known is not item:
                sentence = _("{name} is there twice; the first is {file}:{line}.")
                item.wrong((key,), sentence.format(name=value, file=known.page.file, line=known.line))


def _head_is_possible(draft: Draft) -> None:
    zone, zones = draft.head.get("time_zone"), available_timezones()
    if isinstance(zone, str) and zones and zone not in zones:  # a machine without zone data cannot tell
        sentence = _("{name} is not a time zone.").format(name=zone)
        draft.head_page.wrong(("time_zone",), sentence + closest(zone, zones))
    for name in ("organs", "matters", "one_things"):
        if not draft.lists[name]:
            draft.head_page.wrong((), _("The catalogue has no {list}.").format(list=name))


# -- one list after the other -----------------------------------------------------------------------------------


def _organs(draft: Draft) -> None:
    items = draft.items("organs")
    for item in items:
        refer(draft, item, ("parent",), item.parsed.parent, "organs")
    arrows = {item.parsed.id: [item.parsed.parent] if item.parsed.parent else [] for item in items}
    no_cycle(items, arrows, ("parent",), _("These organs belong to each other: {cycle}."))


def _materials(draft: Draft) -> None:
    roles = roles_of(draft)
    made = {one.material for item in draft.items("matters") for one in item.parsed.produces}
    all_known = draft.whole("matters")
    for item in draft.items("materials"):
        material = item.parsed
        refer(draft, item, ("licence_type",), material.licence_type, "licence_types")
        refer_role(draft, item, ("holder",), material.holder, roles)
        if material.origin == "shared" and material.not_shared:
            item.wrong(("not_shared",), _("A material that is shared cannot be on the negative list."))
        if material.origin == "shared" and not material.licence_type:
            item.wrong(("origin",), _("Nobody provides it: what is shared must name its licence_type."))
        if material.origin == "produced" and not material.licence_type and all_known and material.id not in made:
            item.wrong(("origin",), _("Nobody provides it: no matter produces {name}.").format(name=material.id))


def _fields(draft: Draft) -> None:
    roles, stated = roles_of(draft), _stated(draft)
    for item in draft.items("fields"):
        field: Field = item.parsed
        refer_role(draft, item, ("party",), field.party, roles)
        if (field.kind == "choice") != bool(field.choices):
            item.wrong(("choices",), _("A field of kind choice needs choices, and no other has them."))
        if len(set(field.answers())) < len(field.answers()):
            item.wrong(("choices",), _("Two choices have one id."))
        for number, source in enumerate(field.prefill):
            kind, owner, fact = re.split("[:.]", source)
            if kind == "party":
                refer_role(draft, item, ("prefill", number), owner, roles)
            else:
                refer(draft, item, ("prefill", number), owner, "materials")
            known = PARTY_FACTS if kind == "party" else stated.get(owner)
            if known is not None and fact not in known:
                sentence = _("{owner} does not state {fact}.").format(owner=owner, fact=fact)
                item.wrong(("prefill", number), sentence + closest(fact, known))


def _stated(draft: Draft) -> dict[str, Collection[str]]:
    """What the licence behind each material states; a material whose licence type is broken is left out."""
    types = draft.items("licence_types")
    claims = {item.parsed.code: [claim.id for claim in item.parsed.claims] for item in types}
    materials = [item.parsed for item in draft.items("materials")]
    return {one.id: claims.get(one.licence_type, ()) for one in materials if one.licence_type in {None, *claims}}


def _matters(draft: Draft) -> None:
    items, roles = draft.items("matters"), roles_of(draft)
    for item in items:
        matter: Matter = item.parsed
        refer(draft, item, ("organ",), matter.organ, "organs")
        refer_all(draft, item, ("materials",), matter.materials, "materials")
        refer_all(draft, item, ("fields",), matter.fields, "fields")
        for number, arrow in enumerate(matter.after):
            refer(draft, item, ("after", number, "matter"), arrow.matter, "matters")
        for number, made in enumerate(matter.produces):
            refer(draft, item, ("produces", number, "material"), made.material, "materials")
            refer(draft, item, ("produces", number, "licence_type"), made.licence_type, "licence_types")
            refer_role(draft, item, ("produces", number, "holder"), made.holder, roles)
        if matter.applies:
            check_condition(draft, item, ("applies", "when"), matter.applies.when)
        _promise(item, ("promised_days",), matter.promised_days, matter)
        _variants(draft, item, matter)
    arrows = {item.parsed.id: [arrow.matter for arrow in item.parsed.after] for item in items}
    no_cycle(items, arrows, ("after",), _("These matters wait for each other: {cycle}."))


def _variants(draft: Draft, item: Item, matter: Matter) -> None:
    for number, variant in enumerate(matter.variants):
        where: Place = ("variants", number)
        check_condition(draft, item, (*where, "when"), variant.when)
        refer_all(draft, item, (*where, "materials"), variant.materials or (), "materials")
        _promise(item, (*where, "promised_days"), variant.promised_days or 0, matter)
        if variant.by_commitment and not matter.commitment_allowed:
            item.wrong((*where, "by_commitment"), _("This matter does not allow a commitment (commitment_allowed)."))


def _promise(item: Item, where: Place, promised: int, matter: Matter) -> None:
    if promised > matter.statutory_days:
        sentence = _("{promised} days are promised, but the law allows {statutory}.")
        item.wrong(where, sentence.format(promised=promised, statutory=matter.statutory_days))


# -- the bundles ------------------------------------------------------------------------------------------------


def _one_things(draft: Draft) -> None:
    matters = {item.parsed.id: item.parsed for item in draft.items("matters")}
    materials = {item.parsed.id: item.parsed for item in draft.items("materials")}
    fields = {item.parsed.id: item.parsed for item in draft.items("fields")}
    for item in draft.items("one_things"):
        one: OneThing = item.parsed
        refer(draft, item, ("lead",), one.lead, "organs")
        refer_all(draft, item, ("matters",), one.matters, "matters")
        _members(item, ("on_request",), one.on_request, one)
        if not set(one.matters) - set(one.on_request):
            item.wrong(("on_request",), _("Every matter is on request: nothing is left of the bundle."))
        _parties(item, one)
        inside = [matters[name] for name in one.matters if name in matters]
        _holders(item, one, inside, materials, fields)
        for number, exclusion in enumerate(one.exclusions):
            _exclusion(draft, item, ("exclusions", number), exclusion, inside)
        _left_after_exclusions(item, one)


def _members(item: Item, where: Place, names: Iterable[str], one: OneThing) -> None:
    for number, name in enumerate(names):
        if name not in one.matters:
            sentence = _("{name} is not one of the matters of this one thing.").format(name=name)
            item.wrong((*where, number), sentence + closest(name, one.matters))


def _parties(item: Item, one: OneThing) -> None:
    if sum(role.applicant for role in one.parties) != 1:
        item.wrong(("parties",), _("Exactly one role is the applicant."))
    if len({role.id for role in one.parties}) < len(one.parties):
        item.wrong(("parties",), _("Two roles have one id."))


def _holders(
    item: Item, one: OneThing, inside: list[Matter], materials: Mapping[str, Material], fields: Mapping[str, Field]
) -> None:
    """A material or a field that belongs to a role which this one thing does not have cannot be asked of anybody."""
    roles = {role.id for role in one.parties}
    for matter in inside:
        where = ("matters", one.matters.index(matter.id))
        needed = {*matter.materials, *(name for variant in matter.variants for name in variant.materials or ())}
        owned = {name: materials[name].holder for name in needed if name in materials}
        owned |= {name: fields[name].party for name in matter.fields if name in fields}
        for name, role in sorted(owned.items()):
            if role is not None and role not in roles:
                sentence = _("{matter} needs {name} of the role {role}, which this one thing does not have.")
                item.wrong(where, sentence.format(matter=matter.id, name=name, role=role))


def _exclusion(draft: Draft, item: Item, where: Place, exclusion: Exclusion, inside: list[Matter]) -> None:
    _members(item, (*where, "matters"), exclusion.matters, item.parsed)
    if exclusion.when:
        check_condition(draft, item, (*where, "when"), exclusion.when)
        return
    rivals = set(exclusion.matters)
    for matter in inside:
        for arrow in matter.after:
            if {matter.id, arrow.matter} <= rivals:
                sentence = _("{matter} waits for {before}, so they cannot exclude each other.")
                item.wrong((*where, "matters"), sentence.format(matter=matter.id, before=arrow.matter))


def _left_after_exclusions(item: Item, one: OneThing) -> None:
    always = [set(exclusion.matters) for exclusion in one.exclusions if exclusion.when is None]
    pairs = list(combinations(one.matters, 2))
    if pairs and all(any({*pair} <= rivals for rivals in always) for pair in pairs):
        sentence = _("No two matters can go together: the exclusions leave nothing of the bundle.")
        item.wrong(("exclusions",), sentence)


def _calendars(draft: Draft) -> None:
    for item in draft.items("calendars"):
        calendar: Calendar = item.parsed
        for name, days in (("holidays", calendar.holidays), ("working_weekends", calendar.working_weekends)):
            for number, day in enumerate(days):
                if day.year != calendar.year:
                    sentence = _("{day} is not in {year}.")
                    item.wrong((name, number), sentence.format(day=day, year=calendar.year))
                if days.index(day) < number:
                    item.wrong((name, number), _("{name} is there twice.").format(name=day))
        for number, day in enumerate(calendar.working_weekends):
            if day.weekday() < 5:
                item.wrong(("working_weekends", number), _("{day} is not a weekend day.").format(day=day))
            if day in calendar.holidays:
                item.wrong(("working_weekends", number), _("{day} is a holiday as well.").format(day=day))
    _years(draft)


def _years(draft: Draft) -> None:
    years = sorted({item.parsed.year for item in draft.items("calendars") if item.parsed.published})
    begins = str(draft.head.get("valid_from", ""))[:4]
    if begins.isdecimal() and int(begins) not in years and draft.whole("calendars"):
        sentence = _("The year {year} has no published calendar.")
        draft.head_page.wrong(("valid_from",), sentence.format(year=begins))
    for before, year in pairwise(years):
        if year - before > 1:
            item = next(item for item in draft.items("calendars") if item.parsed.year == year)
            item.wrong(("year",), _("The year {year} has no published calendar.").format(year=year - 1))
