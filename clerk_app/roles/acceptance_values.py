"""What a rejected acceptance contains, in the words of its catalogue: one thing, persons, answers, materials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from clerk_app.cases.duplicates import DUPLICATE_REASONS
from clerk_app.catalogue.publication import load_part
from clerk_app.locales import _, format_list, translate
from clerk_app.roles.case_answers import format_answer
from clerk_app.roles.field_differences import describe_differences, name_source
from clerk_app.roles.formatting import list_reasons, localize
from clerk_app.views.shared import LabelledValue
from db.engines import Transaction


def list_acceptance_values(
    tx: Transaction, command: Mapping[str, Any], personal: Mapping[str, Any]
) -> list[LabelledValue]:
    """Return the content of an acceptance, or of a refusal to accept, for a supervisor.

    Raises LookupError, TypeError or AttributeError for a command that does not fit its catalogue, or whose catalogue
    is not in this store.
    """
    catalogue = load_part(tx, command["catalogue"], command["catalogue_version"], command["one_thing"])
    one_thing = catalogue.one_thing(command["one_thing"])
    roles = {role.id: localize(role.name) for role in one_thing.parties}

    def list_values() -> Iterator[LabelledValue]:
        yield LabelledValue(_("One thing"), localize(one_thing.name))
        for party in personal.get("parties", ()):
            yield LabelledValue(roles[party["role"]], " ".join(filter(None, (party["name"], party["number"]))))
        for field, value in personal.get("values", {}).items():
            definition = catalogue.field(field)
            if value:
                yield LabelledValue(localize(definition.name), format_answer(definition, value))
        for difference in personal.get("differences", ()):
            label = localize(catalogue.field(difference["field"]).name)
            row = (difference["source"], difference["known"], difference.get("reason", ""))
            yield LabelledValue(label, describe_differences([row], partial(name_source, catalogue), str))
        materials = [localize(catalogue.material(given["material"]).name) for given in command.get("materials", ())]
        if materials:
            yield LabelledValue(_("Materials"), format_list(dict.fromkeys(materials)))
        if command.get("duplicate_code"):
            reason = DUPLICATE_REASONS.get(command["duplicate_code"], command["duplicate_code"])
            yield LabelledValue(_("Another case"), format_list((*command["duplicates"], translate(reason)), ";"))
        for text in list_reasons(catalogue, command.get("reason_codes", ()), command.get("reason", "")):
            yield LabelledValue(_("Reason"), text)

    return list(list_values())
