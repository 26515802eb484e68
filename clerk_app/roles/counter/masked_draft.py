"""Masks a reopened draft until its applicant is identified in this visit: somebody else may be served."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.people.masking import mask_name, mask_number
from clerk_app.views.case import FieldRow, MatterRow

_CHOICE_KINDS = ("choice", "yes_no", "document_kind")
_NUMBER_KINDS = ("id_number", "document_number", "credit_code", "phone", "bank_account")
_MASKED_CHOICE = "***"


def mask_field(row: FieldRow) -> FieldRow:
    """Return a field of the form with its value masked, so that it cannot be changed.

    An answer that was chosen is personal too, such as a sex, an insurance or a group of workers: it is shown as text
    without its options.
    """
    masked = replace(row, value=_mask_value(row), warning="", error="", locked=True)
    return replace(masked, kind="text", options=()) if row.kind in _CHOICE_KINDS else masked


def mask_matter(row: MatterRow) -> MatterRow:
    """Return a matter without what the answers decide: whether it applies, its variant, and its dates."""
    return replace(row, state="-", level="plain", reason="", promised="-", statutory="-")


def _mask_value(row: FieldRow) -> str:
    if row.kind in _CHOICE_KINDS:
        return _MASKED_CHOICE if row.value else ""
    if row.kind in _NUMBER_KINDS:
        return mask_number(row.value)
    return mask_name(row.value) if row.kind == "text" else "*" * len(row.value)
