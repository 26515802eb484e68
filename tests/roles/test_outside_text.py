"""What becomes of text from outside: foreign parents, rare characters, numbers as people write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.cases.status_query import matches_second_factor
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.case import FieldRow, IntakeView
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import accept_birth, explain_differences, prepare_birth, sign_in_officer

Code = Callable[[str], str]
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def form(counter: CounterService) -> dict[str, FieldRow]:
    return {row.id: row for row in intake(counter).fields}


def intake(counter: CounterService) -> IntakeView:
    view = counter.read_view().intake
    assert view is not None
    return view


def test_a_foreign_father_is_entered_with_his_passport_and_shown_to_the_officer(
    counter: CounterService, workstation: Workstation, office: Office, code: Code
) -> None:
    prepare_birth(counter, code("mother"))
    counter.fill_field("father_name", "SMITH\u3000John\u00a0Paul")
    counter.fill_field("father_id_number", "53-1234567")
    assert "choose its kind first" in form(counter)["father_id_number"].error
    options = [option.id for option in form(counter)["father_document_kind"].options]
    assert options[:2] == ["resident", "passport"]
    counter.fill_field("father_document_kind", "passport")
    assert not form(counter)["father_id_number"].error
    explain_differences(counter.read_view(), counter)
    number = (receipt := counter.accept_case().receipt) and receipt.id[:12]
    with office.store.read() as tx:
        values = {row["field"]: row["value"] for row in tx.select("field_values", case_number=number)}
        parties = {row["role"]: (row["name"], row["number"]) for row in tx.select("parties", case_number=number)}
    assert values["father_document_kind"] == "passport"
    assert values["father_id_number"] == "531234567"
    assert parties["father"] == ("SMITH John Paul", "531234567")
    task = sign_in_officer(workstation, "2001").claim_next().task
    assert task is not None
    answers = {answer.label: answer.value for answer in task.fields}
    assert answers["Document of father"] == "Passport"


@pytest.mark.wide
def test_a_foreign_mother_without_any_code_applies_with_her_passport(counter: CounterService, office: Office) -> None:
    counter.serve_walk_in()
    counter.begin_draft("birth")
    answers = {
        "mother_name": "García Márquez·María",
        "mother_document_kind": "passport",
        "mother_id_number": "xdb １２３４５６",
        "child_name": "\U00031350\U0002ebf0\u3000小葛\U000e0100",
        "child_sex": "female",
        "child_birth_date": "2026-11-01",
        "home_address": "示范路\u00a01 号",
        "register_with": "mother",
        "mother_insured": "no",
        "bank_account": "6222 0202 0011 2233 445",
        "contact_phone": "+86 10 6234 5678 转 8",
    }
    for field, value in answers.items():
        counter.fill_field(field, value)
    for material in intake(counter).materials:
        counter.toggle_paper(material.id)
    counter.identify_by_document("mother", "", "")
    assert intake(counter).gaps == ()
    receipt = counter.accept_case().receipt
    assert receipt is not None
    with office.store.read() as tx:
        values = {row["field"]: row["value"] for row in tx.select("field_values", case_number=receipt.id[:12])}
    assert values["child_name"] == "\U00031350\U0002ebf0 小葛\U000e0100"
    assert values["mother_id_number"] == "XDB123456"
    assert values["home_address"] == "示范路 1 号"
    assert values["contact_phone"] == "01062345678-8"


@pytest.mark.wide
def test_a_birth_in_the_future_is_not_accepted(counter: CounterService, office: Office, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    tomorrow = office.local_time().date().replace(year=office.local_time().year + 1)
    counter.fill_field("child_birth_date", tomorrow.isoformat())
    assert "in the future" in form(counter)["child_birth_date"].error
    with pytest.raises(Refused):
        counter.accept_case()


@pytest.mark.wide
@pytest.mark.parametrize("change", [lambda number: number.translate(FULL_WIDTH), lambda number: " ".join(number), str])
def test_a_case_number_is_read_in_groups_and_in_full_width(
    counter: CounterService, code: Code, change: Callable[[str], str]
) -> None:
    number = accept_birth(counter, code("mother"))
    view = counter.process_scan(change(number) + "\r\n")
    assert view.case is not None
    assert view.case.number == number


@pytest.mark.wide
def test_a_scan_with_a_lost_character_is_refused_with_a_sentence(counter: CounterService, code: Code) -> None:
    number = accept_birth(counter, code("mother"))
    view = counter.process_scan(number[:5] + "\ufffd" + number[5:])
    assert view.case is None
    assert view.message == "A character was lost on its way here. Please type it again."


@pytest.mark.many_cases
@pytest.mark.parametrize("one_thing", ["passport", "residence-permit"])
def test_an_applicant_may_have_another_document_than_a_resident_card(counter: CounterService, one_thing: str) -> None:
    counter.call_next()
    counter.begin_draft(one_thing)
    for kind, typed, stored in (
        ("resident_15", "110105 491231 002", "110105491231002"),
        ("passport", "e12345678", "E12345678"),
        ("hk_macau_permit", "H12345678", "H12345678"),
        ("taiwan_permit", "12345678", "12345678"),
        ("hmt_residence_permit", "830000199201300022", "830000199201300022"),
        ("foreign_permanent_residence", "KAZ110090123105", "KAZ110090123105"),
        ("foreign_permanent_residence", "932682198501010017", "932682198501010017"),
    ):
        counter.fill_field("applicant_document_kind", kind)
        intake = counter.fill_field("applicant_id_number", typed).intake
        assert intake is not None
        row = next(row for row in intake.fields if row.id == "applicant_id_number")
        assert (row.value, row.error) == (stored, "")


@pytest.mark.wide
def test_staff_sign_in_with_an_input_method_on(workstation: Workstation) -> None:
    assert workstation.sign_in("１００１\u3000", "４７１９０２").counter is not None
    with pytest.raises(Refused):
        workstation.sign_in("１００１", "４７１９０３")


@pytest.mark.wide
def test_another_way_of_writing_a_name_is_no_conflict(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    known = form(counter)["mother_name"].value
    counter.fill_field("mother_name", f"{known[0]}\u3000{known[1:]}")
    assert not form(counter)["mother_name"].warning
    counter.fill_field("mother_name", f"{known}娟")
    assert form(counter)["mother_name"].warning


@pytest.mark.parametrize(
    ("number", "entered"),
    [
        ("11010519491231002X", "００２ｘ"),
        ("E12345678", "5678"),
        ("1234567890B", "890b"),
        ("军字第1234567号", "4567"),
    ],
)
def test_the_last_four_of_any_document_are_the_second_factor(number: str, entered: str) -> None:
    assert matches_second_factor(number, entered)
    assert not matches_second_factor(number, "0000")
    assert not matches_second_factor(number, "")
    assert not matches_second_factor(None, entered)
