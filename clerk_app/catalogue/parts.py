"""Parts of a catalogue: its frame with the objects to which one of its one things refers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from pydantic import ValidationError

from clerk_app.catalogue.form_fields import Field
from clerk_app.catalogue.model import Catalogue, MaterialDefinition, MatterDefinition, OneThing
from clerk_app.catalogue.single_matters import list_roles_of
from clerk_app.errors import BadData


def add_objects(frame: Catalogue, objects: Mapping[str, Sequence[bytes]]) -> Catalogue:
    """Return a catalogue with the JSON of one things, matters, materials and fields. Raises BadData."""
    try:
        return frame.model_copy(
            update={
                "one_things": tuple(map(OneThing.model_validate_json, objects["one_things"])),
                "matters": tuple(map(MatterDefinition.model_validate_json, objects["matters"])),
                "materials": tuple(map(MaterialDefinition.model_validate_json, objects["materials"])),
                "fields": tuple(map(Field.model_validate_json, objects["fields"])),
            }
        )
    except ValidationError as error:
        raise BadData("These bytes are not a catalogue of this program.") from error


def add_role_holders(
    part: Catalogue, matter_id: str, read_holders: Callable[[Collection[str]], Sequence[bytes]]
) -> Catalogue:
    """Return the part of a matter that is in no one thing, with the one things from which its roles have their names.

    `read_holders` returns the JSON of the first one thing that has each of some roles.
    """
    owners: dict[tuple[str, str], str | None] = {("materials", found.id): found.holder for found in part.materials}
    owners |= {("fields", field.id): field.party for field in part.fields}
    roles = list_roles_of(part.matter(matter_id), owners)
    return part.model_copy(update={"one_things": tuple(map(OneThing.model_validate_json, read_holders(roles)))})
