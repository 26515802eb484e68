"""The questions of an application at a kiosk: which are asked, and how each is answered without a keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clerk_app.citizen.application_form import ApplicationForm
from clerk_app.errors import BadData, Refused
from clerk_app.roles.case_answers import list_answer_options
from clerk_app.roles.formatting import localize
from clerk_app.views.kiosk_matters import AnswerKind, MatterQuestion

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field

_KINDS: dict[str, AnswerKind] = {
    "choice": "choice",
    "yes_no": "choice",
    "document_kind": "choice",
    "date": "date",
    "birth_date": "date",
    "number": "digits",
    "money": "digits",
    "phone": "digits",
    "bank_account": "digits",
    "id_number": "letters",
    "credit_code": "letters",
    "document_number": "letters",
}
_DATE_DIGITS = 8


def list_questions(form: ApplicationForm) -> tuple[str, ...]:
    """Return the ids of the fields that the applicant answers. Raises Refused if one cannot be answered at a kiosk.

    A kind of document is asked only with the number of the document: without one it is a resident identity card.
    """
    asked = []
    typed_numbers = {
        planned.field.party
        for planned in form.plan.fields
        if planned.field.kind == "document_number" and planned.field.id not in form.filled_in
    }
    for planned in form.plan.fields:
        field = planned.field
        if field.id in form.filled_in or (field.kind == "document_kind" and field.party not in typed_numbers):
            continue
        if field.kind in _KINDS:
            asked.append(field.id)
        elif field.required:
            raise Refused(
                "unfit",
                "The city does not hold this, and it cannot be typed here: {name}. Please go to a window.",
                name=localize(field.name),
            )
    return tuple(asked)


def build_question(form: ApplicationForm, name: str, value: str, asked: Sequence[str]) -> MatterQuestion:
    """Return the question for a field with the answer so far; `asked` are those that were asked before."""
    field = next(planned.field for planned in form.plan.fields if planned.field.id == name)
    questions = list_questions(form)
    kind = _KINDS[field.kind]
    before = [other for other in asked if other != name and other in questions]
    return MatterQuestion(
        field=name,
        name=localize(field.name),
        hint=localize(field.hint) if field.hint is not None else "",
        kind=kind,
        number=len(before) + 1,
        count=max(len(questions), len(before) + 1),
        choices=list_answer_options(field) if kind == "choice" else (),
        value=value.replace("-", "") if kind == "date" else value,
        is_required=field.required,
        max_length=_DATE_DIGITS if kind == "date" else 40,
    )


def read_typed(field: Field, typed: str) -> str:
    """Return what was typed as the text of a field: the eight digits of a day as a date. Raises BadData."""
    return read_day(typed) if _KINDS.get(field.kind) == "date" and typed else typed


def read_day(typed: str) -> str:
    """Return eight digits as an ISO date. Raises BadData."""
    if len(typed) != _DATE_DIGITS or not typed.isdigit():
        raise BadData("A day has eight digits: four of the year, two of the month, two of the day.")
    return f"{typed[:4]}-{typed[4:6]}-{typed[6:]}"
