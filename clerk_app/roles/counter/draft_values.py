"""Values of a draft that its parties and materials fill in: prefilled, and removed with their source."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import suppress

import msgspec

from clerk_app.cases.intake.drafts import DraftContent
from clerk_app.cases.paper_readings import PaperValue, is_same_paper, list_paper_values
from clerk_app.catalogue.derived_answers import is_rule_source
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.errors import BadData
from clerk_app.roles.counter.draft_state import PROOFS, DraftState


def remove_values_of_party(draft: DraftState, role: str) -> DraftContent:
    """Return the content of a draft without the values that a party, or a material of this party, filled in."""
    own = draft.plan.one_thing.applicant_role().id
    materials = {need.material.id for need in draft.plan.materials if (need.material.holder or own) == role}
    return remove_values_from(draft, {f"party:{role}", *(f"licence:{name}" for name in materials)})


def remove_values_from(draft: DraftState, origins: Set[str]) -> DraftContent:
    """Return the content of a draft without the values that `origins` filled in: `party:ROLE`, `licence:MATERIAL`."""
    filled = {name for name, source in draft.content.sources.items() if source.partition(".")[0] in origins}
    return msgspec.structs.replace(
        draft.content,
        values={name: value for name, value in draft.content.values.items() if name not in filled},
        sources={name: source for name, source in draft.content.sources.items() if name not in filled},
    )


def find_paper_values(draft: DraftState, content: DraftContent) -> Iterator[tuple[str, PaperValue]]:
    """Yield the sure values of papers for the fields that are empty, or that a paper has filled in, by field."""
    papers = list_paper_values(draft.plan, content.readings, draft.given_materials)
    for planned in draft.plan.fields:
        name = planned.field.id
        source = content.sources.get(name, "typed")
        for paper in papers.get(name, ()):
            if content.values.get(name) and not is_same_paper(source, paper.source):
                continue
            with suppress(BadData):  # what does not fit the field is shown as a difference once it has a value
                value = normalize_form_value(draft.plan, planned.field, paper.value, content.values)
                yield name, PaperValue(value=value, source=paper.source)
                break


def prefill_content(draft: DraftState) -> DraftContent:
    """Return the content of a draft with its known parties and the prefilled values.

    A value that a person typed or sent is not replaced. Sure values of papers fill in fields that are empty, or that
    the same paper has filled in.
    """
    values, sources = dict(draft.content.values), dict(draft.content.sources)
    others = {name for name, match in draft.matches.items() if match.state == "other_person"}
    for name, prefilled in draft.prefilled.items():
        kind, _colon, origin = prefilled.source.partition(":")
        if kind == "licence" and origin.partition(".")[0] in others:
            continue
        if not values.get(name) or name not in draft.content.stated_fields:
            values[name], sources[name] = prefilled.value, prefilled.source
    content = msgspec.structs.replace(draft.content, values=values, sources=sources)
    for name in [name for name, source in sources.items() if is_rule_source(source) and name not in draft.prefilled]:
        del sources[name]  # no rule holds any more
        values.pop(name, None)
    for name, paper in find_paper_values(draft, content):
        values[name], sources[name] = paper.value, paper.source
    shown = {role: party for role, party in draft.parties.items() if party.known_by in PROOFS}
    parties = {**draft.content.parties, **shown}
    return msgspec.structs.replace(draft.content, values=values, sources=sources, parties=parties)
