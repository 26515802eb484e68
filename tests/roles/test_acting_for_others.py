"""Scenario 6 (c) and what follows: the code of another person stops, and a delegation lets the person served go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.composition.registry import all_document_types
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger import audit
from clerk_app.ledger.offline_authority import OfflineAuthority
from clerk_app.licences.issuance import new_dynamic_token
from clerk_app.licences.repository import CreateDynamicCode, digest_dynamic_code
from clerk_app.people import SYSTEM
from clerk_app.registry.batches import ImportRegistryRows
from clerk_app.registry.rows import RelationRow
from clerk_app.roles.printing import CasePrinter
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.workstation import Workstation
from screens.sign_in import StaffApp
from tests.city_policy import publish_presence
from tests.roles.test_birth_keystrokes import open_screen
from tests.roles.test_identity_of_a_visit import intake, serve
from tests.roles.workflows import BIRTH_ANSWERS, approve_all, sign_in_officer
from tests.sample_data import CITY_PIN
from tests.screens.stage import press, scan, screen_text

Code = Callable[[str], str]
MOTHER, FATHER = "P01", "P02"


def fresh_code(office: Office, person: str) -> str:
    """Return a code that the phone of a person shows now."""
    token = new_dynamic_token()
    office.door.perform(CreateDynamicCode(digest=digest_dynamic_code(token), subject=person), SYSTEM)
    return office.settings.code_urls[0].replace("{code}", token)


def register_relation(office: Office, relation: str) -> None:
    """Register what the father is to the mother."""
    with office.store.read() as tx:
        numbers = {row["id"]: row["id_number"] for row in tx.select("persons")}
    row = RelationRow(identifier="1", digest="1", subject=numbers[MOTHER], other=numbers[FATHER], relation=relation)
    office.door.perform(ImportRegistryRows(source="civil", kind="relation", personal=(row,)), SYSTEM)


def party_of(view: CounterView, role: str) -> tuple[str, str]:
    found = next(party for party in intake(view).parties if party.role == role)
    return found.name, found.known_by


def accept_on_paper(counter: CounterService) -> str:
    """Fill in and accept the birth on the screen, all on paper; return its number."""
    view = intake(counter.read_view())
    held = [row.id for row in view.materials if row.consent == "asked"]
    if held:
        counter.decline_consent(held)  # otherwise paper needs a reason
    for row in view.materials:
        if row.state == "missing" or row.consent == "asked":
            counter.toggle_paper(row.id)
    answers = {
        **BIRTH_ANSWERS,
        "mother_insured": "no",
        "child_name": "陈安",
        "child_sex": "female",
        "child_birth_date": "2026-04-20",
        "home_address": "示范路1号",
    }
    for field in intake(counter.read_view()).fields:
        if field.required and not field.value and field.id in answers:
            counter.fill_field(field.id, answers[field.id])
    accepted = counter.accept_case()
    assert accepted.receipt is not None
    return accepted.receipt.id[:12]


def printed_text(office: Office, number: str, kind: str) -> str:
    with office.store.read() as tx:
        notice = tx.get("notices", id=f"{number}-{kind}")
    assert notice is not None
    return "".join(CasePrinter(office, "clerk-1", "9999").render_paper(notice).lines)


def test_the_code_of_another_person_than_the_one_served_stops_and_names_the_delegation(
    counter: CounterService, code: Code, office: Office
) -> None:
    serve(counter, code("father"))
    view = counter.process_scan(code("mother"))
    assert view.is_refusal
    assert "act for one who is absent" in view.message
    counter.begin_draft("birth")
    found = counter.process_scan(code("mother")).found_party
    assert found is not None
    assert "mother" in [role.id for role in found.absent_roles]
    with pytest.raises(Refused, match="may be a print"):
        counter.represent("mother", "codes")  # a printed code is no delegation
    assert intake(counter.read_view()).gaps
    last = [row["kind"] for row in audit.read_entries(office.store) if row["outcome"] == "refused"][-1]
    assert last == "ShowDelegation"


def test_an_applicant_who_is_absent_is_on_case_receipt_and_at_the_department(
    counter: CounterService, code: Code, office: Office, workstation: Workstation
) -> None:
    serve(counter, code("father"))
    counter.begin_draft("birth")
    counter.process_scan(fresh_code(office, MOTHER))
    view = counter.represent("mother", "codes")
    assert "acts for 林晓雯" in view.message
    assert "may: apply" in party_of(view, "mother")[1]
    assert any(row.consent == "asked" for row in intake(view).materials)  # the codes of both cover the consent
    number = accept_on_paper(counter)
    case = counter.open_case(number).case
    assert case is not None
    assert case.represented_by.startswith("陈**")
    assert "陈**" in printed_text(office, number, "receipt")
    letter = next(letter.id for letter in counter.read_view().letters if letter.id.endswith("-acceptance"))
    printed = counter.print_letters([letter]).receipt
    assert printed is not None
    assert "codes of both" in "".join(printed.lines)  # the notice of acceptance names the basis too
    officer = sign_in_officer(workstation, "2001")
    task = officer.claim_next()
    assert task.task is not None
    assert "represented by 陈" in task.task.applicant


@pytest.mark.wide
def test_a_written_delegation_applies_and_collects_and_does_not_open_licences(
    counter: CounterService, code: Code, office: Office, workstation: Workstation
) -> None:
    serve(counter, code("father"))
    counter.begin_draft("birth")
    counter.process_scan(code("mother"))
    view = counter.represent("mother", "paper")
    assert view.message.endswith("may: apply, collect results.")
    assert not any(row.consent == "asked" for row in intake(view).materials)
    number = accept_on_paper(counter)
    approve_all(workstation, ("2001", "2003", "2004", "2005", "2006"))
    counter.call_next("finish")
    counter.process_scan(code("father"))
    counter.confirm_person()
    case = counter.open_case(number).case
    assert case is not None
    assert case.receivers[0].party_role == "mother"
    view = counter.hand_over_results("mother", "representative")
    assert view.case is not None
    assert "agent of 林**" in view.case.received_by
    assert "陈**" in printed_text(office, number, "hand_over")


@pytest.mark.wide
def test_a_registered_guardian_needs_no_code_of_the_absent_party(
    counter: CounterService, code: Code, office: Office
) -> None:
    register_relation(office, "guardian")
    serve(counter, fresh_code(office, FATHER))
    counter.begin_draft("birth")
    option = next(option for option in counter.list_principals() if option.name == "林**")
    assert option.hint == "Mother, registered guardian"
    view = counter.represent_relation(option.id)
    assert party_of(view, "mother")[0] == "林晓雯"
    assert not intake(counter.record_consent(["mother-id"])).has_unreleased
    assert next(row.value for row in intake(counter.read_view()).fields if row.id == "mother_name") == "林晓雯"


@pytest.mark.wide
def test_a_party_who_comes_after_all_is_not_acted_for_any_more(
    counter: CounterService, code: Code, office: Office
) -> None:
    serve(counter, code("father"))
    counter.begin_draft("birth")
    counter.process_scan(code("mother"))
    counter.represent("mother", "paper")
    view = counter.process_scan(code("mother"))
    assert party_of(view, "mother") == ("林晓雯", "the code shown")
    with office.store.read() as tx:
        assert tx.select("visit_representations") == []


@pytest.mark.wide
def test_a_party_who_is_not_the_applicant_is_acted_for(
    counter: CounterService, code: Code, office: Office, workstation: Workstation
) -> None:
    serve(counter, code("mother"))
    counter.begin_draft("birth")
    found = counter.process_scan(fresh_code(office, FATHER)).found_party
    assert found is not None
    assert "father" in [role.id for role in found.absent_roles]
    view = counter.represent("father", "codes")
    assert "林** acts for 陈志远" in view.message
    assert "may: apply" in party_of(view, "father")[1]
    number = accept_on_paper(counter)
    case = counter.open_case(number).case
    assert case is not None
    assert [line.label for line in case.acted_for] == ["Acts for Father"]
    assert case.represented_by == ""
    assert "Acts for Father" in printed_text(office, number, "receipt")
    task = sign_in_officer(workstation, "2001").claim_next().task
    assert task is not None
    assert "Acts for Father" in [field.label for field in task.fields]


def test_nobody_acts_for_a_party_who_has_to_come_in_person(counter: CounterService, code: Code, office: Office) -> None:
    publish_presence(office, "mother")
    serve(counter, code("father"))
    counter.begin_draft("birth")
    counter.process_scan(fresh_code(office, MOTHER))
    with pytest.raises(Refused, match="Mother has to come in person: nobody may act for them in Birth certificate"):
        counter.represent("mother", "codes")
    with office.store.read() as tx:
        assert tx.select("visit_representations") == []


@pytest.mark.many_cases
@pytest.mark.wide
@pytest.mark.parametrize(
    ("agent", "one_thing", "found"),
    [
        ("P01", "passport", ("陈**", "Applicant, registered guardian, until")),
        ("P10", "hiring", ("示范市云桥软件有限公司", "Employer, registered legal representative")),
        ("P08", "passport", ("赵**", "Applicant, registered agent")),
    ],
)
def test_the_sample_city_has_relations(
    counter: CounterService, office: Office, agent: str, one_thing: str, found: tuple[str, str]
) -> None:
    serve(counter, fresh_code(office, agent))
    counter.begin_draft(one_thing)
    options = {option.name: option for option in counter.list_principals()}
    assert options[found[0]].hint == found[1].removesuffix(", until")
    view = counter.represent_relation(options[found[0]].id)
    assert "acts for" in view.message


def test_without_the_center_nobody_acts_for_another_and_the_sentence_names_what_is_left(
    counter: CounterService, code: Code, office: Office
) -> None:
    serve(counter, code("father"))
    counter.begin_draft("birth")
    counter.process_scan(code("mother"))
    office.door.authority = OfflineAuthority(office.store, all_document_types())
    with pytest.raises(OutOfReach, match="only the center verifies that somebody acts for another"):
        counter.represent("mother", "paper")
    with pytest.raises(OutOfReach, match="only the center verifies that somebody acts for another"):
        counter.list_principals()
    with office.store.read() as tx:
        assert tx.select("visit_representations") == []


@pytest.mark.wide
async def test_the_keys_ask_for_the_basis_of_acting_for_somebody(
    office: Office, workstation: Workstation, code: Code
) -> None:
    app = StaffApp(lambda: workstation, open_screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "1001", "enter", CITY_PIN, "enter", "f8", "without", "enter")
        await scan(pilot, code("father"), "enter")
        await press(pilot, "enter", "f5", "born", "enter", "escape")
        await scan(pilot, code("mother"), "enter")
        assert "Mother, absent: 陈** acts for them" in screen_text(app)
        await press(pilot, "absent", "enter")
        assert "By a written delegation" in screen_text(app)
        await press(pilot, "1", "enter")
        assert "may be a print" in " ".join(screen_text(app).split())
        await scan(pilot, code("mother"), "enter")
        await press(pilot, "absent", "enter", "2", "enter")
        assert "written delegation" in screen_text(app)


@pytest.mark.wide
def test_papers_that_an_agent_handed_in_are_listed_for_the_absent_party_and_not_for_the_agent(
    counter: CounterService, code: Code, office: Office
) -> None:
    serve(counter, code("father"))
    counter.begin_draft("birth")
    counter.process_scan(fresh_code(office, MOTHER))
    counter.represent("mother", "codes")
    first = accept_on_paper(counter)
    counter.finish_visit()

    serve(counter, code("mother"))
    counter.begin_draft("birth")
    mine = [held for held in counter.list_held_materials() if held.kind == "paper of an earlier case"]
    assert mine
    assert all(first in held.issuer for held in mine)
    counter.discard_draft("left")
    counter.finish_visit()

    serve(counter, code("father"))
    counter.begin_draft("residence-permit")
    assert [held for held in counter.list_held_materials() if held.kind == "paper of an earlier case"] == []
    counter.begin_draft("birth")
    assert [held for held in counter.list_held_materials() if held.kind == "paper of an earlier case"] == []
