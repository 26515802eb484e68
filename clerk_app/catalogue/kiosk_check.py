"""Checks the mark `kiosk` of matters: nothing in the definition of such a matter needs a clerk or a further person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clerk_app.catalogue.folder import CatalogueFolder
from clerk_app.catalogue.yaml_file import KeyPath
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.matters import MatterDefinition
    from clerk_app.catalogue.model import MaterialDefinition

_FURTHER_PARTIES = ("co_signature", "in_person")


def check_kiosk_matters(folder: CatalogueFolder) -> None:
    """Record a mistake for each thing in a matter with `kiosk` that a kiosk cannot do."""
    materials = {item.parsed.id: item.parsed for item in folder.valid_items("materials")}
    fields = {item.parsed.id: item.parsed for item in folder.valid_items("fields")}
    excluded = {item.parsed.licence_type for item in folder.valid_items("data_exclusions") if not item.parsed.claims}
    for item in folder.valid_items("matters"):
        matter: MatterDefinition = item.parsed
        if not matter.kiosk:
            continue
        for where, sentence in (
            *_find_persons(matter, materials, fields),
            *_find_handling(matter),
            *_find_papers(matter, materials, excluded),
            *_find_questions(matter, fields),
        ):
            item.add_mistake(where, sentence)


def _find_handling(matter: MatterDefinition) -> Iterator[tuple[KeyPath, str]]:
    """Yield what a clerk has to decide, explain or collect before the acceptance."""
    if not matter.alone:
        yield ("kiosk",), _("A matter that a kiosk accepts can be chosen alone (alone).")
    if matter.bulk:
        yield ("kiosk",), _("A kiosk accepts one application at a time: a matter in bulk cannot have this mark.")
    if matter.after:
        yield ("kiosk",), _("It waits for another matter, so a kiosk cannot accept it alone.")
    if matter.fee_lines:
        yield ("kiosk",), _("It has a fee, which is paid at a window.")
    if matter.commitment_allowed or any(variant.by_commitment for variant in matter.variants):
        yield ("kiosk",), _("A commitment is explained and signed at a window.")


def _find_persons(
    matter: MatterDefinition, materials: dict[str, MaterialDefinition], fields: dict[str, Field]
) -> Iterator[tuple[KeyPath, str]]:
    """Yield what needs somebody else than one applicant, who is a person."""
    for name in _FURTHER_PARTIES:
        if getattr(matter, name):
            yield (name,), _("A further person signs or comes in person, so a kiosk cannot accept it.")
    if matter.applicant_kind == "organisation":
        yield ("kiosk",), _("A kiosk accepts applications of persons only.")
    roles = {materials[name].holder for _where, name in matter.material_places() if name in materials}
    roles |= {fields[name].party for name in matter.fields if name in fields}
    named = sorted(role for role in roles if role)
    if len(named) > 1:
        sentence = _("It concerns several parties ({roles}); a kiosk serves one person.")
        yield ("kiosk",), sentence.format(roles=", ".join(named))


def _find_papers(
    matter: MatterDefinition, materials: dict[str, MaterialDefinition], excluded: set[str]
) -> Iterator[tuple[KeyPath, str]]:
    """Yield the materials that only a window can take in: the city has no licence of them that may be used."""
    for where, name in matter.material_places():
        material = materials.get(name)
        if material is None or (not material.main and material.gap_allowed and material.decides_without):
            continue
        is_held = material.licence_type is not None or material.origin == "produced"
        if not is_held or material.not_shared is not None or material.licence_type in excluded:
            yield (
                where,
                _("{name} is a paper that a window takes in, so a kiosk cannot accept the matter.").format(name=name),
            )


def _find_questions(matter: MatterDefinition, fields: dict[str, Field]) -> Iterator[tuple[KeyPath, str]]:
    """Yield the questions that cannot be answered with buttons, digits and Latin letters, or that a clerk examines."""
    for number, name in enumerate(matter.fields):
        field = fields.get(name)
        if field is None:
            continue
        if field.check is not None or field.derive:
            yield ("fields", number), _("{name} is examined at a window: a check or a class of risk.").format(name=name)
        elif field.kind == "text" and field.required and not field.prefill:
            sentence = _("{name} is a text without a source (prefill): it cannot be typed at a kiosk.")
            yield ("fields", number), sentence.format(name=name)
