"""Values of a draft that its parties and materials fill in: prefilled, and removed with their source."""

from __future__ import annotations

from collections.abc import Set

import msgspec

from clerk_app.cases.applications.content import SOURCE_PREFIX
from clerk_app.cases.intake.drafts import DraftContent
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


def is_stated(source: str) -> bool:
    """Return whether a value with this source was stated by a person: typed, or sent with an application."""
    return source == "typed" or source.startswith(SOURCE_PREFIX)


def prefill_content(draft: DraftState) -> DraftContent:
    """Return the content of a draft with its known parties and the prefilled values.

    A value that a person typed or sent is not replaced.
    """
    values, sources = dict(draft.content.values), dict(draft.content.sources)
    others = {name for name, match in draft.matches.items() if match.state == "other_person"}
    for name, prefilled in draft.prefilled.items():
        kind, _colon, origin = prefilled.source.partition(":")
        if kind == "licence" and origin.partition(".")[0] in others:
            continue
        if not values.get(name) or not is_stated(sources.get(name, "typed")):
            values[name], sources[name] = prefilled.value, prefilled.source
    shown = {role: party for role, party in draft.parties.items() if party.known_by in PROOFS}
    parties = {**draft.content.parties, **shown}
    return msgspec.structs.replace(draft.content, values=values, sources=sources, parties=parties)
