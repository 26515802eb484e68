"""Answers of the form that differ from a licence or from what a party showed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.case import FieldRow, IntakeView
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.workstation import Workstation
from tests.roles.workflows import agree, prepare_birth, sign_in_officer

Code = Callable[[str], str]
REASON = "The certificate has the name before his marriage."


def intake(view: CounterView) -> IntakeView:
    assert view.intake is not None
    return view.intake


def field(view: CounterView, name: str) -> FieldRow:
    return next(row for row in intake(view).fields if row.id == name)


@pytest.mark.usefixtures("english")
def test_an_answer_that_differs_names_source_and_value_at_the_field(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    view = counter.fill_field("father_name", "王五")
    assert field(view, "father_name").warning == "陈志远 (Birth certificate); 陈志远 (Father's identity card)"
    (step,) = [step for step in intake(view).open_steps if step.id == "father_name"]
    assert (step.kind, step.text) == ("difference", "Write down why it differs from its source: Name of father")


@pytest.mark.wide
@pytest.mark.usefixtures("english")
def test_a_licence_that_does_not_count_any_more_is_still_shown_at_the_field(
    counter: CounterService, code: Code
) -> None:
    prepare_birth(counter, code("mother"))
    known = field(counter.read_view(), "child_name").value
    view = counter.fill_field("child_name", "陈一洛")
    assert field(view, "child_name").warning == f"{known} (Birth certificate)"


def test_without_a_reason_such_an_answer_is_not_accepted(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    counter.fill_field("father_name", "王五")
    with pytest.raises(Refused) as refused:
        counter.accept_case()
    assert refused.value.reason == "incomplete"


def test_the_reason_is_stored_and_shown_to_the_officer(
    counter: CounterService, workstation: Workstation, office: Office, code: Code
) -> None:
    prepare_birth(counter, code("mother"))
    counter.fill_field("father_name", "王五")
    counter.explain_difference("father_name", REASON)
    receipt = counter.accept_case().receipt
    assert receipt is not None
    with office.store.read() as tx:
        (row,) = tx.select("field_differences", case_number=receipt.id[:12])
    assert (row["field"], row["source"]) == ("father_name", "licence:birth-certificate.father_name")
    assert (row["known"], row["reason"]) == ("陈志远", REASON)
    task = sign_in_officer(workstation, "2001").claim_next().task
    assert task is not None
    shown = [answer.value for answer in task.fields if REASON in answer.value]
    assert len(shown) == 1
    assert "陈志远" not in shown[0]  # masked as the name itself


@pytest.mark.wide
def test_a_reason_holds_only_for_the_value_for_which_it_was_given(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    counter.fill_field("father_name", "王五")
    counter.explain_difference("father_name", REASON)
    view = counter.fill_field("father_name", "赵六")
    assert [row.reason for row in intake(view).differences] == [""]


@pytest.mark.wide
def test_an_answer_that_has_to_agree_takes_no_reason(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    view = counter.fill_field("mother_id_number", "690103198509270847")
    assert field(view, "mother_id_number").error
    with pytest.raises(Refused) as refused:
        counter.explain_difference("mother_id_number", REASON)
    assert refused.value.reason == "stop"


@pytest.mark.wide
def test_where_the_catalogue_only_notes_differences_nothing_waits(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    view = counter.fill_field("home_address", "示范路 99 号")
    assert field(view, "home_address").warning
    assert intake(view).gaps == ()


@pytest.mark.wide
@pytest.mark.usefixtures("english")
def test_a_licence_that_arrives_after_typing_is_compared_too(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    counter.begin_draft("birth")
    assert not field(counter.fill_field("father_name", "王五"), "father_name").warning
    asked = [row.id for row in intake(counter.read_view()).materials if row.consent == "asked"]
    assert field(agree(counter, asked), "father_name").warning == "陈志远 (Birth certificate)"
