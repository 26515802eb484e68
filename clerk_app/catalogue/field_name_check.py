"""Checks the questions of the single form: one question is not asked twice, nor with two kinds of answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.catalogue.folder import CatalogueFolder, FolderItem
from clerk_app.locales import _
from clerk_app.text.folding import fold_text

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field


def check_field_names(folder: CatalogueFolder) -> None:
    """Record each field of the same name and party as an earlier one, if one form has both or their kinds differ."""
    forms = _list_forms(folder)
    first: dict[tuple[str, str | None], FolderItem] = {}
    for item in folder.valid_items("fields"):
        field: Field = item.parsed
        known = first.setdefault((fold_text(field.name.zh), field.party), item)
        if known is item or known.parsed.id == field.id:  # two fields of one id are a mistake already
            continue
        place = {"name": field.name.zh, "other": known.parsed.id, "file": known.file.name, "line": known.line}
        if known.parsed.kind != field.kind:
            sentence = _("{other} ({file}:{line}) has the same name {name}, but is of kind {kind}.")
            item.add_mistake(("kind",), sentence.format(kind=known.parsed.kind, **place))
        elif any({field.id, known.parsed.id} <= form for form in forms):
            sentence = _("{other} ({file}:{line}) has the same name {name}: one form would ask it twice.")
            item.add_mistake(("name",), sentence.format(**place))


def _list_forms(folder: CatalogueFolder) -> list[set[str]]:
    """Return the ids of the fields that each one thing may ask."""
    matters = {item.parsed.id: item.parsed for item in folder.valid_items("matters")}
    forms = []
    for item in folder.valid_items("one_things"):
        form: set[str] = set()
        for matter in (matters[name] for name in item.parsed.matters if name in matters):
            conditions = [variant.when for variant in matter.variants]
            conditions += [matter.applies.when] if matter.applies else []
            form.update(matter.fields, *(condition.field_ids() for condition in conditions))
        forms.append(form)
    return forms
