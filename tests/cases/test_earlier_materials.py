"""Materials of earlier cases: listed for their own party alone, used again after consent, and by their grade."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from clerk_app.cases.case_record import read_case
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.cases.tasks.consent_withdrawals import WithdrawCaseConsent
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command
from clerk_app.licences.licence_release import LicencesReleased, ReleaseLicences
from clerk_app.licences.shared_materials import FetchMaterials, GiveConsent, MaterialsListed
from clerk_app.people.earlier_materials import grade_after_use
from clerk_app.roles.case_history import read_history
from tests.engines import sqlite_only
from tests.office import SampleOffice, find_faults, paper_materials
from tests.sample_data import sample_city

pytestmark = sqlite_only
SCAN = "5" * 64
PLAN = "traffic-plan"


def list_materials(office: SampleOffice, visit: str, one_thing: str = "road-excavation") -> MaterialsListed:
    city = sample_city()
    fetch = FetchMaterials(visit=visit, one_thing=one_thing, catalogue=city.id, catalogue_version=city.version)
    return office.door.perform(fetch, "clerk-1")


def list_for(office: SampleOffice, person: str = "enterprise") -> tuple[str, MaterialsListed]:
    """Serve a person whose code the authority has verified; return the visit and what was listed."""
    visit = office.serve(person)
    office.prove(visit)
    return visit, list_materials(office, visit)


def release(office: SampleOffice, visit: str, *materials: str) -> LicencesReleased:
    city = sample_city()
    command = ReleaseLicences(
        visit=visit,
        licences=materials,
        purpose="road-excavation",
        matters=city.one_thing("road-excavation").matters,
        catalogue=city.id,
        catalogue_version=city.version,
    )
    return office.door.perform(command, "clerk-1")


def prepare_again(office: SampleOffice, visit: str, listed: MaterialsListed, **changed: object) -> AcceptCase:
    """Agree to the earlier traffic plan, release it, and prepare a second case of the visit with it."""
    (plan,) = (found for found in listed.earlier if found.material == PLAN)
    office.door.perform(GiveConsent(visit=visit, licences=(plan.id,), purpose="road-excavation"), "clerk-1")
    content = release(office, visit, plan.id).contents[plan.id]
    again = GivenMaterial(
        material=PLAN,
        how="earlier",
        origin=plan.id,
        learnt_at=plan.learnt_at,
        grade=grade_after_use(plan.grade),
        content=content,
        valid_to=plan.valid_to,
    )
    return prepare_road(office, visit, replace(again, **changed))


def prepare_road(office: SampleOffice, visit: str, plan: GivenMaterial) -> AcceptCase:
    """Prepare a road excavation of an enterprise that showed its code, with this traffic plan."""
    command = office.prepare_road(visit=visit)
    details = command.personal
    assert details is not None
    names = [material.material for material in command.materials]
    papers = paper_materials(*names, paper_code="other", paper_reason="旧版")
    given = tuple(plan if material.material == PLAN else material for material in papers)
    parties = tuple(replace(party, known_by="code") for party in details.parties)
    return replace(command, materials=given, personal=replace(details, parties=parties))


def accept_road(office: SampleOffice, **plan: object) -> str:
    """Accept a road excavation with a traffic plan that has these properties; return the case number."""
    (paper,) = paper_materials(PLAN)
    return office.accept(prepare_road(office, office.serve("enterprise"), replace(paper, **plan)))


def refusal_of(office: SampleOffice, command: Command[Any]) -> str:
    with pytest.raises(Refused) as refused:
        office.door.perform(command, "clerk-1")
    return refused.value.reason


def listed_plans(listed: MaterialsListed) -> list[str]:
    return [material.id for material in listed.earlier if material.material == PLAN]


def test_papers_of_an_earlier_case_are_listed_for_the_next_visit(office: SampleOffice) -> None:
    number = accept_road(office)
    _visit, listed = list_for(office)
    assert listed_plans(listed) == [f"{number}/{PLAN}/1"]


def test_papers_are_listed_for_nobody_else(office: SampleOffice) -> None:
    accept_road(office)
    visit, listed = list_for(office, "mother")
    assert listed.earlier == ()
    assert office.select("earlier_materials", visit=visit) == []


def test_papers_of_a_party_who_showed_no_code_are_not_listed(office: SampleOffice) -> None:
    command = prepare_road(office, office.serve("enterprise"), paper_materials(PLAN)[0])
    assert command.personal is not None
    parties = tuple(replace(party, known_by="typed") for party in command.personal.parties)
    office.accept(replace(command, personal=replace(command.personal, parties=parties)))
    assert list_for(office)[1].earlier == ()


def test_an_earlier_paper_is_used_again_with_its_scan_and_the_day_it_was_learnt(office: SampleOffice) -> None:
    first = accept_road(office, content=SCAN)
    (before,) = office.select("materials", case_number=first, material=PLAN)
    office.clock.advance(days=9)
    visit, listed = list_for(office)
    second = office.accept(prepare_again(office, visit, listed))
    (row,) = office.select("materials", case_number=second, material=PLAN)
    assert (row["how"], row["origin"], row["grade"]) == ("earlier", f"{first}/{PLAN}/1", "B")
    assert (row["content"], row["learnt_at"]) == (SCAN, before["taken_at"])
    assert row["taken_at"] > row["learnt_at"]


def test_nothing_is_released_or_used_without_consent(office: SampleOffice) -> None:
    accept_road(office)
    visit, listed = list_for(office)
    with pytest.raises(Refused, match="申请人尚未同意"):
        release(office, visit, listed_plans(listed)[0])
    again = GivenMaterial(
        material=PLAN, how="earlier", origin=listed_plans(listed)[0], learnt_at=listed.earlier[-1].learnt_at
    )
    assert refusal_of(office, prepare_road(office, visit, again)) == "consent"


def test_a_paper_that_was_sent_in_needs_the_look_at_its_original(office: SampleOffice) -> None:
    accept_road(office, grade="C")
    visit, listed = list_for(office)
    command = prepare_again(office, visit, listed)
    assert refusal_of(office, command) == "unconfirmed_material"
    confirmed = tuple(replace(given, is_confirmed=given.material == PLAN) for given in command.materials)
    number = office.accept(replace(command, materials=confirmed))
    assert office.select("materials", case_number=number, material=PLAN)[0]["grade"] == "B"


def test_a_promise_is_used_again_where_the_catalogue_allows_one(office: SampleOffice) -> None:
    accept_road(office, grade="D")
    visit, listed = list_for(office)
    assert refusal_of(office, prepare_again(office, visit, listed, is_confirmed=True)) == "no_promise"


def test_an_expired_paper_is_listed_and_does_not_count(office: SampleOffice) -> None:
    accept_road(office, valid_to="2026-05-31")
    office.clock.advance(days=40)
    visit, listed = list_for(office)
    assert listed_plans(listed)
    assert refusal_of(office, prepare_again(office, visit, listed)) == "incomplete"


def test_a_paper_older_than_the_city_allows_is_not_listed(office: SampleOffice) -> None:
    accept_road(office)
    office.clock.advance(days=366)
    assert list_for(office)[1].earlier == ()


def test_a_paper_that_a_department_asked_for_again_is_not_listed(office: SampleOffice) -> None:
    number = accept_road(office)
    office.return_task(number, "excavation-traffic", PLAN)
    assert listed_plans(list_for(office)[1]) == []
    office.take_in(number, PLAN)
    office.move_ticket("finish")
    assert listed_plans(list_for(office)[1]) == [f"{number}/{PLAN}/2"]


@pytest.mark.wide
def test_papers_of_an_erased_case_are_not_available_any_more(office: SampleOffice) -> None:
    number = accept_road(office)
    visit, listed = list_for(office)
    command = prepare_again(office, visit, listed)
    office.withdraw(number)
    office.door.perform(EraseCase(case=number, reason="retention period over"), "admin")
    assert office.select("earlier_materials", case_number=number) == []
    assert refusal_of(office, command) == "not_earlier"
    assert list_materials(office, visit).earlier == ()
    assert find_faults(office.store) == []


def test_another_paper_than_the_listed_one_is_refused(office: SampleOffice) -> None:
    accept_road(office)
    visit, listed = list_for(office)
    command = prepare_again(office, visit, listed)
    for changed in ({"valid_to": "2030-01-01"}, {"content": SCAN}, {"learnt_at": 1}, {"grade": "A"}):
        given = tuple(replace(each, **changed) if each.how == "earlier" else each for each in command.materials)
        assert refusal_of(office, replace(command, materials=given)) == "not_earlier"


def test_paper_for_a_held_licence_needs_a_written_reason(office: SampleOffice) -> None:
    command = office.prepare_birth()
    paper = paper_materials("mother-id")[0]

    def with_paper(given: GivenMaterial) -> AcceptCase:
        materials = tuple(given if each.material == "mother-id" else each for each in command.materials)
        return replace(command, materials=materials)

    assert refusal_of(office, with_paper(paper)) == "paper_of_held"
    assert refusal_of(office, with_paper(replace(paper, paper_code="differs"))) == "paper_of_held"
    number = office.accept(with_paper(replace(paper, paper_code="differs", paper_reason="名字写错了")))
    (row,) = office.select("materials", case_number=number, material="mother-id")
    assert (row["paper_code"], row["paper_reason"]) == ("differs", "名字写错了")
    with office.store.read() as tx:
        line = read_history(tx, read_case(tx, number))[0].action
    assert "名字写错了" in line


@pytest.mark.wide
def test_the_consent_to_an_earlier_material_is_withdrawn_after_the_acceptance(office: SampleOffice) -> None:
    accept_road(office)
    visit, listed = list_for(office)
    number = office.accept(prepare_again(office, visit, listed))
    (used,) = office.select("materials", case_number=number, material=PLAN)
    again = office.serve("enterprise")
    withdraw = WithdrawCaseConsent(case=number, materials=(PLAN,), visit=again, window="w1")
    assert office.door.perform(withdraw, "clerk-1").licences == (used["origin"],)
    assert office.select("materials", case_number=number, material=PLAN) == []
    (offered,) = office.select("earlier_materials", visit=visit, id=used["origin"])
    (consent,) = office.select("consents", visit=visit, licence=used["origin"])
    assert (offered["content"], consent["how"], consent["given_at"]) == (None, "withdrawn", None)
    assert find_faults(office.store) == []
