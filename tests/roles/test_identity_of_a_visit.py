"""Identity is proved for each visit: a draft is accepted only for an applicant who was identified in this visit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.views.case import IntakeView
from clerk_app.views.counter import CounterService, CounterView
from tests.roles.workflows import agree, prepare_birth

Code = Callable[[str], str]
MOTHER, FATHER = "林晓雯", "陈志远"


def serve(counter: CounterService, code: str) -> CounterView:
    """Serve the holder of a code without a ticket, with the photo confirmed."""
    counter.serve_walk_in()
    counter.process_scan(code)
    return counter.confirm_person()


def leave_draft(counter: CounterService, code: str) -> str:
    """Fill the form of a birth, and end the visit before the acceptance; return the draft."""
    view = prepare_birth(counter, code)
    assert view.intake is not None
    counter.finish_visit()
    return view.intake.draft


def intake(view: CounterView) -> IntakeView:
    assert view.intake is not None
    return view.intake


def assert_masked(view: CounterView) -> None:
    """Assert that the draft shows no name and no number in full, and that no field can be changed."""
    texts = repr((intake(view).parties, intake(view).fields, intake(view).materials, intake(view).gaps))
    assert not [text for text in (MOTHER, FATHER, "690102199403120267", "6222020200112233445") if text in texts]
    assert {row.id: row.value for row in intake(view).fields}["mother_name"] == "林**"
    assert all(row.locked for row in intake(view).fields)
    assert {row.value for row in intake(view).fields if row.id in ("child_sex", "mother_insured")} <= {"***", ""}
    assert not any(row.options for row in intake(view).fields)
    assert {(row.state, row.reason) for row in intake(view).matters} == {("-", "")}


def count_cases(office: Office) -> int:
    with office.store.read() as tx:
        return len(tx.select("cases"))


def parties_of_case(office: Office) -> dict[str, tuple[str, str]]:
    """Return name and `known_by` of the parties of the only case, by role."""
    with office.store.read() as tx:
        (row,) = tx.select("cases")
        read_case(tx, row["number"])
        return {party["role"]: (party["name"], party["known_by"]) for party in tx.select("parties")}


def test_the_list_of_drafts_shows_masked_name_one_thing_and_age(counter: CounterService, code: Code) -> None:
    leave_draft(counter, code("mother"))
    (row,) = counter.list_drafts()
    assert (row.applicant, row.one_thing, row.age, row.readable) == ("林**", "A child is born", "<2 min", True)


@pytest.mark.many_cases
@pytest.mark.parametrize("other", ["traveller", "father", "elder"])
def test_a_draft_is_not_accepted_while_another_person_is_served(
    counter: CounterService, office: Office, code: Code, other: str
) -> None:
    draft = leave_draft(counter, code("mother"))
    serve(counter, code(other))
    view = counter.reopen_draft(draft)
    assert "林** is not the person served" in intake(view).gaps[0]
    assert_masked(view)
    assert "Identity is proved for each visit" in view.message
    assert next(party.known_by for party in intake(view).parties if party.role == "mother") == "an earlier visit"
    assert not any(row.consent == "asked" for row in intake(view).materials)  # the licences are not this person's
    with pytest.raises(Refused, match="is not the person served"):
        counter.fill_field("mother_name", "王五")
    for change in (counter.toggle_paper, counter.drop_matter):
        with pytest.raises(Refused, match="is not the person served"):
            change(intake(view).matters[0].id)
    with pytest.raises(Refused, match="is not the person served"):
        counter.accept_case()
    with pytest.raises(Refused, match="not identified in this visit"):
        counter.decline_case("no entitlement")
    assert count_cases(office) == 0


@pytest.mark.wide
def test_a_draft_carried_to_a_visit_without_a_code_asks_again(
    counter: CounterService, office: Office, code: Code
) -> None:
    draft = leave_draft(counter, code("mother"))
    counter.serve_walk_in()
    assert "Identify the applicant 林**" in intake(counter.reopen_draft(draft)).gaps[0]
    with pytest.raises(Refused, match="Identify the applicant"):
        counter.accept_case()
    assert count_cases(office) == 0


@pytest.mark.wide
def test_an_applicant_who_returns_and_shows_the_code_again_is_accepted(
    counter: CounterService, office: Office, code: Code
) -> None:
    draft = leave_draft(counter, code("mother"))
    counter.serve_walk_in()
    counter.reopen_draft(draft)
    assert_masked(counter.process_scan(code("mother")))
    view = counter.confirm_person()
    assert {row.id: row.value for row in intake(view).fields}["mother_name"] == MOTHER
    view = counter.fetch_materials()
    agree(counter, [row.id for row in intake(view).materials if row.consent == "asked"])
    assert intake(counter.read_view()).gaps == ()
    counter.accept_case()
    assert parties_of_case(office)["mother"] == (MOTHER, "code")


def test_the_applicants_code_shown_beside_the_person_served_identifies_them(
    counter: CounterService, code: Code
) -> None:
    draft = leave_draft(counter, code("mother"))
    serve(counter, code("father"))
    counter.reopen_draft(draft)
    view = counter.process_scan(code("mother"))
    assert view.found_party is None  # the number is that of the applicant: there is nothing to choose
    assert not any("林" in gap for gap in intake(view).gaps)
    assert view.applicant is not None
    assert view.applicant.name == FATHER


@pytest.mark.wide
def test_a_second_persons_code_becomes_the_party_that_the_clerk_chooses(
    counter: CounterService, office: Office, code: Code
) -> None:
    serve(counter, code("mother"))
    before = counter.begin_draft("birth")
    counter.fill_field("mother_insured", "no")
    view = counter.process_scan(code("father"))
    assert view.applicant == before.applicant
    assert view.found_party is not None
    assert view.found_party.name == "陈**"
    assert [role.id for role in view.found_party.roles] == [
        "father",
        "child",
        "mother",
    ]  # the last: if another is the applicant
    view = counter.assign_party("father")
    assert view.found_party is None
    values = {row.id: (row.value, row.source) for row in intake(view).fields}
    assert values["father_name"] == (FATHER, "the code shown")
    assert values["father_id_number"][0] == "690102199208250314"
    assert [party.name for party in intake(view).parties][:2] == [MOTHER, FATHER]
    with office.store.read() as tx:
        kinds = [row["kind"] for row in tx.query_all("ledger.done_entries_of_stream", stream=visit_stream(tx))]
    assert kinds.count("IdentifyParty") == 1


def visit_stream(tx: Any) -> str:
    return f"visit/{tx.query_one('hall.visit_at_window', window='w1')['id']}"


@pytest.mark.wide
def test_a_dropped_party_code_changes_nothing(counter: CounterService, code: Code) -> None:
    serve(counter, code("mother"))
    before = intake(counter.begin_draft("birth"))
    counter.process_scan(code("father"))
    view = counter.assign_party("")
    assert view.found_party is None
    assert intake(view).parties == before.parties


def test_an_applicant_without_a_code_is_identified_by_a_document_in_each_visit(
    counter: CounterService, office: Office
) -> None:
    counter.serve_walk_in()
    view = counter.begin_draft("passport")
    assert "Identify the applicant" in intake(view).gaps[0]
    view = counter.identify_by_document("applicant", "马丽华", "690103198509270847")
    values = {row.id: row.value for row in intake(view).fields}
    assert values["applicant_name"] == "马丽华"
    assert next(party.known_by for party in intake(view).parties) == "identity document"
    for row in intake(view).materials:
        counter.toggle_paper(row.id)
    for field in intake(view).fields:
        if field.required and not field.value:
            counter.fill_field(field.id, field.options[0].id if field.options else "13800000000")
    draft = intake(counter.read_view()).draft
    counter.finish_visit()
    counter.serve_walk_in()
    assert "Identify the applicant 马**" in intake(counter.reopen_draft(draft)).gaps[0]
    with pytest.raises(Refused):
        counter.accept_case()
    counter.identify_by_document("applicant", "", "")  # as the draft states them
    counter.accept_case()
    assert parties_of_case(office) == {"applicant": ("马丽华", "document")}


@pytest.mark.wide
def test_a_document_needs_a_name_and_a_number(counter: CounterService) -> None:
    counter.serve_walk_in()
    counter.begin_draft("passport")
    for name, number in (("", ""), ("马丽华", " "), (" ", "690103198509270847")):
        with pytest.raises(Refused, match="name and the number"):
            counter.identify_by_document("applicant", name, number)


@pytest.mark.wide
def test_the_number_of_a_shown_document_is_checked_like_the_one_in_the_form(counter: CounterService) -> None:
    counter.serve_walk_in()
    counter.begin_draft("birth")
    for number in ("13", "690103198509270848", "E12345678"):
        with pytest.raises(BadData):
            counter.identify_by_document("mother", "马丽华", number)
    with pytest.raises(BadData):
        counter.identify_by_document("child", "马小", "13")  # the form has no number of the child
    assert all(not party.identified for party in intake(counter.read_view()).parties)
    counter.fill_field("mother_document_kind", "passport")
    view = counter.identify_by_document("mother", "马丽华", "e 1234-5678")
    fields = {row.id: row for row in intake(view).fields}
    assert fields["mother_id_number"].value == "E12345678"
    assert fields["mother_id_number"].source == "identity document"  # not a code that nobody has shown


def test_an_agents_own_code_does_not_become_the_enterprise(counter: CounterService, code: Code) -> None:
    serve(counter, code("traveller"))
    view = counter.begin_draft("road-excavation")
    assert [party.name for party in intake(view).parties] == ["", ""]
    assert "Identify the applicant" in intake(view).gaps[0]


@pytest.mark.wide
def test_an_agent_who_was_identified_first_becomes_the_agent_of_the_enterprise(
    counter: CounterService, code: Code
) -> None:
    serve(counter, code("builder-agent"))
    counter.begin_draft("road-excavation")
    found = counter.process_scan(code("builder")).found_party
    assert found is not None
    counter.assign_party("enterprise")
    found = counter.process_scan(code("builder-agent")).found_party
    assert found is not None
    assert [role.id for role in found.roles] == ["agent"]
    view = counter.assign_party("agent")
    parties = {party.role: (party.name, party.identified) for party in intake(view).parties}
    assert parties["agent"] == ("何建国", True)
    assert view.applicant is not None
    assert view.applicant.confirmed  # the photo was compared, and the person served is still the same


@pytest.mark.wide
def test_the_holder_of_an_enterprise_code_is_represented_by_an_agent(counter: CounterService, code: Code) -> None:
    """No face can be compared with an enterprise."""
    for name, is_organisation in (("builder", True), ("builder-agent", False)):
        counter.serve_walk_in("finish")
        person = counter.process_scan(code(name)).applicant
        assert person is not None
        assert person.is_organisation == is_organisation
