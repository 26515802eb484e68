"""Actions of a window for a citizen who acts for an absent party: by codes, delegation or registered relation."""

from __future__ import annotations

from typing import Any

from clerk_app.cases.intake.drafts import DraftParty
from clerk_app.cases.known_by import KNOWN_BY_DELEGATION
from clerk_app.cases.representations import require_no_presence
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.commands import Command
from clerk_app.licences.representations import RELATION, ShowDelegation, ShowRelations
from clerk_app.locales import _, format_list
from clerk_app.roles.counter.draft_state import PROOFS
from clerk_app.roles.counter.party_numbers import is_possible_number
from clerk_app.roles.counter.promise_actions import PromiseActions
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.roles.representation_words import describe_acts, describe_basis
from clerk_app.views.counter import CounterView
from clerk_app.views.representation import DelegationBasis
from clerk_app.views.shared import Option
from db.engines import Row

_SEPARATOR = ":"  # between the role and the id of a party for whom the person served may act


class RepresentationActions(PromiseActions):
    """Acting for absent parties."""

    def represent(self, role: str, basis: DelegationBasis) -> CounterView:
        found, draft, visit = self._state.found_party, self._read_draft(), self._current_visit()
        if found is None or found.shown is None:
            return self.read_view()
        require_no_presence(draft.plan, role)
        unproved = self._prove_code(visit["id"], found.text)
        if unproved:
            return self._view_with_message(unproved)
        person = found.person
        if not person:
            raise Refused("person", "The city does not have this person in its register, so nobody can act for them.")
        self._ask_center(ShowDelegation(visit=visit["id"], principal=person, basis=basis))
        self._state.found_party = None
        if found.text:
            self._state.codes[visit["id"], found.number] = found.text
        return self._take_absent(role, found.shown.name, found.number, person, visit)

    def list_principals(self) -> tuple[Option, ...]:
        draft, visit = self._read_draft(), self._current_visit()
        self._ask_center(ShowRelations(visit=visit["id"]))
        with self._office.store.read() as tx:
            rows = tx.select("visit_representations", order=("principal",), visit=visit["id"], basis=RELATION)
            named = [(row, *self._read_principal(row["principal"])) for row in rows]
        own = draft.plan.one_thing.applicant_role().id
        return tuple(
            Option(
                f"{role.id}{_SEPARATOR}{row['principal']}",
                format_party_name(name, kind),
                hint=format_list((localize(role.name), describe_basis(row))),
            )
            for row, name, number, kind in named
            for role in draft.plan.one_thing.parties
            if kind == role.kind
            and is_possible_number(draft.plan, role.id, number)
            and _may_be_absent(draft.parties[role.id], number, is_applicant=role.id == own)
        )

    def represent_relation(self, principal: str) -> CounterView:
        draft, visit = self._read_draft(), self._current_visit()
        role, _colon, person = principal.partition(_SEPARATOR)
        require_no_presence(draft.plan, role)
        name, number, _kind = self._read_principal(person)
        return self._take_absent(role, name, number, person, visit)

    def _ask_center(self, command: Command[Any]) -> None:
        """Let the center verify for whom the person served acts. Raises Refused, OutOfReach."""
        try:
            self._door.perform(command, self._staff_id)
        except OutOfReach as lost:
            raise OutOfReach(
                "The center is out of reach, and only the center verifies that somebody acts for another. Nothing was "
                "changed: the absent party comes with an identity document (F8 4), or the draft waits."
            ) from lost

    def _read_principal(self, principal: str) -> tuple[str, str, str]:
        """Return name, number and kind of a registered person or organisation that this store has."""
        with self._office.store.read() as tx:
            person, organisation = tx.get("persons", id=principal), tx.get("organisations", id=principal)
        if person is not None:
            return person["name"] or "", person["id_number"] or "", "person"
        if organisation is not None:
            return organisation["name"], organisation["credit_code"], "organisation"
        return "", "", ""

    def _take_absent(self, role: str, name: str, number: str, person: str, visit: Row) -> CounterView:
        """Save an absent party, for whom the person served acts, and list what the city holds of them."""
        party = DraftParty(name=name, number=number, subject=person, known_by=KNOWN_BY_DELEGATION, visit=visit["id"])
        self._save_party(role, party)
        unlisted = self._list_licences_if_possible(visit)
        if unlisted:
            return self._view_with_message(unlisted)
        row = self._read_draft().absent.get(person)
        if row is None:
            return self.read_view()
        sentence = _("{served} acts for {name}: {basis}; may: {acts}.").format(
            served=format_party_name(visit["shown_name"], "person"),
            name=name,
            basis=describe_basis(row),
            acts=describe_acts(row),
        )
        return self._view_with_message(sentence)


def _may_be_absent(party: DraftParty, number: str, *, is_applicant: bool) -> bool:
    """Return whether somebody with this number may be an absent party: the applicant, or one stated by number."""
    return is_applicant or (bool(number) and party.number == number and party.known_by not in PROOFS)
