"""State of a draft: the plan, the materials that the city holds, the given and the missing materials and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec

from clerk_app.cases.co_signatures import PartySignature, compare_signatures
from clerk_app.cases.completeness import GivenMaterial, IntakeGap, find_gaps
from clerk_app.cases.field_differences import (
    FieldDifference,
    find_difference_gaps,
    find_differences,
    list_known_values,
    list_known_values_of,
    with_reasons,
)
from clerk_app.cases.intake.drafts import DraftContent, DraftParty, decode_draft
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.known_by import (
    KNOWN_BY_CODE,
    KNOWN_BY_DELEGATION,
    KNOWN_BY_DOCUMENT,
    KNOWN_BY_EARLIER,
    KNOWN_BY_PARTY_CODE,
    identified_number,
)
from clerk_app.cases.licence_holders import find_stated_identity
from clerk_app.cases.paper_readings import list_paper_values
from clerk_app.cases.promises.acceptance import find_promise_bar
from clerk_app.cases.promises.offers import GAP, MATERIAL, split_promised
from clerk_app.catalogue import publication
from clerk_app.catalogue.data_sharing import find_release_scope
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.plan import NO_COMMITMENT, Plan, make_plan
from clerk_app.catalogue.prefill import PrefilledValue, prefill_fields
from clerk_app.citizen.offered_rows import awaits_confirmation, build_shared_material, list_offered_rows
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.licences.absent_parties import CONSENT, find_level
from clerk_app.licences.consent_changes import find_refused_licences
from clerk_app.licences.identity_proof import LISTED
from clerk_app.licences.material_match import MaterialMatch, match_materials
from clerk_app.people.earlier_materials import GRADE_PROMISED, PRODUCED
from clerk_app.roles.counter.absent_parties import (
    build_representative,
    find_acting,
    read_absent_parties,
    read_served_person,
)
from clerk_app.roles.counter.offered_rows import build_paper, find_too_old, list_too_old
from clerk_app.roles.counter.party_licences import (
    drop_unnamed,
    find_providers,
    find_signers,
    find_unlisted_roles,
    is_verified,
    mark_unusable,
    read_claims,
    read_listed_licences,
    read_party_holders,
    read_signed_lists,
)
from clerk_app.roles.counter.party_numbers import is_number_of, is_possible_number
from clerk_app.text.folding import is_same_text
from clerk_app.text.identity_documents import normalize_document_number
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar
    from clerk_app.catalogue.model import Catalogue, MaterialDefinition, PartyRole

PROOFS = (KNOWN_BY_CODE, KNOWN_BY_PARTY_CODE, KNOWN_BY_DOCUMENT, KNOWN_BY_DELEGATION)
"""Values of `DraftParty.known_by` that identify a party in the current visit, or by who acts for them in it."""


@dataclass(frozen=True)
class DraftState:
    """A draft, and the values derived from its content, its catalogue version and the offered licences."""

    row: Row
    content: DraftContent
    catalogue: Catalogue
    calendar: LegalCalendar
    plan: Plan
    matches: Mapping[str, MaterialMatch]
    consented: frozenset[str]  # ids of the licences to whose use the citizen consented, and that were released
    prefilled: Mapping[str, PrefilledValue]
    today: date
    parties: Mapping[str, DraftParty]  # by role; name and number from a code, a document, or the fields
    served: str  # number of the person identified in the visit; empty if nobody was identified
    served_person: DraftParty | None  # the same person with the name
    consent_states: Mapping[str, str]  # by licence with consent: how it was confirmed (scan, signed; empty: stated)
    providers: Mapping[str, str]  # by licence: the party who may agree to its use; empty: its holder, who is absent
    unlisted: tuple[str, ...]  # roles whose party showed a code, and whose licences were not listed yet
    listed_only: frozenset[str]  # ids of parties who showed a code that may be a print
    refused: Mapping[str, str]  # by licence to whose use nobody agrees: declined, or withdrawn
    signature_rows: Sequence[Row]  # what further parties have signed in this visit, or is printed for it
    absent: Mapping[str, Row]  # by the id of an absent party: who acts for them in this visit, and on which basis
    list_numbers: Mapping[str, str]  # by licence with consent: number of the printed list; empty: not printed
    too_old: Mapping[str, Row]  # by material: what the party gave earlier, too long ago to be used again
    is_carried_over: bool = False  # whether the draft was begun in an earlier visit
    promise_bar: Refused | None = None  # why no promise is taken from the applicant
    is_unconfirmed: bool = False  # whether the clerk has not compared the person served with the photo yet

    @property
    def agreed(self) -> frozenset[str]:
        """Ids of the licences to whose use the citizen consented, released or not."""
        return frozenset(self.consent_states)

    @property
    def application_number(self) -> str:
        """Number of the application from outside that the draft answers; empty without one."""
        return self.content.application.number if self.content.application is not None else ""

    @property
    def scans(self) -> Mapping[str, str]:
        """Digests of the scans that were sent with the application, by material."""
        return self.content.application.scans if self.content.application is not None else {}

    @property
    def unreleased(self) -> dict[str, tuple[str, ...]]:
        """Licences that were agreed to and not released yet, by the party who may show them."""
        found: dict[str, tuple[str, ...]] = {}
        for licence in sorted(self.agreed - self.consented):
            found[self.providers[licence]] = (*found.get(self.providers[licence], ()), licence)
        return found

    @property
    def second_factor_party(self) -> DraftParty | None:
        """The party who has to answer the second factor, so that what they agreed to can be shown; None for nobody."""
        waiting = self.unreleased.keys() & self.listed_only
        able = (party for party in self.parties.values() if is_verified(party) and party.subject in waiting)
        return next(able, None)

    @property
    def representation(self) -> Row | None:
        """Who acts for the applicant, and on which basis; None if the applicant is present."""
        return self.absent.get(self.applicant.subject) if self.applicant.subject else None

    @property
    def refused_licences(self) -> dict[str, str]:
        """Licences to whose use nobody agrees, by the id of the material that is needed on paper."""
        return {
            name: match.licence["id"]
            for name, match in self.matches.items()
            if match.state == "declined" and match.licence is not None
        }

    @property
    def given_materials(self) -> tuple[GivenMaterial, ...]:
        """Materials that an acceptance would store: handed in on paper, or held by the city and used with consent."""
        found: list[GivenMaterial] = []
        for need in self.plan.materials:
            name, match = need.material.id, self.matches.get(need.material.id)
            licence = match.licence if match is not None and match.state == "held" else None
            if name in self.content.papers:
                found.append(self._build_paper(need.material))
            elif licence is not None and licence["id"] in self.consented and not self.awaits_confirmation(name):
                found.append(build_shared_material(name, licence))
            elif f"{MATERIAL}:{name}" in self.content.promised:
                found.append(GivenMaterial(material=name, how="paper", grade=GRADE_PROMISED))
        return tuple(found)

    def awaits_confirmation(self, material: str) -> bool:
        """Return whether the clerk has to look at the original of a material, or have its promise made again."""
        match = self.matches.get(material)
        licence = match.licence if match is not None and match.state == "held" else None
        return licence is not None and awaits_confirmation(licence, material, self.content.confirmed)

    def needs_paper_reason(self, material: str) -> bool:
        """Return whether the city holds a licence or result of this kind, so that its paper needs a written reason."""
        match = self.matches.get(material)
        licence = match.licence if match is not None and match.state == "held" else None
        if match is None or licence is None or licence["material"]:
            return licence is not None and licence["given_how"] == PRODUCED
        matters = tuple(planned.id for planned in self.plan.matters)
        return not find_release_scope(self.catalogue, matters, licence["kind"]).is_empty

    @property
    def unfounded_papers(self) -> tuple[str, ...]:
        """Ids of the materials on paper whose licence the city holds, and for which no reason is given."""
        return tuple(
            name
            for name in self.content.papers
            if name not in self.content.paper_reasons and self.needs_paper_reason(name)
        )

    def _build_paper(self, material: MaterialDefinition) -> GivenMaterial:
        reason = self.content.paper_reasons.get(material.id) if self.needs_paper_reason(material.id) else None
        answer = self.refused.get(self.refused_licences.get(material.id, ""), "")
        return build_paper(material, self.content, reason, self.scans.get(material.id, ""), answer)

    @cached_property
    def gaps(self) -> list[IntakeGap]:
        """Values and materials that are missing for the acceptance, and differences that lack a reason."""
        later = [subject for kind, subject in split_promised(self.content.promised) if kind == GAP]
        found = find_gaps(self.plan, self.content.values, self.given_materials, self.today, later)
        return [*found, *find_difference_gaps(self.plan, self.differences)]

    @cached_property
    def differences(self) -> tuple[FieldDifference, ...]:
        """The values of the form that differ from their source, each with the clerk's reason if there is one."""
        known = list_known_values_of(self._details)
        papers = list_paper_values(self.plan, self.content.readings, self.given_materials)
        found = find_differences(self.plan, self._details.values, known, papers)
        return tuple(with_reasons(found, self.content.differences))

    @cached_property
    def co_signatures(self) -> Mapping[str, PartySignature]:
        """The co-signatures and printed sheets of this visit, by role, compared with the form as it is now."""
        return compare_signatures(self.signature_rows, self.plan, self._details.values, self._details.parties)

    @property
    def applicant(self) -> DraftParty:
        """The applicant, as far as known."""
        return self.parties[self.plan.one_thing.applicant_role().id]

    @property
    def identity_gap(self) -> Literal["", "unknown", "other_person"]:
        """Why the case cannot be accepted: this visit has no identified person, or one who is not the applicant."""
        origin = self.content.application
        if self.applicant.known_by in PROOFS or (origin is not None and origin.needs_no_visit and not self.served):
            return ""
        return "other_person" if self.served else "unknown"

    @property
    def is_masked(self) -> bool:
        """Whether the draft may show somebody's data to another: its applicant is not identified in this visit yet."""
        if not self.is_carried_over or not (self.applicant.name or self.applicant.number):
            return False
        return bool(self.identity_gap) or (self.is_unconfirmed and self.applicant.known_by == KNOWN_BY_CODE)

    def case_details(self) -> CaseDetails:
        """Return the details of the case for the acceptance: parties, normalized values, claims of used licences."""
        return msgspec.structs.replace(self._details, differences=self.differences)

    @cached_property
    def _details(self) -> CaseDetails:
        roles = {role.id: role for role in self.plan.one_thing.parties}
        return CaseDetails(
            parties=tuple(
                PartyDetails(
                    role=name,
                    kind=roles[name].kind,
                    name=party.name,
                    number=party.number,
                    subject=party.subject,
                    known_by=party.known_by,
                )
                for name, party in self.parties.items()
                if party.name
            ),
            values=self._normalized_values(),
            claims={
                given.material: bytes(licence["claims"]).decode()
                for given in self.given_materials
                if given.consent_id and (licence := self.matches[given.material].licence) and licence["claims"]
            },
            representative=build_representative(self.served_person, find_acting(self.absent, self.parties)),
        )

    def sources(self) -> dict[str, str]:
        """Return the source of each value, by field id."""
        return {name: self.content.sources.get(name, "typed") for name in self._normalized_values()}

    def _normalized_values(self) -> dict[str, str]:
        found = {name: value for name, value in self.content.values.items() if name == NO_COMMITMENT}
        for planned in self.plan.fields:
            text = self.content.values.get(planned.field.id, "")
            if text:
                try:
                    found[planned.field.id] = normalize_form_value(self.plan, planned.field, text, self.content.values)
                except BadData:
                    found[planned.field.id] = text  # an invalid value is a gap, so the acceptance is refused
        return found


