"""Conditions under which something is offered to an applicant who came for something else (政策找人)."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from clerk_app.catalogue.base_model import CatalogueModel, Condition, Id, Text


class OfferCondition(CatalogueModel):
    """Whom a one thing or single matter is offered to: `when` holds, and they gave or agreed to the materials `holds`.

    `rule` is quoted to the applicant, with its legal basis. `when` may use `today`.
    """

    rule: Text
    basis: Text | None = None
    when: Condition | None = None
    holds: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _check_facts(self) -> Self:
        if self.holds or (self.when is not None and self.when.field_ids()):
            return self
        raise PydanticCustomError("offer_facts", "an offer needs a fact: a field in `when`, or a material in `holds`")
