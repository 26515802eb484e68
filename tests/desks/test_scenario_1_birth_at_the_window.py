"""Scenario 1, told by the clerk: a birth in one go."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.desk import CounterDesk, Desks
from clerk_app.desks.office import Office
from clerk_app.ledger import proof
from clerk_app.locales import speak, spoken
from scanners import read_picture
from tests.desks.living import accept_birth, approve_all, birth_ready, department

ONE_EACH = ("2001", "2003", "2004", "2005", "2006")
Code = Callable[[str], str]


def test_the_citys_five_materials_are_held_with_grade_and_age(counter: CounterDesk, code: Code) -> None:
    counter.call_next()
    counter.present(code("mother"))
    intake = counter.begin("birth").intake
    assert intake is not None
    held = [row for row in intake.materials if row.state == "held"]
    assert len(held) == 5
    assert {row.grade for row in held} == {"A"}
    assert all(row.freshness and row.issuer for row in held)


def test_nothing_is_filled_from_a_licence_before_consent(counter: CounterDesk, code: Code) -> None:
    counter.call_next()
    counter.present(code("mother"))
    view = counter.begin("birth")
    assert view.intake is not None
    assert {row.source for row in view.intake.fields if row.value} == {"the code shown"}


def test_after_consent_three_answers_are_left(counter: CounterDesk, code: Code) -> None:
    counter.call_next()
    counter.present(code("mother"))
    counter.confirm_person()
    view = counter.begin("birth")
    assert view.intake is not None
    view = counter.consent([row.id for row in view.intake.materials])
    assert view.intake is not None
    assert [row.id for row in view.intake.fields if row.required and not row.value] == [
        "register_with",
        "mother_insured",
        "bank_account",
    ]


def test_two_matters_are_dropped_by_rule_with_the_reason(counter: CounterDesk, code: Code) -> None:
    view = birth_ready(counter, code("mother-uninsured"), insured=False)
    assert view.intake is not None
    dropped = [row for row in view.intake.matters if row.state == "left out"]
    assert [row.reason for row in dropped] == ["The mother has no maternity insurance"] * 2


def test_one_acceptance_prints_one_receipt_that_our_own_scanner_reads(
    counter: CounterDesk, code: Code, office: Office
) -> None:
    number = accept_birth(counter, code("mother"))
    receipts = [path for path in office.printer.papers() if "receipt" in path.name]
    assert len(receipts) == 1
    assert number in receipts[0].name


def test_a_scanned_receipt_opens_its_case(counter: CounterDesk, code: Code) -> None:
    number = accept_birth(counter, code("mother"))
    counter.finish()
    view = counter.present(number)
    assert view.case is not None
    assert view.case.number == number
    assert view.case.state == "accepted"


def test_a_number_with_a_wrong_check_digit_opens_nothing(counter: CounterDesk, code: Code) -> None:
    number = accept_birth(counter, code("mother"))
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    view = counter.present(wrong)
    assert view.case is None
    assert "check digit" in view.say


def test_the_officer_sees_only_the_tasks_own_fields(desks: Desks, counter: CounterDesk, code: Code) -> None:
    accept_birth(counter, code("mother"))
    approve_all(desks, ("2001", "2003", "2005"))
    task = department(desks, "2006").claim_next().task
    assert task is not None
    assert [pair.label for pair in task.fields] == ["Name of the child", "Name of mother", "Bank account"]
    assert [row.id for row in task.materials] == ["medical-insurance-enrolment"]


def test_the_set_is_handed_over_once_with_every_decision(
    desks: Desks, counter: CounterDesk, code: Code, office: Office
) -> None:
    number = accept_birth(counter, code("mother"))
    approve_all(desks, ONE_EACH)
    view = counter.open_case(number)
    assert view.case is not None
    assert (view.case.state, view.case.handed_over) == ("closed", False)
    view = counter.hand_over("林晓雯")
    assert view.case is not None
    assert (view.case.state, view.case.handed_over) == ("delivered", True)
    assert view.receipt is not None
    assert view.receipt.printed
    assert proof.verify(office.store)[1] == []


def test_the_receipts_picture_is_read_by_the_scanner(counter: CounterDesk, code: Code, office: Office) -> None:
    from clerk_app.desks.printing import Papers
    from clerk_app.paper.preview import render_picture

    number = accept_birth(counter, code("mother"))
    with office.store.read() as look:
        notice = look.row("notices", id=f"{number}-receipt")
    assert notice is not None
    page = Papers(office, "any", "1001").page(notice)
    assert {code.text for code in read_picture(render_picture(page, 80), "receipt")} == {number}


@pytest.mark.parametrize("shown", ["mother", ""])
def test_what_was_read_of_a_code_is_said_in_the_language_spoken_now(
    counter: CounterDesk, code: Code, shown: str
) -> None:
    before = spoken()
    try:
        speak("zh_CN")
        counter.present(code(shown) if shown else "EL1:%%%")
        speak("en")
        applicant = counter.look().applicant
        assert applicant is not None
        words = (applicant.check.headline, *(fact.label for fact in applicant.check.facts))
        assert words != ("",)
        assert all(word.isascii() for word in words)
    finally:
        speak(before)
