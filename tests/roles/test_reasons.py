"""Reasons of a decision: several, with stock reasons from the catalogue, listed on screen and paper."""

from __future__ import annotations

from collections.abc import Callable

from clerk_app.catalogue.model import Catalogue
from clerk_app.composition.office import Office
from clerk_app.roles.printing import CasePrinter
from clerk_app.views import CounterService, Workstation
from tests.roles.workflows import accept_birth, prepare_birth, sign_in_officer

Code = Callable[[str], str]


def test_an_officer_is_offered_the_stock_reasons_of_the_act_and_matter(
    workstation: Workstation, counter: CounterService, code: Code
) -> None:
    accept_birth(counter, code("mother"))
    offered = {}
    officer = sign_in_officer(workstation, "2001")
    for _task in range(2):
        task = officer.claim_next().task
        assert task is not None
        offered[task.row.matter] = (task.refuse_reasons, task.return_reasons)
        officer.approve("")
    refuse, return_ = offered.pop("Birth certificate")
    assert refuse == (
        "The legal conditions are not met",
        "What the papers state is not true",
        "The birth certificate is of another child",
    )
    assert "The copy cannot be read" in return_
    ((others_refuse, others_return),) = offered.values()
    assert (others_refuse, others_return) == (refuse[:2], return_)


def test_several_reasons_of_a_refusal_are_shown_to_the_counter(
    workstation: Workstation, counter: CounterService, code: Code
) -> None:
    number = accept_birth(counter, code("mother"))
    officer = sign_in_officer(workstation, "2001")
    officer.claim_next()
    officer.refuse("the first\nthe second")
    case = counter.open_case(number).case
    assert case is not None
    assert "the first; the second" in [matter.reason for matter in case.matters]


def test_each_reason_of_a_non_acceptance_is_a_line_of_the_notice(
    counter: CounterService, office: Office, code: Code
) -> None:
    view = prepare_birth(counter, code("mother"))
    assert view.intake is not None
    assert "By law no permit is needed" in view.intake.decline_reasons
    receipt = counter.decline_case("the first\nthe second").receipt
    assert receipt is not None
    with office.store.read() as tx:
        notice = tx.get("notices", id=receipt.id)
    assert notice is not None
    page = str(CasePrinter(office, "any", "1001").build_page(notice))
    assert "the first" in page
    assert "the second" in page
    assert "the first\\nthe second" not in page


def test_a_catalogue_without_stock_reasons_keeps_its_digest(office: Office) -> None:
    city = office.catalogue().model_copy(update={"stock_reasons": ()})
    assert b"stock_reasons" not in city.to_bytes()
    assert Catalogue.from_bytes(city.to_bytes()) == city
