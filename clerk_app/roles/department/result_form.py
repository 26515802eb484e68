"""The fields that an officer fills in for the results of a task, as a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.result_materials import list_result_fields, normalize_result_value, read_result_values
from clerk_app.errors import ClerkError
from clerk_app.locales import _, format_list
from clerk_app.roles.case_answers import list_answer_options
from clerk_app.roles.formatting import localize
from clerk_app.views.case import FieldRow
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field


def build_result_fields(case: CaseRecord, matter: str) -> tuple[FieldRow, ...]:
    """Return the fields that an approval of a matter needs, with the values of its last approval."""
    values = read_result_values(case, matter)
    fields = list_result_fields(case.catalogue, matter)
    return tuple(_build_row(case, matter, field, at, values.get(field.id, "")) for at, field in enumerate(fields, 1))


def check_result_fields(
    tx: Transaction, case: CaseRecord, matter: str, values: Mapping[str, str], now: int
) -> tuple[FieldRow, ...]:
    """Return the fields with these values as they are stored, each with its error; `now` is in microseconds UTC."""
    today = to_local_time(now, case.catalogue.time_zone).date()
    rows: list[FieldRow] = []
    for at, field in enumerate(list_result_fields(case.catalogue, matter), 1):
        value, error = values.get(field.id, "").strip(), ""
        try:
            value = normalize_result_value(tx, case, field, value, values, today)
        except ClerkError as refused:
            error = str(refused)
        if not value and field.required:
            error = _("This is needed.")
        rows.append(_build_row(case, matter, field, at, value, error))
    return tuple(rows)


def _build_row(case: CaseRecord, matter: str, field: Field, number: int, value: str, error: str = "") -> FieldRow:
    products = [product for product in case.catalogue.matter(matter).produces if field.id in product.fields]
    return FieldRow(
        id=field.id,
        number=number,
        label=localize(field.name),
        value=value,
        kind=field.kind,
        options=list_answer_options(field),
        required=field.required,
        source=localize(field.hint) if field.hint is not None else "",
        warning="",
        error=error,
        needed_for=format_list(localize(product.name) for product in products),
    )
