"""Checks across the items of a catalogue, beyond the schema of a single item."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from clerk_app.catalogue.course_check import check_course
from clerk_app.catalogue.data_list_check import check_data_lists
from clerk_app.catalogue.derive_check import check_derived_answers
from clerk_app.catalogue.exclusion_check import check_exclusions
from clerk_app.catalogue.field_name_check import check_field_names
from clerk_app.catalogue.field_rule_check import check_field_rules
from clerk_app.catalogue.folder import CatalogueFolder, FolderItem, suggest_similar
from clerk_app.catalogue.form_fields import PARTY_FACTS, Field
from clerk_app.catalogue.hall_check import check_hall
from clerk_app.catalogue.kiosk_check import check_kiosk_matters
from clerk_app.catalogue.list_check import check_implementing_lists
from clerk_app.catalogue.model import (
    MaterialDefinition,
    MatterDefinition,
    OneThing,
)
from clerk_app.catalogue.offer_check import check_offers
from clerk_app.catalogue.references import (
    check_acyclic,
    check_condition,
    check_reference,
    check_references,
    check_role,
    list_roles,
)
from clerk_app.catalogue.yaml_file import KeyPath
from clerk_app.locales import _, format_list

if TYPE_CHECKING:
    from clerk_app.catalogue.calendars import Calendar, OrganCalendar

MAX_HANDLING_ITEMS = 38_000  # a city has 35,000; measured with these at a window


def check_consistency(folder: CatalogueFolder) -> None:
    """Record all inconsistencies in the files of `folder`. Items that do not fit the schema are not checked."""
    _check_unique_ids(folder)
    _check_head(folder)
    for check in (
        _check_organs,
        _check_sites,
        _check_materials,
        _check_fields,
        check_field_names,
        check_derived_answers,
        _check_matters,
        _check_one_things,
        _check_calendars,
        _check_organ_calendars,
        _check_stock_reasons,
        check_course,
        check_data_lists,
        check_field_rules,
        check_implementing_lists,
        check_offers,
        check_hall,
        check_kiosk_matters,
    ):
        check(folder)


# -- names ----------------------------------------------------------------------------------------------------


def _check_unique_ids(folder: CatalogueFolder) -> None:
    for name, key in [*((name, "id") for name in folder.lists), ("licence_types", "code"), ("calendars", "year")]:
        first: dict[str, FolderItem] = {}
        for item in folder.valid_items(name):
            value = getattr(item.parsed, key, None)
            if value is None:
                continue
            known = first.setdefault(str(value), item)
            if known is not item:
                sentence = _("{name} is there twice; the first is {file}:{line}.")
                item.add_mistake((key,), sentence.format(name=value, file=known.file.name, line=known.line))


def _check_head(folder: CatalogueFolder) -> None:
    zone, zones = folder.head.get("time_zone"), available_timezones()
    if isinstance(zone, str) and zones and zone not in zones:  # empty on a machine without time zone data
        sentence = _("{name} is not a time zone.").format(name=zone)
        folder.head_file.add_mistake(("time_zone",), sentence + suggest_similar(zone, zones))
    for name in ("organs", "matters", "one_things"):
        if not folder.lists[name] and folder.all_read:
            folder.head_file.add_mistake((), _("The catalogue has no {list}.").format(list=name))


# -- the lists -----------------------------------------------------------------------------------


def _check_organs(folder: CatalogueFolder) -> None:
    items = folder.valid_items("organs")
    for item in items:
        check_reference(folder, item, ("parent",), item.parsed.parent, "organs")
        check_reference(folder, item, ("calendar",), item.parsed.calendar, "organ_calendars")
    dependencies = {item.parsed.id: [item.parsed.parent] if item.parsed.parent else [] for item in items}
    check_acyclic(items, dependencies, ("parent",), _("These organs belong to each other: {cycle}."))


def _check_sites(folder: CatalogueFolder) -> None:
    for item in folder.valid_items("sites"):
        check_reference(folder, item, ("area",), item.parsed.area, "organs")


def _check_materials(folder: CatalogueFolder) -> None:
    roles = list_roles(folder)
    produced = {result.material for item in folder.valid_items("matters") for result in item.parsed.produces}
    all_known = folder.all_valid("matters")
    for item in folder.valid_items("materials"):
        material = item.parsed
        check_reference(folder, item, ("licence_type",), material.licence_type, "licence_types")
        check_role(folder, item, ("holder",), material.holder, roles)
        if material.origin == "shared" and material.not_shared:
            item.add_mistake(("not_shared",), _("A material that is shared cannot be on the negative list."))
        if material.origin == "shared" and not material.licence_type:
            item.add_mistake(("origin",), _("Nobody provides it: what is shared must name its licence_type."))
        is_own = material.origin == "applicant" and material.promise_allowed and not material.licence_type
        if is_own and material.own_commitment is None:
            sentence = _("Write own_commitment: true for a written commitment, or false for a proof that one replaces.")
            item.add_mistake(("promise_allowed",), sentence)
        if material.origin == "produced" and not material.licence_type and all_known and material.id not in produced:
            item.add_mistake(("origin",), _("Nobody provides it: no matter produces {name}.").format(name=material.id))


def _check_fields(folder: CatalogueFolder) -> None:
    roles, claims_by_material = list_roles(folder), _claims_by_material(folder)
    for item in folder.valid_items("fields"):
        field: Field = item.parsed
        check_role(folder, item, ("party",), field.party, roles)
        if (field.kind == "choice") != bool(field.choices):
            item.add_mistake(("choices",), _("A field of kind choice needs choices, and no other has them."))
        if field.kind in ("document_kind", "document_number") and field.party is None:
            item.add_mistake(("party",), _("An identity document needs the party to which it belongs."))
        if len(set(field.fixed_answers())) < len(field.fixed_answers()):
            item.add_mistake(("choices",), _("Two choices have one id."))
        for number, source in enumerate(field.prefill):
            kind, owner, fact = re.split("[:.]", source)
            if kind == "party":
                check_role(folder, item, ("prefill", number), owner, roles)
            else:
                check_reference(folder, item, ("prefill", number), owner, "materials")
            known = PARTY_FACTS if kind == "party" else claims_by_material.get(owner)
            if known is not None and fact not in known:
                sentence = _("{owner} does not state {fact}.").format(owner=owner, fact=fact)
                item.add_mistake(("prefill", number), sentence + suggest_similar(fact, known))


def _claims_by_material(folder: CatalogueFolder) -> dict[str, Collection[str]]:
    """Return the claim ids of each material, by material id: of its licence type, and of the results that make it.

    Materials with an invalid licence type are left out, and while a matter is invalid, those that a matter may make.
    """
    types = folder.valid_items("licence_types")
    claims = {item.parsed.code: [claim.id for claim in item.parsed.claims] for item in types}
    made: dict[str, set[str]] = {}
    for matter in folder.valid_items("matters"):
        for result in matter.parsed.produces:
            if result.material:
                made.setdefault(result.material, set()).update(result.claims, result.fields)
    all_known = folder.all_valid("matters")
    return {
        material.id: tuple(dict.fromkeys((*claims.get(material.licence_type, ()), *sorted(made.get(material.id, ())))))
        for item in folder.valid_items("materials")
        if (material := item.parsed).licence_type in {None, *claims} and (all_known or material.origin != "produced")
    }


def _check_matters(folder: CatalogueFolder) -> None:
    items, roles = folder.valid_items("matters"), list_roles(folder)
    fields = {field.parsed.id: field.parsed for field in folder.valid_items("fields")}
    for item in items:
        matter: MatterDefinition = item.parsed
        check_reference(folder, item, ("organ",), matter.organ, "organs")
        check_references(folder, item, ("materials",), matter.materials, "materials")
        check_references(folder, item, ("fields",), matter.fields, "fields")
        _check_identifying_fields(item, matter)
        _check_bulk(item, matter)
        _check_document_kinds(item, matter, fields)
        for number, dependency in enumerate(matter.after):
            check_reference(folder, item, ("after", number, "matter"), dependency.matter, "matters")
        for number, result in enumerate(matter.produces):
            check_reference(folder, item, ("produces", number, "material"), result.material, "materials")
            check_reference(folder, item, ("produces", number, "licence_type"), result.licence_type, "licence_types")
            check_role(folder, item, ("produces", number, "holder"), result.holder, roles)
            sources = (source.partition(":")[2] for source in result.claims.values())
            check_references(folder, item, ("produces", number, "claims"), tuple(filter(None, sources)), "fields")
            check_references(folder, item, ("produces", number, "fields"), result.fields, "fields")
        if matter.applies:
            check_condition(folder, item, ("applies", "when"), matter.applies.when)
        check_role(folder, item, ("co_signature",), matter.co_signature, roles)
        _check_promised_days(item, ("promised_days",), matter.promised_days, matter)
        _check_variants(folder, item, matter)
    _check_handling_items(items)
    dependencies = {item.parsed.id: [dependency.matter for dependency in item.parsed.after] for item in items}
    check_acyclic(items, dependencies, ("after",), _("These matters wait for each other: {cycle}."))


def _check_handling_items(items: list[FolderItem]) -> None:
    """Record a mistake where the handling items of the matters pass the limit."""
    count = 0
    for item in items:
        count += len(item.parsed.variants)
        if count > MAX_HANDLING_ITEMS:
            sentence = _("The catalogue has {count} handling items (variants), at most {limit} are possible.")
            total = sum(len(other.parsed.variants) for other in items)
            item.add_mistake(("variants",), sentence.format(count=total, limit=MAX_HANDLING_ITEMS))
            return


def _check_identifying_fields(item: FolderItem, matter: MatterDefinition) -> None:
    for number, name in enumerate(matter.identified_by):
        if name not in matter.fields:
            item.add_mistake(("identified_by", number), _("{name} is no field of this matter.").format(name=name))


def _check_bulk(item: FolderItem, matter: MatterDefinition) -> None:
    """Record a mistake for a matter in bulk for whose result the officer fills in values of each application."""
    filled_in = [name for result in matter.produces for name in result.fields]
    if matter.bulk and filled_in:
        sentence = _("The officer fills in {names} for each application, so they are not approved several at once.")
        item.add_mistake(("bulk",), sentence.format(names=format_list(filled_in)))


def _check_document_kinds(item: FolderItem, matter: MatterDefinition, fields: Mapping[str, Field]) -> None:
    """Record a mistake for each document number without the field for the kind of that party's document."""
    known = [fields[name] for name in matter.fields if name in fields]
    parties = {field.party for field in known if field.kind == "document_kind"}
    for number, name in enumerate(matter.fields):
        field = fields.get(name)
        if field is not None and field.kind == "document_number" and field.party not in parties:
            sentence = _("{name} needs a field of kind document_kind of the same party in the same matter.")
            item.add_mistake(("fields", number), sentence.format(name=name))


