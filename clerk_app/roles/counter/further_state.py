"""Further persons of the draft on the screen: each as a draft of their own, with what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import msgspec

from clerk_app.cases.case_objects import list_object_keys
from clerk_app.cases.duplicates import find_duplicates, identify_application, list_matter_ids
from clerk_app.cases.intake.drafts import DraftContent
from clerk_app.cases.intake.further_persons import FurtherPerson, find_person_role, require_no_consent
from clerk_app.cases.intake.parties import find_applicant
from clerk_app.catalogue.form_fields import Field
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.one_things import PartyRole
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.locales import _, format_list
from clerk_app.roles.counter.complete_draft import require_settled
from clerk_app.roles.counter.draft_state import DraftState, read_draft_state
from clerk_app.roles.counter.draft_values import prefill_content
from clerk_app.roles.counter.intake_view import describe_gap, describe_unfounded
from clerk_app.roles.formatting import localize
from db.engines import Row, Transaction

V = TypeVar("V")
Fault = tuple[str, str]
"""Field with the mistake, empty if it is none of a field, and the sentence."""


def list_columns(draft: DraftState, role: PartyRole) -> tuple[Field, ...]:
    """Return the fields about the person: those of the form, then those that other answers may add to it."""
    planned = [planned.field.id for planned in draft.plan.fields]
    later = [name for planned in draft.plan.matters for name in planned.matter.fields]
    fields = (draft.catalogue.field(name) for name in dict.fromkeys((*planned, *later)))
    return tuple(field for field in fields if field.party == role.id)


def find_papers(draft: DraftState, role: PartyRole) -> tuple[str, ...]:
    """Return the names of the materials that each further person hands in on paper, as the first one did."""
    own = [need.material for need in draft.plan.materials if need.material.holder == role.id]
    return tuple(localize(material.name) for material in own if material.id in draft.content.papers)


def normalize_answers(draft: DraftState, fields: Iterable[Field], values: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that are not empty as they are stored; one that is not valid stays as it was typed."""
    found: dict[str, str] = {}
    for field in fields:
        text = values.get(field.id, "").strip()
        if text:
            with suppress(BadData):
                text = normalize_form_value(draft.plan, field, text, values)
            found[field.id] = text
    return found


def build_person_content(draft: DraftState, role: PartyRole, person: FurtherPerson) -> DraftContent:
    """Return the content of the draft for a further person.

    What belongs to the organisation is taken over. Of the first person's papers, it is taken over that they are on
    paper, and neither their files nor what was read from them.
    """
    own = {field.id for field in draft.catalogue.fields if field.party == role.id}
    papers = {need.material.id for need in draft.plan.materials if need.material.holder == role.id}
    content = draft.content
    return msgspec.structs.replace(
        content,
        values={**_without(content.values, own), **person.values},
        sources=_without(content.sources, own),
        parties=_without(content.parties, {role.id}),
        differences=tuple(row for row in content.differences if row.field not in own),
        confirmed=tuple(name for name in content.confirmed if name not in papers),
        paper_reasons=_without(content.paper_reasons, papers),
        paper_facts=_without(content.paper_facts, papers),
        paper_files=_without(content.paper_files, papers),
        readings=_without(content.readings, papers),
        overruled=_without(content.overruled, papers),
        further=(),
    )


def _without(found: Mapping[str, V], names: set[str]) -> dict[str, V]:
    return {name: value for name, value in found.items() if name not in names}


def read_person_state(
    office: Office, tx: Transaction, draft: DraftState, visit: Row, role: PartyRole, person: FurtherPerson
) -> DraftState:
    """Read the state of the draft that a further person would have."""
    content = build_person_content(draft, role, person)
    for _round in range(2):  # an answer that follows from another one is filled in first
        state = read_draft_state(office, tx, {**draft.row, "content": msgspec.json.encode(content)}, visit)
        content = prefill_content(state)
        if content == state.content:
            break
    return state


@dataclass(frozen=True)
class PersonState:
    """A further person with the draft that they would have, and what is wrong with it."""

    person: FurtherPerson
    state: DraftState
    role: PartyRole
    faults: tuple[Fault, ...]

    @cached_property
    def keys(self) -> frozenset[str]:
        """What two persons of a list may not share."""
        return frozenset(list_person_keys(self.state, self.role))

    @property
    def name(self) -> str:
        """The name as it was entered."""
        return self.state.parties[self.role.id].name or _("(without a name)")


