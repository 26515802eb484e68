"""What a matter produces: a document, its certificate, and the e-licence that the city issues for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer, model_validator
from pydantic_core import PydanticCustomError

from clerk_app.catalogue.base_model import CatalogueModel, Id, LicenceCode, Text

ClaimSource = Annotated[
    str, StringConstraints(pattern=r"^(holder_name|holder_number|number|decided_on|valid_to|field:[a-z][a-z0-9_-]*)$")
]
"""Where a claim of a result comes from: holder, number or dates of the certificate, or a field of the catalogue.

A field is one of the form, or one of the `fields` that the deciding officer fills in.
"""


_LATER_FIELDS = frozenset({"certificate", "e_licence", "valid_months", "claims", "fields"})


class MatterResult(CatalogueModel):
    """A result of a matter: a material that later matters need, a licence, or a document with a name only.

    `certificate`: it is printed at the window that hands it over; otherwise the organ makes it. `claims` is its
    content: where each claim comes from, by id. A result with a `licence_type` and claims becomes a licence of the
    `holder` in the city's repository; with `e_licence`, the city also signs a code for it. `fields` are fields of the
    catalogue that the deciding officer fills in; they need the `material` that the result becomes. `valid_months`:
    from the decision; 0 for unlimited.
    """

    name: Text
    material: Id | None = None
    licence_type: LicenceCode | None = None
    holder: Id | None = None  # the role to which it is issued
    certificate: bool = False
    e_licence: bool = False
    valid_months: Annotated[int, Field(ge=0, le=1200)] = 0
    claims: dict[str, ClaimSource] = {}
    fields: tuple[Id, ...] = ()

    @property
    def becomes_licence(self) -> bool:
        """Whether it becomes a licence in the city's repository, with or without a signed code."""
        return self.e_licence or bool(self.claims and self.licence_type and self.holder)

    @property
    def stated_claims(self) -> tuple[str, ...]:
        """The claims that come from a field, of the form or filled in by the officer; a certificate states them."""
        mapped = {source: claim for claim, source in self.claims.items() if source.startswith("field:")}
        return (*mapped.values(), *(name for name in self.fields if f"field:{name}" not in mapped))

    def end_of_validity(self, decided_on: date) -> date | None:
        """Return the last valid day of a result that was decided on a day; None for unlimited."""
        if not self.valid_months:
            return None
        month = decided_on.month - 1 + self.valid_months
        year, month = decided_on.year + month // 12, month % 12 + 1
        following = date(year + month // 12, month % 12 + 1, 1)
        return min(date(year, month, 1) + timedelta(days=decided_on.day - 1), following - timedelta(days=1))

    @model_serializer(mode="wrap")
    def _leave_out_defaults(self, serialize: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Leave out later fields without a value: catalogues published before they existed keep their digest."""
        content: dict[str, object] = serialize(self)
        return {name: value for name, value in content.items() if value or name not in _LATER_FIELDS}

    @model_validator(mode="after")
    def _check_e_licence(self) -> MatterResult:
        if self.e_licence and (self.licence_type is None or self.holder is None):
            raise PydanticCustomError("e_licence", "an e-licence needs licence_type and holder")
        if self.fields and self.material is None:
            raise PydanticCustomError("result_fields", "fields of a result need the material that it becomes")
        return self
