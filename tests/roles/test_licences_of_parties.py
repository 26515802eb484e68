"""Each party whose code was verified in a visit has their own licences offered, in whatever order the codes come."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.people.access_report import list_accesses
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.case import IntakeView
from clerk_app.views.counter import CounterService, CounterView
from screens.sign_in import StaffApp
from tests.roles.conftest import NoCamera
from tests.roles.test_birth_keystrokes import open_screen
from tests.roles.test_identity_of_a_visit import intake, serve
from tests.sample_data import CITY_PIN
from tests.screens.stage import press, scan, screen_text

Code = Callable[[str], str]
ENTERPRISE, AGENT, MOTHER, FATHER = "E01", "P09", "P01", "P02"


def asked_of(view: IntakeView) -> dict[str, str]:
    """Return the materials that need a consent, and whose they are."""
    return {row.id: row.holder for row in view.materials if row.consent == "asked"}


def serve_agent_then_enterprise(counter: CounterService, code: Code) -> CounterView:
    serve(counter, code("builder-agent"))
    counter.begin_draft("road-excavation")
    counter.process_scan(code("builder"))
    return counter.assign_party("enterprise")


def accesses_to(office: Office, person: str) -> list[str]:
    with office.store.read() as tx:
        return [access.kind for access in list_accesses(tx, person)]


def test_an_enterprise_scanned_after_its_agent_has_its_licences_offered_and_used(
    counter: CounterService, office: Office, code: Code
) -> None:
    view = serve_agent_then_enterprise(counter, code)
    assert view.found_party is not None
    assert (view.found_party.is_served, [role.id for role in view.found_party.roles]) == (True, ["agent"])
    assert [row.name for row in intake(counter.assign_party("agent")).parties][1] == "何建国"
    owner = "Building owner 示范市通达管线工程有限公司"
    assert asked_of(intake(counter.read_view())) == {"business-licence": owner, "planning-permit": owner}
    assert "ReleaseLicences" not in accesses_to(office, ENTERPRISE)  # nothing travels before the consent
    released = intake(counter.record_consent(["business-licence", "planning-permit"]))
    assert not released.has_unreleased
    assert next(row.source for row in released.fields if row.id == "enterprise_name") == "Business licence"
    assert {"FetchMaterials", "ReleaseLicences", "LookAt"} <= set(accesses_to(office, ENTERPRISE))
    assert {"FetchMaterials", "ReleaseLicences"}.isdisjoint(accesses_to(office, AGENT))


@pytest.mark.wide
def test_the_agent_of_an_enterprise_scanned_first_brings_nothing(
    counter: CounterService, office: Office, code: Code
) -> None:
    serve(counter, code("builder"))
    before = asked_of(intake(counter.begin_draft("road-excavation")))
    counter.process_scan(code("builder-agent"))
    view = counter.assign_party("agent")
    assert view.found_party is None
    assert asked_of(intake(view)) == before != {}
    assert "FetchMaterials" not in accesses_to(office, AGENT)


def test_a_mother_scanned_after_the_father_is_the_applicant_and_each_answers_for_their_own(
    counter: CounterService, office: Office, code: Code
) -> None:
    serve(counter, code("father"))
    assert asked_of(intake(counter.begin_draft("birth")))["mother-id"] == "Mother 陈志远"  # until the mother shows hers
    counter.process_scan(code("mother"))
    view = intake(counter.assign_party("mother"))  # the number of the father is known by his code
    if counter.read_view().found_party is not None:
        view = intake(counter.assign_party("father"))
    owners = asked_of(view)
    assert owners["mother-id"] == "Mother 林晓雯"
    assert owners["father-id"] == "Father 陈志远"
    view = intake(counter.record_consent(list(owners)))
    answers = {"林晓雯": "0001", "陈志远": "0002"}
    for _second_factor in answers:
        if view.needs_second_factor:
            view = intake(counter.release_materials(answers[view.second_factor_of]))
    assert not view.has_unreleased
    values = {row.id: row.value for row in view.fields}
    assert (values["mother_name"], values["father_name"]) == ("林晓雯", "陈志远")


@pytest.mark.wide
def test_the_role_of_a_party_is_corrected_by_scanning_the_code_again(counter: CounterService, code: Code) -> None:
    serve(counter, code("father"))
    counter.begin_draft("birth")
    counter.process_scan(code("mother"))
    counter.assign_party("father")  # the wrong row
    found = counter.process_scan(code("mother")).found_party
    assert found is not None
    assert [role.id for role in found.roles] == ["father", "child", "mother"]
    counter.assign_party("mother")
    view = intake(counter.assign_party("father"))
    assert [party.name for party in view.parties[:2]] == ["林晓雯", "陈志远"]
    values = {row.id: row.value for row in view.fields}
    assert (values["mother_name"], values["father_name"]) == ("林晓雯", "陈志远")
    assert values["father_id_number"] == "690102199208250314"
    counter.record_consent(list(asked_of(view)))
    assert counter.process_scan(code("mother")).found_party is None  # a second scan, after the consent


@pytest.mark.wide
def test_an_enterprise_named_on_the_card_of_a_worker_does_not_agree_for_them(
    counter: CounterService, code: Code
) -> None:
    serve(counter, code("employer-agent"))
    counter.begin_draft("hiring")
    counter.process_scan(code("employer"))
    counter.assign_party("enterprise")
    view = intake(counter.assign_party("agent"))
    assert set(asked_of(view)) == {"business-licence"}
    card = next(row for row in view.materials if row.id == "worker-id")
    assert (card.state, card.state_name, card.issuer) == ("missing", "holder absent", "")
    assert "its holder has to show a code" in card.reason
    with pytest.raises(Refused, match="only if its holder agrees"):
        counter.record_consent(["worker-id"])
    counter.process_scan(code("worker"))
    counter.assign_party("worker")
    assert intake(counter.record_consent(["worker-id"])).second_factor_of == "高明"


@pytest.mark.wide
async def test_the_keys_ask_for_consent_only_after_the_face_is_confirmed(office: Office, code: Code) -> None:
    workstation = open_workstation(office, NoCamera())
    app = StaffApp(lambda: workstation, open_screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter", "f8", "without", "enter")
        await scan(pilot, code("mother"), "enter")
        await press(pilot, "f5", "born", "enter")
        assert "The consent is asked for after that." in " ".join(screen_text(app).split())
        await press(pilot, "f8", "2", "enter")
        assert "Ask the party to whom each belongs" not in screen_text(app)
        await press(pilot, "f9", "enter")
        assert "Ask the party to whom each belongs" in screen_text(app)
        await press(pilot, "a", "enter")
    with office.store.read() as tx:
        assert any(row["given_at"] for row in tx.select("consents"))


@pytest.mark.wide
def test_a_worker_scanned_last_brings_the_own_card_and_answers_for_it(counter: CounterService, code: Code) -> None:
    serve(counter, code("employer-agent"))
    counter.begin_draft("hiring")
    counter.process_scan(code("employer"))
    counter.assign_party("enterprise")
    counter.assign_party("agent")
    assert asked_of(intake(counter.read_view()))["business-licence"].endswith("示范市云桥软件有限公司")
    counter.process_scan(code("worker"))
    view = intake(counter.assign_party("worker"))
    assert asked_of(view)["worker-id"] == "Worker 高明"
    view = intake(counter.record_consent(["worker-id"]))
    assert (view.needs_second_factor, view.second_factor_of) == (True, "高明")
    assert not intake(counter.release_materials("0011")).has_unreleased


@pytest.mark.wide
def test_licences_listed_for_another_purpose_are_offered_again_after_they_are_fetched(
    counter: CounterService, code: Code
) -> None:
    serve(counter, code("mother"))
    birth = intake(counter.begin_draft("birth"))
    counter.record_consent(list(asked_of(birth)))
    counter.begin_draft("passport")
    view = intake(counter.reopen_draft(birth.draft))
    assert not any(row.consent == "given" for row in view.materials if row.id == "mother-id")
    assert view.can_fetch_materials
    view = intake(counter.fetch_materials())
    assert "mother-id" in asked_of(view)
    assert not view.can_fetch_materials


@pytest.mark.wide
async def test_the_keys_for_an_enterprise_after_its_agent_end_in_a_receipt_that_names_both(
    office: Office, code: Code
) -> None:
    workstation = open_workstation(office, NoCamera())
    app = StaffApp(lambda: workstation, open_screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter", "f8")
        await press(pilot, "without", "enter")
        await scan(pilot, code("builder-agent"), "enter")
        await press(pilot, "enter", "enter", "f5", "dig", "enter")  # compare the faces, same person
        assert "F9 cannot accept yet" in screen_text(app)
        await scan(pilot, code("builder"), "enter")
        assert "Whose code is this? 示范市通达管线工程有限公司" in screen_text(app)
        await press(pilot, "enter")
        assert "Who is the person served? 何**" in screen_text(app)
        await press(pilot, "enter")
        assert "Ask the party to whom each belongs" in screen_text(app)
        assert "Building owner" in screen_text(app)
        await press(pilot, "a", "enter")
        await press(pilot, "2", "enter", "2", "enter")  # depth and road: the catalogue derives the class of risk
        assert "by rule: 1.5 m" in screen_text(app)
        await press(pilot, "enter", "12", "enter", "20261210", "enter", "20261220", "enter", "enter")
        assert "That was the last field. F9 cannot accept yet, 3 left" in screen_text(app)
        await press(pilot, "tab", "home", "down", "down", "space", "down", "space", "down", "space")
        assert "Left to do  + F9 accepts the case" in screen_text(app)
        await press(pilot, "f9")
        receipt = screen_text(app)
        await press(pilot, "pagedown")
        text = receipt + screen_text(app)
    assert re.search(r"Agent +何\*\*", text)
