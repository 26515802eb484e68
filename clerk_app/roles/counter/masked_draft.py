"""Masks a reopened draft until its applicant is identified in this visit: somebody else may be served."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.people.masking import mask_name, mask_number
from clerk_app.views.case import FieldRow

_SHOWN_KINDS = ("choice", "yes_no", "document_kind")
_NUMBER_KINDS = ("id_number", "document_number", "credit_code", "phone", "bank_account")


def mask_field(row: FieldRow) -> FieldRow:
    """Return a field of the form with its value masked, so that it cannot be changed."""
    return replace(row, value=_mask_value(row), warning="", error="", locked=True)


def _mask_value(row: FieldRow) -> str:
    if row.kind in _SHOWN_KINDS:
        return row.value
    if row.kind in _NUMBER_KINDS:
        return mask_number(row.value)
    return mask_name(row.value) if row.kind == "text" else "*" * len(row.value)
