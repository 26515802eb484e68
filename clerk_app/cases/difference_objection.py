"""Objection to an acceptance of another node: values that differ from their source, without the reason they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clerk_app.cases.field_differences import (
    UNEXPLAINED_DIFFERENCE,
    find_differences,
    find_unexplained,
    list_known_values_of,
    with_reasons,
)
from clerk_app.cases.paper_readings import is_paper_source
from clerk_app.catalogue.plan import make_plan
from clerk_app.errors import Refused
from clerk_app.locales import mark

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_OBJECTION = mark("Accepted with answers that differ from their source, without a reason: {fields}.")


def find_difference_objection(command: Any, catalogue: Catalogue) -> Refused | None:
    """Return the objection to an acceptance that its own program should have refused; `fields` are ids.

    What was read from papers stays with the draft: of differences from papers, those that the acceptance states count.
    """
    details = command.personal
    if details is None or not hasattr(command, "materials"):  # erased, or not accepted
        return None
    chosen = None if command.chosen is None else frozenset(command.chosen)
    plan = make_plan(catalogue, command.one_thing, chosen, details.values)
    differences = with_reasons(
        find_differences(plan, details.values, list_known_values_of(details)), details.differences
    )
    planned = {field.field.id for field in plan.fields}
    differences += [
        stated for stated in details.differences if is_paper_source(stated.source) and stated.field in planned
    ]
    fields = dict.fromkeys(difference.field for _field, difference in find_unexplained(plan, differences))
    return Refused(UNEXPLAINED_DIFFERENCE, _OBJECTION, fields=",".join(fields)) if fields else None