def _find_parties(plan: Plan, content: DraftContent, visit: Row | None) -> dict[str, DraftParty]:
    """Return the parties by role. What was shown in another visit is marked as earlier: it proves nothing in this one.

    The person identified in the visit is the applicant if the draft has none yet, or the applicant has their number.
    """
    parties = {role.id: _find_party(role, plan, content, visit) for role in plan.one_thing.parties}
    own = plan.one_thing.applicant_role().id
    stated = parties[own]
    if visit is not None and visit["check_result"]:
        number, name = visit["shown_number"] or "", visit["shown_name"] or ""
        is_same_name = not stated.name or is_same_text(stated.name, name)
        is_unstated = not stated.number and is_same_name and is_possible_number(plan, own, number)
        if stated.number == number or is_unstated:
            parties[own] = DraftParty(
                name=name, number=number, subject=visit["person"] or "", known_by=KNOWN_BY_CODE, visit=visit["id"]
            )
    return parties


def normalize_party_number(draft: DraftState, role: str, number: str) -> str:
    """Return the number of a party's document as it is stored. Raises BadData if the form could not have it."""
    field = next((planned.field for planned in draft.plan.fields if is_number_of(planned.field, role)), None)
    if field is None:  # the form does not ask for it
        return normalize_document_number("other", number) if number.strip() else ""
    return normalize_form_value(draft.plan, field, number, draft.content.values, draft.today)


