"""Results of a child who was not registered: kept by number, offered to its guardian, used for no other child."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.intake.drafts import DraftContent, SaveDraft
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.cases.tasks.corrections import ReopenDecision
from clerk_app.catalogue.model import Catalogue
from clerk_app.composition.result_licences import make_out_result_licences
from clerk_app.errors import Refused
from clerk_app.ledger import audit
from clerk_app.licences.licence_release import ReleaseLicences
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent, MaterialsListed
from clerk_app.people import SYSTEM
from clerk_app.people.registry import PersonDetails, RegisterPerson
from tests.cases.result_city import accept_page, approve_page, plain_city, result_city
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults, paper_materials
from tests.registry.source_data import id_number, import_file, write_csv
from tests.sample_data import PERSONS

pytestmark = sqlite_only
CITY = plain_city(holder="child")
CHILD, SISTER = PartyDetails(role="child", kind="person", name="王小安", number=""), "王小宁"
MOTHER = PartyDetails(
    role="applicant", kind="person", name="王芳", number=PERSONS["mother"].id_number, subject="mother", known_by="code"
)
FIRST, SECOND = id_number(7), id_number(8)


def register(office: SampleOffice, person: str = "child", number: str = FIRST, name: str = CHILD.name) -> None:
    command = RegisterPerson(id=person, personal=PersonDetails(name=name, id_number=number))
    office.door.perform(command, SYSTEM)


def name_guardian(office: SampleOffice, folder: Path, number: str = FIRST, until: str = "") -> None:
    """Import that the mother is the guardian of the person with a number."""
    row = {"identifier": f"g{number}", "subject": number, "other": MOTHER.number, "relation": "guardian"}
    row |= {"valid_to": until} if until else {}
    report, mistakes = import_file(office, write_csv(folder / f"{number}.csv", [row]), "civil")
    assert (report.new + report.changed, mistakes) == (1, [])


def fetch(office: SampleOffice, city: Catalogue = CITY, person: str = "mother") -> tuple[str, MaterialsListed]:
    if any(row["ended_at"] is None for row in office.select("visits")):
        office.move_ticket("finish")
    visit = office.serve(person)
    office.prove(visit)
    command = FetchMaterials(visit=visit, one_thing="later", catalogue=city.id, catalogue_version=city.version)
    return visit, office.door.perform(command, "clerk-1")


def prepare(office: SampleOffice, visit: str, given: GivenMaterial, child: PartyDetails = CHILD) -> AcceptCase:
    """Prepare the renewal of the page for a child."""
    save = SaveDraft(
        visit=visit, window="w1", one_thing="later", catalogue=CITY.id, catalogue_version=CITY.version,
        personal=DraftContent(values={}),
    )  # fmt: skip
    return AcceptCase(
        draft=office.door.perform(save, "clerk-1").draft,
        visit=visit,
        window="w1",
        one_thing="later",
        catalogue=CITY.id,
        catalogue_version=CITY.version,
        chosen=None,
        materials=(given,),
        personal=CaseDetails(parties=(MOTHER, child), values={}),
    )


def use(office: SampleOffice, visit: str, listed: MaterialsListed) -> GivenMaterial:
    """Agree to the use of the one listed result and release it; return it as a material of an acceptance."""
    (page,) = listed.earlier
    office.door.perform(GiveConsent(visit=visit, licences=(page.id,), purpose="later"), "clerk-1")
    release = ReleaseLicences(
        visit=visit, licences=(page.id,), purpose="later", matters=("renewal",), catalogue=CITY.id,
        catalogue_version=CITY.version,
    )  # fmt: skip
    office.door.perform(release, "clerk-1")
    return GivenMaterial(
        material="page", how="earlier", origin=page.id, issuer=page.issuer, valid_to=page.valid_to, grade=page.grade,
        learnt_at=page.learnt_at,
    )  # fmt: skip


@pytest.fixture
def number(office: SampleOffice) -> Iterator[str]:
    """Yield the number of a case whose page states the number of a child whom nobody has registered."""
    number = accept_page(office, CITY, CHILD)
    approve_page(office, number, child_number=FIRST)
    yield number
    assert find_faults(office.store) == []  # a rebuild from the log gives the same rows


def test_a_result_of_a_child_registered_later_is_listed_for_the_guardian(
    office: SampleOffice, number: str, tmp_path: Path
) -> None:
    assert fetch(office)[1].earlier == ()
    register(office)
    assert fetch(office)[1].earlier == ()
    name_guardian(office, tmp_path)
    (page,) = fetch(office)[1].earlier
    assert (page.id, page.holder, page.grade, page.issuer) == (f"{number}/page/1", "child", "A", "health")
    assert (page.issued_on, page.valid_to) == ("2026-05-06", "2027-05-06")


def test_the_next_case_of_the_child_uses_it_and_takes_no_paper_without_a_reason(
    office: SampleOffice, number: str, tmp_path: Path
) -> None:
    register(office)
    name_guardian(office, tmp_path)
    visit, listed = fetch(office)
    (paper,) = paper_materials("page")
    with pytest.raises(Refused) as refused:
        office.door.perform(prepare(office, visit, paper), "clerk-1")
    assert refused.value.reason == "paper_of_held"
    second = office.accept(prepare(office, visit, use(office, visit, listed)))
    (row,) = office.select("materials", case_number=second)
    assert (row["how"], row["origin"]) == ("earlier", f"{number}/page/1")
    assert office.select("objections", case_number=second) == []


@pytest.mark.wide
def test_it_is_not_used_for_another_child(office: SampleOffice, number: str, tmp_path: Path) -> None:
    assert number
    register(office)
    name_guardian(office, tmp_path)
    visit, listed = fetch(office)
    given = use(office, visit, listed)
    for sister in (
        PartyDetails(role="child", kind="person", name=SISTER, number=""),
        PartyDetails(role="child", kind="person", name=CHILD.name, number=SECOND),
    ):
        with pytest.raises(Refused) as refused:
            office.door.perform(prepare(office, visit, given, sister), "clerk-1")
        assert refused.value.reason == "holder"


@pytest.mark.wide
def test_a_guardian_whose_guardianship_has_ended_is_offered_nothing(
    office: SampleOffice, number: str, tmp_path: Path
) -> None:
    assert number
    register(office)
    name_guardian(office, tmp_path, until="2026-05-01")
    assert fetch(office)[1].earlier == ()


@pytest.mark.wide
def test_a_corrected_number_moves_the_result_to_its_person(office: SampleOffice, number: str, tmp_path: Path) -> None:
    register(office)
    register(office, "sister", SECOND, SISTER)
    for child in (FIRST, SECOND):
        name_guardian(office, tmp_path, child)
    office.door.perform(ReopenDecision(task=f"{number}01", reason="a wrong key"), "health-1")
    approve_page(office, number, child_number=SECOND)
    assert [(page.id, page.holder) for page in fetch(office)[1].earlier] == [(f"{number}/page/2", "sister")]


def test_a_licence_is_made_out_when_its_holder_is_registered(office: SampleOffice) -> None:
    city = result_city(holder="child")
    number = accept_page(office, city, CHILD)
    approve_page(office, number, child_number=FIRST)
    assert make_out_result_licences(office.office) == 1
    assert make_out_result_licences(office.office) == 0
    (row,) = office.select("result_licences", case_number=number)
    assert (row["state"], row["reason"]) == ("not_issued", "holder")
    register(office)
    assert make_out_result_licences(office.office) == 1
    (licence,) = office.select("licences", id=f"R{number}01-0")
    assert (licence["holder"], licence["state"]) == ("child", "valid")
    assert make_out_result_licences(office.office) == 0
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_the_number_is_erased_with_the_case(office: SampleOffice, number: str) -> None:
    assert [row["number"] for row in office.select("result_parties")] == [FIRST]
    office.withdraw(number)
    office.door.perform(EraseCase(case=number, reason="retention is over"), "admin")
    assert office.select("result_parties") == []
    assert [row for row in office.entries() if FIRST.encode() in (row["personal"] or b"")] == []
    assert audit.verify_log(office.store)[1] == []
