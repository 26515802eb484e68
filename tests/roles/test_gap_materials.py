"""Materials without which a case was accepted (容缺) are brought later, without a request of a department."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clerk_app.views.case import CaseView
from clerk_app.views.counter import CounterService, CounterView
from tests.roles.workflows import agree, prepare_birth

Code = Callable[[str], str]


def case_of(view: CounterView) -> CaseView:
    assert view.case is not None
    return view.case


def test_a_gap_material_is_listed_and_can_be_taken_in(counter: CounterService, code: Code) -> None:
    counter.call_next()
    counter.process_scan(code("mother"))
    counter.confirm_person()
    view = counter.begin_draft("birth")
    assert view.intake is not None
    given = [row.id for row in view.intake.materials if row.consent == "asked" and row.id != "father-id"]
    agree(counter, given)
    for field, value in {
        "register_with": "mother",
        "bank_account": "6222020200112233445",
        "mother_insured": "no",
    }.items():
        counter.fill_field(field, value)
    receipt = counter.accept_case().receipt
    assert receipt is not None
    assert "Accepted without these; please bring them" in "\n".join(receipt.lines)
    assert "1. Father's identity card" in "\n".join(receipt.lines)
    case = case_of(counter.open_case(receipt.id[:12]))
    assert "take_in" in case.actions
    (row,) = [row for row in case.materials if row.state == "missing"]
    assert (row.id, row.state_name) == ("father-id", "may follow")
    view = counter.receive_supplements(["father-id"], None, {"father-id": ("unavailable", "")})
    assert view.message == "Taken in."
    taken_in = view.receipt
    assert taken_in is not None
    assert (taken_in.printed, taken_in.title) == (True, "Receipt for papers handed in later")
    text = "\n".join(taken_in.lines)
    assert "1. Father's identity card" in text
    assert "Nothing more is asked for." in text
    assert "Mother's identity card" not in text
    case = case_of(view)
    assert "take_in" not in case.actions
    assert [row.state for row in case.materials if row.id == "father-id"] == ["paper"]
    for act, is_listed in ((counter.reprint_paper, True), (counter.print_new_version, False)):
        again = act(receipt.id).receipt
        assert again is not None
        assert ("Accepted without these" in "\n".join(again.lines)) == is_listed


@pytest.mark.wide
def test_a_complete_case_offers_nothing_to_take_in(counter: CounterService, code: Code) -> None:
    prepare_birth(counter, code("mother"))
    receipt = counter.accept_case().receipt
    assert receipt is not None
    assert "take_in" not in case_of(counter.open_case(receipt.id[:12])).actions
