"""Answers of a draft that differ from their source, and the reasons of the clerk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from clerk_app.cases.field_differences import FieldDifference, find_differences, list_known_values, must_agree
from clerk_app.cases.intake.drafts import DraftContent
from clerk_app.errors import Refused
from clerk_app.locales import format_list
from clerk_app.roles.case_answers import format_answer
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.field_differences import describe_differences, format_difference
from clerk_app.roles.formatting import localize
from clerk_app.views.differences import DifferenceRow


def build_difference_rows(draft: DraftState, name: Callable[[str], str]) -> Iterator[DifferenceRow]:
    """Yield the fields that differ from a source, in the order of the form; `name` returns the name of a source.

    Fields whose differences are only shown are left out.
    """
    for planned in draft.plan.fields:
        field, found = planned.field, differences_of(draft, planned.field.id)
        if found and field.on_difference != "note":
            yield DifferenceRow(
                field=field.id,
                label=localize(field.name),
                sentence=format_list(
                    (
                        format_difference(name(difference.source), format_answer(field, difference.known))
                        for difference in found
                    ),
                    ";",
                ),
                must_agree=any(must_agree(field, difference) for difference in found),
                reason="" if any(not difference.reason for difference in found) else found[0].reason,
            )


def describe_field_differences(draft: DraftState, field: str, name: Callable[[str], str]) -> str:
    """Return what the sources of a field have instead, with the reason; empty if they agree with the form.

    A released licence that is not of the party whom the form names is not used, but the field shows what it states.
    """
    found = [*differences_of(draft, field), *(other for other in _find_unused(draft) if other.field == field)]
    rows = ((difference.source, difference.known, difference.reason) for difference in found)
    return describe_differences(rows, name, partial(format_answer, draft.catalogue.field(field)))


def _find_unused(draft: DraftState) -> list[FieldDifference]:
    """Return the differences from released licences that are of others than the form names."""
    claims: dict[str, bytes] = {
        name: match.licence["claims"]
        for name, match in draft.matches.items()
        if match.state == "other_person" and match.licence is not None
        if match.licence["id"] in draft.consented and match.licence["claims"]
    }
    return find_differences(draft.plan, draft.content.values, list_known_values({}, claims)) if claims else []


def differences_of(draft: DraftState, field: str) -> list[FieldDifference]:
    """Return the differences of a field."""
    return [difference for difference in draft.differences if difference.field == field]


def add_reason(draft: DraftState, field: str, reason: str) -> DraftContent:
    """Return the content of a draft with a reason for the differences of a field. Raises Refused."""
    found = differences_of(draft, field)
    if not found:
        raise Refused("no_difference", "This answer does not differ from its source any more.")
    if any(must_agree(draft.catalogue.field(field), difference) for difference in found):
        raise Refused("stop", "This answer has to agree with its source: correct it, or have the source corrected.")
    if not reason.strip():
        raise Refused("reason", "A reason is needed.")
    given = tuple(msgspec.structs.replace(difference, reason=reason.strip()) for difference in found)
    return msgspec.structs.replace(draft.content, differences=(*drop_reasons(draft.content, field), *given))


def drop_reasons(content: DraftContent, field: str) -> tuple[FieldDifference, ...]:
    """Return the reasons of a draft without those of a field whose value was changed."""
    return tuple(difference for difference in content.differences if difference.field != field)
