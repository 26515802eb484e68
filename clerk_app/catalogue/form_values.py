"""Values of a form, some of which depend on another field: the check of a document number on the kind of document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from clerk_app.catalogue.field_values import normalize_value

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.plan import Plan


def normalize_form_value(
    plan: Plan, field: Field, text: str, values: Mapping[str, str], today: date | None = None
) -> str:
    """Return `text` as it is stored for a field of a form, like `normalize_value`; `values` are the answers so far."""
    return normalize_value(field, text, today=today, document_kind=find_document_kind(plan, field, values))


def find_document_kind(plan: Plan, field: Field, values: Mapping[str, str]) -> str:
    """Return the kind of document whose number `field` is: the answer to the `document_kind` field of the same party.

    Empty if there is no such field or no answer.
    """
    if field.kind != "document_number":
        return ""
    kinds = (planned.field for planned in plan.fields if planned.field.kind == "document_kind")
    return next((values.get(kind.id, "") for kind in kinds if kind.party == field.party), "")
