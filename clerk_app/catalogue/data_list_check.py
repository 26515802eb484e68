"""Checks the requirement, responsibility and negative lists of a catalogue against its other lists.

The lists decide what may be asked for at all: what another organ holds is fetched, which needs an entry of the
requirement list and an organ that answers for it; only what is on the negative list may be demanded on paper.
"""

from __future__ import annotations

from clerk_app.catalogue.folder import CatalogueFolder, suggest_similar
from clerk_app.catalogue.references import check_reference
from clerk_app.locales import _


def check_data_lists(folder: CatalogueFolder) -> None:
    """Record unknown matters, organs, licence types and claims, and a type with two responsible organs."""
    licence_types = [item.parsed for item in folder.valid_items("licence_types")]
    types = {entry.code: [claim.id for claim in entry.claims] for entry in licence_types}
    responsible: set[str] = set()
    for name in ("data_requirements", "data_responsibilities", "data_exclusions"):
        for item in folder.valid_items(name):
            entry = item.parsed
            check_reference(folder, item, ("licence_type",), entry.licence_type, "licence_types")
            check_reference(folder, item, ("matter",), getattr(entry, "matter", None), "matters")
            check_reference(folder, item, ("organ",), getattr(entry, "organ", None), "organs")
            known = types.get(entry.licence_type)
            for number, claim in enumerate(getattr(entry, "claims", ()) if known is not None else ()):
                if known is not None and claim not in known:
                    sentence = _("{owner} does not state {fact}.").format(owner=entry.licence_type, fact=claim)
                    item.add_mistake(("claims", number), sentence + suggest_similar(claim, known))
            if name == "data_responsibilities":
                if entry.licence_type in responsible:
                    item.add_mistake(("licence_type",), _("{name} is there twice.").format(name=entry.licence_type))
                responsible.add(entry.licence_type)
    _check_demanded_materials(folder)


def _check_demanded_materials(folder: CatalogueFolder) -> None:
    """Record each shared material of a matter or of a variant that no list allows to be fetched or demanded."""
    materials = {item.parsed.id: item.parsed for item in folder.valid_items("materials")}
    known = {item.parsed.id for item in folder.valid_items("matters")}
    required = {
        (item.parsed.matter, item.parsed.licence_type)
        for item in folder.valid_items("data_requirements")
        if item.parsed.matter in known  # any other is a mistake of its own
    }
    responsible = {item.parsed.licence_type for item in folder.valid_items("data_responsibilities")}
    excluded = {item.parsed.licence_type for item in folder.valid_items("data_exclusions") if not item.parsed.claims}
    for item in folder.valid_items("matters"):
        for where, name in item.parsed.material_places():
            material = materials.get(name)
            if material is None or material.origin != "shared" or material.licence_type in {None, *excluded}:
                continue
            if responsible and material.licence_type not in responsible:
                sentence = _("No list allows that {material} is asked for: no organ answers for {type}.")
            elif required and (item.parsed.id, material.licence_type) not in required:
                sentence = _(
                    "No list allows that {material} is asked for: add {matter} with {type} to data_requirements."
                )
            else:
                continue
            item.add_mistake(where, sentence.format(material=name, matter=item.parsed.id, type=material.licence_type))
