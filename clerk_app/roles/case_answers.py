"""Answers of a case's form for officers, masked until they state why they need them in full."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.paper_readings import is_paper_source
from clerk_app.cases.unmasking import PURPOSES
from clerk_app.catalogue.derived_answers import is_rule_source
from clerk_app.locales import _, format_list, translate
from clerk_app.people.masking import mask_name, mask_number
from clerk_app.roles.field_differences import describe_differences, name_source
from clerk_app.roles.formatting import localize
from clerk_app.text.identity_documents import DOCUMENT_KINDS
from clerk_app.views.shared import LabelledValue, Option
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field

NUMBER_KINDS = ("id_number", "document_number", "phone", "bank_account")


def read_answers(tx: Transaction, case: CaseRecord, matter: str, *, in_full: bool) -> tuple[LabelledValue, ...]:
    """Return the values of only those form fields that a matter needs; `in_full`: without masking."""
    rows = tx.select("field_values", case_number=case.number)
    values, sources = {row["field"]: row["value"] for row in rows}, {row["field"]: row["source"] for row in rows}
    differences: dict[str, list[Row]] = {}
    for row in tx.select("field_differences", order=("source",), case_number=case.number):
        differences.setdefault(row["field"], []).append(row)
    persons = {role.id for role in case.plan.one_thing.parties if role.kind == "person"}
    answers: list[LabelledValue] = []
    for planned in case.plan.fields:
        value = values.get(planned.field.id)
        if matter in planned.needed_by and value:
            field = planned.field
            mask = partial(_show_value, field, persons=persons, in_full=in_full)
            found = [(row["source"], row["known"] or "", row["reason"] or "") for row in differences.get(field.id, ())]
            differing = describe_differences(found, partial(name_source, case.catalogue), mask)
            source = sources[field.id] or ""
            is_named = is_paper_source(source) or is_rule_source(source)
            read = name_source(case.catalogue, source) if is_named else ""
            answers.append(
                LabelledValue(localize(field.name), format_list(filter(None, (mask(value), read, differing)), ";"))
            )
    return tuple(answers)


def _show_value(field: Field, value: str, *, persons: Collection[str], in_full: bool) -> str:
    """Return a value as it may be shown; the name of an answer that was picked."""
    return _answer_names(field).get(value) or (value if in_full else _mask_value(field, value, persons))


def format_answer(field: Field, value: str) -> str:
    """Return the value of a form field in full; an answer that was picked by its name."""
    return _answer_names(field).get(value) or value


def list_answer_options(field: Field) -> tuple[Option, ...]:
    """Return the answers that can be picked in a field; empty for a field with free text."""
    return tuple(Option(value, name) for value, name in _answer_names(field).items())


def _answer_names(field: Field) -> dict[str, str]:
    """Return the names of the answers that can be picked in a field, by their stored value."""
    if field.kind == "document_kind":
        return {kind: _(name) for kind, name in DOCUMENT_KINDS.items()}
    names = {choice.id: localize(choice.name) for choice in field.choices}
    return names | ({"yes": _("yes"), "no": _("no")} if field.kind == "yes_no" else {})


def _mask_value(field: Field, value: str, persons: Collection[str]) -> str:
    """Return a value with numbers, telephones and names masked; `persons` are the roles of natural persons."""
    if field.kind in NUMBER_KINDS:
        return mask_number(value)
    is_name = field.party in persons and (
        field.id.endswith("_name") or f"party:{field.party}.name" in (field.prefill or ())
    )
    return mask_name(value) if is_name and field.kind == "text" else value


def list_unmask_purposes() -> tuple[Option, ...]:
    """Return the purposes for which names and numbers may be read in full."""
    return tuple(Option(purpose, translate(name)) for purpose, name in PURPOSES.items())