def _find_party(role: PartyRole, plan: Plan, content: DraftContent, visit: Row | None) -> DraftParty:
    known = content.parties.get(role.id)
    if known is not None and known.name:
        shown = known.known_by in PROOFS
        is_here = known.known_by != KNOWN_BY_CODE and visit is not None and known.visit == visit["id"]
        return msgspec.structs.replace(known, known_by=KNOWN_BY_EARLIER) if shown and not is_here else known
    name = content.values.get(f"{role.id}_name", "")
    field = next((planned.field for planned in plan.fields if is_number_of(planned.field, role.id)), None)
    number = content.values.get(field.id, "") if field is not None else ""
    if field is not None:
        with suppress(BadData):  # an invalid number is a gap
            number = normalize_form_value(plan, field, number, content.values)
    source = content.sources.get(f"{role.id}_name", "typed")
    return DraftParty(name=name, number=number, known_by=source if name else "")


def read_draft_state(office: Office, tx: Transaction, draft: Row, visit: Row | None) -> DraftState:
    """Read the state of a draft. The licences are those offered in `visit`; without a visit there are none."""
    content = decode_draft(draft)
    catalogue = publication.load_part(tx, draft["catalogue"], draft["catalogue_version"], draft["one_thing"])
    chosen = None if content.chosen is None else frozenset(content.chosen)
    plan = make_plan(catalogue, draft["one_thing"], chosen, content.values)
    today = office.local_time().date()
    parties = _find_parties(plan, content, visit)
    served = identified_number(visit)
    listed = read_listed_licences(tx, visit["id"], plan.one_thing.id) if visit is not None else {}
    offered = list_offered_rows(tx, visit["id"], plan.one_thing.id) if visit is not None else []
    absent = read_absent_parties(tx, visit)
    silent = {party for party, row in absent.items() if CONSENT not in decode_json_list(row["acts"])}
    signed = read_signed_lists(tx, visit, plan.one_thing.id)
    providers = find_providers(tx, plan, parties, listed, offered, silent) | find_signers(offered, signed)
    rows = [row for row in offered if row["id"] in providers]  # never those of somebody who is no party
    verified = {role: party.subject for role, party in parties.items() if is_verified(party, silent) and party.subject}
    holders = {row["role"]: row["person"] for row in signed.values()} | verified
    known_holders = read_party_holders(tx, catalogue, parties, rows)
    stated = {role: find_stated_identity(catalogue.fields, role, parties[role], content.values) for role in parties}
    matches = match_materials(
        plan,
        rows,
        holders,
        today,
        lambda role, row: role not in stated or stated[role].may_be(row["holder"], known_holders[row["holder"]]),
    )
    refused = find_refused_licences(rows)
    matches = {name: mark_unusable(catalogue, match, providers, refused) for name, match in matches.items()}
    given = [row for row in rows if row["given_at"] is not None]
    consented = frozenset(row["id"] for row in given if row["released_at"] is not None)
    known = list_known_values(parties, read_claims(matches, consented))
    prefilled = prefill_fields(plan, known, content.values, content.stated_fields)
    unnamed = {role for role, identity in stated.items() if not (identity.names or f"{role}_name" in prefilled)}
    matches = dict(drop_unnamed(plan, matches, consented, unnamed))
    return DraftState(
        draft,
        content,
        catalogue,
        publication.read_calendar(tx, catalogue),
        plan,
        matches,
        consented,
        prefilled,
        today,
        parties,
        served,
        read_served_person(visit),
        {row["id"]: row["how"] for row in given},
        providers,
        find_unlisted_roles(plan, parties, listed, frozenset(row["id"] for row in offered), silent),
        frozenset(
            name for name in holders.values() if visit is not None and find_level(tx, visit["id"], name) == LISTED
        ),
        refused,
        tx.select("co_signatures", visit=visit["id"], purpose=plan.one_thing.id) if visit is not None else (),
        absent,
        {row["id"]: row["list_number"] for row in given},
        find_too_old(list_too_old(tx, visit["id"]) if visit is not None else (), plan, holders),
        visit is not None and draft["started_at"] < visit["started_at"],
        find_promise_bar(tx, parties[plan.one_thing.applicant_role().id], office.corrected_now),
        visit is not None and bool(visit["check_result"]) and not visit["confirmed"],
    )
