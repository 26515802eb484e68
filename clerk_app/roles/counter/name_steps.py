"""Enterprise names of a draft that were not checked: a step before the acceptance while the center can check them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clerk_app.cases.enterprise_names import list_unchecked_names
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import _
from clerk_app.roles.connection_view import read_connection_facts
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.formatting import localize
from clerk_app.views.case import IntakeView, OpenStep
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field


def with_name_steps(office: Office, tx: Transaction, draft: DraftState, intake: IntakeView) -> IntakeView:
    """Return the view of a draft with its unchecked names: steps, or sentences while the center is out of reach."""
    unchecked = () if draft.is_masked else _list_unchecked(draft)
    if not unchecked:
        return intake
    if read_connection_facts(office, tx).is_reachable:
        steps = (OpenStep("name", _describe_unchecked(field), field.id) for field in unchecked)
        return replace(intake, open_steps=(*intake.open_steps, *steps))
    sentence = _(
        "{name} is not checked without a connection: the case can be accepted, and the center may object later."
    )
    return replace(intake, unchecked_names=tuple(sentence.format(name=localize(field.name)) for field in unchecked))


def require_checked_names(office: Office, draft: DraftState) -> None:
    """Raise Refused if a name was not checked although the center can be reached."""
    unchecked = _list_unchecked(draft)
    if unchecked and read_connection_facts(office).is_reachable:
        raise Refused("incomplete", "Not accepted yet. {first}", first=_describe_unchecked(unchecked[0]))


def _list_unchecked(draft: DraftState) -> tuple[Field, ...]:
    return list_unchecked_names(draft.content.names, draft.plan, draft.content.values)


def _describe_unchecked(field: Field) -> str:
    return _("Check the name (F8 69): {name}").format(name=localize(field.name))
