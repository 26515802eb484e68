"""A draft as it stands: its plan, what the city holds for it, what is given, what is left. Rules live in the rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import msgspec

from clerk_app.cases.intake.acceptance import CaseDetails, PartyDetails
from clerk_app.cases.intake.completeness import GivenMaterial, IntakeGap, find_gaps
from clerk_app.cases.intake.drafts import DraftContent, DraftParty, decode_draft
from clerk_app.catalogue import publication
from clerk_app.catalogue.field_values import normalize_value
from clerk_app.catalogue.model import Catalogue, PartyRole
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.catalogue.prefill import PrefilledValue, prefill_fields
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.licences.material_match import MaterialMatch, match_materials
from clerk_app.licences.shared_materials import FetchMaterials, MaterialsListed, list_offered_licences
from db.engines import Row, Transaction


@dataclass(frozen=True)
class DraftState:
    """One draft with everything that follows from it now."""

    draft: Row
    content: DraftContent
    catalogue: Catalogue
    plan: Plan
    matches: Mapping[str, MaterialMatch]
    consented: frozenset[str]  # licence ids
    prefilled: Mapping[str, PrefilledValue]
    today: date

    @property
    def given_materials(self) -> tuple[GivenMaterial, ...]:
        """The materials that the case would get: held and agreed to, or handed in on paper."""
        found: list[GivenMaterial] = []
        for need in self.plan.materials:
            name, one = need.material.id, self.matches.get(need.material.id)
            licence = one.licence if one is not None and one.state == "held" else None
            if name in self.content.papers:
                found.append(GivenMaterial(material=name, how="paper"))
            elif licence is not None and licence["id"] in self.consented:
                found.append(_shared(name, licence))
        return tuple(found)

    @property
    def gaps(self) -> list[IntakeGap]:
        """Everything that stands in the way."""
        return find_gaps(self.plan, self.content.values, self.given_materials, self.today)

    def parties(self) -> dict[str, DraftParty]:
        """Every role as far as it is known: shown by code, or filled into its fields (`ROLE_name`, its number)."""
        return {role.id: self._party(role) for role in self.plan.one_thing.parties}

    def case_details(self) -> CaseDetails:
        """What the case will know about people, values in the one way they are stored."""
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
                for name, party in self.parties().items()
                if party.name
            ),
            values=self._regular_values(),
            claims={
                one.material: bytes(licence["claims"]).decode()
                for one in self.given_materials
                if one.how == "licence" and (licence := self.matches[one.material].licence) and licence["claims"]
            },
        )

    def sources(self) -> dict[str, str]:
        """Where each value is from."""
        return {name: self.content.sources.get(name, "typed") for name in self._regular_values()}

    def _regular_values(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for planned in self.plan.fields:
            text = self.content.values.get(planned.field.id, "")
            if text:
                try:
                    found[planned.field.id] = normalize_value(planned.field, text)
                except BadData:
                    found[planned.field.id] = text  # named as a gap; the door refuses it
        return found

    def _party(self, role: PartyRole) -> DraftParty:
        known = self.content.parties.get(role.id)
        if known is not None and known.name:
            return known
        name = self.content.values.get(f"{role.id}_name", "")
        numbers = (
            planned.field.id
            for planned in self.plan.fields
            if planned.field.party == role.id and planned.field.kind in ("id_number", "credit_code")
        )
        number = self.content.values.get(next(numbers, ""), "")
        source = self.content.sources.get(f"{role.id}_name", "typed")
        return DraftParty(name=name, number=number, known_by=source if name else "")


def _shared(material: str, licence: Row) -> GivenMaterial:
    return GivenMaterial(
        material=material,
        how="licence",
        licence=licence["id"],
        issuer=licence["issuer"],
        valid_to=licence["valid_to"],
        grade="A",
        content=licence["content"] or "",
    )


def read_draft_state(office: Office, tx: Transaction, draft: Row, visit: Row | None) -> DraftState:
    """The draft as it stands now, with what is offered to the visit it belongs to."""
    content = decode_draft(draft)
    catalogue = publication.load_version(tx, draft["catalogue"], draft["catalogue_version"])
    chosen = None if content.chosen is None else frozenset(content.chosen)
    made = make_plan(catalogue, draft["one_thing"], chosen, content.values)
    today = office.local_time().date()
    rows = list_offered_licences(tx, visit["id"]) if visit else []
    person = (visit["person"] if visit else "") or ""
    matches = match_materials(made, rows, person, today)
    consented = frozenset(row["id"] for row in rows if row["given_at"] is not None)
    sources = _known(content, matches, consented)
    return DraftState(draft, content, catalogue, made, matches, consented, prefill_fields(made, sources), today)


def were_materials_fetched(tx: Transaction, visit: Row, one_thing: str) -> bool:
    """Whether the authority has said what it holds for this about whoever is served."""
    for row in tx.query_all("ledger.done_entries_of_stream", stream=f"visit/{visit['id']}"):
        if row["kind"] == FetchMaterials.stored_name:
            asked = msgspec.json.decode(row["command"], type=FetchMaterials)
            told = msgspec.json.decode(row["decision"], type=MaterialsListed)
            if asked.one_thing == one_thing and told.person == (visit["person"] or ""):
                return True
    return False


def _known(content: DraftContent, matches: Mapping[str, MaterialMatch], consented: frozenset[str]) -> dict[str, str]:
    """Everything that could fill a field: what the parties' codes showed, what consented licences say."""
    found: dict[str, str] = {}
    for role, party in content.parties.items():
        found[f"party:{role}.name"] = party.name
        found[f"party:{role}.id_number"] = party.number
        found[f"party:{role}.credit_code"] = party.number
    for name, one in matches.items():
        if one.licence and one.licence["id"] in consented and one.licence["claims"]:
            claims = msgspec.json.decode(one.licence["claims"], type=dict[str, str])
            found |= {f"licence:{name}.{claim}": value for claim, value in claims.items()}
    return found


def prefill_content(taking: DraftState) -> DraftContent:
    """The draft's content with every field filled that a source knows and nobody has typed."""
    values, sources = dict(taking.content.values), dict(taking.content.sources)
    for name, one in taking.prefilled.items():
        if not values.get(name) or sources.get(name, "typed") != "typed":
            values[name], sources[name] = one.value, one.source
    return msgspec.structs.replace(taking.content, values=values, sources=sources)
