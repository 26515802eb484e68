"""Acting for an absent applicant: by the codes of both, a written delegation, or a registered relation."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import pytest

from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.parties import PartyDetails
from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.repository import CreateDynamicCode, ResolveDynamicCode, digest_dynamic_code
from clerk_app.licences.representations import EndRepresentation, ShowDelegation, ShowRelations
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent
from clerk_app.people import SYSTEM
from clerk_app.people.access_report import list_accesses
from clerk_app.registry.batches import ImportRegistryRows
from clerk_app.registry.rows import RelationRow
from tests.licences.test_shared_materials import fetch, refusal_of, serve_proved
from tests.office import SampleOffice, find_faults, paper_materials
from tests.sample_data import PERSONS, sample_city


@dataclass(frozen=True)
class Acting:
    """The father is served, and acts for the mother."""

    office: SampleOffice
    visit: str

    def show_code(self, person: str) -> None:
        """Let the center resolve a code of a further person, made for this moment."""
        digest = digest_dynamic_code(f"{person} in {self.visit}")
        self.office.door.perform(CreateDynamicCode(digest=digest, subject=person), SYSTEM)
        resolve = ResolveDynamicCode(digest=digest, visit=self.visit, window="w1", purpose="identify")
        self.office.door.perform(resolve, "clerk-1")


@pytest.fixture
def acting(office: SampleOffice) -> Acting:
    return Acting(office, serve_proved(office, "father"))


def register_relation(office: SampleOffice, relation: str, *, subject: str = "mother", until: str = "") -> None:
    """Register what the father is to the subject."""
    row = RelationRow(
        identifier=f"{relation} of {subject}",
        digest="d",
        subject=PERSONS[subject].id_number,
        other=PERSONS["father"].id_number,
        relation=relation,
        valid_to=until,
    )
    office.door.perform(ImportRegistryRows(source="civil", kind="relation", personal=(row,)), SYSTEM)


def absent_of(office: SampleOffice, visit: str) -> dict[str, tuple[str, str]]:
    rows = office.select("visit_representations", visit=visit)
    return {row["principal"]: (row["basis"], row["relation"]) for row in rows}


def test_the_codes_of_both_are_a_delegation(acting: Acting) -> None:
    delegation = ShowDelegation(visit=acting.visit, principal="mother", basis="codes")
    assert refusal_of(acting.office, delegation, "clerk-1") == "unproved"
    acting.show_code("mother")
    shown = acting.office.door.perform(delegation, "clerk-1")
    assert (shown.agent, shown.acts) == ("father", ("apply", "consent", "collect"))
    assert absent_of(acting.office, acting.visit) == {"mother": ("codes", "")}
    acting.office.door.perform(EndRepresentation(visit=acting.visit, principal="mother"), "clerk-1")
    assert absent_of(acting.office, acting.visit) == {}
    assert find_faults(acting.office.store) == []


def test_nobody_acts_without_the_own_code_or_for_themselves(office: SampleOffice) -> None:
    visit = office.serve("father")  # the center has not verified the code
    assert refusal_of(office, ShowRelations(visit=visit), "clerk-1") == "unproved"
    office.prove(visit)
    assert refusal_of(office, ShowDelegation(visit=visit, principal="father", basis="codes"), "clerk-1") == "principal"
    assert refusal_of(office, ShowDelegation(visit=visit, principal="mother", basis="word"), "clerk-1") == "basis"


def test_a_delegation_on_paper_does_not_cover_the_use_of_licences(acting: Acting) -> None:
    acting.show_code("mother")
    acting.office.door.perform(ShowDelegation(visit=acting.visit, principal="mother", basis="paper"), "clerk-1")
    query = msgspec.structs.replace(fetch(acting.visit, "birth"), person="mother")
    assert refusal_of(acting.office, query, "clerk-1") == "delegation"


@pytest.mark.parametrize(("relation", "until", "found"), [("guardian", "", True), ("guardian", "2026-05-05", False)])
def test_a_registered_relation_counts_while_it_is_valid(acting: Acting, relation: str, until: str, found: bool) -> None:
    register_relation(acting.office, relation, until=until)
    shown = acting.office.door.perform(ShowRelations(visit=acting.visit), "clerk-1")
    assert [principal.person for principal in shown.principals] == ["mother"] * found
    assert absent_of(acting.office, acting.visit) == ({"mother": ("relation", "guardian")} if found else {})


def test_a_guardian_agrees_for_the_absent_party_and_the_access_is_on_record(acting: Acting) -> None:
    office, visit, city = acting.office, acting.visit, sample_city()
    register_relation(office, "guardian")
    office.door.perform(ShowRelations(visit=visit), "clerk-1")
    listed = office.door.perform(msgspec.structs.replace(fetch(visit, "birth"), person="mother"), "clerk-1").licences
    assert "mother-card" in listed
    office.door.perform(GiveConsent(visit=visit, licences=("mother-card",), purpose="birth"), "clerk-1")
    release = ReleaseLicences(
        visit=visit,
        licences=("mother-card",),
        purpose="birth",
        matters=city.one_thing("birth").matters,
        catalogue=city.id,
        catalogue_version=city.version,
        person="mother",
    )
    office.door.perform(release, "clerk-1")
    with office.store.read() as tx:
        kinds = {access.kind for access in list_accesses(tx, "mother")}
    assert {"ShowRelations", "FetchMaterials", "ReleaseLicences"} <= kinds


def test_a_family_member_applies_and_agrees_to_nothing(acting: Acting) -> None:
    register_relation(acting.office, "family")
    shown = acting.office.door.perform(ShowRelations(visit=acting.visit), "clerk-1")
    assert [principal.acts for principal in shown.principals] == [("apply",)]
    query = FetchMaterials(visit=acting.visit, one_thing="birth", catalogue="x", catalogue_version=1, person="mother")
    assert refusal_of(acting.office, query, "clerk-1") == "delegation"


def accept_for_mother(acting: Acting, known_by: str) -> AcceptCase:
    """Return the acceptance of a birth in the father's visit, on paper, with the mother as applicant."""
    office, visit = acting.office, acting.visit
    command = office.prepare_birth(visit=office.serve("mother", "w2"), window="w2")
    office.move_ticket("finish", "w2")
    details = command.personal
    assert details is not None
    mother, *others = details.parties
    father = PERSONS["father"]
    agent = PartyDetails(
        role="representative", kind="person", name=father.name, number=father.id_number, subject="father"
    )
    parties = (msgspec.structs.replace(mother, known_by=known_by), *others)
    personal = msgspec.structs.replace(details, parties=parties, representative=agent)
    given = paper_materials("birth-certificate", "mother-id", "household-register")
    draft = office.draft(visit, "birth", dict(details.values))
    return msgspec.structs.replace(command, draft=draft, visit=visit, window="w1", materials=given, personal=personal)


def test_an_absent_applicant_needs_somebody_who_may_apply(acting: Acting) -> None:
    command = accept_for_mother(acting, "delegation")
    assert refusal_of(acting.office, command, "clerk-1") == "no_delegation"
    acting.show_code("mother")
    acting.office.door.perform(ShowDelegation(visit=acting.visit, principal="mother", basis="paper"), "clerk-1")
    number = acting.office.accept(command)
    (row,) = acting.office.select("representations", case_number=number)
    assert (row["role"], row["agent"], row["agent_name"], row["basis"]) == ("mother", "father", "李强", "paper")
    assert find_faults(acting.office.store) == []
