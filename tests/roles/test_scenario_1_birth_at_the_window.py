"""Scenario 1 at the counter: a birth with all its matters in one visit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.ledger import audit
from clerk_app.locales import current_language, set_language
from clerk_app.views.counter import CounterService
from clerk_app.views.workstation import Workstation
from scanners import read_picture
from tests.roles.workflows import accept_birth, agree, approve_all, prepare_birth, sign_in_officer

ONE_EACH = ("2001", "2003", "2004", "2005", "2006")
Code = Callable[[str], str]


def test_the_citys_five_materials_are_held_with_grade_and_age(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    intake = counter.begin_draft("birth").intake
    assert intake is not None
    held = [row for row in intake.materials if row.state == "held"]
    assert len(held) == 5
    assert {row.grade for row in held} == {"A"}
    assert all(row.freshness and row.issuer for row in held)


def test_nothing_is_filled_from_a_licence_before_consent(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    view = counter.begin_draft("birth")
    assert view.intake is not None
    assert {row.source for row in view.intake.fields if row.value} == {"the code shown"}


@pytest.mark.wide
def test_after_consent_three_answers_are_left(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    view = counter.begin_draft("birth")
    assert view.intake is not None
    view = agree(counter, [row.id for row in view.intake.materials])
    assert view.intake is not None
    assert [row.id for row in view.intake.fields if row.required and not row.value] == [
        "register_with",
        "mother_insured",
        "bank_account",
    ]


@pytest.mark.wide
def test_matters_that_depend_on_an_open_answer_are_not_marked_as_active(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    view = counter.begin_draft("birth")
    assert view.intake is not None
    undecided = [row for row in view.intake.matters if row.reason]
    assert [(row.state, row.level) for row in undecided] == [("undecided", "plain")] * 2
    assert {row.level for row in view.intake.matters if not row.reason} == {"good"}


@pytest.mark.wide
def test_a_draft_without_matters_promises_no_date(counter: CounterService, code: Code) -> None:
    intake = prepare_birth(counter, code("mother")).intake
    assert intake is not None
    assert (intake.promised, intake.statutory) > ("2026", "2026")
    for row in intake.matters:
        intake = counter.drop_matter(row.id).intake
        assert intake is not None
    assert (intake.promised, intake.statutory) == ("-", "-")
    intake = counter.add_matter(row.id).intake
    assert intake is not None
    assert intake.promised > "2026"


@pytest.mark.wide
def test_a_dropped_matter_stays_in_the_list_and_is_added_again(counter: CounterService, code: Code) -> None:
    intake = prepare_birth(counter, code("mother")).intake
    assert intake is not None
    dropped = intake.matters[-1].id
    intake = counter.drop_matter(dropped).intake
    assert intake is not None
    assert {row.id: row.state for row in intake.matters}[dropped] == "not applied for"
    intake = counter.add_matter(dropped).intake
    assert intake is not None
    assert {row.id: row.level for row in intake.matters}[dropped] == "good"


@pytest.mark.wide
def test_a_matter_that_depends_on_an_answer_is_applied_for_until_it_is_dropped(
    counter: CounterService, code: Code
) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    intake = counter.begin_draft("birth").intake
    assert intake is not None
    open_matters = [row.id for row in intake.matters if row.level == "plain" and row.chosen]
    assert open_matters
    intake = counter.drop_matter(open_matters[0]).intake
    assert intake is not None
    assert [row.id for row in intake.matters if not row.chosen] == open_matters[:1]


@pytest.mark.wide
def test_two_matters_are_dropped_by_rule_with_the_reason(counter: CounterService, code: Code) -> None:
    view = prepare_birth(counter, code("mother-uninsured"), insured=False)
    assert view.intake is not None
    dropped = [row for row in view.intake.matters if row.state == "left out"]
    assert [row.reason for row in dropped] == ["The mother has no maternity insurance"] * 2


def test_an_acceptance_prints_one_receipt(counter: CounterService, code: Code, office: Office) -> None:
    number = accept_birth(counter, code("mother"))
    receipts = [path for path in office.printers.spool.list_papers() if "receipt" in path.name]
    assert len(receipts) == 1
    assert number in receipts[0].name


def test_a_scanned_receipt_opens_its_case(counter: CounterService, code: Code) -> None:
    number = accept_birth(counter, code("mother"))
    counter.finish_visit()
    view = counter.process_scan(number)
    assert view.case is not None
    assert view.case.number == number
    assert view.case.state == "accepted"


@pytest.mark.wide
def test_a_number_with_a_wrong_check_digit_opens_nothing(counter: CounterService, code: Code) -> None:
    number = accept_birth(counter, code("mother"))
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    view = counter.process_scan(wrong)
    assert view.case is None
    assert "check digit" in view.message


def test_the_officer_sees_only_the_tasks_own_fields(
    workstation: Workstation, counter: CounterService, code: Code
) -> None:
    accept_birth(counter, code("mother"))
    approve_all(workstation, ("2001", "2003", "2005"))
    task = sign_in_officer(workstation, "2006").claim_next().task
    assert task is not None
    assert [pair.label for pair in task.fields] == ["Name of the child", "Name of mother", "Bank account"]
    assert [row.id for row in task.materials] == ["medical-insurance-enrolment"]


def test_the_set_is_handed_over_once_with_every_decision(
    workstation: Workstation, counter: CounterService, code: Code, office: Office
) -> None:
    number = accept_birth(counter, code("mother"))
    approve_all(workstation, ONE_EACH)
    view = counter.open_case(number)
    assert view.case is not None
    assert (view.case.state, view.case.handed_over) == ("closed", False)
    assert [(person.role, person.name, person.by_code) for person in view.case.receivers] == [
        ("mother", "林**", True),
        ("father", "陈**", False),
        ("agent_with_codes", "", False),
        ("delegate", "", False),
    ]
    view = counter.hand_over_results("mother", "code")
    assert view.case is not None
    assert (view.case.state, view.case.handed_over) == ("delivered", True)
    assert view.case.received_by == "林**, Mother: code shown in this visit"
    assert view.receipt is not None
    assert view.receipt.printed
    assert audit.verify_log(office.store)[1] == []


@pytest.mark.wide
def test_the_receipts_picture_is_read_by_the_scanner(counter: CounterService, code: Code, office: Office) -> None:
    from clerk_app.paper.printers.preview import render_picture
    from clerk_app.roles.printing import CasePrinter

    number = accept_birth(counter, code("mother"))
    with office.store.read() as tx:
        notice = tx.get("notices", id=f"{number}-receipt")
    assert notice is not None
    page = CasePrinter(office, "any", "1001").build_page(notice)
    assert {code.text for code in read_picture(render_picture(page, 80), "receipt")} == {number}


@pytest.mark.parametrize("shown", ["mother", ""])
def test_the_facts_of_a_code_are_shown_in_the_current_language(counter: CounterService, code: Code, shown: str) -> None:
    before = current_language()
    try:
        set_language("zh_CN")
        counter.process_scan(code(shown) if shown else "EL1:%%%")
        set_language("en")
        applicant = counter.read_view().applicant
        assert applicant is not None
        words = (applicant.check.headline, *(fact.label for fact in applicant.check.facts))
        assert words != ("",)
        assert all(word.isascii() for word in words)
    finally:
        set_language(before)


@pytest.mark.wide
def test_a_withdrawn_case_has_no_results_although_a_matter_was_approved(
    counter: CounterService, workstation: Workstation, code: Code
) -> None:
    number = accept_birth(counter, code("mother"))
    officer = sign_in_officer(workstation, "2001")
    officer.claim_next()
    officer.approve("")
    opened = counter.open_case(number).case
    assert opened is not None
    assert opened.results != ()
    withdrawn = counter.withdraw_case("changed their mind").case
    assert withdrawn is not None
    assert withdrawn.results == ()