def _check_variants(folder: CatalogueFolder, item: FolderItem, matter: MatterDefinition) -> None:
    for number, variant in enumerate(matter.variants):
        where: KeyPath = ("variants", number)
        check_condition(folder, item, (*where, "when"), variant.when)
        check_references(folder, item, (*where, "materials"), variant.materials or (), "materials")
        _check_promised_days(item, (*where, "promised_days"), variant.promised_days or 0, matter)
        if variant.by_commitment and not matter.commitment_allowed:
            item.add_mistake(
                (*where, "by_commitment"), _("This matter does not allow a commitment (commitment_allowed).")
            )
    if matter.commitment_allowed and matter.commitment_excluded is not None:
        item.add_mistake(("commitment_allowed",), _("The matter is excluded from commitments (commitment_excluded)."))


def _check_promised_days(item: FolderItem, where: KeyPath, promised: int, matter: MatterDefinition) -> None:
    if promised > matter.statutory_days:
        sentence = _("{promised} days are promised, but the law allows {statutory}.")
        item.add_mistake(where, sentence.format(promised=promised, statutory=matter.statutory_days))


# -- one things ------------------------------------------------------------------------------------------------


def _check_one_things(folder: CatalogueFolder) -> None:
    matters = {item.parsed.id: item.parsed for item in folder.valid_items("matters")}
    materials = {item.parsed.id: item.parsed for item in folder.valid_items("materials")}
    fields = {item.parsed.id: item.parsed for item in folder.valid_items("fields")}
    for item in folder.valid_items("one_things"):
        one_thing: OneThing = item.parsed
        check_reference(folder, item, ("lead",), one_thing.lead, "organs")
        check_references(folder, item, ("matters",), one_thing.matters, "matters")
        _check_members(item, ("on_request",), one_thing.on_request, one_thing)
        if not set(one_thing.matters) - set(one_thing.on_request):
            item.add_mistake(("on_request",), _("Every matter is on request: nothing is left of the bundle."))
        _check_parties(item, one_thing)
        inside = [matters[name] for name in one_thing.matters if name in matters]
        _check_owner_roles(item, one_thing, inside, materials, fields)
        for number, exclusion in enumerate(one_thing.exclusions):
            _check_members(item, ("exclusions", number, "matters"), exclusion.matters, one_thing)
            for place, name in enumerate(exclusion.prefer):
                if name not in exclusion.matters:
                    sentence = _("{name} is not one of the matters of this exclusion.").format(name=name)
                    item.add_mistake(("exclusions", number, "prefer", place), sentence)
        check_exclusions(folder, item, inside)


