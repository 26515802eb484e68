"""Matters that exclude each other at the counter: a proposal with its reason, one act takes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.views.case import IntakeView
from clerk_app.views.counter import CounterService, CounterView
from tests.roles.workflows import accept_birth


def intake(view: CounterView) -> IntakeView:
    assert view.intake is not None
    return view.intake


def test_the_proposed_choice_is_named_taken_and_taken_back(counter: CounterService, code: Callable[[str], str]) -> None:
    counter.serve_walk_in()
    counter.process_scan(code("builder-agent"))
    counter.confirm_person()
    counter.begin_draft("hiring")
    counter.add_matter("hiring-subsidy")
    counter.add_matter("insurance-subsidy")
    assert intake(counter.read_view()).choices == (), "the group of the worker is not known yet"
    view = counter.fill_field("worker_group", "hard_to_place")
    (proposed, other) = intake(view).choices
    step = next(step for step in intake(view).open_steps if step.kind == "exclusion")
    assert "One worker cannot bring both" in step.text
    assert proposed.name in step.text
    assert "6 matters remain" in proposed.reason
    assert (proposed.drop, other.drop) == (("insurance-subsidy",), ("hiring-subsidy",))
    with pytest.raises(Refused):
        counter.accept_case()
    view = counter.leave_out_matters(proposed.drop)
    assert intake(view).choices == ()
    assert not [step for step in intake(view).open_steps if step.kind == "exclusion"]
    assert not next(row for row in intake(view).matters if row.id == "insurance-subsidy").chosen
    offer = counter.read_undo()
    assert offer is not None
    assert len(intake(counter.undo(offer.id)).choices) == 2


def test_an_answer_is_corrected_and_single_matters_are_withdrawn_at_the_window(
    counter: CounterService, office: Office, code: Callable[[str], str]
) -> None:
    number = accept_birth(counter, code("mother"))
    counter.open_case(number)
    names = {option.id for option in counter.list_correctable_answers()}
    assert {"home_address", "bank_account"} <= names
    assert names.isdisjoint({"mother_name", "mother_id_number", "mother_insured"})
    counter.correct_answer("home_address", "示范路 9 号", "the family has moved")
    with office.store.read() as tx:
        row = tx.get("field_values", case_number=number, field="home_address")
    assert row is not None
    assert (row["value"], row["source"]) == ("示范路 9 号", "corrected")
    with pytest.raises(Refused):
        counter.correct_answer("mother_insured", "no", "a mistake")
    matters = [option.id for option in counter.list_open_matters()]
    view = counter.withdraw_matters([matters[-1]], "signed here")
    assert view.case is not None
    assert matters[-1] not in [option.id for option in counter.list_open_matters()]