def list_person_keys(state: DraftState, role: PartyRole) -> Iterator[str]:
    """Yield the document number of the person, or the name without one, and the objects of the matters."""
    party = state.parties[role.id]
    if party.number or party.name:
        yield f"person {party.number or party.name}"
    details = state.case_details()
    for key in list_object_keys(state.plan.matters, state.catalogue.fields, details.values):
        yield msgspec.json.encode(key).decode()


def read_persons(office: Office, tx: Transaction, draft: DraftState, visit: Row) -> tuple[PersonState, ...]:
    """Read all further persons of a draft and check each. Raises Refused if the draft has none in bulk."""
    role = find_person_role(draft.plan)
    seen = dict.fromkeys(list_person_keys(draft, role), _("the first person"))
    found: list[PersonState] = []
    for number, person in enumerate(draft.content.further, 1):
        row = _check_person(office, tx, read_person_state(office, tx, draft, visit, role, person), draft, person, seen)
        found.append(row)
        _note_keys(seen, row.keys, number)
    return tuple(found)


def check_person(
    office: Office,
    tx: Transaction,
    draft: DraftState,
    visit: Row,
    others: Iterable[FurtherPerson],
    person: FurtherPerson,
) -> PersonState:
    """Check one further person; the others are only compared. Raises Refused if the draft has none in bulk."""
    role = find_person_role(draft.plan)
    seen = dict.fromkeys(list_person_keys(draft, role), _("the first person"))
    for number, other in enumerate(others, 1):
        _note_keys(seen, list_person_keys(read_person_state(office, tx, draft, visit, role, other), role), number)
    return _check_person(office, tx, read_person_state(office, tx, draft, visit, role, person), draft, person, seen)


def _note_keys(seen: dict[str, str], keys: Iterable[str], number: int) -> None:
    for key in keys:
        seen.setdefault(key, _("person {number} of the list").format(number=number))


def _check_person(
    office: Office,
    tx: Transaction,
    state: DraftState,
    draft: DraftState,
    person: FurtherPerson,
    seen: Mapping[str, str],
) -> PersonState:
    """Return the person with what is wrong; `seen` describes who has a key already."""
    role = find_person_role(draft.plan)
    faults = list(_list_faults(office, tx, state, role, {field.id for field in list_columns(draft, role)}))
    other = next((seen[key] for key in list_person_keys(state, role) if key in seen), None)
    if other is not None:
        faults.append((_number_field(state, role), _("The same person as {other}").format(other=other)))
    return PersonState(person, state, role, tuple(faults))


def _number_field(state: DraftState, role: PartyRole) -> str:
    kinds = ("document_number", "id_number")
    fields = (planned.field for planned in state.plan.fields if planned.field.party == role.id)
    return next((field.id for field in fields if field.kind in kinds), "")


def _list_faults(
    office: Office, tx: Transaction, state: DraftState, role: PartyRole, columns: set[str]
) -> Iterator[Fault]:
    """Yield everything for which the acceptance of a further person would be refused."""
    for gap in state.gaps:
        is_column = gap.id in columns and (gap.field is not None or gap.rule is not None)
        yield (gap.id if is_column else "", describe_gap(state, gap))
    for name in state.unfounded_papers:
        yield "", describe_unfounded(state, name)
    for check in (
        lambda: find_person_role(state.plan),
        lambda: require_no_consent(state.plan, role, state.given_materials),
        lambda: require_settled(office, state),
    ):
        try:
            check()
        except Refused as refused:
            yield "", str(refused)
    details = state.case_details()
    applicant = identify_application(
        find_applicant(state.plan, details), state.catalogue.fields, state.plan.matters, details.values
    )
    matters = list_matter_ids(state.plan.matters)
    others = find_duplicates(tx, state.plan.one_thing.id, applicant, matters=matters)
    numbers = [case.number for case in others if not case.name_only]
    if numbers:
        yield _number_field(state, role), describe_others(numbers)


def describe_others(numbers: Iterable[str]) -> str:
    """Return that something of this application is under way already, in the current language."""
    return _("Under way already: {cases}. Accept it alone (F9), with a reason.").format(cases=format_list(numbers))