def _check_members(item: FolderItem, where: KeyPath, names: Iterable[str], one_thing: OneThing) -> None:
    for number, name in enumerate(names):
        if name not in one_thing.matters:
            sentence = _("{name} is not one of the matters of this one thing.").format(name=name)
            item.add_mistake((*where, number), sentence + suggest_similar(name, one_thing.matters))


def _check_parties(item: FolderItem, one_thing: OneThing) -> None:
    if sum(role.applicant for role in one_thing.parties) != 1:
        item.add_mistake(("parties",), _("Exactly one role is the applicant."))
    if len({role.id for role in one_thing.parties}) < len(one_thing.parties):
        item.add_mistake(("parties",), _("Two roles have one id."))


def _check_owner_roles(
    item: FolderItem,
    one_thing: OneThing,
    inside: list[MatterDefinition],
    materials: Mapping[str, MaterialDefinition],
    fields: Mapping[str, Field],
) -> None:
    """Record a mistake for each material or field that belongs to a role which this one thing does not have."""
    roles = {role.id for role in one_thing.parties}
    signers = roles - {role.id for role in one_thing.parties if role.applicant}
    for matter in inside:
        where = ("matters", one_thing.matters.index(matter.id))
        if matter.co_signature is not None and matter.co_signature not in signers:
            sentence = _("{matter} needs the signature of {role}, who is no further party of this one thing.")
            item.add_mistake(where, sentence.format(matter=matter.id, role=matter.co_signature))
        for absent in matter.in_person:
            if absent not in roles:
                sentence = _("{matter} asks {role} to come in person, which is no role of this one thing.")
                item.add_mistake(where, sentence.format(matter=matter.id, role=absent))
        needed = {name for _where, name in matter.material_places()}
        owned = {name: materials[name].holder for name in needed if name in materials}
        owned |= {name: fields[name].party for name in matter.fields if name in fields}
        for name, role in sorted(owned.items()):
            if role is not None and role not in roles:
                sentence = _("{matter} needs {name} of the role {role}, which this one thing does not have.")
                item.add_mistake(where, sentence.format(matter=matter.id, name=name, role=role))


