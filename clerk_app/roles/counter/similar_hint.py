"""Hint of similar applications for the draft on the screen."""

from __future__ import annotations

from clerk_app.cases.intake.similar_hint import MOST_FINGERPRINTS, MOST_NUMBERS, DraftFacts, HintSimilar
from clerk_app.cases.text_index import list_compared
from clerk_app.errors import Refused
from clerk_app.ledger.door import Door
from clerk_app.locales import _
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.similarity.texts.fingerprints import fold_passages, list_fingerprints


def hint_similar(door: Door, draft: DraftState, staff: str) -> tuple[str, ...]:
    """Return sentences with what the center found of similar applications.

    Raises Refused (no compared text is filled in), OutOfReach.
    """
    values = draft.content.values
    fields = [planned.field for planned in draft.plan.fields]
    compared = list_compared(fields, values)
    if not compared:
        raise Refused("no_texts", "This application has no text that is compared.")
    folded = [fold_passages(values[field]).text for field in compared]
    fingerprints = sorted({found for text in folded for found in list_fingerprints(text)})
    numbers = {values.get(field.id, "") for field in fields if field.kind == "id_number"}
    numbers |= {party.number for party in draft.parties.values()}
    known = sorted(filter(None, numbers))
    facts = DraftFacts(fingerprints=tuple(fingerprints[:MOST_FINGERPRINTS]), numbers=tuple(known[:MOST_NUMBERS]))
    found = door.perform(HintSimilar(draft=draft.row["id"], one_thing=draft.plan.one_thing.id, personal=facts), staff)
    sentences = []
    if found.texts:
        words = _("Earlier applications with parts of the same text: {count}; up to {share} %.")
        sentences.append(words.format(count=found.texts, share=found.share))
    if found.parties:
        words = _("Earlier applications with the same enterprise or person, such as the project leader: {count}.")
        sentences.append(words.format(count=found.parties))
    if not sentences:
        return (_("No similar application was found. This is a hint, and no proof."),)
    advice = _("Ask the applicant whether it is a new project. The department reads the passages.")
    return (*sentences, advice)