def _check_calendars(folder: CatalogueFolder) -> None:
    for item in folder.valid_items("calendars"):
        calendar: Calendar = item.parsed
        for name, days in (("holidays", calendar.holidays), ("working_weekends", calendar.working_weekends)):
            for number, day in enumerate(days):
                if day.year != calendar.year:
                    sentence = _("{day} is not in {year}.")
                    item.add_mistake((name, number), sentence.format(day=day, year=calendar.year))
                if days.index(day) < number:
                    item.add_mistake((name, number), _("{name} is there twice.").format(name=day))
        for number, day in enumerate(calendar.working_weekends):
            if day.weekday() < 5:
                item.add_mistake(("working_weekends", number), _("{day} is not a weekend day.").format(day=day))
            if day in calendar.holidays:
                item.add_mistake(("working_weekends", number), _("{day} is a holiday as well.").format(day=day))
    _check_calendar_years(folder)


def _check_calendar_years(folder: CatalogueFolder) -> None:
    years = sorted({item.parsed.year for item in folder.valid_items("calendars") if item.parsed.published})
    first_year = str(folder.head.get("valid_from", ""))[:4]
    if first_year.isdecimal() and int(first_year) not in years and folder.all_valid("calendars"):
        sentence = _("The year {year} has no published calendar.")
        folder.head_file.add_mistake(("valid_from",), sentence.format(year=first_year))
    for before, year in pairwise(years):
        if year - before > 1:
            item = next(item for item in folder.valid_items("calendars") if item.parsed.year == year)
            item.add_mistake(("year",), _("The year {year} has no published calendar.").format(year=year - 1))


def _check_organ_calendars(folder: CatalogueFolder) -> None:
    years = {item.parsed.year for item in folder.valid_items("calendars") if item.parsed.published}
    for item in folder.valid_items("organ_calendars"):
        calendar: OrganCalendar = item.parsed
        for number, weekday in enumerate(calendar.weekdays):
            if calendar.weekdays.index(weekday) < number:
                item.add_mistake(("weekdays", number), _("{name} is there twice.").format(name=weekday))
        for name, days in (("open_days", calendar.open_days), ("closed_days", calendar.closed_days)):
            for number, day in enumerate(days):
                if day.year not in years and folder.all_valid("calendars"):
                    sentence = _("The year {year} has no published calendar.").format(year=day.year)
                    item.add_mistake((name, number), sentence)
                if days.index(day) < number:
                    item.add_mistake((name, number), _("{name} is there twice.").format(name=day))
        for number, day in enumerate(calendar.closed_days):
            if day in calendar.open_days:
                item.add_mistake(("closed_days", number), _("{day} is an open day as well.").format(day=day))


def _check_stock_reasons(folder: CatalogueFolder) -> None:
    for item in folder.valid_items("stock_reasons"):
        check_references(folder, item, ("matters",), item.parsed.matters, "matters")
